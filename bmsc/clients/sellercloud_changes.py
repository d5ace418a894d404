"""Which rows of SellerCloud's catalog changed since a moment, by its own two dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bmsc.clients import moments
from bmsc.clients.paging import Page, whole_stream
from bmsc.clients.sellercloud import SellerCloudReads
from bmsc.clients.sellercloud_stock import newest_of, slim
from bmsc.domain.ids import sku_key
from bmsc.domain.listings import Changes, Feed, Product
from bmsc.errors import CredentialsRefused, RemoteError

_WHERE = "SellerCloud GET /api/Catalog"
_EVERY_STATUS = ("model.activeStatus", "-1")


class SellerCloudChanges:
    """Reads changed rows of whole companies, reduced to the columns named."""

    def __init__(self, reads: SellerCloudReads, *, columns: frozenset[str]) -> None:
        self._reads = reads
        self._columns = columns

    def changed(self, feed: Feed, since: datetime, companies: Iterable[int], *, most: int) -> Changes:
        """Read the rows whose date is not before a moment, in at most so many requests.

        A platform that cannot be asked or believed has named no complete set of changes.
        """
        narrowed = [("model.companyID", str(company)) for company in sorted(companies)]
        # The same zone reads rows and writes filters, so a wrong one cancels out.
        start = (f"model.{feed.value}From", moments.without_offset(since, self._reads.zone))
        query = (*narrowed, _EVERY_STATUS, start)
        try:
            first = self._reads.catalog_page(query, 1)
            if _pages(first) > most:
                return Changes({}, first.total or 0, complete=False)
            return self._all(query, first, feed)
        except CredentialsRefused:
            raise
        except RemoteError:
            return Changes({}, 0, complete=False)

    def _all(self, query: tuple[tuple[str, str], ...], first: Page[Product], feed: Feed) -> Changes:
        at_hand = [first]

        def read(number: int) -> Page[Product]:
            return at_hand.pop() if number == 1 and at_hand else self._reads.catalog_page(query, number)

        rows = whole_stream(read, lambda row: sku_key(row.sku), workers=self._reads.http.concurrency, where=_WHERE)
        found = list(rows)
        products = {sku_key(row.sku): slim(row, self._columns) for row in found}
        return Changes(products, first.total or 0, complete=True, newest=newest_of(found).get(feed))


def _pages(first: Page[Product]) -> int:
    return -(-(first.total or 0) // len(first.rows)) if first.rows else 1
