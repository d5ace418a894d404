"""How many units are there to sell, truly and as the tenant shows it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bmsc.sandbox.sellercloud.codes import KitMode
from bmsc.sandbox.sellercloud.products import Count, Part, Product, Warehouse
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

Reader = Callable[[Product], Count]
Units = Mapping[str, int]
"""Units by folded SKU of products that hold stock of their own."""


class Stockroom:
    """The units of every product: shadows stand for their parent, dependent kits for their parts."""

    def __init__(
        self, products: Mapping[str, Product], clock: Callable[[], datetime], switches: SellerCloudSwitches
    ) -> None:
        self.products = products
        self.warehouses: dict[int, Warehouse] = {}
        self._clock = clock
        self._switches = switches

    @property
    def default_warehouse(self) -> Warehouse:
        """Where units are put and orders are shipped from when nobody names a place."""
        return next(house for house in self.warehouses.values() if house.is_default)

    def holder(self, product: Product) -> Product:
        """Give the product that holds the stock: the shadow's parent, through any shadows between, else itself."""
        met = {product.key}
        while (parent := self.products.get((product.shadow_of or "").casefold())) and parent.key not in met:
            met.add(parent.key)
            product = parent
        return product

    def pools(self, sku: str, units: int) -> Units:
        """Give the products that so many units of a SKU are taken from; an unknown SKU takes none."""
        product = self.products.get(sku.casefold())
        if product is None:
            return {}
        taken: Counter[str] = Counter()
        holder = self.holder(product)
        for part in self.kit_parts(holder):
            taken.update(self.pools(part.sku, units * part.quantity))
        return taken or {holder.key: units}

    def true_sellable(self, sku: str) -> int:
        """Give what may still be sold of a SKU now, before any lag; negative when oversold."""
        return self._sellable(self.products[sku.casefold()], lambda product: product.shelf.true)

    def shown(self, product: Product) -> Count:
        """Give the count that the tenant's aggregates show of this product's own units."""
        product.shelf.settle(self._clock(), self._switches.aggregate_lag_seconds)
        return product.shelf.shown

    def shown_sellable(self, product: Product) -> int:
        """Give the available quantity that the tenant shows, shadows and kits resolved."""
        return self._sellable(product, self.shown)

    def shown_since(self, product: Product) -> datetime:
        """Give when the aggregates that make up this product's quantity last changed."""
        holders = [product]
        if product.shadow_of or product.parts:
            holders += [self.products[key] for key in self.pools(product.sku, 1)]
        for holder in holders:
            self.shown(holder)
        return max(holder.shelf.shown_since for holder in holders)

    def sellable_units(self, count: Count) -> int:
        """Give the physical units of a count that lie in sellable warehouses."""
        return sum(units for house, units in count.physical.items() if self.warehouses[house].sellable)

    def kit_parts(self, product: Product) -> tuple[Part, ...]:
        """Give the parts whose stock decides the kit's; none for products with stock of their own."""
        if self._switches.kit_quantity == "own" or product.kit_mode == KitMode.INDEPENDENT:
            return ()
        return product.parts[:1] if product.kit_mode == KitMode.MAIN_COMPONENT else product.parts

    def set_physical(self, product: Product, units: int, warehouse_id: int) -> None:
        """Put a counted number of units into one warehouse."""
        count = product.shelf.true
        self._change(product, replace(count, physical={**count.physical, warehouse_id: units}))

    def reserve(self, units: Units) -> None:
        """Promise units to an order; negative ones are released."""
        for product, number in self._existing(units):
            count = product.shelf.true
            self._change(product, replace(count, reserved=count.reserved + number))

    def take(self, units: Units) -> None:
        """Carry units out of the default warehouse; negative ones come back."""
        house = self.default_warehouse.id
        for product, number in self._existing(units):
            self.set_physical(product, product.shelf.true.physical.get(house, 0) - number, house)

    def _existing(self, units: Units) -> Iterator[tuple[Product, int]]:
        return ((self.products[key], number) for key, number in units.items() if key in self.products)

    def _change(self, product: Product, count: Count) -> None:
        product.shelf.settle(self._clock(), self._switches.aggregate_lag_seconds)
        product.shelf.change(count, self._clock())

    def _sellable(self, product: Product, read: Reader) -> int:
        holder = self.holder(product)
        parts = self.kit_parts(holder)
        if parts:
            return min(self._kits(parts, read), default=0)
        count = read(holder)
        return self.sellable_units(count) - count.reserved

    def _kits(self, parts: tuple[Part, ...], read: Reader) -> Iterator[int]:
        for part in parts:
            component = self.products.get(part.sku.casefold())
            yield self._sellable(component, read) // part.quantity if component else 0
