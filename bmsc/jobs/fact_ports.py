"""Where facts of earlier runs wait for a shop that is too large to be read whole in one run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.listings import Changes, Feed, Listing, Stamp
from bmsc.planners.listing_facts import Catalog


class Ages(Struct, frozen=True):
    """How many listings both sides are known of, how many not yet, and when the oldest facts were read."""

    known: int
    unread: int
    oldest_listing: datetime | None = None
    oldest_row: datetime | None = None


class ChangeReader(Protocol):
    """Who names the rows that changed."""

    def changed(self, feed: Feed, since: datetime, companies: Iterable[int], *, most: int) -> Changes:
        """Read the rows whose date is not before a moment, in at most so many requests; raises CredentialsRefused."""
        ...


class FactCache(Protocol):
    """Listings and rows with the moment each was read. Losing it costs reading, never correctness.

    What `saw` records belongs to the present run; nothing lasts before `keep`.
    """

    def saw_listings(self, listings: Iterable[tuple[Listing, Sku]], at: datetime) -> None:
        """Take listings with the SellerCloud SKU each sells."""
        ...

    def saw_whole_list(self, listings: Iterable[tuple[Listing, Sku]], at: datetime) -> None:
        """Take every listing there is, and drop all others once the end is reached."""
        ...

    def saw_page(self, number: int, at: datetime) -> None:
        """Note that a page of the list was read."""
        ...

    def saw_rows(self, catalog: Catalog, at: datetime) -> None:
        """Take what a reading of rows showed: found, absent, or not to be believed."""
        ...

    def forget(self, listings: Iterable[ListingId]) -> None:
        """Drop listings that Back Market no longer has."""
        ...

    def oldest_pages(self, count: int, of: int) -> Sequence[int]:
        """Name the pages read longest ago, those never read first."""
        ...

    def oldest_rows(self, count: int, before: datetime) -> Sequence[Sku]:
        """Name SKUs of listings whose rows were last asked for before a moment, those never asked for first."""
        ...

    def missing_parents(self) -> Sequence[Sku]:
        """Name the shadows' parents that no row is known of."""
        ...

    def overdue(self, count: int, of: int) -> Sequence[ListingId]:
        """Name listings not seen although every one of so many pages was read since; none before a round is full."""
        ...

    def listing(self, listing_id: ListingId) -> Listing | None:
        """Give one listing."""
        ...

    def listings(self, since: datetime) -> Collection[Listing]:
        """Give the listings that both sides are known of; one whose row is in doubt counts if asked for since."""
        ...

    def catalog(self, since: datetime) -> Catalog:
        """Give the rows: what was asked for since a moment as it was answered then, the others as last read.

        Absence is only what was proved since that moment.
        """
        ...

    def companies(self) -> frozenset[int]:
        """Name the companies whose rows are known."""
        ...

    def newest(self, feed: Feed) -> Stamp | None:
        """Give the newest date that was seen of a kind of change."""
        ...

    def saw_newest(self, feed: Feed, stamp: Stamp) -> None:
        """Keep the newest date of a kind of change."""
        ...

    def enabled(self) -> frozenset[str]:
        """Name the markets that some row has switched on, as far as it was noted."""
        ...

    def saw_enabled(self, locales: Iterable[str]) -> None:
        """Note that a row switches markets on."""
        ...

    def ages(self) -> Ages:
        """Tell how complete and how old the facts are."""
        ...

    def keep(self) -> None:
        """Make what was seen last; a run that may only look keeps nothing."""
        ...
