"""What a person sees of the runs and holds, and how a person answers a hold."""

from __future__ import annotations

import errno
import json
import os
import re
from typing import Any

import pytest
from listing_shop import both
from price_shop import on, priced, reprice
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.errors import UsageError
from bmsc.report import text
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentLog
from bmsc.upkeep.holds import HoldsDesk
from bmsc.upkeep.status import look


def bmsc(shop: Shop, *words: str) -> tuple[int, str]:
    env = {"BMSC_CONFIG": str(shop.config), "BMSC_STATE_DIR": str(shop.state_dir)}
    done = CliRunner().invoke(app, list(words), env=env)
    return done.exit_code, done.output


def status(shop: Shop) -> tuple[int, dict[str, Any]]:
    code, told = bmsc(shop, "status", "--json")
    return code, json.loads(told)


def test_before_the_first_run_the_health_check_fails(shop: Shop) -> None:
    code, told = bmsc(shop, "status")
    assert code == 3
    assert "no whole live run" in told


def test_a_fresh_run_is_healthy_and_a_missed_quarter_hour_is_not(shop: Shop) -> None:
    report = shop.pull()
    code, told = status(shop)
    pull = next(one for one in told["commands"] if one["command"] == "orders pull")
    assert (code, told["overdue"]) == (0, [])
    assert pull["last_run"]["run_id"] == report.run_id
    assert pull["last_run"]["exit_code"] == 0
    shop.advance(16 * 60)
    code, told = status(shop)
    assert (code, told["overdue"]) == (3, ["orders pull"])
    assert "OVERDUE" in bmsc(shop, "status")[1]


def test_runs_that_fail_do_not_count_as_success(shop: Shop) -> None:
    shop.pull()
    shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
    for _ in range(4):
        shop.advance(300)
        shop.pull()
    code, told = status(shop)
    assert (code, told["overdue"]) == (3, ["orders pull"])


def test_dry_and_narrowed_runs_leave_no_mark(shop: Shop) -> None:
    order = shop.place(("A", 1))
    shop.pull(dry_run=True)
    shop.pull(order_ids=(order,))
    assert look(shop.config, shop.state_dir).never_ran


def test_holds_by_reason_with_the_nearest_deadline(shop: Shop) -> None:
    orders = [shop.place((sku, 1)) for sku in ("NOBODY", "NOONE", "NOWHERE", "NEVER")]
    shop.pull()
    told = look(shop.config, shop.state_dir)
    assert told.holds_by_reason() == {"unknown_sku": 4}
    (line,) = [line for line in bmsc(shop, "status")[1].splitlines() if "unknown_sku" in line]
    assert re.match(r"  unknown_sku +4 +order:", line)
    assert "and 1 more; next dispatch deadline 2026-" in line
    assert str(orders[0]) in line


def test_an_open_intent_is_told(shop: Shop) -> None:
    shop.pull()
    path = StateDir(shop.state_dir).intents("orders pull")
    IntentLog(path, shop.world.clock, "run-1").open("create_order", "order:7", {})
    shop.advance(120)
    assert [(one["kind"], one["subject"]) for one in status(shop)[1]["open_intents"]] == [("create_order", "order:7")]
    assert re.search(r"seen: 1\n  order:7  create_order  orders pull, 2 min ago", bmsc(shop, "status")[1])


def test_budgets_and_the_token_s_age(shop: Shop) -> None:
    both(shop, "X", 5, 3)
    order = shop.place(("A", 1))
    shop.pull()
    shop.run("listings sync")
    with shop.world.lock:
        shop.world.tenant.cancel(shop.twin(order).id)
    shop.run("cancel sync")
    code, told = status(shop)
    used = {budget["name"]: (budget["used"], budget["limit"]) for budget in told["budgets"]}
    assert used["listing lines of this hour"] == (1, 1900)
    assert used["orders ended in 24 hours"] == (1, 20)
    assert used["listings created in 24 hours"] == (0, 500)
    assert used["SellerCloud requests, booked ahead"][1] == 10800
    assert (code, "token good until 15:5" in bmsc(shop, "status")[1]) == (0, True)
    shop.advance(7200)
    assert "token expired at 15:5" in bmsc(shop, "status")[1]


