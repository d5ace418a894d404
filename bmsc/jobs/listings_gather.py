"""What `listings sync` reads, in this order: listings, SellerCloud rows, open orders, their twins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bmsc.domain.ids import ListingId, Sku, sku_key
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.memory import Sentinel
from bmsc.domain.orders import BackMarketOrder, OrderState
from bmsc.domain.settings import Settings
from bmsc.jobs import look_up
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.listing_ports import ListingsReader, StockReader
from bmsc.jobs.ports import BackMarketReader, Clock, SellerCloudReader
from bmsc.planners import drafts, following, pricing
from bmsc.planners.listing_facts import Catalog, SeenOrder, SyncFacts, SyncMemory
from bmsc.planners.order_facts import LookUp
from bmsc.planners.whose_row import Aliases

OPEN_STATES = (OrderState.PENDING, OrderState.TO_ACCEPT, OrderState.TO_SHIP)
"""In the order an order passes them, so that one that moves while we read is seen at least once."""


@dataclass(frozen=True)
class Sources:
    """Whom `listings sync` asks."""

    listings: ListingsReader
    stock: StockReader
    backmarket: BackMarketReader
    sellercloud: SellerCloudReader


@dataclass(frozen=True)
class Gathered:
    """The facts of the decision, and the moment from which later falls of a quantity count."""

    facts: SyncFacts
    listings_read_at: datetime
    not_listed: tuple[str, ...] = ()
    """SKUs a person named that Back Market has no listing of."""


@dataclass(frozen=True)
class Remembered:
    """What earlier runs left."""

    known: Mapping[ListingId, KnownListing]
    memory: SyncMemory
    sentinels: tuple[Sentinel, ...] = ()


class ListingsGatherer:
    """Reads both sides for one run of `listings sync`, or for one SKU that is explained."""

    def __init__(self, sources: Sources, settings: Settings, clock: Clock) -> None:
        self._ask = sources
        self._settings = settings
        self._clock = clock
        self._aliases = Aliases(settings)

    def gather(self, before: Remembered, skus: Sequence[str] = ()) -> Gathered:
        """Read everything; naming SKUs reads only their listings."""
        listings = self._listings([Sku(sku) for sku in skus])
        read_at = self._clock.now()
        reading = CatalogReading(self._ask.stock)
        catalog = reading.read(self._aliases.resolve(listing.sku) for listing in listings)
        orders = self._orders(before)
        catalog = self._order_pools(reading, catalog, orders, before.memory)
        facts = SyncFacts(
            now=self._clock.now(),
            listings=tuple(listings),
            catalog=catalog,
            orders=orders,
            finished=self._just_finished(before),
            known=before.known,
            memory=before.memory,
            narrowed=bool(skus),
        )
        found = {sku_key(listing.sku) for listing in listings}
        return Gathered(facts, read_at, tuple(sku for sku in skus if sku_key(sku) not in found))

    def _listings(self, skus: Sequence[Sku]) -> Sequence[Listing]:
        """Read the listings of the first market, and of the others only when prices are in play."""
        first, *others = self._settings.markets
        listings = self._in_market(first.locale, skus)
        for market in others if pricing.in_play(self._settings) else ():
            offers = {listing.id: listing.offers for listing in self._in_market(market.locale, skus)}
            listings = [replace(one, offers=(*one.offers, *offers.get(one.id, ()))) for one in listings]
        return listings

    def _in_market(self, locale: str, skus: Sequence[Sku]) -> Sequence[Listing]:
        if not skus:
            return self._ask.listings.listings(locale)
        found = (self._ask.listings.listing_of(sku, locale) for sku in dict.fromkeys(skus))
        return list({one.id: one for one in found if one is not None}.values())

    def _orders(self, before: Remembered) -> tuple[SeenOrder, ...]:
        orders: dict[int, BackMarketOrder] = {}
        for state in OPEN_STATES:
            orders |= {order.id: order for order in self._ask.backmarket.orders_in_state(state)}
        live = [order for order in orders.values() if order.live_lines]
        unpaid = {order.id: order for order in following.orders_to_look_up(live, before.memory)}
        numbers = {order_id: drafts.number_of(order, self._settings) for order_id, order in unpaid.items()}
        found = look_up.look_up(self._ask.sellercloud, list(numbers.values()), before.sentinels)
        return tuple(
            SeenOrder(
                order,
                found.verdicts.get(numbers[order.id], LookUp.UNPROVEN),
                found.rows.get(numbers[order.id], ()),
            )
            if order.id in numbers
            else SeenOrder(order, LookUp.FOUND)
            for order in live
        )

    def _just_finished(self, before: Remembered) -> tuple[BackMarketOrder, ...]:
        """Read what was shipped lately, where no earlier run can have followed it: the first, or a lost state."""
        if before.memory.seen_at is not None:
            return ()
        since = self._clock.now() - timedelta(minutes=self._settings.listings.settle_minutes)
        return tuple(self._ask.backmarket.orders_in_state(OrderState.FINISHED, changed_since=since))

    def _order_pools(
        self, reading: CatalogReading, catalog: Catalog, orders: Iterable[SeenOrder], memory: SyncMemory
    ) -> Catalog:
        """Read the rows of sold SKUs that no listing of this run asked for, while their units still count."""
        settled = self._clock.now() - timedelta(minutes=self._settings.listings.settle_minutes)
        sold = {
            line.sku
            for seen in orders
            if not following.is_settled(memory.orders.get(seen.order.id), settled)
            for line in seen.order.live_lines
        }
        return reading.read_more(catalog, sorted(self._resolved(sold)))

    def _resolved(self, skus: Iterable[Sku]) -> Iterator[Sku]:
        return (self._aliases.resolve(sku) for sku in skus)
