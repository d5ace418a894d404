"""Doctor over real HTTP: a healthy set-up passes within its budget, and thirty-odd broken ones are named."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from listing_shop import both, listed, stock
from shops import PASSWORD, TOKEN, Shop

from bmsc.domain.platforms import CURRENCY_OF_LOCALE, Platform, platform_of_locale
from bmsc.errors import ExitCode
from bmsc.jobs.doctor import Check, State, examine, worst
from bmsc.sandbox.clock import SandboxClock
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.upkeep import doctor, fixes, local_checks
from bmsc.upkeep.crontab import lines

ALL_CELLS = {"MIN_PRICE_US": "289.00", "ID": "PHONE", "GRADE": 1, "WARRANTY_DELAY": 12, "SAFETY_QTY": 1}


@pytest.fixture(autouse=True)
def healthy(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Make the shop one that nobody can find a fault with."""
    for sku in "ABCDE":
        both(shop, f"SKU-{sku}", 5, 5, **ALL_CELLS | {"ID": 1234})
        shop.world.tenant.remove_product(sku)
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    write_crontab(bin_folder, "\n".join(lines(shop.config, shop.state_dir, reprice=True)))
    monkeypatch.setenv("PATH", str(bin_folder), prepend=os.pathsep)
    monkeypatch.setattr("bmsc.upkeep.local_checks._bytecode", lambda: "compiled")
    shop.world.log.clear()
    return shop


def suffix(locale: str) -> str:
    return locale.replace("-", "").upper()


def market_table(locale: str) -> str:
    return f'[[markets]]\nlocale = "{locale}"\nsuffix = "{suffix(locale)}"\ncurrency = "{CURRENCY_OF_LOCALE[locale]}"'


def write_crontab(folder: Path, text: str) -> None:
    (folder / "table").write_text(text)
    script = folder / "crontab"
    script.write_text(f"#!/bin/sh\ncat {folder}/table\n")
    script.chmod(0o755)


def rewrite_crontab(shop: Shop, change: Callable[[str], str]) -> None:
    folder = shop.folder / "bin"
    write_crontab(folder, "\n".join(map(change, (folder / "table").read_text().splitlines())))


def look(shop: Shop) -> dict[str, Check]:
    return {check.name: check for check in doctor.doctor(shop.config, shop.state_dir)}


def test_a_healthy_set_up_passes_in_under_twenty_requests_each(shop: Shop) -> None:
    checks = look(shop)
    assert {check.name: check.detail for check in checks.values() if check.state is not State.OK} == {}
    asked = Counter(entry.platform for entry in shop.world.log.entries)
    assert max(asked.values()) < 20
    assert shop.writes() == []


def test_a_large_healthy_shop_keeps_to_the_budget_too(shop: Shop) -> None:
    for number in range(320):
        both(shop, f"BULK-{number:04}", 3, 3, **ALL_CELLS | {"ID": 1234})
        if number < 60:
            shop.place((f"BULK-{number:04}", 1))
    shop.world.log.clear()
    checks = look(shop)
    assert all(check.state is State.OK for check in checks.values()), [c for c in checks.values() if c.state != "ok"]
    asked = Counter(entry.platform for entry in shop.world.log.entries)
    assert max(asked.values()) < 20, asked


def test_every_market_of_europe_keeps_to_the_budget_too(shop: Shop) -> None:
    places = [one for one in CURRENCY_OF_LOCALE if platform_of_locale(one) is Platform.EUROPE]
    first, *others = places
    more = "\n".join(market_table(one) for one in others)
    shop.configure(f"{more}\n[reprice]\nenabled = true\n", locale=first, suffix=suffix(first), currency="EUR")
    for number in range(200):
        both(shop, f"BULK-{number:04}", 3, 3)
    shop.world.log.clear()
    checks = look(shop)
    assert len([name for name in checks if name.startswith("Back Market ") and "-" in name]) == 14
    asked = Counter(entry.platform for entry in shop.world.log.entries)
    assert max(asked.values()) < 20, asked


def edit(shop: Shop, before: str, after: str) -> None:
    text = shop.config.read_text()
    assert before in text
    shop.config.write_text(text.replace(before, after))


def define(shop: Shop, name: str, kind: int, display: str | None = None) -> None:
    shop.world.tenant.define_column(name, kind, display)


def drop_column(shop: Shop, name: str) -> None:
    shop.switch("sellercloud", hidden_columns=[name])


