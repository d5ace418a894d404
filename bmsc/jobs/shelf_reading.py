"""How the listings of a large shop come into the fact cache: the whole list where it fits, else the oldest pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile

from msgspec.structs import replace

from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.listing_actions import ListingAction, MarketPrice, SetPrice, SetQuantity
from bmsc.domain.listings import Listing, ListingsPage, Offer
from bmsc.domain.settings import Settings
from bmsc.jobs.fact_ports import FactCache
from bmsc.jobs.listing_ports import ListingsReader
from bmsc.jobs.ports import Clock
from bmsc.planners import pricing
from bmsc.planners.reading_plan import ROWS_A_REQUEST
from bmsc.planners.whose_row import Aliases

_TELLING_PAGES = 20
"""Fewer tell more of the burst at the beginning than of the platform."""
_SLIPPED_A_RUN = 50
"""Listings that slipped between two pages are looked for one by one, so many a run."""


class _Broken(Exception):
    """Back Market lets listings be read more slowly than when the reading began, or the time for it is over."""


class ShelfReading:
    """Reads Back Market's side of one run into the cache."""

    def __init__(
        self,
        ask: ListingsReader,
        cache: FactCache,
        settings: Settings,
        clock: Clock,
        time_is_up: Callable[[], bool],
    ) -> None:
        self._ask = ask
        self._time_is_up = time_is_up
        self._began = self._ended = clock.now()
        self.pages_read = 0
        self._cache = cache
        self._clock = clock
        self._aliases = Aliases(settings)
        self._home = settings.markets[0].locale
        others = settings.markets[1:] if pricing.in_play(settings) else ()
        self._others = tuple(market.locale for market in others)

    @property
    def pages_per_second(self) -> float | None:
        """Tell how fast pages came; None while there were too few to tell."""
        seconds = (self._ended - self._began).total_seconds()
        return round((self.pages_read - 1) / seconds, 3) if self.pages_read >= _TELLING_PAGES and seconds > 0 else None

    def read_all(self, first: ListingsPage) -> bool:
        """Read the whole list, in every market where a row asks for a price; False when it was broken off.

        It is when a block has slowed it down, or the time is up.
        """
        quick = self._ask.slowed_to is None
        try:
            for locale in self._needed():
                listings = self._while(self._ask.listings(locale), quick=quick)
                self._cache.saw_listings(self._merged(listings), self._clock.now())
            home = self._while(self._ask.listings(self._home, first=first), quick=quick)
            self._cache.saw_whole_list(self._merged(home), self._clock.now())
        except _Broken:
            return False
        return True

    def _while(self, listings: Iterable[Listing], *, quick: bool) -> Iterator[Listing]:
        """Let listings pass, unless the reading began quick and is no more, or takes too long."""
        for number, listing in enumerate(listings):
            if number % ROWS_A_REQUEST == 0:
                self._count()
                if self._time_is_up() or (quick and self._ask.slowed_to is not None):
                    raise _Broken
            yield listing

    def _count(self) -> None:
        self.pages_read += 1
        self._ended = self._clock.now()

    def read_oldest(self, count: int, first: ListingsPage) -> None:
        """Read pages, oldest first, as long as there is time; the first one always, since new listings come first."""
        pages = max(1, -(-(first.total or 0) // ROWS_A_REQUEST))
        oldest = [number for number in self._cache.oldest_pages(count, pages) if number != 1][: count - 1]
        taken = [1]
        self._take(first)
        for page in self._ask.pages(self._in_time(oldest), self._home):
            self._take(page)
            taken.append(page.number)
        for locale in self._needed():
            for page in self._ask.pages(taken, locale):
                self._cache.saw_listings(self._merged(page.listings), self._clock.now())
                self._count()
        self.read_again(self._cache.overdue(_SLIPPED_A_RUN, pages))

    def _in_time(self, pages: Iterable[int]) -> Iterator[int]:
        return takewhile(lambda _: not self._time_is_up(), pages)

    def read_again(self, listing_ids: Iterable[ListingId]) -> None:
        """Read listings one by one; what Back Market no longer lists is dropped."""
        asked, now = list(listing_ids), self._clock.now()
        gone: set[ListingId] = set()
        for locale in (self._home, *self._needed()):
            answers = zip(asked, self._ask.each(asked, locale), strict=True)
            # Lists leave a deactivated listing out; read by itself it still answers.
            found = {key: None if one is None or one.is_deactivated else one for key, one in answers}
            self._cache.saw_listings(self._merged(one for one in found.values() if one), now)
            gone |= {key for key, one in found.items() if one is None}
        self._cache.forget(gone)

    def wrote(self, action: ListingAction) -> None:
        """Keep what a line that Back Market took has made of a listing."""
        before = self._cache.listing(action.listing_id)
        if before is not None:
            after = _written(before, action)
            self._cache.saw_listings([(after, self._aliases.resolve(after.sku))], self._clock.now())

    def _take(self, page: ListingsPage) -> None:
        now = self._clock.now()
        self._cache.saw_listings(self._merged(page.listings), now)
        self._cache.saw_page(page.number, now)
        self._count()

    def _needed(self) -> tuple[str, ...]:
        """Name the further markets that rows switch on; all of them while no row is known."""
        if not self._others or not self._cache.companies():
            return self._others
        return tuple(locale for locale in self._others if locale in self._cache.enabled())

    def _merged(self, listings: Iterable[Listing]) -> Iterator[tuple[Listing, Sku]]:
        """Add to each listing the SKU it sells, and the offers that other markets showed before."""
        for listing in listings:
            whole = listing if not self._others else _with_offers_of(self._cache.listing(listing.id), listing)
            yield whole, self._aliases.resolve(listing.sku)


def _with_offers_of(before: Listing | None, fresh: Listing) -> Listing:
    shown = {one.locale for one in fresh.offers}
    kept = (one for one in (before.offers if before else ()) if one.locale not in shown)
    return replace(fresh, offers=(*fresh.offers, *kept))


def _written(before: Listing, action: ListingAction) -> Listing:
    quantity = action.quantity if isinstance(action, SetQuantity) else before.quantity
    price = action.price if isinstance(action, SetQuantity | SetPrice) else None
    offers = (_priced(one, price) for one in before.offers)
    return replace(before, quantity=quantity, offers=tuple(offers))


def _priced(offer: Offer, price: MarketPrice | None) -> Offer:
    return replace(offer, price=price.price) if price is not None and price.locale == offer.locale else offer
