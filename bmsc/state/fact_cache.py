"""Where the facts of a shop too large for one run are kept between runs: one SQLite file that may be deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from bmsc.domain.ids import ListingId, Sku, SkuKey, sku_key
from bmsc.domain.listings import Feed, Listing, Product, Stamp
from bmsc.domain.papers import moment
from bmsc.jobs.fact_ports import Ages
from bmsc.planners.listing_facts import Catalog
from bmsc.state import fact_text
from bmsc.state.fact_file import FactFile

Item = TypeVar("Item")
_AT_ONCE = 500

_SEE_LISTING = "INSERT OR REPLACE INTO listings VALUES (?, ?, ?, ?, ?, ?)"
_SEE_CHANGED = """
INSERT INTO listings VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE
SET sku = ?2, row_sku = ?3, row_key = ?4, body = ?5, read_at = ?6 WHERE body <> ?5 OR sku <> ?2 OR row_sku <> ?3
"""
_SEE_ROW = """
INSERT OR REPLACE INTO rows (key, body, company, parent, parent_sku, warehouse, read_at) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_SEE_ABSENT = "INSERT OR REPLACE INTO rows (key, absent_at) VALUES (?, ?)"
_SEE_DOUBT = "INSERT INTO rows (key, doubted_at) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET doubted_at = ?2"
_KNOWN = """
SELECT l.id, l.sku, l.body, max(l.read_at, :whole) FROM listings l JOIN rows r ON r.key = l.row_key
WHERE r.body IS NOT NULL OR r.absent_at >= :since OR r.doubted_at >= :since
"""
_COUNT_KNOWN = """
SELECT count(*) FROM listings l JOIN rows r ON r.key = l.row_key
WHERE r.body IS NOT NULL OR r.absent_at >= :since OR r.doubted_at >= :since
"""
_ROW = "SELECT body, read_at FROM rows WHERE key = ? AND body IS NOT NULL AND coalesce(doubted_at, 0) < ?"
_ROW_KEYS = "SELECT key FROM rows WHERE body IS NOT NULL AND coalesce(doubted_at, 0) < ?"
_OLDEST_PAGES = """
WITH RECURSIVE every(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM every WHERE number < :of)
SELECT every.number FROM every LEFT JOIN pages USING (number)
ORDER BY coalesce(pages.read_at, 0), every.number LIMIT :count
"""
_OLDEST_ROWS = """
SELECT l.row_sku, max(coalesce(r.read_at, 0), coalesce(r.absent_at, 0), coalesce(r.doubted_at, 0)) asked_at
FROM listings l LEFT JOIN rows r ON r.key = l.row_key
WHERE asked_at < ? GROUP BY l.row_key ORDER BY asked_at, l.row_key LIMIT ?
"""
_MISSING_PARENTS = """
SELECT min(child.parent_sku) FROM rows child LEFT JOIN rows parent ON parent.key = child.parent
WHERE child.parent IS NOT NULL AND parent.key IS NULL GROUP BY child.parent
"""
_OVERDUE = """
SELECT id FROM listings WHERE max(read_at, :whole) < (SELECT min(read_at) FROM pages HAVING count(*) >= :of)
ORDER BY read_at LIMIT :count
"""
_AGES = """
SELECT count(r.body), count(*) - count(r.body) - count(r.absent_at), min(max(l.read_at, ?)),
    min(coalesce(min(r.read_at, p.read_at), r.read_at))
FROM listings l LEFT JOIN rows r ON r.key = l.row_key LEFT JOIN rows p ON p.key = r.parent
"""


