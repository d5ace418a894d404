"""Which catalog rows one run of a large shop reads: those that changed, then those asked for longest ago."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.domain.listings import Changes, Feed, Product, Stamp
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.fact_ports import ChangeReader
from bmsc.jobs.listing_ports import StockReader
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reading_plan import ROWS_A_REQUEST

OVERLAP = timedelta(hours=1)
"""Aggregates are worked out late and out of order; with the newest known row in the answer an hour is enough."""
_FARTHEST_ZONE = timedelta(hours=15)
"""A date farther ahead of our clock than any time zone is a mistake, and would hide every later change."""


class Errand(Struct, frozen=True):
    """What to read: the feeds from their newest known dates, then SKUs in order, within so many requests."""

    oldest: Sequence[Sku]
    requests: int
    most_changes: int
    newest: Mapping[Feed, Stamp]
    companies: frozenset[int]
    now: datetime
    time_is_up: Callable[[], bool]
    broken_off: threading.Event = field(default_factory=threading.Event)


class Sweep(Struct, frozen=True):
    """What came of it: rows, the newest dates from now on, and what a person may like to know."""

    catalog: Catalog
    newest: Mapping[Feed, Stamp]
    requests: int
    remarks: tuple[str, ...] = ()


class RowSweep:
    """Reads rows for one run."""

    def __init__(self, stock: StockReader, changes: ChangeReader) -> None:
        self._stock = stock
        self._changes = changes

    def read(self, errand: Errand) -> Sweep:
        """Read what the errand asks for; rows of one answer never overwrite those of a later one."""
        feeds = {feed: self._changed(feed, stamp, errand) for feed, stamp in errand.newest.items()}
        changed: dict[SkuKey, Product] = {}
        for found in feeds.values():
            changed |= found.products
        spent = sum(_requests_of(found) for found in feeds.values())
        oldest = [sku for sku in errand.oldest if sku_key(sku) not in changed]
        oldest = oldest[: max(0, errand.requests - spent) * ROWS_A_REQUEST]
        reading = CatalogReading(self._stock)
        catalog = reading.read(in_time(oldest, lambda: errand.broken_off.is_set() or errand.time_is_up()))
        return Sweep(
            replace(catalog, products={**changed, **catalog.products}),
            dict(_advanced(errand, feeds, reading.newest)),
            spent + -(-len(oldest) // ROWS_A_REQUEST),
            tuple(_remarks(errand, feeds)),
        )

    def _changed(self, feed: Feed, stamp: Stamp, errand: Errand) -> Changes:
        most = errand.most_changes // len(errand.newest)
        return self._changes.changed(feed, stamp.moment - OVERLAP, errand.companies, most=most)


def in_time(skus: Iterable[Sku], over: Callable[[], bool]) -> Iterator[Sku]:
    """Let SKUs pass, a batch at a time, until it is over."""
    for number, sku in enumerate(skus):
        if number % ROWS_A_REQUEST == 0 and over():
            return
        yield sku


def _requests_of(found: Changes) -> int:
    return max(1, -(-len(found.products) // ROWS_A_REQUEST))


def _advanced(
    errand: Errand, feeds: Mapping[Feed, Changes], swept: Mapping[Feed, Stamp]
) -> Iterator[tuple[Feed, Stamp]]:
    """Give each feed's newest date, from the data alone; a feed nobody could ask stays where it was."""
    for feed in Feed:
        found = feeds.get(feed)
        if found is not None and not (found.complete or found.total):
            yield feed, errand.newest[feed]
            continue
        stamps = [found.newest if found else None, swept.get(feed), errand.newest.get(feed)]
        sane = [one for one in stamps if one is not None and one.moment <= errand.now + _FARTHEST_ZONE]
        if found is not None and not _names(found, errand.newest[feed]):
            sane = [one for one in sane if one != errand.newest[feed]]
        if sane:
            yield feed, max(sane, key=lambda stamp: stamp.moment)


def _remarks(errand: Errand, feeds: Mapping[Feed, Changes]) -> Iterator[str]:
    for feed, found in feeds.items():
        if found.complete and not _names(found, errand.newest[feed]):
            yield f"{feed.value} left out the row with the newest date: it is not relied upon"
        elif not found.complete and found.total:
            yield f"{feed.value} names {found.total} rows, too many for one run: left to the sweep"
        elif not found.complete:
            yield f"{feed.value} was not answered"


def _names(found: Changes, stamp: Stamp) -> bool:
    """Say whether a feed named the row it must name if its dates mean what we think."""
    return sku_key(stamp.sku) in found.products
