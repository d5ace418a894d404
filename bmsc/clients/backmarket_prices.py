"""The last step before a price leaves: whoever decided it, it goes out within the merchant's bounds or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from msgspec.structs import replace

from bmsc.clients.backmarket_listings import BackMarketListings
from bmsc.domain.ids import ListingId
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.money import cent
from bmsc.domain.repricing import PriceLimits
from bmsc.domain.settings import Market
from bmsc.errors import Refused


class BackMarketPrices:
    """Writes prices alone, each in the one currency of its market: no quantity ever travels with them."""

    def __init__(self, listings: BackMarketListings, markets: Iterable[Market]) -> None:
        """Take the configured markets: what a plan says of a market's currency is not believed."""
        self._listings = listings
        self._currencies = {market.locale: market.currency for market in markets}

    def set_price(self, listing_id: ListingId, price: MarketPrice, limits: PriceLimits) -> Listing:
        """Write one market's price; answers with the listing as it then is.

        Shares nothing with the planner on purpose: a mistake there must not reach a buyer. Raises Refused.
        """
        ours = self._currencies.get(price.locale)
        if price.currency != ours:
            message = f"{price.currency} is not the currency of {price.locale}: nothing was sent"
            raise Refused(message, next_step="compare the currencies of [[markets]] with Back Market's")
        safe = replace(price, price=within(price.price, limits, price.currency))
        return self._listings.update_listing(listing_id, price.locale, quantity=None, price=safe)


def within(price: Decimal, limits: PriceLimits, currency: str) -> Decimal:
    """Bring a price between the limits, to the currency's decimals; raises Refused when they leave no room for any."""
    unit = cent(currency)
    top = limits.default
    if limits.max_price is not None and limits.max_price < top:
        top = limits.max_price
    bottom = limits.default if limits.minimum is None else limits.minimum
    lowest, highest = bottom.quantize(unit, rounding=ROUND_CEILING), top.quantize(unit, rounding=ROUND_FLOOR)
    if not Decimal(0) < lowest <= highest:
        message = f"no price fits between {bottom} and {top} {currency}: nothing was sent"
        raise Refused(message, next_step="look at the price columns of this SKU")
    if price < lowest:
        return lowest
    return highest if price > highest else price.quantize(unit, rounding=ROUND_FLOOR)
