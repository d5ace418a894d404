"""What one run of `reprice` leaves of a price for the next. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from bmsc.domain.repricing import Contest, Decision, MarketFacts, Noted, PriceMemory, Told
from bmsc.planners.reprice_decision import DAY

_MOST_TOLD = 5
_COLUMNS_NOT_TAKEN = frozenset({"bad_cell", "column_moved", "minimum_above_default", "no_default"})


def seen(memory: PriceMemory, facts: MarketFacts, decision: Decision) -> PriceMemory:
    """Add what was read: the columns, our baseline, the price that wins, the decision."""
    took = decision.reason not in _COLUMNS_NOT_TAKEN
    found = replace(
        memory,
        default=(facts.bounds.default or memory.default) if took else memory.default,
        minimum=(facts.bounds.minimum or memory.minimum) if took else memory.minimum,
        changes=tuple(change for change in memory.changes if facts.now - change[0] < DAY),
        decisions=_told(memory, facts, decision),
        noted=_noted(memory, facts, decision),
    )
    if facts.contest is Contest.WINNING:
        # A climb made in this run has not yet been seen to win: that is for the next one to say.
        found = replace(found, won_at=facts.shown, climbed=found.climbed and decision.climbs)
    if facts.shown is None or facts.memory.written_at != memory.written_at or decision.reason == "changed_elsewhere":
        return found
    return replace(found, written=facts.shown, unsure=None) if facts.memory.written is not None else found


def announced(memory: PriceMemory, price: Decimal) -> PriceMemory:
    """Add a price that is about to be sent: killed on the way, we do not blame somebody else for it."""
    return replace(memory, unsure=price)


def wrote(memory: PriceMemory, facts: MarketFacts, decision: Decision, price: Decimal, at: datetime) -> PriceMemory:
    """Add a price that Back Market has taken."""
    found = _changed(memory, facts, decision, at)
    return replace(found, written=price, written_at=at, unsure=None)


def wrote_perhaps(
    memory: PriceMemory, facts: MarketFacts, decision: Decision, price: Decimal, at: datetime
) -> PriceMemory:
    """Add a price that was perhaps not taken, for want of an answer or by its words: either is ours when read next."""
    found = _changed(memory, facts, decision, at)
    return replace(found, written=facts.shown or price, written_at=at, unsure=price)


def accepted(memory: PriceMemory, price: Decimal) -> PriceMemory:
    """Let a cut that a person has seen be the height from which later cuts are measured."""
    return replace(memory, changes=tuple((at, min(before, price)) for at, before in memory.changes))


def _changed(memory: PriceMemory, facts: MarketFacts, decision: Decision, at: datetime) -> PriceMemory:
    lost = decision.reason == "climb_lost"
    before = () if facts.shown is None else ((at, facts.shown),)
    return replace(
        memory,
        climbed=decision.climbs,
        won_at=facts.shown if facts.contest is Contest.WINNING else memory.won_at,
        climb_lost_at=at if lost else memory.climb_lost_at,
        changes=(*memory.changes, *before),
        decisions=_told(memory, facts, decision),
    )


def _noted(memory: PriceMemory, facts: MarketFacts, decision: Decision) -> Noted | None:
    """Give how the price stands; a listing whose turn has not come stands as it was last found.

    Without a minimum it has no turn: nobody asks about it, and its price stands all the same.
    """
    if facts.contest is Contest.NOT_ASKED and facts.bounds.minimum is not None:
        return memory.noted
    buybox = facts.answer.price_to_win
    return Noted(facts.contest.value, decision.reason, facts.shown, buybox, facts.bounds.minimum, facts.bounds.default)


def _told(memory: PriceMemory, facts: MarketFacts, decision: Decision) -> tuple[Told, ...]:
    last = memory.decisions[-1] if memory.decisions else None
    told = Told(facts.now, decision.reason, decision.detail, decision.price, facts.answer.price_to_win)
    if last and (last.reason, last.detail, last.price) == (told.reason, told.detail, told.price):
        return memory.decisions
    return (*memory.decisions, told)[-_MOST_TOLD:]
