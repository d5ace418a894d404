"""What the order commands remember between runs; losing it costs caution, never correctness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bmsc.domain.ids import OrderId, OrderNumber, SellerCloudOrderId, SkuKey


@dataclass(frozen=True)
class KnownOrder:
    """A Back Market order we have met: its SellerCloud twin, and the deadline that vanishes on shipping.

    `finished` once nothing is left for us to accept or undo.
    `absent_since` is the first look-up that proved the order absent after a create of unknown outcome.
    """

    first_seen: datetime
    sellercloud_id: SellerCloudOrderId | None = None
    created_by_us: bool = False
    finished: bool = False
    expected_dispatch_at: datetime | None = None
    absent_since: datetime | None = None
    created_at: datetime | None = None
    units: Mapping[SkuKey, int] = field(default_factory=dict)
    """What a recent order of ours took from each SKU: SellerCloud's quantities lag behind it."""


@dataclass(frozen=True)
class Sentinel:
    """An order number known to be in SellerCloud: a look-up that misses it proves nothing."""

    number: OrderNumber
    sellercloud_id: SellerCloudOrderId


@dataclass(frozen=True)
class OrdersMemory:
    """The section of `orders pull` in the state document, typed."""

    orders: Mapping[OrderId, KnownOrder] = field(default_factory=dict)
    sentinels: tuple[Sentinel, ...] = ()
    proven_currencies: frozenset[str] = frozenset()
