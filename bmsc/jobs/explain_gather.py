"""What `explain` reads: both sides of one SKU at once, and of all open orders only what draws on its stock."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from bmsc.domain.ids import Sku
from bmsc.domain.orders import BackMarketOrder
from bmsc.domain.settings import Settings
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.listings_gather import Remembered, Sources
from bmsc.jobs.market_offers import MarketOffers
from bmsc.jobs.open_orders import OpenOrders
from bmsc.jobs.ports import Clock
from bmsc.planners import following
from bmsc.planners.listing_facts import Catalog, FollowedOrder, SyncFacts, SyncMemory
from bmsc.planners.whose_row import Aliases


class ExplainGatherer:
    """Reads what `listings sync` would know of one SKU, in as few round trips as an answer takes."""

    def __init__(self, sources: Sources, settings: Settings, clock: Clock) -> None:
        self._ask = sources
        self._home = settings.markets[0].locale
        self._clock = clock
        self._aliases = Aliases(settings)
        self._offers = MarketOffers(sources.listings, settings)
        self._orders = OpenOrders(sources.backmarket, sources.sellercloud, settings, clock)

    def gather(self, sku: Sku, before: Remembered) -> SyncFacts:
        """Read one SKU; the facts hold no listing when Back Market has none."""
        reading, memory = CatalogReading(self._ask.stock), before.memory
        known_sold = self._orders.unplaced_skus((), memory)
        with ThreadPoolExecutor(max_workers=1) as beside:
            rows = beside.submit(reading.read, self._resolved([sku, *known_sold]))
            listing = self._ask.listings.listing_of(sku, self._home)
            listings = self._offers.complete([] if listing is None else [listing])
            orders = self._orders.open() if listings else ()
            finished = self._orders.just_finished(memory)
            catalog = rows.result()
        sold = self._orders.unplaced_skus([*orders, *finished], memory)
        catalog = reading.read_more(catalog, self._resolved(sold))
        drawing = [order for order in orders if self._draws(order, sku, catalog, memory)]
        return SyncFacts(
            now=self._clock.now(),
            listings=tuple(listings),
            catalog=catalog,
            orders=self._orders.looked_up(drawing, memory, before.sentinels),
            finished=finished,
            known=before.known,
            memory=memory,
            narrowed=True,
        )

    def _resolved(self, skus: Iterable[Sku]) -> list[Sku]:
        return sorted(map(self._aliases.resolve, skus))

    def _draws(self, order: BackMarketOrder, sku: Sku, catalog: Catalog, memory: SyncMemory) -> bool:
        followed = memory.orders.get(order.id) or FollowedOrder(following.units_of(order))
        return following.drawn(sku, followed, catalog, self._aliases) > 0
