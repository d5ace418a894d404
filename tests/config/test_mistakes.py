"""Every mistake is told with its place and remedy, all of them at once, and never with the value."""

from __future__ import annotations

import traceback
from functools import reduce
from pathlib import Path

import pytest

from bmsc.config.loader import load
from bmsc.config.wording import dotted
from bmsc.errors import ConfigError, ExitCode

CANARY = "kanarienvogel"
NUMBER = 987654321

MISTAKES = [
    ("sellercloud.base_url", f"http://{CANARY}.example.com", "https://"),
    ("sellercloud.base_url", NUMBER, "quotes"),
    ("sellercloud.username", f" {CANARY}", "white space"),
    ("sellercloud.username", "", "blank"),
    ("sellercloud.company_id", -NUMBER, "at least 1"),
    ("sellercloud.company_id", f"{NUMBER}", "whole number"),
    ("sellercloud.company_id", float(NUMBER), "whole number"),
    ("sellercloud.company_id", True, "whole number"),
    ("sellercloud.channel", CANARY, "channel"),
    ("sellercloud.channel", f"{NUMBER}", "channel"),
    ("sellercloud.channel", NUMBER, "channel"),
    ("sellercloud.channel", -1, "channel"),
    ("sellercloud.channel", True, "channel"),
    ("sellercloud.timezone", f"America/{CANARY}", "America/New_York"),
    ("sellercloud.timezone", "America", "time zone"),
    ("sellercloud.timezone", f"/etc/{CANARY}", "time zone"),
    ("sellercloud.timezone", "", "time zone"),
    ("sellercloud.requests_per_hour", 0, "at least 1"),
    ("sellercloud.requests_per_hour", NUMBER, "at most 10800"),
    ("sellercloud.concurrency", 0, "at least 1"),
    ("sellercloud.concurrency", NUMBER, "at most 16"),
    ("backmarket.base_url", f"https://{CANARY}.example.com", "https://www.backmarket.com"),
    ("backmarket.base_url", f"https://{CANARY}:x@www.backmarket.fr", "user name or password"),
    ("backmarket.base_url", f"https://www.backmarket.fr/?{CANARY}", "query"),
    ("backmarket.user_agent", CANARY, "BM-Company-Integration"),
    ("backmarket.user_agent", f"BM-{CANARY};ops@example.com", "BM-Company-Integration"),
    ("backmarket.user_agent", f"BM-Example-bmsc;{CANARY}", "BM-Company-Integration"),
    ("backmarket.user_agent", f"BM-Example-bmsc;ops@example.com\r\nX: {CANARY}", "BM-Company-Integration"),
    ("backmarket.requests_per_10s", 0, "at least 1"),
    ("backmarket.requests_per_10s", NUMBER, "at most 200"),
    ("backmarket.listing_lines_per_hour", 0, "at least 1"),
    ("backmarket.listing_lines_per_hour", NUMBER, "at most 2000"),
    ("backmarket.concurrency", NUMBER, "at most 16"),
    ("markets", [], "at least one"),
    ("markets", {"locale": CANARY}, r"\[\[markets\]\]"),
    ("markets[1]", CANARY, "table"),
    ("markets[1].locale", CANARY, "en-gb"),
    ("markets[1].locale", "EN-GB", "en-gb"),
    ("markets[1].suffix", CANARY, "capital letters"),
    ("markets[1].suffix", "", "capital letters"),
    ("markets[1].suffix", "UK-1", "capital letters"),
    ("markets[1].suffix", "FR", r"same as in the first \[\[markets\]\]"),
    ("markets[1].currency", CANARY, "GBP"),
    ("markets[1].currency", "EUR", "GBP"),
    ("markets[1].currency", "gbp", "GBP"),
    ("sku_aliases", CANARY, "table"),
    ("sku_aliases.A", NUMBER, "quotes"),
    ("sku_aliases.A", f"{CANARY} ", "white space"),
    ('sku_aliases."A B"', "", "blank"),
    ('sku_aliases." A"', CANARY, "white space"),
    ('sku_aliases.""', CANARY, "blank"),
    ("sku_aliases", {"A": CANARY, "a": CANARY}, "twice"),
    ("orders.on_short_stock", CANARY, '"create" or "hold"'),
    ("orders.sales_tax", CANARY, '"exclude" or "include"'),
    ("orders.money_mismatch", NUMBER, '"hold" or "warn"'),
    ("orders.order_number_prefix", CANARY * 2, "at most 20"),
    ("orders.order_number_prefix", f"{CANARY} ", "without spaces"),
    ("orders.order_number_prefix", f"{CANARY},", "commas"),
    ("orders.order_number_prefix", f"{CANARY}é", "plain"),
    ("tracking.partial_shipment", CANARY, '"wait" or "first"'),
    ("tracking.unknown_carrier", CANARY, '"hold" or a shipper'),
    ("tracking.unknown_carrier", "", '"Other"'),
    ("tracking.send_serials", "true", "true or false"),
    ("tracking.mark_channel_notified", 1, "true or false"),
    ("tracking.carriers", CANARY, "table"),
    ("tracking.carriers.UPS", CANARY, "shipper"),
    ("tracking.carriers.UPS", "ups ground", 'did you mean "UPS Ground"'),
    ("tracking.carriers", {"UPS": "UPS", "ups": "UPS"}, "twice"),
    ("cancel.from_backmarket", CANARY, '"report" or "cancel"'),
    ("cancel.message", CANARY * 100, "at most 500"),
    ("listings.update", CANARY, '"price_and_quantity" or "quantity"'),
    ("listings.when_disabled", CANARY, '"zero_if_managed", "zero" or "ignore"'),
    ("listings.safety_quantity", -NUMBER, "at least 0"),
    ("listings.max_quantity", NUMBER, "at most 1000000"),
    ("listings.settle_minutes", NUMBER, "at most 1440"),
    ("listings.create", CANARY, "table"),
    ("listings.create.saved_view_id", -NUMBER, "at least 0"),
    ("listings.create.task_timeout_seconds", NUMBER, "at most 1800"),
    ("reprice.enabled", CANARY, "true or false"),
    ("reprice.below_minimum", CANARY, '"default", "minimum" or "hold"'),
    ("reprice.no_data", CANARY, '"default" or "hold"'),
    ("reprice.winning", CANARY, '"hold" or "climb"'),
    ("reprice.climb_percent", NUMBER, "at most 100"),
    ("reprice.climb_percent", 2.5, "whole number"),
    ("reprice.cooldown_minutes", NUMBER, "at most 10080"),
    ("guards.max_zeroed_percent", NUMBER, "at most 100"),
    ("guards.max_sold_out_percent", -NUMBER, "at least 0"),
    ("guards.max_price_change_percent", NUMBER, "at most 100"),
    ("guards.max_lowered_percent", NUMBER, "at most 100"),
    ("guards.max_cancelled_orders", -NUMBER, "at least 0"),
    ("guards.max_created_listings", -NUMBER, "at least 0"),
    ("notify.heartbeat_url", f"ftp://{CANARY}", "web address"),
    ("notify.heartbeat_url", f"https://{CANARY}@hc.example.com", "user name or password"),
    ("notify.command", f"mail '{CANARY}", "quote"),
    ("notify.metrics_file", f"~/{CANARY}", "relative"),
    ("journal.keep_months", 0, "at least 1"),
    ("journal.keep_months", NUMBER, "at most 1200"),
    ("journal", CANARY, "table"),
    ("journal.keep_month", CANARY, "did you mean `keep_months`"),
    ("sellercloud.UserName", CANARY, "did you mean `username`"),
    ("markets[0].sufix", CANARY, "did you mean `suffix`"),
    ("listings.create.saved_view", NUMBER, "did you mean `saved_view_id`"),
    ("listing", {"update": CANARY}, "did you mean `listings`"),
    ("zebra", CANARY, "take it out"),
    ("sellercloud.password", CANARY, "chmod 600"),
    ("backmarket.token", CANARY, "BMSC_BACKMARKET_TOKEN"),
    ("password", CANARY, "no secret belongs"),
    ("backmarket.api_key", CANARY, "no secret belongs"),
    ("backmarket.tokenfile", CANARY, "did you mean `token_file`"),
]


