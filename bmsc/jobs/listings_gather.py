"""What `listings sync` reads, in this order: listings, SellerCloud rows, open orders, their twins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import ListingId, Sku, sku_key
from bmsc.domain.listings import KnownListing, Listing, ListingsPage
from bmsc.domain.memory import Sentinel
from bmsc.domain.runs import EVERY
from bmsc.domain.settings import Settings
from bmsc.errors import RemoteMisbehaved
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.listing_ports import ListingsReader, StockReader
from bmsc.jobs.market_offers import MarketOffers
from bmsc.jobs.open_orders import OpenOrders
from bmsc.jobs.partial_reading import Library, PartialReading
from bmsc.jobs.ports import BackMarketReader, Clock, SellerCloudReader
from bmsc.planners import freshness, reading_plan
from bmsc.planners.freshness import Doubtful
from bmsc.planners.listing_facts import Catalog, SyncFacts, SyncMemory
from bmsc.planners.reading_plan import Means, ReadingPlan, Size
from bmsc.planners.whose_row import Aliases

COMMAND = "listings sync"
SECONDS_A_PAGE = 1.0
"""What SellerCloud takes to answer, as long as nobody has measured it."""


class Sources(Struct, frozen=True):
    """Whom `listings sync` asks."""

    listings: ListingsReader
    stock: StockReader
    backmarket: BackMarketReader
    sellercloud: SellerCloudReader
    library: Callable[[], Library] | None = None
    """Opens the facts of earlier runs; without them everything is read."""


class Gathered(Struct, frozen=True):
    """The facts of the decision, and the moment from which later falls of a quantity count."""

    facts: SyncFacts
    listings_read_at: datetime
    not_listed: tuple[str, ...] = ()
    """SKUs a person named that Back Market has no listing of."""
    partial: PartialReading | None = None
    """How a shop that is too large for one run was read."""


class Remembered(Struct, frozen=True):
    """What earlier runs left."""

    known: Mapping[ListingId, KnownListing]
    memory: SyncMemory
    sentinels: tuple[Sentinel, ...] = ()


class BothSides(Struct, frozen=True):
    """Listings, and the rows of their SKUs, each read after its listing."""

    listings: Collection[Listing]
    read_at: datetime
    """When the last listing was read."""
    rows: Callable[[Collection[Sku]], Catalog]
    """Gives the rows, with those of sold SKUs added."""
    partial: PartialReading | None = None


class ListingsGatherer:
    """Reads both sides for one run of `listings sync`."""

    def __init__(self, sources: Sources, settings: Settings, clock: Clock) -> None:
        self._ask = sources
        self._settings = settings
        self._home = settings.markets[0].locale
        self._clock = clock
        self._aliases = Aliases(settings)
        self._offers = MarketOffers(sources.listings, settings)
        self._orders = OpenOrders(sources.backmarket, sources.sellercloud, settings, clock)

    def gather(self, before: Remembered, skus: Sequence[str] = ()) -> Gathered:
        """Read everything, or what fits; naming SKUs reads only their listings."""
        read = self._named([Sku(sku) for sku in skus]) if skus else self._all(before.memory)
        if not skus and not read.listings:
            _doubt_emptiness(before.known.values())
        gathered = self._with_orders(read, before, narrowed=bool(skus))
        found = {sku_key(listing.sku) for listing in read.listings} if skus else set()
        return replace(gathered, not_listed=tuple(sku for sku in skus if sku_key(sku) not in found))

    def read_again(self, gathered: Gathered, doubtful: Doubtful, before: Remembered) -> Gathered:
        """Read what a write would rest on once more, and then the orders, which are always read last."""
        assert gathered.partial is not None
        gathered.partial.read_again(doubtful)
        return self._with_orders(self._from_cache(gathered.partial), before)

    def _with_orders(self, read: BothSides, before: Remembered, *, narrowed: bool = False) -> Gathered:
        orders = self._orders.open()
        seen = self._orders.looked_up(orders, before.memory, before.sentinels)
        sold = map(self._aliases.resolve, self._orders.unsettled_skus(orders, before.memory))
        catalog = read.rows(sorted(sold))
        facts = SyncFacts(
            now=self._clock.now(),
            listings=read.listings,
            catalog=catalog,
            orders=seen,
            finished=self._orders.just_finished(before.memory),
            known=before.known,
            memory=before.memory,
            narrowed=narrowed,
        )
        return Gathered(facts, read.read_at, partial=read.partial)

    def _named(self, skus: Sequence[Sku]) -> BothSides:
        reading = CatalogReading(self._ask.stock)
        listings = self._offers.complete(self._looked_up(skus))
        read_at = self._clock.now()
        catalog = reading.read(map(self._resolved, listings))
        return BothSides(listings, read_at, lambda sold: reading.read_more(catalog, sold))

    def _all(self, memory: SyncMemory) -> BothSides:
        first = self._ask.listings.page(1, self._home)
        plan = self._chosen(first, memory)
        if plan.is_whole or self._ask.library is None:
            return self._whole(first)
        partial = PartialReading(self._ask.listings, self._ask.stock, self._ask.library(), self._settings, self._clock)
        partial.read(plan, first, choose_again=lambda: self._chosen(first, memory))
        return self._from_cache(partial)

    def _whole(self, first: ListingsPage) -> BothSides:
        """Read the rows of listings that have arrived while the others are on their way."""
        reading = CatalogReading(self._ask.stock)
        arrivals = _Arrivals(self._clock)
        stream = arrivals.of(self._ask.listings.listings(self._home, first=first))
        catalog = reading.read(map(self._resolved, stream))
        listings = self._offers.needed(arrivals.listings, catalog, self._aliases)
        return BothSides(listings, arrivals.ended_at, lambda sold: reading.read_more(catalog, sold))

    def _from_cache(self, partial: PartialReading) -> BothSides:
        """Take what the cache knows; the rows of sold SKUs are read anew."""

        def rows(sold: Collection[Sku]) -> Catalog:
            partial.read_rows(sold)
            return partial.catalog()

        return BothSides(partial.cache.listings(partial.started_at), partial.read_at, rows, partial)

    def _chosen(self, first: ListingsPage, memory: SyncMemory) -> ReadingPlan:
        return reading_plan.choose(self._size(first), self._means(memory))

    def affordable(self, seconds: float, memory: SyncMemory) -> int:
        """Count the listings that can be read again and written in so many seconds, at the pace pages have come."""
        return freshness.affordable(seconds, self._means(memory).backmarket_per_second)

    def _size(self, first: ListingsPage) -> Size:
        total = len(first.listings) if first.total is None else first.total
        return Size(total, 1 + len(self._offers.markets))

    def _means(self, memory: SyncMemory) -> Means:
        """Count with our share of Back Market's requests, or what a block taught or an earlier run measured."""
        ours = self._settings
        share = ours.backmarket.requests_per_10s / 10
        return reading_plan.means(
            EVERY[COMMAND],
            backmarket_per_second=min(share, self._ask.listings.slowed_to or share, memory.pages_per_second or share),
            sellercloud_per_second=ours.sellercloud.concurrency / SECONDS_A_PAGE,
            sellercloud_per_hour=ours.sellercloud.requests_per_hour,
            lines_left=memory.lines_left,
        )

    def _looked_up(self, skus: Sequence[Sku]) -> list[Listing]:
        found = (self._ask.listings.listing_of(sku, self._home) for sku in dict.fromkeys(skus))
        return list({one.id: one for one in found if one is not None}.values())

    def _resolved(self, listing: Listing) -> Sku:
        return self._aliases.resolve(listing.sku)


def _doubt_emptiness(known: Iterable[KnownListing]) -> None:
    """Raise when Back Market lists nothing although listings were on sale before: it deletes none."""
    managed = sum(one.managed for one in known)
    if managed:
        message = f"Back Market lists not one listing, and {managed} were on sale before"
        step = "nothing was concluded from it; if the account is new, start with an empty state directory"
        raise RemoteMisbehaved(message, next_step=step)


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