def rename_column(shop: Shop, name: str, to: str, display: str | None = None) -> None:
    drop_column(shop, name)
    define(shop, to, 4, display)


def sold(shop: Shop) -> int:
    return shop.place(("SKU-A", 1))


def elsewhere(shop: Shop, **facts: object) -> None:
    order = sold(shop)
    company = int(str(facts.get("company", 163)))
    shop.world.tenant.add_order(str(order), company, lines=[("SKU-A", 1, 100)], paid=True)


def twice(shop: Shop) -> None:
    order = sold(shop)
    shop.switch("sellercloud", duplicate_numbers="allowed")
    for _ in range(2):
        shop.world.tenant.add_order(str(order), 163, lines=[("SKU-A", 1, 100)], paid=True)


def twice_but_one_cancelled(shop: Shop) -> None:
    twice(shop)
    with shop.world.lock:
        shop.world.tenant.cancel(max(shop.world.tenant.orders))


def shipped_by_mule(shop: Shop) -> None:
    number = shop.world.tenant.add_order("1", 163, lines=[("SKU-A", 1, 100)], paid=True)
    shop.world.tenant.ship(number, carrier="Mule Train", service="", tracking="M1")


def corrupt(shop: Shop) -> None:
    shop.pull()
    for name in ("state.json", "state.json.good"):
        (shop.state_dir / name).write_text("{")


def another_shop(shop: Shop) -> None:
    shop.pull()
    shop.configure('\n[orders]\norder_number_prefix = "BM-"\n')


def broken_intent(shop: Shop) -> None:
    shop.pull()
    (shop.state_dir / "intents-orders-pull.jsonl").write_text("nonsense\n")


def shadow_of_hidden(shop: Shop) -> None:
    stock(shop, "PARENT", 4, company_id=164)
    stock(shop, "SHADOW", 0, shadow_of="PARENT", **ALL_CELLS | {"ID": 1234})
    listed(shop, "SHADOW", 1)
    shop.switch("sellercloud", visible_companies=[163])


def two_pricers(shop: Shop) -> None:
    shop.switch("backmarket", backpricer="on")
    shop.configure("\n[reprice]\nenabled = true\n")
    one = next(iter(shop.world.account.skus.values()))
    one.offers["en-us"].min_price = 250


def ahead(shop: Shop) -> None:
    """Let our clock differ from the servers'."""
    other = shop.folder / "other-clock"
    clock = SandboxClock(other)
    clock.set(shop.world.clock.now())
    clock.advance(900)
    os.environ["BMSC_CLOCK_FILE"] = str(other)


def loose_state(shop: Shop) -> None:
    shop.state_dir.mkdir(exist_ok=True)
    shop.state_dir.chmod(0o777)


def no_directory(shop: Shop) -> None:
    shop.state_dir.write_text("a file where a folder should be")


def short_pages(shop: Shop) -> None:
    for number in range(60):
        both(shop, f"BULK-{number:02}", 3, 3, **ALL_CELLS | {"ID": 1234})
    shop.world.faults.add("drop_rows", path="/ws/listings", times=None, args={"n": 20})


def no_buybox(shop: Shop) -> None:
    shop.configure("\n[reprice]\nenabled = true\n")
    shop.switch("backmarket", no_rival="not_found")


def native_company(shop: Shop) -> None:
    companies = shop.world.tenant.catalogue.companies
    companies[163] = replace(companies[163], channels=(6, 80))


def not_sellable(shop: Shop) -> None:
    shop.world.faults.add("set_field", path="/api/Warehouses", times=None, args={"field": "IsSellAble", "value": False})


