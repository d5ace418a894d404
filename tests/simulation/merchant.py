"""What do the merchant, his staff at the desk and his rivals do?"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from random import Random

from simulation.deeds import Deeds
from simulation.truth import ACCEPTED, PAID, TO_SHIP, WAITING, orders_in

from bmsc.sandbox.backmarket.refusals import Refusal
from bmsc.sandbox.goods import GOODS, KIT, SHADOW, Good
from bmsc.sandbox.shop import GRADES, SHOPS
from bmsc.sandbox.world import World

RULED = (*GOODS, SHADOW, KIT)
CENT = Decimal("0.01")
NONSENSE = "perhaps"
"""What stands in a cell that should say yes or no."""


class Merchant:
    """Edits columns in SellerCloud, works by hand in Back Market's back office, and has rivals."""

    def __init__(self, world: World, shop: str, deeds: Deeds) -> None:
        self._world = world
        self._fronts = SHOPS[shop]
        self._deeds = deeds

    # --- columns

    def edits_columns(self, dice: Random) -> None:
        """Edit one to three cells, or switch a product off or on."""
        for _ in range(dice.choice((1, 1, 2, 3))):
            good = dice.choice(RULED)
            suffix = dice.choice(self._fronts).suffix
            edit = dice.choice((self._price, self._price, self._minimum, self._enable, self._safety, self._identity))
            edit(good, suffix, dice)

    def _price(self, good: Good, suffix: str, dice: Random) -> None:
        self._set(good, f"PRICE_{suffix}", self._moved(good, f"PRICE_{suffix}", dice))

    def _minimum(self, good: Good, suffix: str, dice: Random) -> None:
        self._set(good, f"MIN_PRICE_{suffix}", self._moved(good, f"MIN_PRICE_{suffix}", dice))

    def _enable(self, good: Good, suffix: str, dice: Random) -> None:
        if dice.random() < 0.2:
            self._world.tenant.set_active(good.sku, active=dice.random() < 0.6)
        else:
            self._set(good, f"ENABLED_{suffix}", dice.choice((True, True, True, False, NONSENSE, None)))

    def _safety(self, good: Good, suffix: str, dice: Random) -> None:
        self._set(good, "SAFETY_QTY", dice.choice((None, None, 0, 1, 2, -1, "two")))

    def _identity(self, good: Good, suffix: str, dice: Random) -> None:
        grade = GRADES[good.grade]
        self._set(good, "GRADE", dice.choice((grade, grade, grade, None, 4, "best")))

    def _moved(self, good: Good, name: str, dice: Random) -> object:
        """Move a price a little, rarely a lot, now and then to nonsense; what was nonsense becomes a price again."""
        before = self._world.tenant.product(good.sku).columns.get(f"backmarket_{name}".casefold())
        try:
            price = Decimal(str(before))
        except ArithmeticError:
            price = Decimal(100)
        factor = dice.choice(("0.96", "0.98", "1.01", "1.03", "1.05", "0.5", "2"))
        moved = max(CENT, (price * Decimal(factor)).quantize(CENT))
        return dice.choice((moved, moved, moved, moved, moved, None, "12,5", "soon"))

    def _set(self, good: Good, name: str, value: object) -> None:
        self._world.tenant.set_column(good.sku, f"BACKMARKET_{name}", value)

    # --- by hand on Back Market

    def edits_listing(self, dice: Random) -> None:
        """Change a quantity or a price by hand."""
        listing = dice.choice(list(self._world.account.listings.values()))
        with self._world.account.changing(listing):
            if dice.random() < 0.6:
                listing.quantity = dice.choice((0, 1, 5, 30))
                return
            offer = listing.offer_to_edit(dice.choice(self._fronts).locale)
            if offer.price is not None:
                offer.price = (offer.price * Decimal(dice.choice(("0.9", "1.1", "1.5", "0.7")))).quantize(CENT)

    def staff_accepts(self, dice: Random) -> None:
        """Accept a waiting order."""
        if waiting := orders_in(self._world, WAITING):
            order_id = dice.choice(waiting)
            self._deeds.accepted.add(order_id)
            self._move(order_id, PAID, 2)

    def staff_ends(self, dice: Random) -> None:
        """Cancel a waiting order, or refund one that is to be shipped."""
        if orders := orders_in(self._world, WAITING, TO_SHIP):
            order_id = dice.choice(orders)
            self._move(order_id, PAID, 4)
            self._move(order_id, ACCEPTED, 5)

    def _move(self, order_id: int, before: int, after: int) -> None:
        lines = self._world.account.orders[order_id].lines
        with self._deeds.at_work():
            for sku in {line.sku for line in lines if line.state == before}:
                with suppress(Refusal):
                    self._world.actors.merchant.move_order(order_id, new_state=after, sku=sku)

    # --- rivals

    def rivals_move(self, dice: Random) -> None:
        """Let every rival move a little, or those of one product a lot."""
        rivals = [rival for some in self._world.account.rivals_of.values() for rival in some]
        if dice.random() < 0.5:
            for rival in rivals:
                rival.price = _times(rival.price, 1 + dice.uniform(-0.03, 0.03))
        elif rivals:
            rival = dice.choice(rivals)
            rival.price = _times(rival.price, dice.choice((0.8, 0.9, 1.1, 1.3)))


def _times(price: Decimal, factor: float) -> Decimal:
    return max(CENT, (price * Decimal(str(round(factor, 4)))).quantize(CENT))
