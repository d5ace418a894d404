"""What `cancel sync` knows when it decides, in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.planners.order_facts import LookUp


@dataclass(frozen=True)
class CancelFacts:
    """One open Back Market order and every SellerCloud order that carries its number."""

    order: BackMarketOrder
    look_up: LookUp
    matches: tuple[SellerCloudOrder, ...] = ()
    deadline: datetime | None = None


@dataclass(frozen=True)
class StrayFacts:
    """SellerCloud orders of one number that Back Market does not list as open, and its order read by id."""

    order: BackMarketOrder
    sellercloud_orders: tuple[SellerCloudOrder, ...]


@dataclass(frozen=True)
class SyncFacts:
    """Everything one run of `cancel sync` read before deciding.

    `unread` counts the SellerCloud orders whose Back Market order is left to later runs.
    """

    orders: tuple[CancelFacts, ...]
    strays: tuple[StrayFacts, ...] = ()
    unread: int = 0
