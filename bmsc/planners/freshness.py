"""Which writes would rest on facts of an earlier run: those facts are read again first, or the write waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import Sku
from bmsc.domain.listings import Listing
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reading_plan import REQUESTS_A_LINE
from bmsc.planners.reckoning import Reckoning, Rule
from bmsc.planners.whose_row import lineage

MOST_LISTINGS = 500


class Doubtful(Struct, frozen=True):
    """What to read again before anything is written."""

    listings: tuple[Listing, ...] = ()
    skus: tuple[Sku, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.listings or self.skus)


def affordable(seconds: float, per_second: float) -> int:
    """Count the listings that can be read again one by one and still be written, one at least.

    What is read again and then not written costs the next run as much: the backlog would only grow.
    """
    return max(1, min(MOST_LISTINGS, int(seconds * per_second / REQUESTS_A_LINE)))


def to_read_again(
    reckonings: Iterable[Reckoning], catalog: Catalog, since: datetime, *, most: int = MOST_LISTINGS
) -> Doubtful:
    """Name the facts older than this run that a write would rest on; units to take off sale come first."""
    writes = sorted((one for one in reckonings if _writes(one)), key=lambda one: (one.raises, one.listing.sku))
    listings = [one.listing for one in writes if _is_old(one.listing.read_at, since)][:most]
    skus = (sku for one in writes for sku, read_at in _rows_of(one, catalog) if _is_old(read_at, since))
    return Doubtful(tuple(listings), tuple(dict.fromkeys(skus)))


def withheld(one: Reckoning, catalog: Catalog, since: datetime) -> Reckoning:
    """Take back a write that still rests on older facts: the next run reads them again first."""
    if not _writes(one):
        return one
    moments = (one.listing.read_at, *(read_at for _, read_at in _rows_of(one, catalog)))
    old = min((moment for moment in moments if moment is not None and moment < since), default=None)
    if old is None:
        return one
    detail = f"{one.detail}; read at {old:%H:%M} UTC: to be read again before anything is written"
    return replace(one, rule=Rule.STALE, detail=detail, quantity=None, prices=(), guard=None)


def _writes(one: Reckoning) -> bool:
    return one.quantity is not None or any(price.to_send for price in one.prices)


def _rows_of(one: Reckoning, catalog: Catalog) -> Iterator[tuple[Sku, datetime | None]]:
    """Give the SKU's own row and that of the parent it sells from."""
    row = catalog.find(one.sellercloud_sku)
    yield from ((each.sku, each.read_at) for each in (lineage(row, catalog) if row else ()))


def _is_old(read_at: datetime | None, since: datetime) -> bool:
    return read_at is not None and read_at < since
