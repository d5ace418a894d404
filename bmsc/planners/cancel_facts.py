"""What `cancel sync` knows when it decides, in both directions."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.planners.order_facts import LookUp


class CancelFacts(Struct, frozen=True):
    """One open Back Market order and every SellerCloud order that carries its number."""

    order: BackMarketOrder
    look_up: LookUp
    matches: tuple[SellerCloudOrder, ...] = ()
    deadline: datetime | None = None


class StrayFacts(Struct, frozen=True):
    """SellerCloud orders of one number that Back Market does not list as open, and its order read by id."""

    order: BackMarketOrder
    sellercloud_orders: tuple[SellerCloudOrder, ...]


class SyncFacts(Struct, frozen=True):
    """Everything one run of `cancel sync` read before deciding.

    `unread` counts the SellerCloud orders whose Back Market order is left to later runs.
    """

    orders: tuple[CancelFacts, ...]
    strays: tuple[StrayFacts, ...] = ()
    unread: int = 0
