"""Whatever happens to a write of a two-line order: one SellerCloud order, one payment, each SKU accepted once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal

import pytest
from shops import COMPANY, Shop

from bmsc.clients.exchange import Limits

WRITES = {
    "create": {"method": "POST", "path": r"/api/Orders$"},
    "pay": {"method": "PUT", "path": "ReceiveManualPayment"},
    "accept the first": {"method": "POST", "path": "/ws/orders/", "body": '"A"'},
    "accept the second": {"method": "POST", "path": "/ws/orders/", "body": '"B"'},
}
LOST = {
    "cut before": {"what": "cut_before"},
    "cut after": {"what": "cut_after"},
    "500 before": {"what": "status_before", "args": {"status": 500}},
    "500 after": {"what": "status_after", "args": {"status": 500}},
    "500 with words after": {"what": "status_after", "args": {"status": 500, "json": {"Message": "Oops."}}},
    "502 HTML after": {"what": "status_after", "args": {"status": 502, "body": "<html></html>"}},
    "timeout after": {"what": "timeout_after", "args": {"seconds": 1.0}},
    "truncated after": {"what": "truncate"},
    "HTML instead": {"what": "html"},
}
TEN_MINUTES = 601


def pull_in_a_process(shop: Shop) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bmsc", "orders", "pull", "--config", str(shop.config)]
    where = ["--state-dir", str(shop.state_dir), "--quiet"]
    return subprocess.Popen([*command, *where], env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def assert_exactly_once(shop: Shop, order_id: int) -> None:
    twin = shop.twin(order_id)
    assert len(twin.payments) == 1
    assert twin.payments[0].amount == twin.total
    assert shop.line_states(order_id) == [2, 2]
    calls = [entry for entry in shop.writes() if entry.path.endswith(f"/ws/orders/{order_id}")]
    for sku in ("A", "B"):
        mine = [entry for entry in calls if entry.body["sku"] == sku]
        assert len([entry for entry in mine if entry.status == 200 and not entry.fault]) <= 1
        assert len(mine) <= 2


def settle(shop: Shop, order_id: int) -> None:
    """Run at once, then twice more, ten minutes apart; at rest nothing is written."""
    for pause in (0, TEN_MINUTES, TEN_MINUTES):
        shop.advance(pause)
        shop.pull()
    assert_exactly_once(shop, order_id)
    shop.world.log.clear()
    report = shop.pull()
    assert shop.writes() == []
    assert report.exit_code == 0


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
@pytest.mark.parametrize("moment", ["kill_before", "kill_after"])
def test_killed(shop: Shop, write: dict[str, str], moment: str) -> None:
    order_id = shop.place(("A", 1), ("B", 1))
    process = pull_in_a_process(shop)
    shop.world.faults.add(moment, **write, args={"pid": process.pid})
    assert process.wait(timeout=30) == -9
    settle(shop, order_id)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
@pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
def test_answer_lost(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, write: dict[str, str], lost: dict[str, object]
) -> None:
    monkeypatch.setattr("bmsc.clients.connect.LIMITS", Limits(read_seconds=0.4))
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add(**write, **lost)
    shop.pull()
    settle(shop, order_id)


@pytest.mark.parametrize("lost", ["cut_before", "cut_after"])
def test_create_lost_while_the_list_lags(shop: Shop, lost: str) -> None:
    shop.switch("sellercloud", order_list_lag_seconds=60)
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add(lost, **WRITES["create"])
    assert shop.pull().exit_code == 3
    settle(shop, order_id)


def test_repeated_at_once_while_the_list_lags(shop: Shop) -> None:
    shop.switch("sellercloud", order_list_lag_seconds=60)
    first = shop.place(("A", 1), ("B", 1))
    shop.pull()
    second = shop.place(("A", 1), ("B", 1))
    settle(shop, second)
    assert_exactly_once(shop, first)


def test_a_look_up_that_answers_empty_although_the_order_is_there(shop: Shop) -> None:
    shop.place(("C", 1))
    shop.pull()
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add("cut_before", method="POST", path="/ws/orders/")
    shop.pull()
    shutil.rmtree(shop.state_dir / "cache")
    (shop.state_dir / "intents-orders-pull.jsonl").unlink(missing_ok=True)
    shop.world.faults.add("empty_list", path="/api/Orders\\?", times=2)
    settle(shop, order_id)


def test_the_state_directory_lost_between_two_runs(shop: Shop) -> None:
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add("cut_before", method="PUT", path="ReceiveManualPayment")
    shop.pull()
    shutil.rmtree(shop.state_dir)
    settle(shop, order_id)


@pytest.mark.parametrize("duplicates", ["company_channel", "allowed"])
def test_whether_sellercloud_refuses_duplicates_or_not(shop: Shop, duplicates: str) -> None:
    shop.switch("sellercloud", duplicate_numbers=duplicates, order_list_lag_seconds=60)
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add("cut_after", **WRITES["create"])
    shop.pull()
    settle(shop, order_id)


@pytest.mark.parametrize("kept", [True, False])
def test_whether_reference_ids_are_kept_or_not(shop: Shop, kept: bool) -> None:
    shop.switch("sellercloud", reference_id_kept=kept)
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add("cut_after", **WRITES["create"])
    shop.pull()
    settle(shop, order_id)


def test_what_a_killed_run_learnt_is_not_forgotten(shop: Shop) -> None:
    """Only the intent's settling line knows the new order: the list lags, and duplicates would be taken."""
    shop.switch("sellercloud", order_list_lag_seconds=3600, duplicate_numbers="allowed")
    order_id = shop.place(("A", 1), ("B", 1))
    process = pull_in_a_process(shop)
    shop.world.faults.add("kill_before", **WRITES["pay"], args={"pid": process.pid})
    assert process.wait(timeout=30) == -9
    shop.advance(61)
    shop.pull()
    assert_exactly_once(shop, order_id)


def test_an_empty_answer_is_no_absence_once_a_number_is_known_to_be_there(shop: Shop) -> None:
    shop.switch("sellercloud", duplicate_numbers="allowed")
    shop.place(("C", 1))
    shop.pull()
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.actors.other_tool.copies_order(order_id)
    shop.world.faults.add("empty_list", platform="sellercloud", method="GET", path=r"/api/Orders\?", times=None)
    report = shop.pull()
    assert [shown.fact.reason for shown in report.holds] == ["absence_unproven"]
    shop.world.faults.clear()
    settle(shop, order_id)


def test_a_payment_the_list_does_not_show_yet_is_not_made_again(shop: Shop) -> None:
    shop.switch("sellercloud", order_list_lag_seconds=60)
    order_id = shop.place(("A", 1))
    lines = [("A", 1, Decimal("100.00"))]
    twin = shop.world.tenant.add_order(str(order_id), COMPANY, lines=lines, paid=False)
    shop.advance(61)
    shop.world.tenant.pay(twin, Decimal("100.00"))
    outcomes = {result.action.kind.value: result.outcome.verdict.value for result in shop.pull().results}
    assert outcomes == {"adopt_order": "applied", "pay_order": "already", "accept_line": "applied"}
    assert len(shop.twin(order_id).payments) == 1


def test_a_payment_that_was_dropped_with_a_yes_is_never_accepted(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    yes = {"status": 200, "body": "", "content_type": "application/json"}
    shop.world.faults.add("status_before", **WRITES["pay"], args=yes)
    report = shop.pull()
    assert [shown.fact.reason for shown in report.holds] == ["payment_status"]
    assert shop.line_states(order_id) == [1]
