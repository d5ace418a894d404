"""The witness of the simulation sees each broken promise, and only those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from simulation.people import People
from simulation.scenario import Scenario
from simulation.witness import Witness

from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.world import World

COMPANY = 163
SKU = "IPH12-64-BLK-A"
PLAIN = Scenario(
    seed=0,
    shop="us",
    switches={"sellercloud": {"own_tax_rate": 0, "currency": "kept"}},
    on_short_stock="hold",
    sales_tax="exclude",
    concurrency=1,
)


@dataclass
class Court:
    """A world without a program in it, and its witness."""

    world: World
    people: People
    witness: Witness

    def order(self) -> int:
        """Let a buyer order one phone."""
        return self.world.account.place_order([(SKU, 1)], totals={SKU: "239.00"})

    def carry_over(self, order_id: int, *, paid: bool = True, sku: str = SKU) -> int:
        """Put the order into SellerCloud."""
        lines = [(sku, 1, Decimal("239.00"))]
        return self.world.tenant.add_order(str(order_id), COMPANY, lines=lines, paid=paid)

    def accept(self, order_id: int) -> None:
        """Accept the order as the program would, through the API."""
        self.world.actors.merchant.move_order(order_id, new_state=2, sku=SKU)

    def now(self) -> list[str]:
        """Name the promises that are broken."""
        return [broken.promise for broken in self.witness.now()]

    def at_rest(self, **told: set[str]) -> set[str]:
        """Name the promises that are broken at rest, by what was told (`_` stands for a colon)."""
        facts = {subject.replace("_", ":"): reasons for subject, reasons in told.items()}
        return {broken.promise for broken in self.witness.at_rest(facts, forgot=False)}


@pytest.fixture
def court(tmp_path: Path) -> Court:
    clock = SandboxClock(tmp_path / "clock")
    clock.set(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    world = World(clock, shop="us")
    people = People(world, "us")
    for order_id in people.orders_in(1):
        people.cancel(order_id, one_line=False)
    return Court(world, people, Witness(world, people, PLAIN))


def test_all_is_well(court: Court) -> None:
    order_id = court.order()
    court.carry_over(order_id)
    court.accept(order_id)
    assert court.now() == []
    assert court.at_rest() <= {"what the buyer cancelled is undone or told"}  # the shop's own adopted order


def test_accepted_and_absent(court: Court) -> None:
    court.accept(court.order())
    assert court.now() == ["nothing accepted that SellerCloud lacks"]


def test_accepted_and_not_paid(court: Court) -> None:
    order_id = court.order()
    court.carry_over(order_id, paid=False)
    court.accept(order_id)
    assert court.now() == ["never accepted before paid"]


def test_accepted_and_another_phone(court: Court) -> None:
    order_id = court.order()
    court.carry_over(order_id, sku="IPH12-64-BLK-B")
    court.accept(order_id)
    assert court.now() == ["nothing accepted that SellerCloud lacks"]


def test_two_orders(court: Court) -> None:
    order_id = court.order()
    for _ in range(2):
        court.carry_over(order_id)
    assert court.now() == ["at most one live SellerCloud order"]


def test_two_payments(court: Court) -> None:
    twin = court.carry_over(court.order())
    court.world.tenant.pay(twin, Decimal("239.00"))
    assert court.now() == ["never two payments"]


def test_waits_and_nobody_says_why(court: Court) -> None:
    order_id = court.order()
    assert "nothing is lost" in court.at_rest()
    assert "nothing stays in doubt" in court.at_rest(**{f"now_order_{order_id}": {"outcome_unknown"}})
    assert not court.at_rest(**{f"now_order_{order_id}": {"short_stock"}}) & {
        "nothing is lost",
        "nothing stays in doubt",
    }


def test_cancelled_and_still_there(court: Court) -> None:
    order_id = court.order()
    court.carry_over(order_id)
    court.people.cancel(order_id, one_line=False)
    promise = "what the buyer cancelled is undone or told"
    told = {f"order_{number}": {"buyer_cancelled"} for number in court.world.account.orders}
    assert promise in court.at_rest()
    assert promise not in court.at_rest(**told)


def test_staff_may_accept_what_they_like(court: Court) -> None:
    order_id = court.order()
    court.people.by_hand = True
    court.accept(order_id)
    assert court.now() == []
