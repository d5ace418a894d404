"""What is a listing on Back Market, and in which markets is it online?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

GRADES = {"PREMIUM": 9, "EXCELLENT": 0, "VERY_GOOD": 1, "GOOD": 2, "FAIR": 3, "STALLONE": 4}
"""Each grade and the number it had when it was called state."""
UNPRICED, VALIDATING, ONLINE, OFFLINE, DEACTIVATED = range(5)


@dataclass
class CatalogProduct:
    """One exact configuration that Back Market knows; sellers' listings hang on it."""

    product_id: str
    backmarket_id: int
    title: str
    brand: str
    ean: str = ""
    max_prices: dict[str, Decimal] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    unvalidated: set[str] = field(default_factory=set)

    def title_in(self, locale: str) -> str:
        """Name the product in a market's language, as far as it was translated."""
        return self.titles.get(locale, self.title)


@dataclass
class Offer:
    """What one market sees of a listing."""

    price: Decimal | None = None
    min_price: Decimal | None = None
    comment: str | None = None
    warranty_delay: int = 12


@dataclass
class Shipping:
    """One of up to three ways to ship that override the account's."""

    shipper: str | None = None
    display: str | None = None
    price: Decimal | None = None
    delay: int | None = None


@dataclass
class Listing:
    """One SKU of the seller: a quantity for all markets and an offer for each."""

    id: str
    listing_id: int
    sku: str
    product: CatalogProduct
    grade: str
    quantity: int
    offers: dict[str, Offer] = field(default_factory=dict)
    shippings: dict[int, Shipping] = field(default_factory=dict)
    online_since: dict[str, datetime] = field(default_factory=dict)
    disabled: bool = False
    new_battery: bool = False

    def offer(self, locale: str) -> Offer:
        """Find the market's offer; an empty one where nothing was ever set."""
        return self.offers.get(locale) or Offer()

    def offer_to_edit(self, locale: str) -> Offer:
        """Find the market's offer, or begin one."""
        return self.offers.setdefault(locale, Offer())

    def publication_state(self, locale: str, *, comment_needed: bool = True) -> int:
        """Tell how far the listing is from being sold in one market."""
        offer = self.offer(locale)
        if self.disabled:
            return DEACTIVATED
        if offer.price is None or (comment_needed and not offer.comment):
            return UNPRICED
        if locale in self.product.unvalidated:
            return VALIDATING
        ceiling = self.product.max_prices.get(locale)
        if self.quantity <= 0 or (ceiling is not None and offer.price > ceiling):
            return OFFLINE
        return ONLINE
