"""What the listing commands need from the outside. Errors are those that `bmsc.jobs.ports` names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.lines import LineUse
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import CatalogAnswer, KnownListing, Listing, ListingsPage

if TYPE_CHECKING:
    from bmsc.jobs.reprice_ports import PriceBook


class ListingsReader(Protocol):
    """What is read of Back Market's listings; each answer shows one market."""

    @property
    def slowed_to(self) -> float | None:
        """Tell how many requests a second listings are held to beyond our share; None when nothing slows them."""
        ...

    def listings(self, locale: str, *, first: ListingsPage | None = None) -> Iterator[Listing]:
        """Read every listing as one market shows it, each once, as they arrive; only the end proves it was all.

        `first` is the first page where it was read already.
        """
        ...

    def page(self, number: int, locale: str) -> ListingsPage:
        """Read one page of the list, from 1; one past the end is empty."""
        ...

    def pages(self, numbers: Iterable[int], locale: str) -> Iterator[ListingsPage]:
        """Read pages side by side, in the order of their numbers."""
        ...

    def listing(self, listing_id: ListingId, locale: str) -> Listing:
        """Read one listing."""
        ...

    def each(self, listing_ids: Iterable[ListingId], locale: str) -> Iterator[Listing | None]:
        """Read listings one by one, in the order of their ids; None for one that is no longer there."""
        ...

    def listing_of(self, sku: Sku, locale: str) -> Listing | None:
        """Look a listing up by its SKU; None when there is none."""
        ...


class ListingsWriter(ListingsReader, Protocol):
    """What is written to Back Market's listings, by someone who also reads."""

    def update_listing(
        self, listing_id: ListingId, locale: str, *, quantity: int | None, price: MarketPrice | None
    ) -> Listing:
        """Write a quantity, a price, or both in one line; answers with the listing as it then is."""
        ...


class StockReader(Protocol):
    """What SellerCloud's catalog says of many SKUs."""

    def rows(self, skus: Iterable[Sku], *, beside: Sequence[Sku] = ()) -> Iterator[CatalogAnswer]:
        """Read rows in batches, one answer a batch, while SKUs are still coming in.

        A failed batch knows nothing of its SKUs.
        """
        ...

    def units_in_warehouses(self, sku: Sku) -> int | None:
        """Count a product's units in sellable warehouses; None when nobody knows."""
        ...


class ListingMemory(Protocol):
    """What is remembered of each listing."""

    def load(self) -> Mapping[ListingId, KnownListing]:
        """Read every row."""
        ...

    def one(self, listing_id: ListingId) -> KnownListing | None:
        """Read one row, fast."""
        ...

    def note(self, listing_id: ListingId, row: KnownListing) -> None:
        """Keep one changed row at once."""
        ...

    def save(self, changed: Mapping[ListingId, KnownListing]) -> None:
        """Keep changed rows."""
        ...


class Books(Protocol):
    """The books of listings, each opened anew whenever it is asked for."""

    def of_listings(self) -> ListingMemory:
        """Open what `listings sync` remembers."""
        ...

    def of_prices(self) -> PriceBook:
        """Open what `reprice` remembers."""
        ...


class Lines(Protocol):
    """The hour's listing lines, shared by all commands."""

    def take(self, use: LineUse, lines: int = 1) -> bool:
        """Book lines before they are sent; False when they do not fit."""
        ...

    def left(self, use: LineUse, *, within_seconds: int = 0) -> int:
        """Count the lines that fit now, or will by then."""
        ...

    def used(self) -> Mapping[LineUse, int]:
        """Count the lines of the last hour by their use."""
        ...
