"""What the order commands remember between runs; losing it costs caution, never correctness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from bmsc.domain.ids import OrderId, OrderLineId, OrderNumber, SellerCloudOrderId, SkuKey


class KnownOrder(Struct, frozen=True):
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

    @property
    def is_begun(self) -> bool:
        """Say whether we made or adopted its SellerCloud order and have not come to the end of it."""
        return (self.created_by_us or self.sellercloud_id is not None) and not self.finished


class Sentinel(Struct, frozen=True):
    """An order number known to be in SellerCloud: a look-up that misses it proves nothing."""

    number: OrderNumber
    sellercloud_id: SellerCloudOrderId


class OrdersMemory(Struct, frozen=True):
    """The section of `orders pull` in the state document, typed."""

    orders: Mapping[OrderId, KnownOrder] = field(default_factory=dict)
    sentinels: tuple[Sentinel, ...] = ()
    proven_currencies: frozenset[str] = frozenset()


class KnownShipment(Struct, frozen=True):
    """An order to ship as earlier runs of `tracking push` saw it.

    `waits_for` names why it was not shipped and `waits_since` when that began. `shipped` once Back Market
    was told: a list that still shows the order lags.
    """

    first_seen: datetime
    expected_dispatch_at: datetime | None = None
    waits_for: str = ""
    waits_since: datetime | None = None
    shipped: bool = False


class ShipmentsMemory(Struct, frozen=True):
    """The section of `tracking push` in the state document, typed.

    `serials_sent` are the lines a serial number was ever sent for: it is write-once, whatever became of it.
    """

    orders: Mapping[OrderId, KnownShipment] = field(default_factory=dict)
    sentinels: tuple[Sentinel, ...] = ()
    serials_sent: Mapping[OrderLineId, datetime] = field(default_factory=dict)


class CancelMemory(Struct, frozen=True):
    """The section of `cancel sync` in the state document, typed.

    `settled` names what was found in order on both sides, in the words of `jobs.cancel_memory.standing`, so
    that it is not asked for in every run; `foreign` are order numbers that Back Market does not know.
    """

    sentinels: tuple[Sentinel, ...] = ()
    settled: Mapping[str, datetime] = field(default_factory=dict)
    foreign: Mapping[OrderId, datetime] = field(default_factory=dict)
    finished: Mapping[OrderId, datetime] = field(default_factory=dict)
    """Orders we ended on Back Market: a list that still shows one as open lags."""
    dispatch: Mapping[OrderId, datetime] = field(default_factory=dict)
    """Dispatch deadlines as first seen."""
