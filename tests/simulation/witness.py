"""Which promise is broken: seen at the very moment of a write, after a run, or at rest?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from simulation.people import TO_SHIP, WAITING, People
from simulation.scenario import Scenario

from bmsc.sandbox.backmarket.orders import UNPAID_LINES, Line
from bmsc.sandbox.goods import ALIAS
from bmsc.sandbox.sellercloud.codes import CURRENCIES, OrderStatus, PaymentStatus, PaymentType
from bmsc.sandbox.sellercloud.orders import Order as Twin
from bmsc.sandbox.shop import COMPANY_ID
from bmsc.sandbox.world import World

PAID, ACCEPTED, CANCELLED = 1, 2, 4


@dataclass(frozen=True)
class Broken:
    """A promise that was not kept."""

    promise: str
    detail: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.detail}"


Told = Mapping[str, Set[str]]
"""Per subject, the reasons that reports gave for it."""


class Witness:
    """Watches one world; knows nothing of what the program remembers."""

    def __init__(self, world: World, people: People, scenario: Scenario) -> None:
        self._world = world
        self._scenario = scenario
        self._people = people
        self._on_the_spot: list[Broken] = []
        self.accepted: set[int] = set()
        self._watch()

    def _watch(self) -> None:
        account, move = self._world.account, self._world.account.set_state

        def watched(line: Line, state: int) -> None:
            if line.state == PAID and state == ACCEPTED and not self._people.by_hand:
                self._sees_acceptance(line)
            move(line, state)

        account.set_state = watched  # type: ignore[method-assign]

    def _sees_acceptance(self, line: Line) -> None:
        order_id = next(one.order_id for one in self._world.account.orders.values() if line in one.lines)
        self.accepted.add(order_id)
        twins = self._people.live_twins(order_id)
        if len(twins) != 1:
            self._say("nothing accepted that SellerCloud lacks", f"order {order_id}: {_all(twins)} when accepted")
        elif twins[0].payment_status != PaymentStatus.CHARGED:
            self._say("never accepted before paid", f"order {order_id}: {_all(twins)} when accepted")
        elif _units(twins[0])[_twin_sku(line.sku)] < line.quantity:
            self._say(
                "nothing accepted that SellerCloud lacks", f"order {order_id}: {line.sku} is not in {_all(twins)}"
            )

    def _say(self, promise: str, detail: str) -> None:
        self._on_the_spot.append(Broken(promise, detail))

    def now(self) -> list[Broken]:
        """Tell what is broken as things stand, after any event."""
        seen, self._on_the_spot = self._on_the_spot, []
        crashes = [Broken("the sandbox does not crash", text) for text in self._world.log.crashes]
        return [*seen, *crashes, *self._doubles()]

    def _doubles(self) -> Iterator[Broken]:
        numbers = Counter(twin.number for twin in self._world.tenant.orders.values() if twin.status != -1)
        for number, count in numbers.items():
            if count > 1:
                yield Broken("at most one live SellerCloud order", f"order {number} has {count}")
        for twin in self._world.tenant.orders.values():
            if _payments(twin) > 1:
                yield Broken("never two payments", f"order {twin.number}: {_payments(twin)} on {twin.id}")

    def at_rest(self, told: Told, *, forgot: bool) -> list[Broken]:
        """Tell what is broken once nothing has happened for an hour; `told` is by the run at rest and before.

        `forgot` says that the state was lost or put back: what was begun and then cancelled is left to
        `cancel sync`.
        """
        broken = [*self._not_left_waiting(told), *self._accepted_once()]
        return broken if forgot else [*broken, *self._cancelled_are_undone(told)]

    def _not_left_waiting(self, told: Told) -> Iterator[Broken]:
        for order_id in self._people.orders_in(WAITING):
            reasons = told.get(f"now:order:{order_id}", set())
            if not reasons:
                yield Broken("nothing is lost", f"order {order_id} waits and the last run does not say why")
            elif not reasons & set(self._good_reasons(order_id)) and order_id not in self._people.meddled:
                yield Broken("nothing stays in doubt", f"order {order_id} is still held: {sorted(reasons)}")

    def _good_reasons(self, order_id: int) -> Iterator[str]:
        """Why an order may still wait when nothing has gone wrong for an hour."""
        order = self._world.account.orders[order_id]
        products = [self._world.tenant.catalogue.find(_twin_sku(line.sku)) for line in order.lines]
        if None in products:
            yield "unknown_sku"
        if any(product and product.company_id != COMPANY_ID for product in products):
            yield "sku_of_other_company"
        if self._scenario.on_short_stock == "hold":
            yield "short_stock"
        if self._scenario.money_differs:
            yield from ("money_mismatch", "waits_for_first_order")
        if order.currency not in CURRENCIES:
            yield "unknown_currency"
        if order.line_states() & UNPAID_LINES:
            yield "not_confirmed"

    def _accepted_once(self) -> Iterator[Broken]:
        for order_id in self.accepted:
            twins = self._world.tenant.orders_by_number(str(order_id))
            if len(twins) != 1:
                yield Broken("exactly one SellerCloud order per accepted order", f"order {order_id}: {_all(twins)}")
            elif _payments(twins[0]) != 1:
                yield Broken("exactly one payment per accepted order", f"order {order_id}: {_all(twins)}")

    def _cancelled_are_undone(self, told: Told) -> Iterator[Broken]:
        for order in self._world.account.orders.values():
            states = order.line_states()
            ours = order.order_id not in self.accepted | self._people.copied | self._people.meddled
            live = self._people.live_twins(order.order_id)
            if states == {CANCELLED} and ours and live and not told.get(f"order:{order.order_id}"):
                yield Broken("what the buyer cancelled is undone or told", f"order {order.order_id}: {_all(live)}")
            elif CANCELLED in states and states & {ACCEPTED} and order.state == TO_SHIP and ours:
                yield from self._surplus_is_told(order.order_id, told)

    def _surplus_is_told(self, order_id: int, told: Told) -> Iterator[Broken]:
        order = self._world.account.orders[order_id]
        wanted = Counter[str]()
        for line in order.lines:
            wanted[_twin_sku(line.sku)] += line.quantity if line.state != CANCELLED else 0
        for twin in self._people.live_twins(order_id):
            if _units(twin) - wanted and not told.get(f"order:{order_id}"):
                yield Broken("a line the buyer cancelled is told", f"order {order_id}: {_all([twin])}")


def _payments(twin: Twin) -> int:
    return sum(payment.type == PaymentType.PAYMENT for payment in twin.payments)


def _units(twin: Any) -> Counter[str]:
    units = Counter[str]()
    for line in twin.lines:
        units[line.sku.casefold()] += line.quantity
    return units


def _twin_sku(sku: str) -> str:
    return (ALIAS[1] if sku == ALIAS[0] else sku).casefold()


def _all(twins: list[Any]) -> str:
    shown = [
        f"{twin.id} ({OrderStatus(twin.status).name}, {PaymentStatus(twin.payment_status).name})" for twin in twins
    ]
    return ", ".join(shown) or "no SellerCloud order"
