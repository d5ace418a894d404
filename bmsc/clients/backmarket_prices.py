"""The last step before a price leaves: whoever decided it, it goes out within the merchant's bounds or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bmsc.clients.backmarket_listings import BackMarketListings
from bmsc.domain.ids import ListingId
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.repricing import PriceLimits
from bmsc.errors import Refused


class BackMarketPrices:
    """Writes prices alone: no quantity ever travels with them."""

    def __init__(self, listings: BackMarketListings) -> None:
        self._listings = listings

    def set_price(self, listing_id: ListingId, price: MarketPrice, limits: PriceLimits) -> Listing:
        """Write one market's price; answers with the listing as it then is.

        Shares nothing with the planner on purpose: a mistake there must not reach a buyer.
        """
        safe = replace(price, price=within(price.price, limits))
        return self._listings.update_listing(listing_id, price.locale, quantity=None, price=safe)


def within(price: Decimal, limits: PriceLimits) -> Decimal:
    """Bring a price between the limits; raises Refused when they leave no room for any."""
    top = limits.default
    if limits.max_price is not None and limits.max_price < top:
        top = limits.max_price
    bottom = limits.default if limits.minimum is None else limits.minimum
    if not Decimal(0) < bottom <= top:
        message = f"no price fits between {bottom} and {top}: nothing was sent"
        raise Refused(message, next_step="look at the price columns of this SKU")
    if price < bottom:
        return bottom
    return top if price > top else price
