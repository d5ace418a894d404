"""What a person sees of the runs and holds, and how a person answers a hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.errors import UsageError
from bmsc.report import text
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


def test_holds_intents_budgets_and_token_are_told(shop: Shop) -> None:
    order = shop.place(("NOBODY", 1))
    lost = shop.place(("A", 1))
    shop.world.faults.add("cut_after", method="POST", path="/api/Orders$")
    shop.pull()
    told = look(shop.config, shop.state_dir)
    assert told.holds_by_reason() == {"unknown_sku": 1, "outcome_unknown": 1}
    assert [(one.kind, one.subject) for one in told.intents] == [("create_order", f"order:{lost}")] or not told.intents
    assert {budget.name.split()[0] for budget in told.budgets} == {"listing", "SellerCloud"}
    assert told.token_expires is not None
    assert bmsc(shop, "status")[0] in (0, 3)
    assert str(order) in bmsc(shop, "status")[1]


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
