"""What spoilt input once broke, kept broken-proof: one test for each, shortened to what did it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import builders
import pytest
import tomli_w
from shops import TOKEN, Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.clients.credentials import token_of
from bmsc.clients.token_cache import TokenCache
from bmsc.config.loader import load
from bmsc.domain import papers
from bmsc.domain.grades import grade_of
from bmsc.domain.ids import ListingId, SkuKey
from bmsc.domain.listings import Feed
from bmsc.errors import MOST_TOLD, ConfigError, RemoteMisbehaved, StateError, UsageError
from bmsc.planners.listing_facts import Catalog
from bmsc.state import document, tape
from bmsc.state.directory import StateDir
from bmsc.state.document import Corrupt
from bmsc.state.fact_cache import SqliteFactCache
from bmsc.state.intents import IntentReader
from bmsc.state.listing_book import ListingBook
from bmsc.state.price_book import PriceBook
from bmsc.state.refusal_book import RefusalBook
from bmsc.state.run_book import RunBook

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DEEP = 100_000 * b"[" + 100_000 * b"]"
AT = "2026-03-02T15:00:00Z"
SECTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("orders pull", "orders pull", {"orders": {"1": {"first_seen": None}}}),
    ("orders pull", "orders pull", {"orders": []}),
    ("orders pull", "orders pull", {"sentinels": [[1, "2"]]}),
    ("orders pull", "orders pull", {"proven_currencies": [["USD"]]}),
    ("orders pull", "orders pull", {"attention": {"run outage": "outage"}}),
    ("orders pull", "orders pull", {"attention": {"run outage": {"first_seen": AT, "last_shown": "soon"}}}),
    ("orders pull", "listings sync", {"attention": {"a b": None}}),
    ("orders pull", "holds", {"said": {"order:1 short_stock": "muted"}}),
    ("tracking push", "tracking push", {"orders": {"one": {"first_seen": AT}}}),
    ("tracking push", "tracking push", {"serials_sent": {"7": None}}),
    ("cancel sync", "cancel sync", {"settled": [AT]}),
    ("cancel sync", "cancel sync", {"guards": {"done": {"cancelled_orders": [[AT]]}}}),
    ("cancel sync", "cancel sync", {"guards": {"refused": {"cancelled_orders": [1]}}}),
    ("listings sync", "listings sync", {"orders": {"1": {}}}),
    ("listings sync", "listings sync", {"orders": {"1": {"units": [["A"]]}}}),
    ("listings create", "listings create", {"setbacks": {"a": {"reason": 1, "detail": "", "wanted": ""}}}),
)
"""A command, whose section of the state document is spoilt, and with what."""


@pytest.mark.parametrize(("command", "section", "spoilt"), SECTIONS)
def test_memory_that_cannot_be_read_stops_a_run_before_it_writes(
    shop: Shop, command: str, section: str, spoilt: dict[str, Any]
) -> None:
    shop.run(command)
    shop.place(("A", 1))
    written = json.loads((shop.state_dir / "state.json").read_text())
    written["commands"].setdefault(section, {}).update(spoilt)
    (shop.state_dir / "state.json").write_text(json.dumps(written))
    shop.world.log.clear()
    with pytest.raises(StateError, match=r"state\.json: .* cannot be read") as refused:
        shop.run(command)
    assert "state.json.good" in refused.value.next_step
    assert shop.writes() == []


INTENTS = (
    {"kind": "create_order", "subject": "order:"},
    {"kind": "create_order", "subject": "order:" + 5_000 * "9"},
    {"kind": True, "subject": "order:1"},
    {"kind": "create_order", "subject": ["order:1"]},
    {"kind": "create_order", "subject": "order:1", "data": {"amount": float("inf")}},
)


@pytest.mark.parametrize("spoilt", INTENTS, ids=range(len(INTENTS)))
def test_an_intent_that_nobody_wrote_is_no_intent(tmp_path: Path, spoilt: dict[str, Any]) -> None:
    path = tmp_path / "intents-orders-pull.jsonl"
    path.write_text(json.dumps({"intent": "1", "at": AT, "data": {}, **spoilt}) + "\n")
    with pytest.raises(StateError, match="line 1 cannot be read"):
        IntentReader(path).all()


LEARNT = (
    ("orders-pull", {"kind": "create_order", "subject": "order:1"}, {"sellercloud_id": "one"}),
    ("tracking-push", {"kind": "ship_order", "subject": "order:1", "data": {"serial_line": "x"}}, {}),
    ("listings-create", {"kind": "submit_batch", "subject": "batch:en-us", "data": {"locale": "en-us"}}, None),
    (
        "listings-create",
        {"kind": "submit_batch", "subject": "batch:en-us", "data": {"locale": "en-us", "rows": [["A", "p", "GOOD"]]}},
        None,
    ),
)


@pytest.mark.parametrize(("command", "spoilt", "learnt"), LEARNT, ids=range(len(LEARNT)))
def test_what_an_intent_says_is_not_believed_whatever_it_is(
    shop: Shop, command: str, spoilt: dict[str, Any], learnt: dict[str, Any] | None
) -> None:
    shop.run(command.replace("-", " "))
    opened = {"intent": "1", "at": AT, "data": {}, **spoilt}
    settled = [{"intent": "1", "settled": "applied", "learned": learnt}] if learnt is not None else []
    path = shop.state_dir / f"intents-{command}.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (opened, *settled)))
    shop.world.log.clear()
    with pytest.raises(StateError, match=r"an intent of `.*` cannot be read") as refused:
        shop.run(command.replace("-", " "))
    assert "look up on both platforms" in refused.value.next_step
    assert shop.writes() == []


ROWS = (
    {"seen": True},
    {"seen": 1e308},
    {"written": "3"},
    {"available": [5]},
    {"uncounted": 1.5},
    {"prices": [["en-us", "NaN", AT]]},
    {"prices": [[None, "1.00", AT]]},
)


@pytest.mark.parametrize("spoilt", ROWS, ids=range(len(ROWS)))
def test_a_row_about_a_listing_that_cannot_be_read_is_forgotten(tmp_path: Path, spoilt: dict[str, Any]) -> None:
    path = tmp_path / "listings.jsonl"
    whole = {"id": "whole", "managed": True}
    lines = [json.dumps({"id": "spoilt", **spoilt}), json.dumps({"id": None}), DEEP.decode(), json.dumps(whole)]
    path.write_text("\n".join(lines) + "\n")
    assert set(ListingBook(path, writable=False).load()) == {"whole"}


@pytest.mark.parametrize("markets", ["en-us", {"en-us": 1e308}, {"en-us": {"written": "sNaN"}}, {"en-us": []}])
def test_a_row_about_prices_that_cannot_be_read_is_forgotten(tmp_path: Path, markets: object) -> None:
    path = tmp_path / "prices.jsonl"
    path.write_text(json.dumps({"id": "spoilt", "markets": markets}) + "\n")
    assert PriceBook(path, writable=False).one(ListingId("spoilt")) is None


@pytest.mark.parametrize("note", [DEEP, b'{"command": 1}', b'"note"', b'{"reason": "x", "first_seen": "soon"}'])
def test_a_damaged_note_counts_as_none(tmp_path: Path, note: bytes) -> None:
    directory = StateDir(tmp_path / "state")
    directory.runs.mkdir()
    for name in ("orders-pull.json", "orders-pull.refused"):
        (directory.runs / name).write_bytes(note)
    assert RunBook(directory.runs).last("orders pull") is None
    assert RefusalBook(directory, "orders pull").last() is None


def test_a_token_cache_nested_beyond_reason_only_costs_a_login(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.touch(0o600)
    path.write_bytes(DEEP)
    assert TokenCache(path, base_url="", username="").read() is None


@pytest.mark.parametrize("token", ["\ud800", "t\u00f6ken", "two\nlines", ""])
def test_a_token_that_fits_no_header_is_none(tmp_path: Path, token: str) -> None:
    with pytest.raises(RemoteMisbehaved, match="without a usable access_token"):
        token_of({"access_token": token, "expires_in": 3600}, NOW)
    cache = TokenCache(tmp_path / "token", base_url="u", username="n")
    cache.write(token_of({"access_token": "good", "expires_in": 3600}, NOW))
    kept = json.loads((tmp_path / "token").read_text())
    (tmp_path / "token").write_text(json.dumps(kept | {"access_token": token}))
    assert cache.read() is None


@pytest.mark.parametrize(("name", "content"), [("sellercloud.token", DEEP), ("sellercloud.requests", b"inf")])
def test_status_does_without_what_the_cache_cannot_tell(shop: Shop, name: str, content: bytes) -> None:
    shop.pull()
    (shop.state_dir / "cache" / name).write_bytes(content)
    done = CliRunner().invoke(app, ["status", "--config", str(shop.config), "--state-dir", str(shop.state_dir)])
    assert done.exit_code == 0, done.output


def facts_in(path: Path, change: str) -> SqliteFactCache:
    """Give a fact cache of one listing with its row, changed behind its back."""
    facts = SqliteFactCache(path, "test", writable=True)
    listing, row = builders.a_listing("A"), builders.a_row("A")
    facts.saw_listings([(listing, listing.sku)], NOW)
    facts.saw_rows(Catalog({SkuKey("a"): row}), NOW)
    facts.keep()
    del facts
    with closing(sqlite3.connect(path)) as base:
        base.execute(change)
        base.commit()
    return SqliteFactCache(path, "test", writable=True)


BODIES = ("UPDATE listings SET body = '[]'", "UPDATE rows SET body = '<html>'", "UPDATE rows SET body = 'null'")
BODIES += ('UPDATE rows SET body = \'["A",163,"yes",5,null,false,false,{},[]]\'',)


@pytest.mark.parametrize("change", BODIES, ids=range(len(BODIES)))
def test_a_cached_fact_that_cannot_be_read_takes_the_cache_with_it(tmp_path: Path, change: str) -> None:
    path = tmp_path / "facts.sqlite"
    facts = facts_in(path, change)
    with pytest.raises(StateError, match="a row of it cannot be read") as damaged:
        _ = [*facts.listings(NOW), facts.catalog(NOW).products[SkuKey("a")]]
    assert damaged.value.next_step
    assert not path.exists()


def test_a_fact_cache_whose_text_is_none_starts_anew(tmp_path: Path) -> None:
    facts = facts_in(
        tmp_path / "facts.sqlite", "UPDATE marks SET value = CAST(X'FFFE' AS TEXT) WHERE name = 'made for'"
    )
    assert list(facts.listings(NOW)) == []


def test_what_a_damaged_fact_cache_quotes_cannot_steer_a_terminal(tmp_path: Path) -> None:
    facts = facts_in(tmp_path / "facts.sqlite", "UPDATE listings SET body = CAST(X'1B5B324AFF' AS TEXT)")
    with pytest.raises(StateError, match="damaged") as damaged:
        list(facts.listings(NOW))
    assert str(damaged.value).replace("\n", "").isprintable()


@pytest.mark.parametrize("line", [b"\xff\xfe", DEEP, b'{"facts": {"bounds": 1, "answer": []}}', b"1"])
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_bytes(line + b"\n")
    with pytest.raises(UsageError, match=r"tape.jsonl holds no recorded price"):
        list(tape.Recording(path))


def configured(path: Path, text: bytes) -> Callable[[], object]:
    path.write_bytes(text)
    environ = {**os.environ, "BMSC_SELLERCLOUD_PASSWORD": "p", "BMSC_BACKMARKET_TOKEN": TOKEN}
    return lambda: load(path, environ)


@pytest.mark.parametrize("text", [b"x = " + 5_000 * b"[", b"x = " + 3_000 * b"{a = " + b"1" + 3_000 * b"}"])
def test_a_configuration_nested_beyond_reason_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(ConfigError, match="nested deeper than any configuration"):
        configured(tmp_path / "config.toml", text)()


def test_a_configuration_of_a_thousand_problems_tells_what_fits_a_screen(tmp_path: Path) -> None:
    markets = tomli_w.dumps({"markets": [{"locale": "en-us"}] * 500}).encode()
    with pytest.raises(ConfigError) as refused:
        configured(tmp_path / "config.toml", markets)()
    assert len(refused.value.problems) > 1_000
    assert str(refused.value).count("\n  - ") == MOST_TOLD + 1
    assert f"and {len(refused.value.problems) - MOST_TOLD} more" in str(refused.value)


def test_a_key_longer_than_any_is_told_by_its_beginning(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"listing_lines9+\.\.\.") as refused:
        configured(tmp_path / "config.toml", b"[backmarket]\nlisting_lines" + 30_000 * b"9" + b" = 1\n")()
    assert len(str(refused.value)) < 5_000


@pytest.mark.parametrize("value", ["1E+999999", "1E-999999", "-9e99", "Infinity", "NaN"])
def test_an_amount_nobody_reckons_with_is_none(value: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        papers.amount(value)


def test_a_grade_of_a_million_digits_is_none() -> None:
    assert grade_of(1_000_000 * "9") is None


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_a_state_document_with_numbers_that_are_none_is_damaged(tmp_path: Path, number: str) -> None:
    content = f'{{"schema_version": 1, "commands": {{"a": {{"b": {number}}}}}, "identity": {{}}}}'
    with pytest.raises(Corrupt):
        document.parse(content.encode(), tmp_path)


@pytest.mark.filterwarnings("error")
def test_who_stops_asking_the_fact_cache_does_not_remove_it(tmp_path: Path) -> None:
    path = tmp_path / "facts.sqlite"
    facts = facts_in(path, "UPDATE marks SET value = value")
    asked = facts._file.ask("SELECT 1 UNION SELECT 2")
    assert next(asked) == (1,)
    facts._file._base.close()
    asked.close()
    assert path.exists()


@pytest.mark.parametrize("newest", ["2026-03-02T16:00:00 A", "soon A", ""])
def test_a_date_in_the_fact_cache_is_a_moment_or_none(tmp_path: Path, newest: str) -> None:
    facts = SqliteFactCache(tmp_path / "facts.sqlite", "test", writable=True)
    facts._set_mark("newest lastUpdated", newest)
    with suppress(StateError):
        found = facts.newest(Feed.EDITED)
        assert found is None or found.moment.tzinfo is UTC
