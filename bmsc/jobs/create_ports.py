"""What `listings create` needs from the outside. Errors are those that `bmsc.jobs.ports` names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from bmsc.domain.creations import BatchTask, NewListing
from bmsc.domain.ids import ListingId, SkuKey
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import CatalogSlice, Listing
from bmsc.jobs.listing_ports import ListingsWriter


class Catalogue(Protocol):
    """Who gives the products that may become listings."""

    def of_company(self) -> Iterator[CatalogSlice]:
        """Stream the company's active products."""
        ...

    def of_view(self, view_id: int) -> Iterator[CatalogSlice]:
        """Stream the products of a saved view; raises ConfigError when this user has no such view."""
        ...

    def parts_of_kits(self) -> frozenset[SkuKey]:
        """Name every product that goes into an active kit of the company; raises when one may be missing."""
        ...


class Shelf(ListingsWriter, Protocol):
    """Back Market's listings, deactivated ones and those of old numbers included."""

    def deactivated(self, locale: str) -> Iterator[Listing]:
        """Read the listings that are switched off for good."""
        ...

    def listing_numbered(self, number: int, locale: str) -> Listing | None:
        """Read the listing of an old number; None when there is none."""
        ...

    def open_market(self, listing_id: ListingId, price: MarketPrice, *, warranty_months: int) -> Listing:
        """Give one market its price and warranty, in one line; answers with the listing as it then is."""
        ...


class Batches(Protocol):
    """Who takes listings in bulk."""

    def submit(self, rows: Sequence[NewListing], locale: str) -> int:
        """Hand in listings of quantity 0; answers with the number of the task."""
        ...

    def task(self, task_id: int) -> BatchTask:
        """Ask how far a task has come."""
        ...
