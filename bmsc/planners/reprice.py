"""Which prices follow the buybox in one run, judged by the guards and put in the order of their urgency."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import Sku, sku_subject
from bmsc.domain.listing_actions import MarketPrice, Urgency
from bmsc.domain.money import text
from bmsc.domain.plan import Chain, Hold, Plan, Skip
from bmsc.domain.repricing import Contest, Decision, MarketFacts, Reprice
from bmsc.planners import guards, reprice_facts
from bmsc.planners.guards import GuardMemory, Judged, Limit
from bmsc.planners.reprice_decision import DAY, clamp, decide
from bmsc.planners.reprice_facts import RepriceFacts, Unruled
from bmsc.planners.reprice_gates import PASSED_WITH_FORCE

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

LOWERED = "lowered_prices"
HELD_PRICES = "held_prices"
"""Under this name the guards' memory keeps the held prices that a person was shown."""
LOWERED_PERCENT = 5
SLICE = 50
"""So many writes share one look at their columns: one SellerCloud answer."""
_HUNDRED = Decimal(100)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Price(Struct, frozen=True):
    """One price with what was decided about it."""

    facts: MarketFacts
    decision: Decision

    @property
    def subject(self) -> str:
        """Name the price in reports."""
        return sku_subject(self.facts.sku, self.facts.locale)


class Decided(Struct, frozen=True):
    """Every price decided, and the listings nothing rules."""

    prices: tuple[Price, ...]
    unruled: tuple[Unruled, ...]


def decide_all(facts: RepriceFacts, settings: Settings, memory: GuardMemory, *, force: bool) -> Decided:
    """Decide every price that is ours to set, and that the run is about."""
    ruled, unruled = reprice_facts.ruled(facts, settings)
    passed = frozenset(memory.refused.get(HELD_PRICES, ())) if force else frozenset()
    seen = (
        replace(one, acknowledged=sku_subject(one.sku, one.locale) in passed)
        for one in ruled
        if facts.are_about(one.sku)
    )
    prices = tuple(Price(one, decide(one, settings)) for one in seen)
    return Decided(prices, tuple(one for one in unruled if facts.are_about(one.sku)))


def plan(
    decided: Decided, settings: Settings, memory: GuardMemory, *, force: bool, notes: Sequence[str] = ()
) -> Judged:
    """Judge the cuts as a class, and put what may go in slices."""
    writes = sorted((price for price in decided.prices if price.decision.price is not None), key=_urgency)
    passed = frozenset(memory.refused.get(LOWERED, ())) if force else frozenset()
    made = Plan(
        chains=tuple(_chains(writes, passed)),
        skips=tuple(_skips(decided)),
        holds=tuple(_holds(decided)),
        notes=tuple(notes),
    )
    lowered = {LOWERED: [price.subject for price in writes if is_cut(price.facts, price.decision.price)]}
    limits = {LOWERED: Limit(percent=settings.guards.max_lowered_percent, of=len(decided.prices))}
    now = max((price.facts.now for price in decided.prices), default=None)
    if now is None:
        return Judged(made)
    return guards.judge(made, lowered, limits, memory, now=now, force=force)


def is_cut(facts: MarketFacts, price: Decimal | None) -> bool:
    """Say whether a price falls by more than 5 % below the highest of the last 24 hours: a drip is a cut too."""
    recent = [before for at, before in facts.memory.changes if facts.now - at < DAY]
    highest = max([*recent, *([facts.shown] if facts.shown is not None else [])], default=None)
    if price is None or facts.shown is None or price >= facts.shown or not highest:
        return False
    return (highest - price) / highest * _HUNDRED > LOWERED_PERCENT


def held_for_a_person(decided: Decided) -> list[str]:
    """Name the held prices that --force may pass next time."""
    return [price.subject for price in decided.prices if price.decision.reason in PASSED_WITH_FORCE]


def _urgency(price: Price) -> tuple[bool, datetime]:
    """Put prices outside the merchant's bounds first, then those written longest ago: every one has its turn."""
    facts = price.facts
    outside = facts.shown is None or clamp(facts.shown, facts) != facts.shown
    return not outside, facts.memory.written_at or _NEVER


def _chains(writes: Sequence[Price], passed: Container[str]) -> Iterator[Chain]:
    for number, start in enumerate(range(0, len(writes), SLICE)):
        together = writes[start : start + SLICE]
        skus = tuple(dict.fromkeys(price.facts.sku for price in together))
        for price in together:
            action = replace(_action(price, number, skus), acknowledged=price.subject in passed)
            yield Chain(price.subject, (action,), stage=number)


def _action(price: Price, slice_number: int, slice_skus: tuple[Sku, ...]) -> Reprice:
    facts, decision = price.facts, price.decision
    assert decision.price is not None
    before = "none" if facts.shown is None else text(facts.shown, facts.currency)
    dearer = decision.price > (facts.shown or 0)
    return Reprice(
        price.subject,
        f"{before} -> {text(decision.price, facts.currency)} {facts.currency} ({decision.detail})",
        listing_id=facts.listing_id,
        sku=facts.sku,
        urgency=Urgency.PRICE_UP if dearer else Urgency.PRICE_DOWN,
        price=MarketPrice(facts.locale, facts.currency, decision.price, facts.shown),
        facts=facts,
        decision=decision,
        slice_number=slice_number,
        slice_skus=slice_skus,
    )


def _skips(decided: Decided) -> Iterator[Skip]:
    yield from (Skip(one.subject, one.reason, one.detail) for one in decided.unruled if not one.held)
    for price in decided.prices:
        decision = price.decision
        waits_its_turn = decision.reason == Contest.NOT_ASKED
        if decision.price is None and not decision.held and not waits_its_turn:
            yield Skip(price.subject, decision.reason, decision.detail)


def _holds(decided: Decided) -> Iterator[Hold]:
    yield from (Hold(one.subject, one.reason, one.detail) for one in decided.unruled if one.held)
    for price in decided.prices:
        if price.decision.held:
            yield Hold(price.subject, price.decision.reason, price.decision.detail)
