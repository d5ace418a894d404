"""How one price is written: looked at again, decided again, a line booked, written, compared, noted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from bmsc.domain.lines import USED_UP, LineUse
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Listing
from bmsc.domain.money import text
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.repricing import Decision, KnownPrices, MarketFacts, PriceLimits, PriceMemory, Reprice
from bmsc.domain.settings import Settings
from bmsc.errors import OutcomeUnknown
from bmsc.jobs.house import House
from bmsc.jobs.listing_ports import Lines
from bmsc.jobs.reprice_look import SecondLook
from bmsc.jobs.reprice_ports import PriceBook, PriceWriter
from bmsc.planners import reprice, reprice_memory
from bmsc.planners.reprice_decision import decide

_LATER = "the facts changed meanwhile: left to the next run"
Learn = Callable[[PriceMemory, MarketFacts, Decision, Decimal, datetime], PriceMemory]


class RepriceSteps:
    """The writes of `reprice`. Absolute writes: the next read settles them."""

    def __init__(
        self, prices: PriceWriter, look: SecondLook, lines: Lines, book: PriceBook, settings: Settings, house: House
    ) -> None:
        self._prices = prices
        self._lines = lines
        self._book = book
        self._settings = settings
        self._house = house
        self._look = look
        self._note_lock = threading.Lock()

    def set_price(self, action: Reprice) -> Outcome:
        """Write one market's price from columns read for its slice."""
        if not self._lines.left(LineUse.REPRICE):
            return Outcome(Verdict.DEFERRED, USED_UP)
        facts = self._look.at(action)
        if isinstance(facts, str):
            return Outcome(Verdict.DEFERRED, facts)
        decision = action.decision if facts == action.facts else decide(facts, self._settings)
        if decision.price is None:
            return _nothing_to_write(decision)
        if _judged_otherwise(action, facts, decision):
            return Outcome(Verdict.DEFERRED, _LATER)
        if not self._lines.take(LineUse.REPRICE):
            return Outcome(Verdict.DEFERRED, USED_UP)
        price = replace(action.price, price=decision.price)
        return self._write(replace(action, facts=facts, decision=decision, price=price))

    def _write(self, action: Reprice) -> Outcome:
        facts, price = action.facts, action.price
        self._note(facts, lambda memory: reprice_memory.announced(memory, price.price))
        try:
            after = self._prices.set_price(facts.listing_id, price, _limits(facts))
        except OutcomeUnknown:
            self._keep(action, reprice_memory.wrote_perhaps, Verdict.UNKNOWN)
            raise
        outcome = _compared(after, price)
        is_done = outcome.verdict is Verdict.APPLIED
        self._keep(action, reprice_memory.wrote if is_done else reprice_memory.wrote_perhaps, outcome.verdict)
        return outcome

    def _keep(self, action: Reprice, learn: Learn, verdict: Verdict) -> None:
        """Keep what was written in the book, for the next run, and in the journal, for ever."""
        facts, price = action.facts, action.price.price

        def learnt(memory: PriceMemory) -> PriceMemory:
            after = learn(memory, facts, action.decision, price, self._house.clock.now())
            return reprice_memory.accepted(after, price) if action.acknowledged else after

        self._note(facts, learnt)
        self._journal(facts, action.decision, action.price, verdict)

    def _note(self, facts: MarketFacts, learnt: Callable[[PriceMemory], PriceMemory]) -> None:
        with self._note_lock:
            row = self._book.load().get(facts.listing_id, KnownPrices())
            memory = learnt(row.markets.get(facts.locale, PriceMemory()))
            self._book.note(facts.listing_id, replace(row, markets={**row.markets, facts.locale: memory}))

    def _journal(self, facts: MarketFacts, decision: Decision, price: MarketPrice, verdict: Verdict) -> None:
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
                "contest": facts.contest.value,
                "reason": decision.reason,
                "outcome": verdict.value,
            },
        )


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
