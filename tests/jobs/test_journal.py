"""What the journal keeps of orders, facts for a person, prices and runs: enough to look back on, and no buyer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from listing_shop import both, sync
from price_shop import on, priced, reprice, rival
from shops import Shop

from bmsc.errors import ConfigError, LockHeld
from bmsc.jobs import reprice_plain
from bmsc.state.clock import FileClock
from bmsc.state.directory import StateDir
from bmsc.state.locks import OrderLocks, command_lock


def journal(shop: Shop, event: str) -> list[dict[str, Any]]:
    """Give the journal's lines of one event."""
    paths = sorted(shop.state_dir.glob("journal-*.jsonl"))
    lines = [json.loads(line) for path in paths for line in path.read_text().splitlines()]
    return [line for line in lines if line["event"] == event]


class TestOrders:
    def test_an_order_is_journaled_once_when_it_is_met(self, shop: Shop) -> None:
        order_id = shop.place(("A", 2), ("NOBODY", 1))
        shop.pull()
        shop.advance(300)
        shop.pull()
        (met,) = journal(shop, "order")
        assert met["subject"] == f"order:{order_id}"
        assert met["paid_at"] == "2026-03-02T15:00:00Z"
        assert (met["market"], met["currency"]) == ("en-us", "USD")
        assert met["lines"] == [
            {"sku": "A", "quantity": 2, "price": "200.00"},
            {"sku": "NOBODY", "quantity": 1, "price": "100.00"},
        ]

    def test_it_names_no_buyer(self, shop: Shop) -> None:
        address = {"last_name": "CANARY-NAME", "street": "CANARY STREET 1"}
        shop.place(("A", 1), address=address)
        shop.pull()
        assert "canary" not in json.dumps(journal(shop, "order")).casefold()

    def test_a_dry_run_meets_nobody(self, shop: Shop) -> None:
        shop.place(("A", 1))
        shop.pull(dry_run=True)
        assert list(shop.state_dir.glob("journal-*")) == []


class TestFacts:
    def test_holds_and_alerts_are_told_apart_and_carry_their_beginning(self, shop: Shop) -> None:
        shop.place(("NOBODY", 1))
        shop.pull()
        shop.advance(25 * 3600)
        shop.pull()
        first, reminder = journal(shop, "attention")
        assert first["kind"] == "hold"
        assert first["first_seen"] == reminder["first_seen"] == "2026-03-02T15:00:00Z"
        shop.world.tenant.add_product("NOBODY", name="Found", company_id=163, quantity=5)
        shop.advance(300)
        shop.pull()
        (gone,) = journal(shop, "resolved")
        assert (gone["reason"], gone["first_seen"]) == ("unknown_sku", "2026-03-02T15:00:00Z")

    def test_a_fact_that_later_runs_cannot_see_is_marked(self, shop: Shop) -> None:
        shop.place(("A", 1))
        shop.pull()
        for kept in shop.state_dir.glob("state.json*"):
            kept.unlink()
        shop.pull()
        (told,) = journal(shop, "attention")
        assert (told["reason"], told["kind"], told["passing"]) == ("memory", "alert", True)