def steps(path: str) -> list[str | int]:
    """Split `markets[1].locale` into the keys that lead there."""
    words = path.replace("[", ".[").split(".")
    return [int(word[1:-1]) if word.startswith("[") else word.strip('"') for word in words]


def spoil(document, path, value) -> None:
    *above, last = steps(path)
    table = reduce(
        lambda inner, key: inner[key] if isinstance(key, int) else inner.setdefault(key, {}), above, document
    )
    table[last] = value


def problems(document, load_document) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refusal:
        load_document(document)
    assert refusal.value.exit_code == ExitCode.CONFIGURATION
    told = "".join(traceback.format_exception(refusal.value)) + repr(refusal.value)
    assert CANARY not in told
    assert str(NUMBER) not in told
    return refusal.value.problems


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_a_mistake_names_its_place_and_remedy_but_never_its_value(path, value, words, document, load_document) -> None:
    spoil(document, path, value)
    (problem,) = problems(document, load_document)
    place, told = problem.split(": ", 1)
    assert place == dotted(tuple(steps(path)))
    assert pytest.raises(ValueError, match=words).matches(ValueError(told)), told
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("sellercloud", "[sellercloud]"),
        ("backmarket", "[backmarket]"),
        ("markets", "[[markets]]"),
        ("sellercloud.base_url", "under [sellercloud]"),
        ("sellercloud.username", "`username = ...`"),
        ("sellercloud.company_id", "under [sellercloud]"),
        ("backmarket.base_url", "under [backmarket]"),
        ("backmarket.user_agent", "under [backmarket]"),
        ("markets[1].locale", "under [[markets]]"),
        ("markets[1].suffix", "under [[markets]]"),
        ("markets[1].currency", "under [[markets]]"),
    ],
)
def test_what_must_be_there_is_missed(path, remedy, document, load_document) -> None:
    *above, last = steps(path)
    del reduce(lambda table, key: table[key], above, document)[last]
    (problem,) = problems(document, load_document)
    assert problem.startswith(f"{dotted(tuple(steps(path)))}: is missing; add")
    assert remedy in problem


