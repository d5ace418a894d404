"""The shop that the sandbox opens with, and the people who act in it."""

from __future__ import annotations

from typing import Any

import pytest

from bmsc.sandbox.goods import GOODS, UNKNOWN_SKU
from bmsc.sandbox.snapshot import snapshot
from bmsc.sandbox.world import World


@pytest.fixture
def world() -> World:
    return World(shop="us", seed=3)


@pytest.mark.parametrize("shop", ["us", "eu"])
def test_both_sides_are_filled(shop: str) -> None:
    world = World(shop=shop)
    assert len(world.tenant.products) >= len(GOODS)
    assert UNKNOWN_SKU.casefold() in world.account.skus
    assert UNKNOWN_SKU.casefold() not in world.tenant.products
    waiting = [order for order in world.account.orders.values() if order.state == 1]
    assert len(waiting) == 5
    currencies = {order.currency for order in waiting}
    assert currencies == ({"USD"} if shop == "us" else {"EUR", "GBP"})
    numbers = {order.number for order in world.tenant.orders.values()}
    assert len(numbers & {str(order.order_id) for order in waiting}) == 1


def test_the_same_seed_lives_the_same_day() -> None:
    days = []
    for _ in range(2):
        world = World(shop="us", seed=11)
        days.append([world.act("crowd", "minute", {}) for _ in range(200)])
    assert days[0] == days[1]
    assert any("bought" in event for minute in days[0] for event in minute)


def test_the_warehouse_ships_what_is_paid(world: World) -> None:
    order_id = world.act("buyer", "place_order", {"lines": [["T14-I5-16-256-B", 1]]})
    world.act("other_tool", "copies_order", {"order_id": order_id})
    assert str(order_id) in world.act("warehouse", "ship_everything", {})
    (order,) = world.tenant.orders_by_number(str(order_id))
    assert order.is_shipped
    assert order.tracking_numbers
    assert world.act("warehouse", "waiting", {}) == []


def test_the_merchant_edits_both_sides(world: World) -> None:
    sku = "IPH13-128-BLU-A"
    world.act("merchant", "set_column", {"sku": sku, "column": "BACKMARKET_PRICE_US", "value": "300"})
    world.act("merchant", "edit_listing", {"sku": sku, "quantity": 1, "price": "310.00"})
    world.act("warehouse", "count", {"sku": sku, "quantity": 2})
    facts: dict[str, Any] = snapshot(world)
    listing = facts["backmarket"]["listings"][sku]
    assert (listing["quantity"], listing["offers"]["en-us"]["price"]) == (1, "310.00")
    assert facts["sellercloud"]["products"][sku.casefold()]["true_sellable"] == 2
    with pytest.raises(ValueError, match="title"):
        world.act("merchant", "edit_listing", {"sku": sku, "title": "x"})


def test_orders_move_by_hand_and_buyers_are_forgotten(world: World) -> None:
    order_id = world.act("buyer", "buy_something", {})
    sku = world.account.orders[order_id].lines[0].sku
    assert world.act("merchant", "move_order", {"order_id": order_id, "new_state": 2, "sku": sku}) == 3
    assert world.act("backmarket", "refund", {"order_id": order_id})
    assert world.account.orders[order_id].line_states() == {5}
    world.act("buyer", "be_forgotten", {"order_id": order_id})
    assert world.account.orders[order_id].shipping.email == "Deleted"


def test_rivals_move(world: World) -> None:
    assert world.act("rivals", "drift", {}) > 10
    world.act("rivals", "set_price", {"sku": "AW7-45-MID-A", "price": "150.00"})
    world.act("rivals", "leave", {"sku": "AW7-45-MID-A"})
    with pytest.raises(LookupError):
        world.act("rivals", "explode", {})
    with pytest.raises(LookupError):
        world.act("nobody", "drift", {})