Break = Callable[[Shop], object]
CONFIG, CREDENTIALS, AWAY, GUARD, FINE = 10, 12, 13, 14, 0
BROKEN: list[tuple[str, Break, str, int, str]] = [
    ("no configuration", lambda s: s.config.unlink(), "configuration", CONFIG, "bmsc init"),
    ("not TOML", lambda s: s.config.write_text("nonsense here"), "configuration", CONFIG, "line 1"),
    ("unknown key", lambda s: edit(s, "company_id", "compani_id"), "configuration", CONFIG, "company_id"),
    ("wrong currency", lambda s: edit(s, '"USD"', '"EUR"'), "configuration", CONFIG, "USD"),
    ("loose secret", lambda s: (s.folder / "backmarket.token").chmod(0o644), "configuration", CONFIG, "chmod 600"),
    ("no secret", lambda s: (s.folder / "sellercloud.password").unlink(), "configuration", CONFIG, "chmod 600"),
    ("state open to others", loose_state, "state directory", CONFIG, "chmod 700"),
    ("no state directory", no_directory, "state directory", CONFIG, "move it away"),
    ("damaged state", corrupt, "memory", CONFIG, "restore"),
    ("another shop's state", another_shop, "memory", GUARD, "--state-dir"),
    ("damaged intents", broken_intent, "memory", CONFIG, "mend the line"),
    ("no cron", lambda s: write_crontab(s.folder / "bin", "# nothing"), "cron", FINE, "crontab -e"),
    (
        "a cron that starts a program that is gone",
        lambda s: rewrite_crontab(s, lambda line: re.sub(r"\S*/bmsc ", "/no/such/bmsc ", line)),
        "cron",
        FINE,
        "--print-crontab",
    ),
    (
        "a cron that starts once an hour",
        lambda s: rewrite_crontab(s, lambda line: line.replace("1-59/5", "1")),
        "cron",
        FINE,
        "overdue: `bmsc orders pull`",
    ),
    (
        "no such notify command",
        lambda s: s.configure('\n[notify]\ncommand = "/no/such"\n'),
        "notifications",
        FINE,
        "whole path",
    ),
    (
        "no metrics folder",
        lambda s: s.configure('\n[notify]\nmetrics_file = "/no/such/bmsc.prom"\n'),
        "notifications",
        FINE,
        "create that folder",
    ),
    (
        "dead heartbeat",
        lambda s: s.configure('\n[notify]\nheartbeat_url = "http://127.0.0.1:9/x"\n'),
        "notifications",
        FINE,
        "heartbeat_url",
    ),
    (
        "wrong password",
        lambda s: (s.folder / "sellercloud.password").write_text("no"),
        "SellerCloud login",
        CREDENTIALS,
        "password",
    ),
    (
        "wrong host",
        lambda s: edit(s, f'base_url = "{s.running.url}/rest"', 'base_url = "http://127.0.0.1:9/rest"'),
        "SellerCloud login",
        AWAY,
        "",
    ),
    ("wrong clock", ahead, "SellerCloud clock", CONFIG, "NTP"),
    ("wrong clock beside Back Market", ahead, "Back Market clock", CONFIG, "NTP"),
    ("wrong company", lambda s: edit(s, "163", "999"), "SellerCloud company", CONFIG, "company_id"),
    ("disabled company", lambda s: s.world.tenant.disable_company(163), "SellerCloud company", CONFIG, "enable it"),
    (
        "native channel",
        lambda s: edit(s, "company_id = 163", "company_id = 163\nchannel = 80"),
        "SellerCloud channel",
        FINE,
        "Website",
    ),
    (
        "foreign channel",
        lambda s: edit(s, "company_id = 163", "company_id = 163\nchannel = 4"),
        "SellerCloud channel",
        FINE,
        "enable",
    ),
    (
        "orders not readable",
        lambda s: (sold(s), s.pull(), s.world.faults.add("empty_with_total", path="/api/Orders", times=None)),
        "SellerCloud orders",
        AWAY,
        "concluded",
    ),
    (
        "catalog empty",
        lambda s: [s.world.tenant.remove_product(f"SKU-{x}") for x in "ABCDE"],
        "SellerCloud catalog",
        CONFIG,
        "catalog",
    ),
    (
        "catalog not narrowed",
        lambda s: (
            stock(s, "ALIEN", 1, company_id=164),
            s.world.faults.add("ignore_filters", path="/api/Catalog", times=None),
        ),
        "SellerCloud catalog",
        AWAY,
        "maintainers",
    ),
    (
        "missing column",
        lambda s: drop_column(s, "BACKMARKET_ENABLED_US"),
        "column BACKMARKET_ENABLED_US",
        CONFIG,
        "create the product custom column",
    ),
    (
        "near miss",
        lambda s: rename_column(s, "BACKMARKET_ENABLED_US", "BACKMARKET_ENABLE_US"),
        "column BACKMARKET_ENABLED_US",
        CONFIG,
        "rename the column BACKMARKET_ENABLE_US",
    ),
    (
        "display name",
        lambda s: rename_column(s, "BACKMARKET_ENABLED_US", "BMEN", "BACKMARKET_ENABLED_US"),
        "column BACKMARKET_ENABLED_US",
        CONFIG,
        "ColumnName",
    ),
    ("no columns", lambda s: s.switch("sellercloud", columns_key="missing"), "column values", CONFIG, "custom columns"),
    (
        "wrong type",
        lambda s: (s.world.tenant.catalogue.columns.pop("backmarket_price_us"), define(s, "BACKMARKET_PRICE_US", 4)),
        "column BACKMARKET_PRICE_US",
        FINE,
        "Decimal",
    ),
    (
        "bad cell",
        lambda s: s.world.tenant.set_column("SKU-A", "BACKMARKET_PRICE_US", "cheap"),
        "column values",
        FINE,
        "correct these cells",
    ),
    ("no sellable warehouse", not_sellable, "SellerCloud warehouses", FINE, "sellable"),
    (
        "no such view",
        lambda s: s.configure("\n[listings.create]\nsaved_view_id = 77\n"),
        "SellerCloud saved view",
        CONFIG,
        "saved_view_id",
    ),
    ("unknown carrier", shipped_by_mule, "SellerCloud carriers", FINE, "[tracking.carriers]"),
    (
        "wrong token",
        lambda s: (s.folder / "backmarket.token").write_text("wrong"),
        "Back Market token",
        CREDENTIALS,
        "token",
    ),
    (
        "another host",
        lambda s: ([sold(s), sold(s)], s.switch("backmarket", next_host="https://www.backmarket.fr")),
        "Back Market orders",
        CONFIG,
        "base_url",
    ),
    (
        "firewall",
        lambda s: s.world.faults.add("waf403_html", platform="backmarket", times=None),
        "Back Market token",
        AWAY,
        "",
    ),
    (
        "wrong market",
        lambda s: s.configure(locale="en-gb", suffix="US", currency="GBP"),
        "Back Market en-gb",
        CONFIG,
        "currency",
    ),
    ("short pages", short_pages, "Back Market page size", FINE, "maintainers"),
    ("no buybox data", no_buybox, "Back Market buybox", FINE, "--probe"),
    ("two repricers", two_pricers, "Back Market BackPricer", FINE, "two repricers"),
    ("listing without product", lambda s: listed(s, "ORPHAN", 3), "SKUs known to SellerCloud", FINE, "[sku_aliases]"),
    (
        "product of another company",
        lambda s: both(s, "THEIRS", 3, 3, company_id=164),
        "SKUs of our company",
        FINE,
        "move them",
    ),
    (
        "the wrong one of two companies",
        lambda s: (edit(s, "163", "164"), stock(s, "OUTLET", 1, company_id=164)),
        "SKUs of our company",
        CONFIG,
        "company_id = 163",
    ),
    (
        "unmanaged listing",
        lambda s: both(s, "LOOSE", 3, 3, ENABLED_US=False),
        "managed listings",
        FINE,
        "when_disabled",
    ),
    ("shadow without parent", shadow_of_hidden, "shadow parents", FINE, "parent"),
    (
        "native integration",
        lambda s: s.world.tenant.set_channels("SKU-A", [6, 80]),
        "native integration",
        FINE,
        "Scheduled Tasks",
    ),
    (
        "native integration of the company",
        native_company,
        "native integration",
        FINE,
        "Toolbox > Backmarket",
    ),
    ("one number twice", twice, "one order per number", FINE, "leave one order"),
    ("one number twice, once cancelled", twice_but_one_cancelled, "one order per number", FINE, "still counts"),
    ("another integration", elsewhere, "other integrations", FINE, "Backmarket Inventory Export"),
]


