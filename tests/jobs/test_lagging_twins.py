"""Orders that SellerCloud's list still shows as they were, while staff have moved them on."""

from __future__ import annotations

import pytest
from accepted import act, mirrored
from shops import Shop

from bmsc.sandbox.sellercloud.codes import OrderStatus

PAID, ACCEPTED = 1, 2
PARKED = [OrderStatus.CANCELED, OrderStatus.VOID, OrderStatus.ON_HOLD]


def listed_as_it_was(shop: Shop, *, paid: bool, status: OrderStatus) -> int:
    """Place an order that SellerCloud's list shows in process, and its own page in another status."""
    order_id = shop.place(("A", 1))
    mirrored(shop, order_id, paid=paid)
    shop.advance(120)
    shop.switch("sellercloud", order_list_lag_seconds=60)
    act(shop, "warehouse", "set_status", number=str(order_id), status=status)
    return order_id


@pytest.mark.parametrize("status", PARKED)
@pytest.mark.parametrize("paid", [True, False])
def test_what_left_work_is_neither_paid_nor_accepted(shop: Shop, paid: bool, status: OrderStatus) -> None:
    order_id = listed_as_it_was(shop, paid=paid, status=status)
    report = shop.pull()
    assert [result.outcome.verdict.value for result in report.results][:2] == ["applied", "deferred"]
    assert f"now stands at {status.name}" in report.results[1].outcome.message
    assert (shop.line_states(order_id), len(shop.twin(order_id).payments)) == ([PAID], int(paid))
    assert report.exit_code == 0


@pytest.mark.parametrize("paid", [True, False])
def test_what_was_split_is_neither_paid_nor_accepted(shop: Shop, paid: bool) -> None:
    order_id = shop.place(("A", 1), ("B", 1))
    twin_id = mirrored(shop, order_id, paid=paid)
    shop.advance(120)
    shop.switch("sellercloud", order_list_lag_seconds=60)
    shop.world.tenant.split(twin_id)
    report = shop.pull()
    assert [result.outcome.verdict.value for result in report.results][:2] == ["applied", "deferred"]
    assert shop.line_states(order_id) == [PAID, PAID]
    assert len(shop.world.tenant.orders[twin_id].payments) == int(paid)
    shop.advance(120)
    (hold,) = shop.pull().holds
    assert hold.fact.reason == "several_sellercloud_orders"


def test_what_stands_as_the_list_shows_it_is_accepted(shop: Shop) -> None:
    order_id = listed_as_it_was(shop, paid=True, status=OrderStatus.COMPLETED)
    assert shop.pull().exit_code == 0
    assert shop.line_states(order_id) == [ACCEPTED]


@pytest.mark.parametrize("status", PARKED)
@pytest.mark.parametrize("moment", ["act_before", "act_after"])
def test_what_left_work_while_it_was_paid_is_not_accepted(shop: Shop, moment: str, status: OrderStatus) -> None:
    order_id = shop.place(("A", 1))
    args = {"number": str(order_id), "status": status}
    staff = {"actor": "warehouse", "action": "set_status", "args": args}
    shop.world.faults.add(moment, method="PUT", path="ReceiveManualPayment", args=staff)
    report = shop.pull()
    paid = report.results[1]
    assert (paid.action.kind.value, paid.outcome.verdict.value) == ("pay_order", "deferred")
    assert f"now stands at {status.name}, payment CHARGED" in paid.outcome.message
    assert (shop.line_states(order_id), len(shop.twin(order_id).payments)) == ([PAID], 1)
    shop.world.faults.clear()
    shop.advance(600)
    assert not shop.pull().results
    assert (shop.line_states(order_id), len(shop.twin(order_id).payments)) == ([PAID], 1)
