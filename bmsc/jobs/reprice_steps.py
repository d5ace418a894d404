"""How one price is written: its slice's columns read again, decided again, a line booked, written, compared, noted."""

from __future__ import annotations

import threading
from dataclasses import replace

from bmsc.domain.lines import LineUse
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.money import text
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.repricing import Bounds, Decision, KnownPrices, MarketFacts, PriceLimits, PriceMemory, Reprice
from bmsc.domain.settings import Settings
from bmsc.errors import OutcomeUnknown
from bmsc.jobs.catalog_reading import CatalogReading
from bmsc.jobs.house import House
from bmsc.jobs.listing_ports import Lines, StockReader
from bmsc.jobs.reprice_ports import PriceBook, PriceWriter
from bmsc.planners import reprice, reprice_facts, reprice_memory
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reprice_decision import decide
from bmsc.planners.reprice_facts import Unruled
from bmsc.planners.whose_row import Aliases

_FULL = "the hour's listing lines are used up: left to a later run"
_LATER = "the columns changed meanwhile: left to the next run"


class RepriceSteps:
    """The writes of `reprice`. Absolute writes: the next read settles them."""

    def __init__(
        self, prices: PriceWriter, stock: StockReader, lines: Lines, book: PriceBook, settings: Settings, house: House
    ) -> None:
        self._prices = prices
        self._lines = lines
        self._book = book
        self._settings = settings
        self._house = house
        self._slices = Slices(stock, settings)
        self._note_lock = threading.Lock()

    def set_price(self, action: Reprice) -> Outcome:
        """Write one market's price from columns read for its slice."""
        facts = self._slices.fresh(action)
        if isinstance(facts, str):
            return Outcome(Verdict.DEFERRED, facts)
        decision = action.decision if facts == action.facts else decide(facts, self._settings)
        if decision.price is None:
            return _nothing_to_write(decision)
        if _judged_otherwise(action, facts, decision):
            return Outcome(Verdict.DEFERRED, _LATER)
        if not self._lines.take(LineUse.REPRICE):
            return Outcome(Verdict.DEFERRED, _FULL)
        price = replace(action.price, price=decision.price)
        return self._write(facts, decision, price, _limits(facts))

    def _write(self, facts: MarketFacts, decision: Decision, price: MarketPrice, limits: PriceLimits) -> Outcome:
        try:
            after = self._prices.set_price(facts.listing_id, price, limits)
        except OutcomeUnknown:
            self._note(facts, decision, price, applied=False)
            raise
        self._note(facts, decision, price, applied=True)
        self._journal(facts, decision, price)
        return _compared(after, price)

    def _note(self, facts: MarketFacts, decision: Decision, price: MarketPrice, *, applied: bool) -> None:
        learn = reprice_memory.wrote if applied else reprice_memory.wrote_perhaps
        with self._note_lock:
            row = self._book.load().get(facts.listing_id, KnownPrices())
            memory = row.markets.get(facts.locale, PriceMemory())
            learnt = learn(memory, facts, decision, price.price, self._house.clock.now())
            markets = {**row.markets, facts.locale: learnt}
            self._book.note(facts.listing_id, replace(row, markets=markets))

    def _journal(self, facts: MarketFacts, decision: Decision, price: MarketPrice) -> None:
        self._house.journal.write(
            "price",
            {
                "sku": facts.sku,
                "locale": facts.locale,
                "currency": price.currency,
                "old": facts.shown,
                "new": price.price,
                "buybox": facts.answer.price_to_win,
                "minimum": facts.bounds.minimum,
                "default": facts.bounds.default,
                "max_price": facts.max_price,
                "reason": decision.reason,
            },
        )


class Slices:
    """The columns of the SKUs of a slice, read once, right before its first write."""

    def __init__(self, stock: StockReader, settings: Settings) -> None:
        self._stock = stock
        self._settings = settings
        self._aliases = Aliases(settings)
        self._read: dict[int, Catalog] = {}
        self._guard = threading.Lock()

    def fresh(self, action: Reprice) -> MarketFacts | str:
        """Give the action's facts with the columns as they are now, or say why there are none."""
        row = reprice_facts.read_columns(action.sku, self._columns(action), self._aliases, self._settings)
        if isinstance(row, Unruled):
            return f"{row.detail}: left to the next run"
        market = next(one for one in self._settings.markets if one.locale == action.facts.locale)
        bounds = reprice_facts.bounds_of(row, market)
        if bounds is None:
            return f"no longer enabled in {market.locale}"
        return _with(action.facts, bounds)

    def _columns(self, action: Reprice) -> Catalog:
        with self._guard:
            if action.slice_number not in self._read:
                skus = map(self._aliases.resolve, action.slice_skus)
                self._read[action.slice_number] = CatalogReading(self._stock).read(skus)
            return self._read[action.slice_number]


def _with(facts: MarketFacts, bounds: Bounds) -> MarketFacts:
    return facts if bounds == facts.bounds else replace(facts, bounds=bounds)


def _nothing_to_write(decision: Decision) -> Outcome:
    verdict = Verdict.HELD if decision.held else Verdict.ALREADY
    return Outcome(verdict, f"{decision.reason}: {decision.detail}")


def _judged_otherwise(action: Reprice, facts: MarketFacts, decision: Decision) -> bool:
    """Say whether fresh columns make a cut that the guards have not judged."""
    assert decision.price is not None
    return decision.price < action.price.price and reprice.is_cut(facts, decision.price)


def _limits(facts: MarketFacts) -> PriceLimits:
    assert facts.bounds.default is not None
    return PriceLimits(facts.bounds.default, facts.bounds.minimum, facts.max_price)


def _compared(after: Listing, price: MarketPrice) -> Outcome:
    """Compare the answer with what was asked: a yes that shows another price is no yes."""
    offer = after.offer(price.locale)
    if offer is None or (offer.price, offer.currency) != (price.price, price.currency):
        shown = f"{offer.price} {offer.currency}" if offer else "no price"
        return Outcome(Verdict.FAILED, f"Back Market answered yes and shows {shown}")
    return Outcome(Verdict.APPLIED, learned={"price": text(price.price, price.currency)})