@pytest.mark.parametrize(
    ("broken", "name", "status", "remedy"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_set_up_is_named_with_its_remedy(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, broken: Break, name: str, status: int, remedy: str
) -> None:
    monkeypatch.setenv("BMSC_CLOCK_FILE", os.environ["BMSC_CLOCK_FILE"])
    broken(shop)
    checks = look(shop)
    check = checks[name]
    assert check.state is (State.FAIL if status else State.WARN), checks
    assert check.remedy
    assert remedy in f"{check.detail} {check.remedy}"
    assert int(worst(checks.values())) == status, checks
    told = " ".join(f"{one.detail} {one.remedy}" for one in checks.values())
    assert PASSWORD not in told
    assert TOKEN not in told


class TestThisMachine:
    """What only the machine can get wrong: simulated where its own answer comes from."""

    @pytest.mark.parametrize(
        ("free", "state", "remedy"),
        [(19_000_000, State.FAIL, "make room"), (400_000_000, State.WARN, "before it is full")],
    )
    def test_a_full_disk(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, free: int, state: State, remedy: str
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        self.told(shop, "disk", state, remedy)

    def test_a_disk_that_takes_its_time(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bmsc.upkeep.local_checks._SLOW_SYNC_SECONDS", 0.0)
        self.told(shop, "disk", State.WARN, "faster, local disk")

    def test_a_disk_that_takes_no_write(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        self.told(shop, "disk", State.FAIL, "make room")

    def test_a_file_system_without_locks(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        def none(*_: object) -> None:
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

        monkeypatch.setattr(fcntl, "flock", none)
        self.told(shop, "locks", State.FAIL, "local disk")

    def test_a_file_system_that_lets_two_hold_one_lock(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fcntl, "flock", lambda *_: None)
        self.told(shop, "locks", State.FAIL, "local disk")

    def test_no_bytecode(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.undo()
        monkeypatch.setenv("BMSC_CLOCK_FILE", str(shop.folder / "clock"))
        monkeypatch.setattr(sys, "pycache_prefix", str(shop.folder / "nothing-compiled"))
        self.told(shop, "bytecode", State.WARN, "compileall")

    @staticmethod
    def told(shop: Shop, name: str, state: State, remedy: str) -> None:
        check = {one.name: one for one in examine(local_checks.looks(shop.config, shop.state_dir))}[name]
        assert (check.state, remedy in f"{check.detail} {check.remedy}") == (state, True), check


def test_a_sku_of_another_company_does_not_hide_one_that_nobody_has(shop: Shop) -> None:
    both(shop, "THEIRS", 3, 3, company_id=164)
    listed(shop, "ORPHAN", 3)
    checks = look(shop)
    assert "THEIRS" in checks["SKUs of our company"].detail
    assert "SellerCloud lacks 1 of 7 listed SKUs: ORPHAN" in checks["SKUs known to SellerCloud"].detail


def test_a_disk_that_fills_up_meanwhile_leaves_what_was_found(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(directory: StateDir, path: Path, *, for_reading: bool = False) -> None:
        if next(opened) >= 4:
            raise disk.refusal(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        whole(directory, path, for_reading=for_reading)

    whole, opened = StateDir.__init__, iter(range(99))
    monkeypatch.setattr(StateDir, "__init__", full)
    checks = look(shop)
    assert (checks["disk"].state, checks["both platforms"].state) == (State.OK, State.FAIL)
    assert "make room" in checks["both platforms"].remedy
    assert worst(checks.values()) is ExitCode.CONFIGURATION


def test_what_builds_on_a_failed_check_is_not_blamed(shop: Shop) -> None:
    (shop.folder / "sellercloud.password").write_text("no")
    checks = look(shop)
    assert [check.name for check in checks.values() if check.state is State.FAIL] == ["SellerCloud login"]
    assert checks["SellerCloud company"].state is State.SKIPPED
    assert checks["Back Market token"].state is State.OK


def test_fix_mends_modes_and_says_so(shop: Shop) -> None:
    loose_state(shop)
    token = shop.folder / "backmarket.token"
    token.chmod(0o644)
    mended = fixes.mend(shop.config, shop.state_dir)
    assert sum(str(shop.folder) in one for one in mended) == 2
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert worst(look(shop).values()) is ExitCode.DONE
    assert not any(str(shop.folder) in one for one in fixes.mend(shop.config, shop.state_dir))


def test_fix_at_the_command_line(shop: Shop) -> None:
    (shop.folder / "backmarket.token").chmod(0o644)
    command = [sys.executable, "-m", "bmsc", "doctor", "--fix", "--config", str(shop.config)]
    done = subprocess.run(
        [*command, "--state-dir", str(shop.state_dir)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"  mended +\S+backmarket.token: mode 0644 became 0600", done.stdout)
    assert re.search(r"\n  ok +configuration", done.stdout)


def test_json_and_exit_status(shop: Shop) -> None:
    (shop.folder / "backmarket.token").write_text("wrong")
    command = [sys.executable, "-m", "bmsc", "doctor", "--json", "--config", str(shop.config)]
    done = subprocess.run(
        [*command, "--state-dir", str(shop.state_dir)], capture_output=True, text=True, timeout=60, check=False
    )
    checks = json.loads(done.stdout)["checks"]
    assert done.returncode == 12
    assert {check["state"] for check in checks} == {"ok", "fail", "skipped"} | {check["state"] for check in checks}
    assert next(check for check in checks if check["name"] == "Back Market token")["exit_code"] == 12
