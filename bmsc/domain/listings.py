"""What a listing is on Back Market, and what a product is in SellerCloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, Sku, SkuKey

WITHOUT_PRICE_OR_COMMENT, DEACTIVATED = 0, 4
"""Back Market's `publication_state`, of 0 to 4."""


@dataclass(frozen=True, slots=True)
class Offer:
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


@dataclass(frozen=True, slots=True)
class Listing:
    """One SKU on Back Market: a quantity for all markets, and an offer for each market that was read.

    `quantity` may be -1 after an oversell; it is None when the answer did not say.
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


@dataclass(frozen=True, slots=True)
class Part:
    """A product that goes so many times into one kit."""

    sku: Sku
    quantity: int


@dataclass(frozen=True)
class Product:
    """A SellerCloud catalog row, reduced to the fields in use.

    `available` is None when the row says nothing believable; `columns` maps a case-folded custom column
    name to its raw value, and is None when the row carried no columns at all.
    """

    sku: Sku
    company_id: int
    name: str
    active: bool
    available: int | None
    shadow_of: Sku | None = None
    is_kit: bool = False
    is_matrix_parent: bool = False
    columns: Mapping[str, object] | None = field(default=None)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class ProductsAnswer:
    """Which products SellerCloud returned, and which SKUs it gave no believable answer about."""

    found: Mapping[SkuKey, Product]
    unknown: frozenset[SkuKey]


@dataclass(frozen=True)
class CatalogAnswer(ProductsAnswer):
    """One batch: the SKUs asked for besides; what is neither found nor unknown was not returned."""

    asked: frozenset[SkuKey] = frozenset()


@dataclass(frozen=True)
class CatalogSlice:
    """One page of the catalog; `kit_parts` are the components its kits name, `total` the rows of all pages."""

    products: tuple[Product, ...]
    kit_parts: frozenset[SkuKey] = frozenset()
    total: int = 0


@dataclass(frozen=True, slots=True)
class WrittenPrice:
    """The price we last wrote in one market."""

    locale: str
    price: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class KnownListing:
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
