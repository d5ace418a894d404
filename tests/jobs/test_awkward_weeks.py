"""Weeks in which everything happens at once: whatever comes, no wrong cancellation and no second shipment."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from accepted import accepted, act, mirrored
from shops import Shop

COMMANDS = ("orders pull", "tracking push", "cancel sync")
FAULTS = ("cut_before", "cut_after", "status_before", "status_after", "truncate", "html", "edge429")
EVENTS = {
    "place": 8, "ship": 8, "cancel": 4, "label": 1, "revive": 2, "void": 1, "split": 1, "unship": 1, "refund": 1,
    "buyer_cancels": 2, "fault": 3,
}  # fmt: skip
"""How often each comes, beside the others."""


class Week:
    """One seed's people, and the book they keep of what must never happen."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.dice = Random(seed)
        self.orders: list[int] = []

    def happen(self) -> None:
        """Let one thing happen."""
        event = self.dice.choices(list(EVENTS), list(EVENTS.values()))[0]
        if event == "place" or not self.orders:
            self.orders.append(self.place())
        elif event == "fault":
            self.shop.world.faults.add(
                self.dice.choice(FAULTS), method=self.dice.choice(("POST", "PATCH", "PUT", "GET"))
            )
        else:
            self.touch(event, self.dice.choice(self.orders))

    def place(self) -> int:
        cart = [("A", 1)] if self.dice.random() < 0.5 else [("A", 1), ("B", self.dice.choice((1, 2)))]
        if self.dice.random() < 0.5:
            return accepted(self.shop, *cart)
        order_id = self.shop.place(*cart)
        if self.dice.random() < 0.3:
            mirrored(self.shop, order_id)
        return order_id

    def touch(self, event: str, order_id: int) -> None:
        """Let somebody lay hands on an order, on the first SellerCloud order that carries its number."""
        if event == "refund":
            act(self.shop, "backmarket", "refund", order_id=order_id)
        elif event == "buyer_cancels":
            act(self.shop, "buyer", "cancel", order_id=order_id)
        elif twins := self.shop.twins(order_id):
            getattr(self, f"_{event}")(str(order_id), twins[0].status)

    def _ship(self, number: str, status: int) -> None:
        if status == 2:
            part = self.dice.random() < 0.1
            serials = {"A": [f"S-{number}"]} if self.dice.random() < 0.7 else None
            act(self.shop, "warehouse", "ship", number=number, partially=part, serials=serials, tracking=f"1Z{number}")

    def _label(self, number: str, status: int) -> None:
        act(self.shop, "warehouse", "label", number=number, tracking=f"1Z{number}")

    def _cancel(self, number: str, status: int) -> None:
        act(self.shop, "warehouse", "cancel", number=number)

    def _revive(self, number: str, status: int) -> None:
        if status == -1:
            act(self.shop, "warehouse", "set_status", number=number, status=2)

    def _void(self, number: str, status: int) -> None:
        if self.dice.random() < 0.3:
            act(self.shop, "warehouse", "set_status", number=number, status=999)

    def _split(self, number: str, status: int) -> None:
        if self.dice.random() < 0.3 and len(self.shop.twins(int(number))[0].lines) > 1:
            act(self.shop, "warehouse", "split", number=number)

    def _unship(self, number: str, status: int) -> None:
        if self.dice.random() < 0.3:
            act(self.shop, "warehouse", "unship", number=number)

    def run(self, command: str) -> None:
        """Run a command, and look at each write that Back Market applied."""
        before = {order_id: self.cancelled(order_id) for order_id in self.orders}
        self.shop.world.log.clear()
        self.shop.run(command)
        for entry in self.shop.writes():
            if (
                entry.applied
                and entry.method == "POST"
                and "/ws/orders/" in entry.path
                and entry.body["new_state"] in (4, 5)
            ):
                assert before[int(entry.path.rpartition("/")[2])], entry.path

    def cancelled(self, order_id: int) -> bool:
        twins = self.shop.twins(order_id)
        return bool(twins) and all(one.status == -1 and one.shipping_status == 1 and not one.relations for one in twins)


@pytest.mark.parametrize("seed", range(12))
def test_a_week(shop: Shop, seed: int) -> None:
    for sku in ("A", "B"):
        shop.world.tenant.set_physical(sku, 500)
    shop.configure("\n[guards]\nmax_cancelled_orders = 1000\n")
    week = Week(shop, seed)
    shipped: Counter[str] = Counter()
    serials: Counter[str] = Counter()
    for _ in range(40):
        for _ in range(week.dice.randrange(6)):
            week.happen()
        shop.advance(week.dice.choice((20, 300, 3600)))
        week.run(week.dice.choice(COMMANDS))
        shipped.update(
            e.path for e in shop.writes() if e.applied and "tracking_number" in str(e.body) and e.status == 200
        )
        serials.update(e.path for e in shop.writes() if "serial_number" in str(e.body) and e.status != 429)
    shop.world.faults.clear()
    for _ in range(4):
        shop.advance(700)
        for command in COMMANDS:
            week.run(command)
            assert shop.world.log.crashes == []
    assert shop.writes() == []
    assert max(shipped.values(), default=0) <= 1
    assert max(serials.values(), default=0) <= 1
    for order_id in week.orders:
        order = shop.backmarket(order_id)
        assert not (order.state in (1, 3) and week.cancelled(order_id)), order_id
        if 3 in shop.line_states(order_id):
            assert order.tracking_number == f"1Z{order_id}"
