"""What `tracking push` knows about each order to ship when it decides."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bmsc.domain.ids import OrderLineId
from bmsc.domain.memory import KnownShipment
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.domain.shipments import NotedSerial
from bmsc.planners.order_facts import LookUp


class ShipmentFacts(Struct, frozen=True):
    """One order to ship on both sides, as read in this run.

    `serials` are SellerCloud's, read only when the order is about to ship; None when they were not read,
    and `serials_trouble` says why if they could not be.
    """

    order: BackMarketOrder
    look_up: LookUp
    matches: tuple[SellerCloudOrder, ...] = ()
    known: KnownShipment | None = None
    serials: tuple[NotedSerial, ...] | None = None
    serials_trouble: str = ""

    @property
    def deadline(self) -> datetime | None:
        """Give the dispatch deadline, as first seen: it vanishes on shipping."""
        kept = self.known.expected_dispatch_at if self.known else None
        return kept or self.order.expected_dispatch_at

    def waits_since(self, reason: str, now: datetime) -> datetime:
        """Tell since when it waits for the same thing."""
        if self.known and self.known.waits_for == reason and self.known.waits_since:
            return self.known.waits_since
        return now


class TrackingFacts(Struct, frozen=True):
    """Everything one run of `tracking push` read before deciding."""

    now: datetime
    orders: tuple[ShipmentFacts, ...]
    serials_sent: frozenset[OrderLineId] = frozenset()
