"""What do buyers do?"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from random import Random

from simulation.truth import UNPAID, WAITING, orders_in

from bmsc.sandbox.backmarket.orders import Address, Order
from bmsc.sandbox.goods import ALIAS, GOODS, KIT, SHADOW, UNKNOWN_SKU
from bmsc.sandbox.world import World

SOLD = [*(good.sku for good in (*GOODS, SHADOW, KIT)), SHADOW.sku, KIT.sku, ALIAS[0]]
FOREIGN_MARKETS = {"us": ("en-us",), "eu": ("fr-fr", "fr-fr", "en-gb", "en-gb", "de-de", "sv-se")}
PRICES = ("100.00", "99.99", "0.10", "333.33", "1249.95", "279.00")


class Buyers:
    """Everybody who buys; all of them are called and live like the canaries that no paper may show."""

    def __init__(self, world: World, shop: str) -> None:
        self._world = world
        self._markets = FOREIGN_MARKETS[shop]
        for order in world.account.orders.values():
            self._disguise(order, Random(order.order_id))

    def buys(self, dice: Random) -> None:
        """Place one to four orders of one to three lines, most of them paid."""
        for _ in range(dice.choice((1, 1, 1, 2, 4))):
            self._buy(dice)

    def pays(self, dice: Random) -> None:
        """Pay for an order that waits for it, or give it up."""
        unpaid = orders_in(self._world, *UNPAID)
        if unpaid and dice.random() < 0.8:
            self._world.account.pay(dice.choice(unpaid))
        elif unpaid:
            self._world.account.fail_payment(dice.choice(unpaid))

    def cancels(self, dice: Random) -> None:
        """Cancel an order that waits for acceptance or one of its lines, now and then an accepted one."""
        waiting = orders_in(self._world, WAITING)
        if waiting and dice.random() < 0.8:
            self.cancel(dice.choice(waiting), one_line=dice.random() < 0.3)
        elif accepted := orders_in(self._world, 3):
            self._world.account.care_refunds(dice.choice(accepted))

    def cancel(self, order_id: int, *, one_line: bool) -> None:
        """Cancel what is not accepted yet of an order, or only its first such line."""
        open_lines = [line.id for line in self._world.account.orders[order_id].lines if line.state == WAITING]
        self._world.account.buyer_cancels(order_id, open_lines[:1] if one_line else open_lines)

    def _buy(self, dice: Random) -> None:
        lines = self._basket(dice)
        if not lines:
            return
        order_id = self._world.account.place_order(
            lines,
            market=dice.choice(self._markets),
            state=dice.choice((1,) * 12 + UNPAID),
            totals={sku: dice.choice(PRICES) for sku, _ in lines},
            shipping_price=dice.choice(("0", "4.99")),
            sales_taxes=dice.choice((None, "8.25")),
            is_backship=dice.random() < 0.1,
        )
        self._disguise(self._world.account.orders[order_id], dice)

    def _basket(self, dice: Random) -> list[tuple[str, int]]:
        """Choose among what Back Market offers: it never sells more than it was told."""
        skus = [dice.choice(SOLD) for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
        if dice.random() < 0.04:
            skus.append(UNKNOWN_SKU)
        if dice.random() < 0.1:
            skus.append(skus[0])
        chosen: list[tuple[str, int]] = []
        taken = Counter[str]()
        for sku in skus:
            units = min(dice.choice((1, 1, 1, 2, 3)), self._offered(sku) - taken[sku])
            if units > 0:
                taken[sku] += units
                chosen.append((sku, units))
        return chosen

    def _offered(self, sku: str) -> int:
        listing = self._world.account.skus.get(sku.casefold())
        return listing.quantity if listing else 0

    def _disguise(self, order: Order, dice: Random) -> None:
        last_name = dice.choice(("Kanarienvogel", "Kanarienvogel", "Kanarienvogel", "", "-"))
        canary = {
            "first_name": "Canary",
            "last_name": last_name,
            "street": "77 Canary Wharf",
            "street2": dice.choice(("", None, "Canary flat " + "x" * 180)),
            "email": f"canary.{order.order_id}@relay.example",
        }
        order.shipping = replace(order.shipping, phone="+1555CANARY", **canary)
        order.billing = replace(order.billing, **canary)
        assert {field.name for field in fields(Address)} >= set(canary)
