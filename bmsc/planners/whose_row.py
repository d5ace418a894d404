"""Whose row rules a listing, and from whose stock it sells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.domain.listings import Product
from bmsc.planners.listing_facts import Catalog

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

Pools = Mapping[SkuKey, int]
"""The products a unit is taken from, and how many of each."""


class Missing(StrEnum):
    """Why there is no row: the reason that every command gives."""

    ABSENT = "not_in_sellercloud"
    UNPROVEN = "absence_unproven"
    UNKNOWN = "unknown"


class Stock(Struct, frozen=True):
    """How many units SellerCloud shows as available, and where that was read."""

    available: int
    source: str


class Aliases:
    """The configured `[sku_aliases]`, compared without regard to case."""

    def __init__(self, settings: Settings) -> None:
        self._names = {sku_key(alias): Sku(sku) for alias, sku in settings.sku_aliases.items()}

    def resolve(self, sku: Sku) -> Sku:
        """Translate a Back Market SKU into SellerCloud's."""
        return self._names.get(sku_key(sku), sku) if self._names else sku


def row_of(sku: Sku, catalog: Catalog) -> Product | Missing:
    """Find the row of a SellerCloud SKU, or why there is none."""
    key = sku_key(sku)
    if key in catalog.products:
        return catalog.products[key]
    if key in catalog.absent:
        return Missing.ABSENT
    return Missing.UNPROVEN if key in catalog.unproven else Missing.UNKNOWN


def stock_of(row: Product, catalog: Catalog) -> Stock | None:
    """Read the units of a row; None when nobody knows them: 0 is never assumed.

    A shadow sells from its parent, of whatever company; SellerCloud shows 0 in the shadow's own row.
    """
    if row.shadow_of is None:
        return None if row.available is None else Stock(row.available, f"row of {row.sku}")
    holder = lineage(row, catalog)[-1]
    if holder.shadow_of is None and holder.available is not None:
        return Stock(holder.available, f"row of {holder.sku}, parent of the shadow {row.sku}")
    if row.available is not None and row.available > 0:
        return Stock(row.available, f"own row of the shadow {row.sku}: its parent {row.shadow_of} is not readable")
    units = catalog.in_warehouses.get(sku_key(row.sku))
    return None if units is None else Stock(units, f"warehouses of the shadow {row.sku}")


def lineage(row: Product, catalog: Catalog) -> list[Product]:
    """Give a row, its parent, the parent's own parent and so on, as far as they were read.

    The last one holds the stock unless it is a shadow itself: then its parent was not read, or the shadows form a ring.
    """
    line, met = [row], {sku_key(row.sku)}
    while (above := line[-1].shadow_of) and sku_key(above) not in met and (parent := catalog.find(above)):
        met.add(sku_key(above))
        line.append(parent)
    return line


def pools_of(sku: Sku, catalog: Catalog, aliases: Aliases) -> Pools:
    """Resolve alias, shadow parent and kit parts down to the products that hold the stock."""
    resolved = aliases.resolve(sku)
    row = catalog.find(resolved)
    if row is None:
        return {sku_key(resolved): 1}
    holder = lineage(row, catalog)[-1]
    if holder.parts:
        counted: Counter[SkuKey] = Counter()
        for part in holder.parts:
            counted[sku_key(part.sku)] += max(1, part.quantity)
        return counted
    return {sku_key(holder.shadow_of or holder.sku): 1}


def share(taken: Mapping[SkuKey, int], pools: Pools) -> int:
    """Tell how many units of a listing are gone when so many units of its pools are; rounds up."""
    return max((-(-taken.get(pool, 0) // each) for pool, each in pools.items()), default=0)
