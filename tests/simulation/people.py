"""What do buyers, staff, the warehouse and another tool do between two runs, or in the middle of one?"""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

from bmsc.sandbox.backmarket.orders import Address, Line, Order
from bmsc.sandbox.goods import ALIAS, GOODS, KIT, SHADOW, UNKNOWN_SKU
from bmsc.sandbox.sellercloud.codes import OrderStatus
from bmsc.sandbox.world import World

WAITING, TO_SHIP, UNPAID = 1, 3, (0, 10)
SOLD = [*(good.sku for good in (*GOODS, SHADOW, KIT)), ALIAS[0]]
FOREIGN_MARKETS = {"us": ("en-us",), "eu": ("fr-fr", "fr-fr", "en-gb", "en-gb", "de-de", "sv-se")}
PRICES = ("100.00", "99.99", "0.10", "333.33", "1249.95", "279.00")


class People:
    """Everybody in one world who is not the program. `by_hand` is set while staff move an order themselves."""

    def __init__(self, world: World, shop: str) -> None:
        self._world = world
        self._markets = FOREIGN_MARKETS[shop]
        self.by_hand = False
        self.copied: set[int] = set()
        self.meddled: set[int] = set()
        """Orders that staff cancelled in SellerCloud or accepted by hand."""
        for order in world.account.orders.values():
            self._disguise(order, Random(order.order_id))

    def buys(self, dice: Random) -> None:
        """Place one to four orders of one to three lines, most of them paid."""
        for _ in range(dice.choice((1, 1, 1, 2, 4))):
            self._buy(dice)

    def _buy(self, dice: Random) -> None:
        skus = [dice.choice(SOLD) for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
        if dice.random() < 0.04:
            skus.append(UNKNOWN_SKU)
        if dice.random() < 0.1:
            skus.append(skus[0])
        lines = [(sku, dice.choice((1, 1, 1, 2, 3))) for sku in skus]
        order_id = self._world.account.place_order(
            lines,
            market=dice.choice(self._markets),
            state=dice.choice((1,) * 12 + UNPAID),
            totals={sku: dice.choice(PRICES) for sku in skus},
            shipping_price=dice.choice(("0", "4.99")),
            sales_taxes=dice.choice((None, "8.25")),
            is_backship=dice.random() < 0.1,
        )
        self._disguise(self._world.account.orders[order_id], dice)

    def _disguise(self, order: Order, dice: Random) -> None:
        """Put a canary into every string of the buyer."""
        last_name = dice.choice(("Kanarienvogel", "O'Canary-Ćuk", ""))
        canary: dict[str, Any] = {
            "first_name": "Canary",
            "last_name": last_name,
            "street": "77 Canary Wharf",
            "street2": dice.choice(("", None, "Canary flat " + "x" * 180)),
            "email": f"canary.{order.order_id}@relay.example",
        }
        order.shipping = replace(order.shipping, phone="+1555CANARY", **canary)
        order.billing = replace(order.billing, **canary)
        assert {field.name for field in fields(Address)} >= set(canary)

    def pays(self, dice: Random) -> None:
        """Pay for an order that waits for it, or give it up."""
        unpaid = self.orders_in(*UNPAID)
        if unpaid and dice.random() < 0.8:
            self._world.account.pay(dice.choice(unpaid))
        elif unpaid:
            self._world.account.fail_payment(dice.choice(unpaid))

    def cancels(self, dice: Random) -> None:
        """Cancel an order that waits for acceptance, or one of its lines."""
        waiting = self.orders_in(WAITING)
        if waiting:
            self.cancel(dice.choice(waiting), one_line=dice.random() < 0.3)

    def cancel(self, order_id: int, *, one_line: bool) -> None:
        """Cancel what is not accepted yet of an order, or only its first such line."""
        open_lines = [line.id for line in self._world.account.orders[order_id].lines if line.state == WAITING]
        self._world.account.buyer_cancels(order_id, open_lines[:1] if one_line else open_lines)

    def ships(self, dice: Random) -> None:
        """Send off some of the paid SellerCloud orders."""
        for number in self._world.actors.warehouse.waiting():
            if dice.random() < 0.5:
                self._world.actors.warehouse.ship(number)

    def staff_cancels(self, dice: Random) -> None:
        """Cancel an unshipped order inside SellerCloud."""
        numbers = self._world.actors.warehouse.waiting()
        if numbers:
            number = dice.choice(numbers)
            self.meddled.add(int(number))
            self._world.actors.warehouse.cancel(number)

    def staff_accepts(self, dice: Random) -> None:
        """Accept a waiting order by hand in Back Market's back office."""
        waiting = self.orders_in(WAITING)
        if waiting:
            order = self._world.account.orders[dice.choice(waiting)]
            self._accept_by_hand(order)

    def _accept_by_hand(self, order: Order) -> None:
        self.meddled.add(order.order_id)
        self.by_hand = True
        try:
            for sku in {line.sku for line in order.lines if line.state == WAITING}:
                self._world.actors.merchant.move_order(order.order_id, new_state=2, sku=sku)
        finally:
            self.by_hand = False

    def copies(self, dice: Random) -> None:
        """Let another tool carry a waiting order over; never while its list lags, where nobody could notice."""
        if self._world.switches.sellercloud.order_list_lag_seconds:
            return
        waiting = [order_id for order_id in self.orders_in(WAITING) if self._copyable(order_id)]
        if waiting:
            order_id = dice.choice(waiting)
            self.copied.add(order_id)
            self._world.actors.other_tool.copies_order(order_id, paid=dice.random() < 0.7)

    def _copyable(self, order_id: int) -> bool:
        lines: list[Line] = self._world.account.orders[order_id].lines
        renamed = any(line.sku in (ALIAS[0], UNKNOWN_SKU) for line in lines)
        return not renamed and not self._world.tenant.orders_by_number(str(order_id))

    def counts(self, dice: Random) -> None:
        """Count a product anew."""
        sku = dice.choice([good.sku for good in GOODS])
        self._world.tenant.set_physical(sku, dice.choice((0, 1, 3, 20, 50)))

    def orders_in(self, *states: int) -> list[int]:
        """List the orders in some states, oldest first."""
        return [order.order_id for order in self._world.account.orders.values() if order.state in states]

    def live_twins(self, order_id: int) -> list[Any]:
        """List the SellerCloud orders with an order's number that are not cancelled."""
        twins = self._world.tenant.orders_by_number(str(order_id))
        return [twin for twin in twins if twin.status != OrderStatus.CANCELED]
