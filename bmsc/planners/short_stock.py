"""Whether the units left in SellerCloud suffice for the orders that wait, oldest first."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bmsc.domain.ids import SkuKey, sku_key
from bmsc.domain.orders import BackMarketOrder
from bmsc.domain.settings import OnShortStock
from bmsc.planners import drafts
from bmsc.planners.order_facts import PullFacts

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings


class Shelf:
    """The units that waiting orders share. Ask oldest first; an answer of yes takes the units."""

    def __init__(self, facts: PullFacts, settings: Settings) -> None:
        self._facts = facts
        self._settings = settings
        self._taken: Counter[SkuKey] = Counter()
        for key, units in facts.just_taken.items():
            self._taken[self._pool(key)] += units
        self._counts = settings.orders.on_short_stock is OnShortStock.HOLD

    def take(self, order: BackMarketOrder) -> bool:
        """Take an order's units off the shelf; False, taking none, when one SKU falls short."""
        if not self._counts:
            return True
        wanted: Counter[SkuKey] = Counter()
        for key, units in drafts.wanted_units(order.live_lines, self._settings).items():
            wanted[self._pool(key)] += units
        if any(self._taken[pool] + units > self._available(pool) for pool, units in wanted.items()):
            return False
        self._taken += wanted
        return True

    def _pool(self, key: SkuKey) -> SkuKey:
        product = self._facts.products.get(key)
        parent = sku_key(product.shadow_of) if product and product.shadow_of else key
        return parent if parent in self._facts.products else key

    def _available(self, pool: SkuKey) -> int:
        product = self._facts.products.get(pool)
        return product.available or 0 if product else 0