def test_every_problem_is_told_at_once(document, load_document) -> None:
    document["zebra"] = CANARY
    document["sellercloud"] |= {"company_id": CANARY, "password": CANARY}
    document["backmarket"] = {"base_url": "https://www.backmarket.com"}
    document["markets"][0]["suffix"] = CANARY
    document["markets"][1] |= {"currency": "EUR", "locale": "fr-fr"}
    document["markets"].append({"locale": "en-gb", "suffix": "UK", "currency": "SEK"})
    document["reprice"] = {"winning": "climb", "climb_percent": 0, "no_data": CANARY}
    told = problems(document, lambda spoiled: load_document(spoiled, {}))
    assert [problem.split(": ")[0] for problem in told] == [
        "sellercloud.company_id",
        "sellercloud.password",
        "backmarket.user_agent",
        "the first [[markets]], suffix",
        "reprice.no_data",
        "zebra",
        "the third [[markets]], currency",
        "the second [[markets]], locale",
        "the third [[markets]], suffix",
        "the first [[markets]], locale",
        "the second [[markets]], locale",
        "the third [[markets]], locale",
        "reprice.climb_percent",
        "sellercloud.password_file",
        "backmarket.token_file",
    ]


def test_all_mistakes_together_are_as_many_as_alone(document, load_document) -> None:
    spoiled = {path: (value, words) for path, value, words in MISTAKES if path.startswith(("guards.", "reprice."))}
    for path, (value, _) in spoiled.items():
        spoil(document, path, value)
    assert {problem.split(": ")[0] for problem in problems(document, load_document)} == set(spoiled)


def test_a_market_stands_once(document, load_document) -> None:
    document["markets"][1] = document["markets"][0] | {"suffix": "FR2"}
    (problem,) = problems(document, load_document)
    assert problem == "the second [[markets]], locale: is the same as in the first [[markets]]; each must differ"


def test_without_a_known_host_the_markets_must_still_agree(document, load_document) -> None:
    document["backmarket"]["base_url"] = "http://127.0.0.1:5000"
    document["markets"][1] = {"locale": "ja-jp", "suffix": "JP", "currency": "JPY"}
    (problem,) = problems(document, load_document)
    assert problem.startswith(
        "the second [[markets]], locale: is a market of Asia-Pacific, but the first [[markets]] is of Europe"
    )


def test_a_host_of_another_platform_is_told_for_every_market(document, load_document) -> None:
    document["backmarket"]["base_url"] = "https://www.backmarket.co.jp"
    told = problems(document, load_document)
    assert [problem.split(": ")[0] for problem in told] == [
        "the first [[markets]], locale",
        "the second [[markets]], locale",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"[sellercloud]\nusername = {CANARY}\n", "line 2, column 12"),
        (f'[a]\nb = "{CANARY}', "end of document"),
        (f"[{CANARY}]\n[{CANARY}]\n", "line 2, column 15"),
        (f"a = 1\n{CANARY}", "end of document"),
        ("a = " + "9" * 5000, "an unknown place"),
    ],
)
def test_a_file_that_is_not_toml_is_told_by_line_and_column_only(text, words, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load(path, {})
    (problem,) = refusal.value.problems
    assert problem.startswith(f"{words}: this is not TOML")
    assert CANARY not in "".join(traceback.format_exception(refusal.value))


def test_a_missing_file_names_the_path_and_the_next_command(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "config.toml"
    with pytest.raises(ConfigError, match="bmsc init") as refusal:
        load(path, {})
    assert str(path) in refusal.value.message
    assert refusal.value.problems == ("there is no such file",)
    assert "--config or BMSC_CONFIG" in refusal.value.next_step


def test_a_directory_or_another_encoding_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})
    path = tmp_path / "config.toml"
    path.write_bytes("name = 'é'".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load(path, {})


def test_an_editor_s_byte_order_mark_is_no_mistake(document, load_document, tmp_path: Path) -> None:
    path = load_document(document).path
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    with pytest.raises(ConfigError) as refusal:
        load(path, {})
    assert [problem.split(": ")[0] for problem in refusal.value.problems] == [
        "sellercloud.password_file",
        "backmarket.token_file",
    ]


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("sellercloud.base_url", "https://XX.api.sellercloud.com/rest", "your own SellerCloud server"),
        ("sellercloud.username", "integration@example.com", "the SellerCloud user"),
        ("backmarket.user_agent", "BM-ExampleCo-bmsc;ops@shop.test", "put your own there"),
        ("backmarket.user_agent", "BM-Shop-bmsc;ops@example.com", "put your own there"),
    ],
)
def test_what_was_never_filled_in_is_told(path, value, words, document, load_document) -> None:
    spoil(document, path, value)
    (problem,) = problems(document, load_document)
    assert problem.startswith(path)
    assert words in problem
