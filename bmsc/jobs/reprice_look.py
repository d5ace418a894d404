"""What is looked at again right before a price is written: the columns of its slice, and in a long run its listing."""

from __future__ import annotations

import threading

from bmsc.domain.repricing import MarketFacts, Reprice
from bmsc.domain.settings import Settings
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.house import House
from bmsc.jobs.listing_ports import ListingsReader, StockReader
from bmsc.planners import reprice_facts
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reprice_facts import Unruled
from bmsc.planners.whose_row import Aliases

LISTING_AFTER_SECONDS = 300
"""A run older than this reads a listing again too: asking about competitors may take most of an hour."""


class SecondLook:
    """Reads the columns of a slice once, right before its first write."""

    def __init__(self, stock: StockReader, listings: ListingsReader, settings: Settings, house: House) -> None:
        self._stock = stock
        self._listings = listings
        self._settings = settings
        self._house = house
        self._aliases = Aliases(settings)
        self._slices: dict[int, Catalog] = {}
        self._guard = threading.Lock()

    def at(self, action: Reprice) -> MarketFacts | str:
        """Give the action's facts as they are now, or say why there are none."""
        row = reprice_facts.read_columns(action.sku, self._columns(action), self._aliases, self._settings)
        if isinstance(row, Unruled):
            return f"{row.detail}: left to the next run"
        market = next(one for one in self._settings.markets if one.locale == action.facts.locale)
        bounds = reprice_facts.bounds_of(row, market)
        if bounds is None:
            return f"no longer enabled in {market.locale}"
        return self._shown(reprice_facts.with_columns(action.facts, bounds))

    def _shown(self, facts: MarketFacts) -> MarketFacts:
        if self._house.age_seconds() <= LISTING_AFTER_SECONDS:
            return facts
        listing = self._listings.listing(facts.listing_id, facts.locale)
        offer = listing.offer(facts.locale)
        assert offer is not None, "a listing is read as one market shows it"
        return reprice_facts.as_shown(facts, listing, offer)

    def _columns(self, action: Reprice) -> Catalog:
        with self._guard:
            if action.slice_number not in self._slices:
                skus = map(self._aliases.resolve, action.slice_skus)
                self._slices[action.slice_number] = CatalogReading(self._stock).read_alone(skus)
            return self._slices[action.slice_number]
