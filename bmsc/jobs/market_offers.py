"""What the markets beside the first show of listings, asked only where a price there may be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bmsc.domain.ids import ListingId
from bmsc.domain.listings import Listing, Offer
from bmsc.domain.settings import Market, Settings
from bmsc.jobs.listing_ports import ListingsReader
from bmsc.planners import cells, pricing
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.whose_row import Aliases

LISTINGS_A_PAGE = 50
Offers = tuple[Offer, ...]


class MarketOffers:
    """Adds the offers of further markets to listings that show the first one's; asks nobody while repricing rules."""

    def __init__(self, listings: ListingsReader, settings: Settings) -> None:
        self._ask = listings
        self.markets = settings.markets[1:] if pricing.in_play(settings) else ()
        """The further markets in which prices may be written."""

    def complete(self, listings: Sequence[Listing]) -> list[Listing]:
        """Read each listing by itself in every market."""
        for market in self.markets:
            listings = _with(listings, self._one_by_one(listings, market))
        return list(listings)

    def needed(self, listings: Sequence[Listing], catalog: Catalog, aliases: Aliases) -> list[Listing]:
        """Read the markets that a row enables: page by page, or one by one where that takes fewer requests."""
        pages = -(-len(listings) // LISTINGS_A_PAGE)
        for market in self.markets:
            enabled = [one for one in listings if _is_enabled(one, market, catalog, aliases)]
            few = len(enabled) < pages
            offers = self._one_by_one(enabled, market) if few else self._by_page(market)
            listings = _with(listings, offers)
        return list(listings)

    def _by_page(self, market: Market) -> dict[ListingId, Offers]:
        return {one.id: one.offers for one in self._ask.listings(market.locale)}

    def _one_by_one(self, listings: Sequence[Listing], market: Market) -> dict[ListingId, Offers]:
        found = self._ask.each((one.id for one in listings), market.locale)
        return {one.id: one.offers for one in found if one is not None}


def _with(listings: Sequence[Listing], offers: Mapping[ListingId, Offers]) -> list[Listing]:
    return [replace(one, offers=(*one.offers, *offers.get(one.id, ()))) for one in listings]


def _is_enabled(listing: Listing, market: Market, catalog: Catalog, aliases: Aliases) -> bool:
    """Say whether the row switches the market on, or holds what nobody may guess: then the price is shown."""
    row = catalog.find(aliases.resolve(listing.sku))
    return row is not None and bool(cells.truth(row.columns or {}, market.enabled_column))
