"""What `reprice` reads: listings in every market, their columns, then competitors, longest unchecked first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import ListingId, Sku, sku_key
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.repricing import Contest, KnownPrices
from bmsc.domain.settings import Settings
from bmsc.errors import CredentialsRefused, NotFound, RemoteError, RemoteMisbehaved
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.house import House
from bmsc.jobs.listing_ports import ListingsReader, StockReader
from bmsc.jobs.reprice_ports import BackboxReader, Progress
from bmsc.planners import reprice_facts
from bmsc.planners.reprice_facts import Asked, RepriceFacts
from bmsc.planners.whose_row import Aliases

NO_QUESTION_AFTER_SECONDS = 3_000
"""Fifty minutes of reading leave time to write before cron starts the next run."""
_GIVE_UP_AFTER = 3
_NEVER = datetime.min.replace(tzinfo=UTC)


class Market(Struct, frozen=True):
    """Whom `reprice` asks."""

    listings: ListingsReader
    stock: StockReader
    backbox: BackboxReader


class Gathered(Struct, frozen=True):
    """The facts, which listings were worth a question, and which SKUs a person named in vain."""

    facts: RepriceFacts
    worth_asking: tuple[ListingId, ...]
    not_listed: tuple[str, ...] = ()
    gave_up: str = ""
    """Why no further question was asked, when it was not for lack of time."""


class RepriceGatherer:
    """Reads everything for one run of `reprice`."""

    def __init__(self, ask: Market, settings: Settings, house: House, progress: Progress) -> None:
        self._ask = ask
        self._settings = settings
        self._house = house
        self._progress = progress
        self._aliases = Aliases(settings)

    def gather(
        self,
        known: Mapping[ListingId, KnownPrices],
        synced: Mapping[ListingId, KnownListing],
        skus: Sequence[str] = (),
    ) -> Gathered:
        """Read listings, columns and, as long as the hour allows, competitors; of named SKUs their siblings too."""
        listings: list[Listing] = []
        arriving = _noted(self._listings([Sku(sku) for sku in skus]), listings)
        catalog = CatalogReading(self._ask.stock).read_alone(self._aliases.resolve(one.sku) for one in arriving)
        named = frozenset(map(sku_key, skus))
        facts = RepriceFacts(self._house.clock.now(), tuple(listings), catalog, known=known, synced=synced, named=named)
        queue = self._queue(facts)
        questions = Questions(self._ask.backbox, self._house, self._progress)
        answers = questions.ask(queue, workers=self._settings.backmarket.concurrency)
        found = {sku_key(one.sku) for one in listings}
        missing = tuple(sku for sku in skus if sku_key(sku) not in found)
        facts = replace(facts, now=self._house.clock.now(), answers=answers)
        return Gathered(facts, tuple(queue), missing, questions.gave_up)

    def _listings(self, skus: Sequence[Sku]) -> Iterator[Listing]:
        """Give listings with their offers everywhere while the last market is read, so that rows need not wait."""
        first, *others = self._settings.markets
        shown = self._in_market(first.locale, skus)
        asked: list[Sku] = []
        if skus:
            named = list(shown)
            shown = [*named, *self._siblings(named, first.locale)]
            asked = [one.sku for one in shown]
        elsewhere = [{one.id: one.offers for one in self._in_market(market.locale, asked)} for market in others]
        for one in shown:
            offers = (offer for market in elsewhere for offer in market.get(one.id, ()))
            yield replace(one, offers=(*one.offers, *offers))

    def _siblings(self, listings: Sequence[Listing], locale: str) -> list[Listing]:
        """Find what must not be undercut: nobody but the whole list knows which listings sell the same."""
        groups, known = {reprice_facts.group_of(one) for one in listings}, {one.id for one in listings}
        if not groups:
            return []
        return [
            one
            for one in self._ask.listings.listings(locale)
            if one.id not in known and reprice_facts.group_of(one) in groups
        ]

    def _in_market(self, locale: str, skus: Sequence[Sku]) -> Iterable[Listing]:
        if not skus:
            return self._ask.listings.listings(locale)
        found = (self._ask.listings.listing_of(sku, locale) for sku in dict.fromkeys(skus))
        return {one.id: one for one in found if one is not None}.values()

    def _queue(self, facts: RepriceFacts) -> list[ListingId]:
        """Name the listings whose price an answer could move, longest unchecked first, siblings side by side.

        A listing knows that a sibling wins only when both were asked in one run: the one with a fixed price too.
        """
        prices, _ = reprice_facts.ruled(facts, self._settings)
        groups = {one.id: reprice_facts.group_of(one) for one in facts.listings}
        on_sale = [(groups[one.listing_id], one) for one in prices if one.units and one.online]
        open_to_move = {
            (group, one.locale)
            for group, one in on_sale
            if one.bounds.default and one.bounds.minimum and not one.bounds.problem
        }
        worth_asking = {one.listing_id for group, one in on_sale if (group, one.locale) in open_to_move}

        def age(listing: Listing) -> tuple[datetime, str]:
            return facts.known.get(listing.id, KnownPrices()).checked_at or _NEVER, listing.sku

        families: dict[tuple[str, str], list[Listing]] = {}
        for listing in sorted((one for one in facts.listings if one.id in worth_asking), key=age):
            families.setdefault(groups[listing.id], []).append(listing)
        return [one.id for family in families.values() for one in family]


class Questions:
    """Asks about one listing after the other until the hour is nearly over or nobody answers any more."""

    def __init__(self, backbox: BackboxReader, house: House, progress: Progress) -> None:
        self._backbox = backbox
        self._house = house
        self._progress = progress
        self._unreachable_in_a_row = 0
        self.gave_up = ""
        """The last trouble, once so many questions in a row met one that no other was asked."""

    def ask(self, queue: Sequence[ListingId], *, workers: int) -> dict[ListingId, Asked]:
        """Give the answers there were time for."""
        answers: dict[ListingId, Asked] = {}
        try:
            with ThreadPoolExecutor(max_workers=workers) as pool:
                for done, (one, asked) in enumerate(zip(queue, pool.map(self._one, queue), strict=True), start=1):
                    if asked is not None:
                        answers[one] = asked
                    self._progress(done, len(queue))
        finally:
            # A bar that is not ended stays on the terminal, in the way of what is said next.
            self._progress(len(queue), len(queue))
        return answers

    def _one(self, listing_id: ListingId) -> Asked | None:
        if self._house.stop.is_set() or self._house.age_seconds() > NO_QUESTION_AFTER_SECONDS:
            return None
        if self.gave_up:
            return None
        try:
            asked = _believed(lambda: Asked(self._backbox.standings(listing_id)))
        except CredentialsRefused:
            raise
        except RemoteError as error:
            return self._unanswered(error)
        self._unreachable_in_a_row = 0
        return asked

    def _unanswered(self, error: RemoteError) -> Asked:
        """Count a question as asked, so that a listing nobody can answer for goes to the end of the next queue."""
        self._unreachable_in_a_row += 1
        if self._unreachable_in_a_row >= _GIVE_UP_AFTER:
            self.gave_up = error.message
        return Asked(None, Contest.NO_ANSWER, error.message)


def _noted(arriving: Iterable[Listing], met: list[Listing]) -> Iterator[Listing]:
    for listing in arriving:
        met.append(listing)
        yield listing


def _believed(read: Callable[[], Asked]) -> Asked:
    try:
        return read()
    except NotFound:
        return Asked(None, Contest.UNKNOWN)
    except RemoteMisbehaved as misbehaved:
        return Asked(None, Contest.UNREADABLE, misbehaved.message)
