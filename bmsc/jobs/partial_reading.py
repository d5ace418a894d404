"""How a shop that is too large for one run is read: as much as fits, over what earlier runs have read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import Sku
from bmsc.domain.listing_actions import ListingAction
from bmsc.domain.listings import Feed, ListingsPage, Stamp
from bmsc.domain.outcome import Result, Verdict
from bmsc.domain.reading import Reading
from bmsc.domain.settings import Settings
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.fact_ports import ChangeReader, FactCache
from bmsc.jobs.listing_ports import ListingsReader, StockReader
from bmsc.jobs.ports import Clock
from bmsc.jobs.row_sweep import Errand, RowSweep, in_time
from bmsc.jobs.shelf_reading import ShelfReading
from bmsc.planners import cells
from bmsc.planners.freshness import Doubtful
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reading_plan import ROWS_A_REQUEST, ReadingPlan


class Library(Struct, frozen=True):
    """Who names changed rows, and where the facts of earlier runs wait."""

    changes: ChangeReader
    cache: FactCache


class PartialReading:
    """One run's reading: all it meets goes into the cache, and decisions stand on the cache."""

    def __init__(
        self, listings: ListingsReader, stock: StockReader, library: Library, settings: Settings, clock: Clock
    ) -> None:
        self._stock = stock
        self._changes = library.changes
        self._settings = settings
        self._clock = clock
        self._plan = ReadingPlan(None, None)
        self._remarks: tuple[str, ...] = ()
        self._shelf = ShelfReading(listings, library.cache, settings, clock, self._time_is_up)
        self.cache = library.cache
        self.started_at = clock.now()
        self.read_at = self.started_at
        """When the last listing was read."""

    @property
    def pages_per_second(self) -> float | None:
        """Tell how fast Back Market gave pages; None while nobody can tell."""
        return self._shelf.pages_per_second

    def read(self, plan: ReadingPlan, first: ListingsPage, *, choose_again: Callable[[], ReadingPlan]) -> None:
        """Read both sides at once, as much as was chosen; rows that no run has asked for yet with what is left.

        `choose_again` is asked when Back Market turns out to be slower than the choice supposed.
        """
        self._plan = plan
        most = -(-(first.total or 0) // ROWS_A_REQUEST) if plan.batches is None else plan.batches
        errand = self._errand(most)
        with ThreadPoolExecutor(max_workers=1) as beside:
            rows = beside.submit(RowSweep(self._stock, self._changes).read, errand)
            try:
                self._read_listings(first, choose_again)
            except BaseException:
                errand.broken_off.set()
                raise
            sweep = rows.result()
        self.read_at = self._clock.now()
        self._remarks = sweep.remarks
        self._saw(sweep.catalog, sweep.newest)
        left = self.cache.oldest_rows(max(0, most - sweep.requests) * ROWS_A_REQUEST, self.started_at)
        self.read_rows(in_time(left, self._time_is_up))
        self.read_rows(self.cache.missing_parents())

    def read_rows(self, skus: Iterable[Sku]) -> None:
        """Read the rows of SKUs now."""
        reading = CatalogReading(self._stock)
        catalog = reading.read(skus)
        self._saw(catalog, {feed: one for feed, one in reading.newest.items() if self.cache.newest(feed) is None})
        self.cache.keep()

    def read_again(self, doubtful: Doubtful) -> None:
        """Read what a write would rest on, listings before their rows."""
        self._shelf.read_again(one.id for one in doubtful.listings)
        self.read_rows(doubtful.skus)

    def wrote(self, results: Iterable[Result]) -> None:
        """Keep what Back Market shows since it took a write."""
        for result in results:
            action = result.action
            if isinstance(action, ListingAction) and result.outcome.verdict is Verdict.APPLIED:
                self._shelf.wrote(action)
        self.cache.keep()

    def catalog(self) -> Catalog:
        """Give the rows, this run's answers before older ones."""
        return self.cache.catalog(self.started_at)

    def told(self) -> Reading:
        """Tell how complete and how old the facts are."""
        ages = self.cache.ages()
        return Reading(
            choice=self._plan.reason,
            at=self._clock.now(),
            known=ages.known,
            unread=ages.unread,
            oldest_listing=ages.oldest_listing,
            oldest_row=ages.oldest_row,
            remarks=self._remarks,
        )

    def _read_listings(self, first: ListingsPage, choose_again: Callable[[], ReadingPlan]) -> None:
        if self._plan.pages is None and not self._shelf.read_all(first):
            self._plan = self._in_part(choose_again())
        if self._plan.pages is not None and not self._time_is_up():
            self._shelf.read_oldest(self._plan.pages, first)

    def _in_part(self, again: ReadingPlan) -> ReadingPlan:
        """Go on with as many pages as fit now; or stand on those that were read when the time was up."""
        if again.pages is not None:
            return replace(self._plan, pages=again.pages, reason=again.reason)
        read = self._shelf.pages_read
        return replace(self._plan, pages=read, reason=f"{self._plan.reason}; time for {read} pages only")

    def _errand(self, most: int) -> Errand:
        marks = {feed: self.cache.newest(feed) for feed in Feed} if self._plan.batches is not None else {}
        return Errand(
            oldest=self.cache.oldest_rows(most * ROWS_A_REQUEST, self.started_at),
            requests=most,
            most_changes=self._plan.most_changes,
            newest={feed: stamp for feed, stamp in marks.items() if stamp is not None},
            companies=self.cache.companies() | {self._settings.sellercloud.company_id},
            now=self.started_at,
            time_is_up=self._time_is_up,
        )

    def _time_is_up(self) -> bool:
        return (self._clock.now() - self.started_at).total_seconds() >= self._plan.seconds

    def _saw(self, catalog: Catalog, newest: Mapping[Feed, Stamp]) -> None:
        self.cache.saw_rows(catalog, self._clock.now())
        rows = catalog.products.values()
        enabled = {
            market.locale
            for market in self._settings.markets[1:]
            if any(cells.truth(row.columns or {}, market.enabled_column) for row in rows)
        }
        if enabled - self.cache.enabled():
            self.cache.saw_enabled(enabled)
        for feed, stamp in newest.items():
            self.cache.saw_newest(feed, stamp)