def test_coverage_and_staleness_of_prices(shop: Shop) -> None:
    on(shop)
    for sku in ("X", "Y"):
        priced(shop, sku)
    both(shop, "Z", 5, 5, PRICE_US="300.00")
    reprice(shop)
    shop.advance(3 * 3600)
    told = status(shop)[1]
    assert (told["repricing"]["known_listings"], told["repricing"]["asked_within_a_day"]) == (3, 2)
    assert told["repricing"]["oldest"].startswith("2026-03-02T15:")
    assert "2 of 3 known listings asked about within a day; newest 3 h ago" in bmsc(shop, "status")[1]
    shop.advance(24 * 3600)
    assert status(shop)[1]["repricing"]["asked_within_a_day"] == 0


def test_a_command_that_was_switched_off_is_not_overdue(shop: Shop) -> None:
    on(shop)
    reprice(shop)
    shop.configure()
    shop.advance(24 * 3600)
    shop.pull()
    code, told = status(shop)
    assert (code, told["overdue"]) == (0, [])
    assert re.search(r"off +reprice +reprice.enabled is false", bmsc(shop, "status")[1])


def test_how_a_run_ended_is_said_in_words(shop: Shop) -> None:
    shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
    shop.pull()
    assert "exit 13 (a platform was away)" in bmsc(shop, "status")[1]


def test_a_wrong_configuration_hides_nothing_but_its_limits(shop: Shop) -> None:
    shop.pull()
    shop.config.write_text("nonsense here")
    code, told = status(shop)
    assert code == 0
    assert [budget["name"] for budget in told["budgets"]] == ["listing lines of this hour"]


def test_a_full_disk_does_not_hide_how_things_stand(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.place(("NOBODY", 1))
    shop.pull()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk, "write_whole", full)
    for words in (("status",), ("holds", "list"), ("report",)):
        code, told = bmsc(shop, *words)
        assert (code, "No space" in told) == (0, False), (words, told)
    assert "unknown_sku" in bmsc(shop, "holds", "list")[1]
    assert bmsc(shop, "doctor")[0] == 10


class TestHolds:
    @pytest.fixture
    def order(self, shop: Shop) -> int:
        order = shop.place(("NOBODY", 1))
        shop.pull()
        return order

    def test_list_and_show(self, shop: Shop, order: int) -> None:
        assert f"order:{order}" in bmsc(shop, "holds", "list")[1]
        code, told = bmsc(shop, "holds", "show", str(order), "--json")
        (hold,) = json.loads(told)["holds"]
        assert (code, hold["reason"], hold["command"]) == (0, "unknown_sku", "orders pull")

    def test_a_subject_nobody_holds_is_a_usage_error(self, shop: Shop, order: int) -> None:
        assert bmsc(shop, "holds", "show", "1")[0] == 2
        with pytest.raises(UsageError, match="no hold called"):
            HoldsDesk(shop.state_dir).mute(str(order), "money_mismatch", days=1, note="")

    def test_a_muted_hold_stands_in_silence_until_its_day(self, shop: Shop, order: int) -> None:
        bmsc(shop, "holds", "mute", str(order), "--days", "3", "--note", "asked the buyer")
        for _ in range(2):
            shop.advance(25 * 3600)
            report = shop.pull()
            assert [held.fact.reason for held in report.holds] == ["unknown_sku"]
            assert text.render_news(report) == ""
        assert "asked the buyer" in bmsc(shop, "holds", "list")[1]
        shop.advance(25 * 3600)
        assert "unknown_sku" in text.render_news(shop.pull())

    def test_a_released_hold_is_told_as_new_if_it_still_stands(self, shop: Shop, order: int) -> None:
        assert text.render_news(shop.pull()) == ""
        bmsc(shop, "holds", "release", str(order), "--note", "looked at it")
        assert "nothing waits" in bmsc(shop, "holds", "list")[1]
        shop.advance(1)
        assert "unknown_sku" in text.render_news(shop.pull())
        assert text.render_news(shop.pull()) == ""
        assert f"order:{order}" in bmsc(shop, "holds", "list")[1]