class TestPrices:
    def test_a_price_set_by_listings_sync_is_journaled_in_numbers(self, shop: Shop) -> None:
        both(shop, "P", 5, 5, PRICE_US="329.00")
        sync(shop)
        (line,) = journal(shop, "set_price")
        told = {name: line[name] for name in ("sku", "locale", "currency", "old", "new")}
        assert told == {"sku": "P", "locale": "en-us", "currency": "USD", "old": "319.00", "new": "329.00"}

    def test_a_price_that_rides_along_too(self, shop: Shop) -> None:
        both(shop, "P", 5, 3, PRICE_US="329.00")
        sync(shop)
        (line,) = journal(shop, "set_quantity")
        assert (line["before"], line["quantity"], line["old"], line["new"]) == (3, 5, "319.00", "329.00")

    def test_a_standing_is_journaled_when_it_changes_and_not_again(self, shop: Shop) -> None:
        on(shop)
        shop.switch("backmarket", competitors_per_second=0)
        priced(shop, "A1", "290.00")
        rival(shop, "A1", "285.00")
        for _ in range(3):
            reprice(shop)
            shop.advance(3600)
        (written,) = journal(shop, "price")
        assert (written["old"], written["new"], written["reason"]) == ("290.00", "284.99", "buybox")
        (won,) = journal(shop, "market")
        assert (won["contest"], won["reason"], won["shown"]) == ("winning", "in_step", "284.99")
        assert (won["minimum"], won["default"]) == ("280.00", "319.00")
        shop.world.act("rivals", "set_price", {"sku": "A1", "price": "270.00"})
        reprice(shop)
        assert [line["reason"] for line in journal(shop, "price")] == ["buybox", "buybox_below_minimum"]
        assert len(journal(shop, "market")) == 1

    def test_each_run_tells_its_reach(self, shop: Shop) -> None:
        on(shop)
        shop.switch("backmarket", competitors_per_second=0)
        priced(shop, "A1", "290.00")
        rival(shop, "A1", "285.00")
        priced(shop, "A2", "300.00")
        rival(shop, "A2", "310.00")
        priced(shop, "A3", minimum=None)
        for _ in range(2):
            reprice(shop)
            shop.advance(3600)
        first, second = journal(shop, "coverage")
        assert (first["worth_asking"], first["asked"], first["answered"], first["never_checked"]) == (2, 2, 2, 0)
        assert first["standings"] == {"losing": 1, "winning": 1}
        assert second["standings"] == {"winning": 2}
        assert first["oldest_check"] == first["at"]

    def test_rows_of_an_older_version_are_read(self) -> None:
        assert reprice_plain.memory({"default": "319.00"}).noted is None


class TestRuns:
    def test_a_live_run_ends_with_one_line(self, shop: Shop) -> None:
        shop.place(("A", 1))
        report = shop.pull()
        (line,) = journal(shop, "run")
        assert (line["run"], line["exit_code"]) == (report.run_id, 0)
        assert line["requests"] == dict(report.requests)
        assert line["counts"]["applied"] == 3
        assert "lines_this_hour" not in line

    def test_a_narrowed_run_says_so_and_a_dry_one_says_nothing(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1))
        shop.pull(dry_run=True)
        shop.pull(order_ids=(order_id,))
        (line,) = journal(shop, "run")
        assert line["narrowed"] is True

    def test_listing_lines_are_counted_by_use(self, shop: Shop) -> None:
        both(shop, "DOWN", 2, 5)
        both(shop, "DEARER", 5, 5, PRICE_US="329.00")
        sync(shop)
        (line,) = journal(shop, "run")
        assert line["lines_this_hour"] == {"decrease": 1, "sync": 1}

    def test_a_run_that_breaks_off_is_journaled_with_its_status(self, shop: Shop) -> None:
        with pytest.raises(ConfigError):
            reprice(shop)
        (line,) = journal(shop, "run")
        assert (line["exit_code"], line.get("counts")) == (10, None)

    def test_a_platform_that_is_away_is_a_line_too(self, shop: Shop) -> None:
        shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
        shop.pull()
        (line,) = journal(shop, "run")
        assert line["exit_code"] == 13

    def test_a_run_that_comes_too_early_is_journaled(self, shop: Shop) -> None:
        shop.pull()
        directory = StateDir(shop.state_dir)
        clock = FileClock(shop.folder / "clock")
        with command_lock(directory.command_lock("orders pull"), clock):
            with pytest.raises(LockHeld):
                shop.pull(dry_run=True)
            with pytest.raises(LockHeld):
                shop.pull()
        (line,) = journal(shop, "locked_out")
        assert (line["command"], line["holder_since"]) == ("orders pull", "2026-03-02T15:00:00Z")

    def test_waiting_for_an_order_is_counted(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        moments = iter((100.0, 107.5, 200.0, 200.25))
        monkeypatch.setattr("bmsc.state.locks.time.monotonic", lambda: next(moments))
        locks = OrderLocks(tmp_path / "by-order.lock")
        for order_id in (1, 2):
            with locks.hold(order_id):
                pass
        assert locks.waited_seconds == 7.75
