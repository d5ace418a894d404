"""What `listings sync` reads, in this order: listings, SellerCloud rows, open orders, their twins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bmsc.domain.ids import ListingId, Sku, sku_key
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.memory import Sentinel
from bmsc.domain.settings import Settings
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.listing_ports import ListingsReader, StockReader
from bmsc.jobs.market_offers import MarketOffers
from bmsc.jobs.open_orders import OpenOrders
from bmsc.jobs.ports import BackMarketReader, Clock, SellerCloudReader
from bmsc.planners.listing_facts import Catalog, SyncFacts, SyncMemory
from bmsc.planners.whose_row import Aliases


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


@dataclass(frozen=True)
class BothSides:
    """Listings, and the rows of their SKUs, each read after its listing."""

    listings: Sequence[Listing]
    catalog: Catalog
    read_at: datetime
    """When the last listing was read."""


class ListingsGatherer:
    """Reads both sides for one run of `listings sync`, or for one SKU that is explained."""

    def __init__(self, sources: Sources, settings: Settings, clock: Clock) -> None:
        self._ask = sources
        self._home = settings.markets[0].locale
        self._clock = clock
        self._aliases = Aliases(settings)
        self._offers = MarketOffers(sources.listings, settings)
        self._orders = OpenOrders(sources.backmarket, sources.sellercloud, settings, clock)

    def gather(self, before: Remembered, skus: Sequence[str] = ()) -> Gathered:
        """Read everything; naming SKUs reads only their listings."""
        reading = CatalogReading(self._ask.stock)
        read = self._named([Sku(sku) for sku in skus], reading) if skus else self._all(reading)
        orders = self._orders.open(before.memory, before.sentinels)
        sold = map(self._aliases.resolve, self._orders.unsettled_skus(orders, before.memory))
        facts = SyncFacts(
            now=self._clock.now(),
            listings=tuple(read.listings),
            catalog=reading.read_more(read.catalog, sorted(sold)),
            orders=orders,
            finished=self._orders.just_finished(before.memory),
            known=before.known,
            memory=before.memory,
            narrowed=bool(skus),
        )
        found = {sku_key(listing.sku) for listing in read.listings}
        return Gathered(facts, read.read_at, tuple(sku for sku in skus if sku_key(sku) not in found))

    def _named(self, skus: Sequence[Sku], reading: CatalogReading) -> BothSides:
        listings = self._offers.complete(self._looked_up(skus))
        read_at = self._clock.now()
        return BothSides(listings, reading.read(map(self._resolved, listings)), read_at)

    def _all(self, reading: CatalogReading) -> BothSides:
        """Read the rows of listings that have arrived while the others are on their way."""
        arrivals = _Arrivals(self._clock)
        catalog = reading.read(map(self._resolved, arrivals.of(self._ask.listings.listings(self._home))))
        return BothSides(self._offers.needed(arrivals.listings, catalog, self._aliases), catalog, arrivals.ended_at)

    def _looked_up(self, skus: Sequence[Sku]) -> list[Listing]:
        found = (self._ask.listings.listing_of(sku, self._home) for sku in dict.fromkeys(skus))
        return list({one.id: one for one in found if one is not None}.values())

    def _resolved(self, listing: Listing) -> Sku:
        return self._aliases.resolve(listing.sku)


class _Arrivals:
    """The listings that have passed, and when the last of them did."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.listings: list[Listing] = []
        self.ended_at = clock.now()

    def of(self, stream: Iterable[Listing]) -> Iterator[Listing]:
        for listing in stream:
            self.listings.append(listing)
            yield listing
        self.ended_at = self._clock.now()
