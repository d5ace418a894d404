"""What `orders pull` knows about each waiting order when it decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto

from msgspec import Struct, field

from bmsc.domain.ids import OrderId, SkuKey
from bmsc.domain.listings import Product
from bmsc.domain.memory import KnownOrder
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder, UnreadableOrder


class LookUp(Enum):
    """What asking SellerCloud for an order number showed."""

    FOUND = auto()
    ABSENT = auto()
    """Proved: the same answer returned a number known to be there, or two asks agreed."""
    UNPROVEN = auto()
    """Not returned, by an answer that cannot be believed."""
    DELETED = auto()
    """We know its id, and SellerCloud says that id is gone."""


class OpenWrite(Struct, frozen=True):
    """A write whose fate nobody knows, with the other side's scrubbed words if it gave any."""

    since: datetime
    words: str = ""


class OrderFacts(Struct, frozen=True):
    """One waiting order on both sides, as read in this run."""

    order: BackMarketOrder
    look_up: LookUp
    matches: tuple[SellerCloudOrder, ...] = ()
    known: KnownOrder | None = None
    open_create: OpenWrite | None = None
    open_payment: OpenWrite | None = None
    asked_for: bool = False
    """A person named this order with --order."""


class OrphanFacts(Struct, frozen=True):
    """An order we made in SellerCloud whose Back Market order no longer waits for acceptance."""

    order: BackMarketOrder
    sellercloud_order: SellerCloudOrder


class PullFacts(Struct, frozen=True):
    """Everything one run of `orders pull` read before deciding."""

    now: datetime
    orders: tuple[OrderFacts, ...]
    orphans: tuple[OrphanFacts, ...] = ()
    unseen: tuple[BackMarketOrder, ...] = ()
    """Orders that wait no longer, whose create is of unknown outcome and whose twin no look-up has shown."""
    unreadable_orders: tuple[UnreadableOrder, ...] = ()
    unknown: tuple[OrderId, ...] = ()
    """Orders asked for by number that Back Market does not know."""
    products: Mapping[SkuKey, Product] = field(default_factory=dict)
    unreadable: frozenset[SkuKey] = frozenset()
    proven_currencies: frozenset[str] = frozenset()
    just_taken: Mapping[SkuKey, int] = field(default_factory=dict)
    """Units of orders we created so recently that SellerCloud's quantities may not show it yet."""
    only_existing: bool = False
