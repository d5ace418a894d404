"""What happens to orders inside SellerCloud: picked, shipped, split, merged, cancelled, counted?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import TypeVar

from simulation.deeds import Deeds
from simulation.truth import CANCELED, WAITING, orders_in

from bmsc.sandbox.backmarket.orders import Order
from bmsc.sandbox.goods import ALIAS, GOODS, KIT, UNKNOWN_SKU
from bmsc.sandbox.sellercloud.codes import OrderStatus, ShippingStatus
from bmsc.sandbox.sellercloud.orders import Order as Twin
from bmsc.sandbox.world import World

CARRIERS = (("UPS", "UPS Ground"), ("FedEx", "FedEx 2Day"), ("USPS", "Priority Mail"), ("Hermann & Sons", "by cart"))
PARKED = (OrderStatus.ON_HOLD, OrderStatus.PROBLEM, OrderStatus.VOID)
Thing = TypeVar("Thing")
PARTS = ("CHARGER-USBC-30", KIT.facts["parts"][0][0])


class Warehouse:
    """Everybody who works on SellerCloud's orders and shelves."""

    def __init__(self, world: World, deeds: Deeds) -> None:
        self._world = world
        self._deeds = deeds

    def ships(self, dice: Random) -> None:
        """Send off some of the paid orders; a few labels are pasted in with marks nobody sees, or forgotten."""
        for twin in self._waiting():
            if dice.random() < 0.5:
                self._note_serials(twin, dice)
                self._send(twin, dice)

    def ships_in_part(self, dice: Random) -> None:
        """Send off a part of an order."""
        if twin := _one(dice, [twin for twin in self._waiting() if sum(line.quantity for line in twin.lines) > 1]):
            self._send(twin, dice, partially=True)

    def labels(self, dice: Random) -> None:
        """Print a label: a tracking number without a shipment."""
        if twin := _one(dice, self._waiting()):
            self._world.tenant.set_tracking(twin.id, self._number(twin, dice))

    def takes_back(self, dice: Random) -> None:
        """Take a parcel back into the house."""
        shipped = [twin for twin in self._world.tenant.orders.values() if twin.is_shipped and twin.number.isdigit()]
        if twin := _one(dice, shipped):
            self._deeds.taken_back.add(int(twin.number))
            self._world.tenant.unship(twin.id)

    def splits(self, dice: Random) -> None:
        """Split an order in two; one of a single unit cannot be."""
        if twin := _one(dice, self._waiting()):
            with suppress(ValueError):
                self._world.tenant.split(twin.id)

    def merges(self, dice: Random) -> None:
        """Merge two orders into a new one."""
        waiting = self._waiting()
        if len(waiting) > 1:
            first, second = dice.sample(waiting, 2)
            self._world.tenant.merge(first.id, second.id)

    def staff_cancels(self, dice: Random) -> None:
        """Cancel an unshipped order."""
        if twin := _one(dice, self._waiting()):
            self._world.tenant.cancel(twin.id)

    def revives(self, dice: Random) -> None:
        """Put a cancelled order back in process, and maybe send it off at once."""
        cancelled = [twin for twin in self._world.tenant.orders.values() if twin.status == CANCELED]
        if twin := _one(dice, cancelled):
            self._deeds.revived |= {int(twin.number)} if twin.number.isdigit() else set()
            self._world.tenant.set_status(twin.id, OrderStatus.IN_PROCESS)
            if twin.payments and dice.random() < 0.5:
                self._send(self._world.tenant.orders[twin.id], dice)

    def parks(self, dice: Random) -> None:
        """Put an order on hold or into another status that is none of the usual ones, or take one out of it."""
        parked = [twin for twin in self._world.tenant.orders.values() if twin.status in PARKED and not twin.relations]
        if parked and dice.random() < 0.6:
            self._world.tenant.set_status(dice.choice(parked).id, OrderStatus.IN_PROCESS)
        elif twin := _one(dice, self._waiting()):
            self._world.tenant.set_status(twin.id, dice.choice(PARKED))

    def counts(self, dice: Random) -> None:
        """Count a product anew."""
        self._world.tenant.set_physical(dice.choice([good.sku for good in GOODS]), dice.choice((0, 1, 3, 6, 20, 50)))

    def receives(self, dice: Random) -> None:
        """Unpack a delivery of a few products."""
        for sku in dice.sample([*(good.sku for good in GOODS), *PARTS], 4):
            shelf = self._world.tenant.product(sku).shelf.true
            self._world.tenant.set_physical(sku, sum(shelf.physical.values()) + dice.choice((2, 5, 10)))

    def copies(self, dice: Random) -> None:
        """Let another tool carry a waiting order over; never while its list lags, where nobody could notice."""
        if self._world.switches.sellercloud.order_list_lag_seconds:
            return
        waiting = [self._world.account.orders[order_id] for order_id in orders_in(self._world, WAITING)]
        if order := _one(dice, [order for order in waiting if self._copyable(order)]):
            self._deeds.copied.add(order.order_id)
            self._world.actors.other_tool.copies_order(order.order_id, paid=dice.random() < 0.7)

    def _copyable(self, order: Order) -> bool:
        renamed = any(line.sku in (ALIAS[0], UNKNOWN_SKU) for line in order.lines)
        return not renamed and not self._world.tenant.orders_by_number(str(order.order_id))

    def _waiting(self) -> list[Twin]:
        """List what a person in the warehouse sees as his work: in process, paid, nothing of it sent."""
        orders = self._world.tenant.orders.values()
        return [twin for twin in orders if _is_work(twin) and any(line.quantity for line in twin.lines)]

    def _send(self, twin: Twin, dice: Random, *, partially: bool = False) -> None:
        carrier, service = dice.choice((*CARRIERS, *CARRIERS[:3]))
        tracking = "" if dice.random() < 0.05 else self._number(twin, dice)
        self._world.tenant.ship(twin.id, carrier=carrier, service=service, tracking=tracking, partially=partially)

    def _number(self, twin: Twin, dice: Random) -> str:
        number = f"1Z{twin.id:010d}{dice.randrange(10**6):06d}"
        return dice.choice((number, number, number, f" {number}\u200e ", f"https://track.example/{number}"))

    def _note_serials(self, twin: Twin, dice: Random) -> None:
        if dice.random() < 0.3:
            line = dice.choice(twin.lines)
            serial = dice.choice(("490154203237518", "490154203237519", f"SN{dice.randrange(10**9)}"))
            self._world.tenant.add_serials(twin.id, [(line.id, serial)])


def _is_work(twin: Twin) -> bool:
    unsent = twin.status == OrderStatus.IN_PROCESS and twin.shipping_status == ShippingStatus.UNSHIPPED
    return unsent and bool(twin.payments)


def _one(dice: Random, some: Sequence[Thing]) -> Thing | None:
    return dice.choice(some) if some else None
