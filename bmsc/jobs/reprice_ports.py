"""What `reprice` needs from the outside. Errors are those that `bmsc.jobs.ports` names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from bmsc.domain.ids import ListingId
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.repricing import Decision, KnownPrices, MarketFacts, PriceLimits, Standing


class BackboxReader(Protocol):
    """Who knows how a listing stands against its rivals."""

    def standings(self, listing_id: ListingId) -> tuple[Standing, ...]:
        """Read one listing in all its markets; waits for its turn, raises NotFound where there is no data."""
        ...


class PriceWriter(Protocol):
    """Who writes a price, and sees to it that it lies within its limits."""

    def set_price(self, listing_id: ListingId, price: MarketPrice, limits: PriceLimits) -> Listing:
        """Write one market's price; answers with the listing as it then is."""
        ...


class PriceBook(Protocol):
    """What is remembered of each listing's prices."""

    def load(self) -> Mapping[ListingId, KnownPrices]:
        """Read every row."""
        ...

    def one(self, listing_id: ListingId) -> KnownPrices | None:
        """Read one row, fast."""
        ...

    def note(self, listing_id: ListingId, row: KnownPrices) -> None:
        """Keep one changed row at once."""
        ...

    def save(self, changed: Mapping[ListingId, KnownPrices], gone: Iterable[ListingId] = ()) -> None:
        """Keep changed rows and drop those that are gone."""
        ...


class Progress(Protocol):
    """Who shows a person at a terminal how far a long reading has come."""

    def __call__(self, done: int, total: int) -> None:
        """Show that so many of so many are done."""
        ...


class Tape(Protocol):
    """Who keeps a run's facts so that they can be decided again."""

    def keep(self, prices: Iterable[tuple[MarketFacts, Decision]]) -> None:
        """Add the facts and decisions of one run."""
        ...
