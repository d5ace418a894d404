"""What a listing is on Back Market, and what a product is in SellerCloud."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct, field

from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, Sku, SkuKey

WITHOUT_PRICE_OR_COMMENT, DEACTIVATED = 0, 4
"""Back Market's `publication_state`, of 0 to 4."""


class Offer(Struct, frozen=True):
    """What one market shows of a listing; `publication_state` 2 is online."""

    locale: str
    price: Decimal | None
    currency: str
    max_price: Decimal | None = None
    min_price: Decimal | None = None
    publication_state: int | None = None

    @property
    def misses_price_or_comment(self) -> bool:
        """Say whether the market cannot show it yet, for want of a price or a comment."""
        return self.publication_state == WITHOUT_PRICE_OR_COMMENT


class Listing(Struct, frozen=True):
    """One SKU on Back Market: a quantity for all markets, and an offer for each market that was read.

    `quantity` may be -1 after an oversell; it is None when the answer did not say. `read_at` None is this run.
    """

    id: ListingId
    listing_id: int
    sku: Sku
    quantity: int | None
    grade: Grade | None = None
    product_id: str = ""
    backmarket_id: int | None = None
    offers: tuple[Offer, ...] = ()
    title: str = ""
    """What Back Market calls the product; known where one listing was read, not a whole list."""
    read_at: datetime | None = None

    @property
    def offered(self) -> int:
        """Count the units buyers can have: an oversold listing offers none."""
        return max(0, self.quantity or 0)

    @property
    def is_deactivated(self) -> bool:
        """Say whether a person or Back Market has switched it off for good, as far as the offers read show."""
        return any(offer.publication_state == DEACTIVATED for offer in self.offers)

    def offer(self, locale: str) -> Offer | None:
        """Find what a market shows; None when it was not read."""
        return next((offer for offer in self.offers if offer.locale == locale), None)


class ListingsPage(Struct, frozen=True):
    """One page of the list of listings; `total` counts those on all pages, None when Back Market does not say."""

    number: int
    listings: tuple[Listing, ...]
    total: int | None
    is_last: bool = False


class Part(Struct, frozen=True):
    """A product that goes so many times into one kit."""

    sku: Sku
    quantity: int


class Product(Struct, frozen=True):
    """A SellerCloud catalog row, reduced to the fields in use.

    `available` is None when the row says nothing believable; `columns` maps a case-folded custom column
    name to its raw value, and is None when the row carried no columns at all. `read_at` None is this run.
    """

    sku: Sku
    company_id: int
    name: str
    active: bool
    available: int | None
    shadow_of: Sku | None = None
    is_kit: bool = False
    is_matrix_parent: bool = False
    columns: Mapping[str, object] | None = None
    parts: tuple[Part, ...] = ()
    read_at: datetime | None = None
    edited_at: datetime | None = None
    counted_at: datetime | None = None
    """SellerCloud's own dates of the last edit, and of when its quantities were last worked out."""


class Feed(StrEnum):
    """The two kinds of change SellerCloud can be asked for; neither implies the other."""

    EDITED = "lastUpdated"
    COUNTED = "lastAggregate"

    def moment_of(self, product: Product) -> datetime | None:
        """Give the date of a row that this kind of change moves."""
        return product.edited_at if self is Feed.EDITED else product.counted_at


class Stamp(Struct, frozen=True):
    """The newest date rows carried, by SellerCloud's own clock, and the row that carried it."""

    moment: datetime
    sku: Sku


class Changes(Struct, frozen=True):
    """The rows one kind of change named; not `complete` when they were too many to read, or the list stayed short."""

    products: Mapping[SkuKey, Product]
    total: int
    complete: bool
    newest: Stamp | None = None


class ProductsAnswer(Struct, frozen=True):
    """Which products SellerCloud returned, and which SKUs it gave no believable answer about."""

    found: Mapping[SkuKey, Product]
    unknown: frozenset[SkuKey]


class CatalogAnswer(ProductsAnswer, frozen=True):
    """One batch: the SKUs asked for besides; what is neither found nor unknown was not returned."""

    asked: frozenset[SkuKey] = frozenset()
    newest: Mapping[Feed, Stamp] = field(default_factory=dict)


class CatalogSlice(Struct, frozen=True):
    """One page of the catalog; `kit_parts` are the components its kits name, `total` the rows of all pages."""

    products: tuple[Product, ...]
    kit_parts: frozenset[SkuKey] = frozenset()
    total: int = 0


class WrittenPrice(Struct, frozen=True):
    """The price we last wrote in one market."""

    locale: str
    price: Decimal
    at: datetime


class KnownListing(Struct, frozen=True):
    """What we remember of a listing; losing it costs caution, never correctness.

    `managed` once SellerCloud enabled it. `falls` are drops of Back Market's own quantity that no order explained.
    `available` is what SellerCloud showed when last read, and `uncounted` the paid units missing from it.
    """

    managed: bool = False
    seen: int | None = None
    written: int | None = None
    written_at: datetime | None = None
    prices: tuple[WrittenPrice, ...] = ()
    falls: tuple[tuple[datetime, int], ...] = ()
    available: int | None = None
    uncounted: int = 0
