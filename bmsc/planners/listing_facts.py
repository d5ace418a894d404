"""What `listings sync` knows when it decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct, field

from bmsc.domain.ids import ListingId, OrderId, Sku, SkuKey, sku_key
from bmsc.domain.listings import KnownListing, Listing, Product
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.planners.order_facts import LookUp


class Catalog(Struct, frozen=True):
    """What SellerCloud said about the SKUs that were asked for; a SKU is in exactly one of the first four."""

    products: Mapping[SkuKey, Product] = field(default_factory=dict)
    absent: frozenset[SkuKey] = frozenset()
    """Not returned by two asks of this run, each beside a SKU that was."""
    unproven: frozenset[SkuKey] = frozenset()
    """Not returned, by answers that brought nothing back at all."""
    unknown: frozenset[SkuKey] = frozenset()
    """The answer failed, was short or could not be believed."""
    in_warehouses: Mapping[SkuKey, int] = field(default_factory=dict)
    """Units in sellable warehouses, asked only where a shadow's parent could not be read."""

    def find(self, sku: Sku) -> Product | None:
        """Give a product, whatever the SKU's case."""
        return self.products.get(sku_key(sku))


class FollowedOrder(Struct, frozen=True):
    """The units of a Back Market order, and since when SellerCloud shows them as paid; None: in flight.

    `pools` are the same units by the product that holds them, empty until the rows of its SKUs were read.
    `left_at` is since when an order is no longer listed as open: shipped or cancelled, or left out by mistake.
    """

    units: tuple[tuple[Sku, int], ...]
    covered_at: datetime | None = None
    pools: tuple[tuple[SkuKey, int], ...] = ()
    left_at: datetime | None = None

    @property
    def counted_since(self) -> datetime | None:
        """Since when SellerCloud's numbers are on their way to show these units as taken, or as free again."""
        return self.covered_at or self.left_at


class SeenOrder(Struct, frozen=True):
    """An open Back Market order with what looking it up in SellerCloud showed."""

    order: BackMarketOrder
    look_up: LookUp
    twins: tuple[SellerCloudOrder, ...] = ()


class SyncMemory(Struct, frozen=True):
    """What earlier runs of `listings sync` leave: orders they followed, and when listings were last read."""

    orders: Mapping[OrderId, FollowedOrder] = field(default_factory=dict)
    seen_at: datetime | None = None
    pages_per_second: float | None = None
    """How fast Back Market gave pages, where a run could tell."""
    lines_left: int = 0
    """How many listings the last run had something to write about, and no time."""


class SyncFacts(Struct, frozen=True):
    """Everything one run of `listings sync` read before deciding."""

    now: datetime
    listings: Collection[Listing]
    catalog: Catalog
    orders: tuple[SeenOrder, ...] = ()
    finished: tuple[BackMarketOrder, ...] = ()
    """Orders that were shipped lately; read only when no earlier run could have followed them."""
    known: Mapping[ListingId, KnownListing] = field(default_factory=dict)
    memory: SyncMemory = SyncMemory()
    narrowed: bool = False