class SqliteFactCache:
    """One file for one shop and one way of reading it; made for another, it starts empty."""

    def __init__(self, path: Path, made_for: str, *, writable: bool) -> None:
        """Open the file, or a copy that vanishes where nothing may be written."""
        self._file = FactFile(path, made_for, writable=writable)
        self._whole_at = float(self._mark("whole list read at") or 0)

    def saw_listings(self, listings: Iterable[tuple[Listing, Sku]], at: datetime) -> None:
        """Take listings with the SellerCloud SKU each sells."""
        self._file.change_each(_SEE_LISTING, (_line(one, sku, at) for one, sku in listings))

    def saw_whole_list(self, listings: Iterable[tuple[Listing, Sku]], at: datetime) -> None:
        """Take every listing there is, writing those that differ, and drop all others once the end is reached."""
        for some in batched(listings):
            self._file.change_each(_SEE_CHANGED, (_line(one, sku, at) for one, sku in some))
            self._file.change_each("INSERT OR IGNORE INTO seen VALUES (?)", ((one.id,) for one, _ in some))
        self._file.change("DELETE FROM listings WHERE id NOT IN (SELECT id FROM seen)")
        self._file.change("DELETE FROM pages")
        self._whole_at = at.timestamp()
        self._set_mark("whole list read at", str(self._whole_at))

    def saw_page(self, number: int, at: datetime) -> None:
        """Note that a page of the list was read."""
        self._file.change("INSERT OR REPLACE INTO pages VALUES (?, ?)", (number, at.timestamp()))

    def saw_rows(self, catalog: Catalog, at: datetime) -> None:
        """Take what a reading of rows showed: found, absent, or not to be believed."""
        moment = at.timestamp()
        units = catalog.in_warehouses
        found = ((key, *_row(one), units.get(key), moment) for key, one in catalog.products.items())
        self._file.change_each(_SEE_ROW, found)
        self._file.change_each(_SEE_ABSENT, ((key, moment) for key in catalog.absent))
        self._file.change_each(_SEE_DOUBT, ((key, moment) for key in catalog.unproven | catalog.unknown))

    def forget(self, listings: Iterable[ListingId]) -> None:
        """Drop listings that Back Market no longer has."""
        self._file.change_each("DELETE FROM listings WHERE id = ?", ((one,) for one in listings))

    def oldest_pages(self, count: int, of: int) -> Sequence[int]:
        """Name the pages read longest ago, those never read first."""
        self._file.change("DELETE FROM pages WHERE number > ?", (of,))
        return [number for (number,) in self._file.ask(_OLDEST_PAGES, {"count": count, "of": of})]

    def oldest_rows(self, count: int, before: datetime) -> Sequence[Sku]:
        """Name SKUs of listings whose rows were last asked for before a moment, those never asked for first."""
        found = self._file.ask(_OLDEST_ROWS, (before.timestamp(), count))
        return [Sku(sku) for sku, _ in found]

    def missing_parents(self) -> Sequence[Sku]:
        """Name the shadows' parents that no row is known of."""
        return [Sku(sku) for (sku,) in self._file.ask(_MISSING_PARENTS)]

    def overdue(self, count: int, of: int) -> Sequence[ListingId]:
        """Name listings not seen although every one of so many pages was read since; none before a round is full."""
        found = self._file.ask(_OVERDUE, {"whole": self._whole_at, "of": of, "count": count})
        return [ListingId(one) for (one,) in found]

    def listing(self, listing_id: ListingId) -> Listing | None:
        """Give one listing."""
        query = "SELECT id, sku, body, max(read_at, ?) FROM listings WHERE id = ?"
        found = self._file.one(query, (self._whole_at, listing_id))
        return self._file.understood(_listing, *found) if found else None

    def listings(self, since: datetime) -> Collection[Listing]:
        """Give the listings that both sides are known of; one whose row is in doubt counts if asked for since."""
        return _Known(self._file, {"since": since.timestamp(), "whole": self._whole_at})

    def catalog(self, since: datetime) -> Catalog:
        """Give the rows: what was asked for since a moment as it was answered then, the others as last read."""
        moment = since.timestamp()
        absent = self._file.ask("SELECT key FROM rows WHERE absent_at >= ?", (moment,))
        doubted = self._file.ask("SELECT key FROM rows WHERE doubted_at >= ?", (moment,))
        units = self._file.ask("SELECT key, warehouse FROM rows WHERE warehouse IS NOT NULL")
        return Catalog(
            products=_Rows(self._file, moment),
            absent=frozenset(SkuKey(key) for (key,) in absent),
            unknown=frozenset(SkuKey(key) for (key,) in doubted),
            in_warehouses={SkuKey(key): number for key, number in units},
        )

    def companies(self) -> frozenset[int]:
        """Name the companies whose rows are known."""
        found = self._file.ask("SELECT DISTINCT company FROM rows WHERE company IS NOT NULL")
        return frozenset(number for (number,) in found)

    def newest(self, feed: Feed) -> Stamp | None:
        """Give the newest date that was seen of a kind of change."""
        found = self._mark(f"newest {feed}")
        if not found:
            return None
        return self._file.understood(_stamp, found)

    def saw_newest(self, feed: Feed, stamp: Stamp) -> None:
        """Keep the newest date of a kind of change."""
        self._set_mark(f"newest {feed}", f"{stamp.moment.isoformat()} {stamp.sku}")

    def enabled(self) -> frozenset[str]:
        """Name the markets that some row has switched on, as far as it was noted."""
        return frozenset(self._mark("enabled").split())

    def saw_enabled(self, locales: Iterable[str]) -> None:
        """Note that a row switches markets on."""
        self._set_mark("enabled", " ".join(sorted({*self.enabled(), *locales})))

    def ages(self) -> Ages:
        """Tell how complete and how old the facts are."""
        known, unread, listing, row = self._file.one(_AGES, (self._whole_at,)) or (0, 0, None, None)
        return Ages(known, unread, _moment(listing), _moment(row))

    def keep(self) -> None:
        """Make what was seen last; a run that may only look keeps nothing."""
        self._file.keep()

    def _mark(self, name: str) -> str:
        found = self._file.one("SELECT value FROM marks WHERE name = ?", (name,))
        return found[0] if found else ""

    def _set_mark(self, name: str, value: str) -> None:
        self._file.change("INSERT OR REPLACE INTO marks VALUES (?, ?)", (name, value))


class _Known(Collection[Listing]):
    """Listings that are read from the file each time somebody goes through them."""

    def __init__(self, file: FactFile, moments: Mapping[str, float]) -> None:
        self._file = file
        self._moments = moments

    def __iter__(self) -> Iterator[Listing]:
        return (self._file.understood(_listing, *found) for found in self._file.ask(_KNOWN, self._moments))

    def __len__(self) -> int:
        return self._file.number(_COUNT_KNOWN, self._moments)

    def __contains__(self, listing: object) -> bool:
        return any(one == listing for one in self)


class _Rows(Mapping[SkuKey, Product]):
    """Rows that are read from the file when somebody asks for them; those in doubt since a moment are not there."""

    def __init__(self, file: FactFile, since: float) -> None:
        self._file = file
        self._since = since
        self._look_up = lru_cache(1_000)(self._read)

    def __getitem__(self, key: SkuKey) -> Product:
        if (found := self._look_up(key)) is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._look_up(SkuKey(key)) is not None

    def __iter__(self) -> Iterator[SkuKey]:
        return (SkuKey(key) for (key,) in self._file.ask(_ROW_KEYS, (self._since,)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, key: SkuKey) -> Product | None:
        found = self._file.one(_ROW, (key, self._since))
        return self._file.understood(_product, *found) if found else None


def _listing(listing_id: str, sku: str, body: str, read_at: float) -> Listing:
    return fact_text.listing(listing_id, sku, body, datetime.fromtimestamp(read_at, UTC))


def _product(body: str, read_at: float) -> Product:
    return fact_text.product(body, datetime.fromtimestamp(read_at, UTC))


def _stamp(written: str) -> Stamp:
    at, _, sku = written.partition(" ")
    return Stamp(moment(at), Sku(sku))


def _line(listing: Listing, sku: Sku, at: datetime) -> tuple[object, ...]:
    return listing.id, listing.sku, sku, sku_key(sku), fact_text.of_listing(listing), at.timestamp()


def _row(product: Product) -> tuple[object, ...]:
    parent = None if product.shadow_of is None else sku_key(product.shadow_of)
    return fact_text.of_product(product), product.company_id, parent, product.shadow_of


def _moment(epoch: float | None) -> datetime | None:
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC)


def batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Give a few hundred items at a time."""
    source = iter(items)
    while some := list(islice(source, _AT_ONCE)):
        yield some
