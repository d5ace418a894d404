"""Which price one listing asks in one market: gates, table, the merchant's choices, pace, and the clamp."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.money import cent
from bmsc.domain.repricing import Bounds, Contest, Decision, MarketFacts, Place
from bmsc.domain.settings import BelowMinimum, NoData, Winning
from bmsc.planners import reprice_gates
from bmsc.planners.reprice_table import PRICED, TABLE, Cell, Key, Move

if TYPE_CHECKING:
    from bmsc.domain.settings import RepriceSettings, Settings

DAY = timedelta(hours=24)
MOST_CHANGES_A_DAY = 6
"""With a cooldown set, the market moves a price so often in 24 hours; the merchant's bounds always do."""
_KEPT_FOR_RETURNS = 2
PAUSE_AFTER_A_LOST_CLIMB = timedelta(hours=4)
_HUNDRED = Decimal(100)
_NOT_COMPARED = frozenset({Contest.NOT_ASKED, Contest.NO_ANSWER})


class Target(Struct, frozen=True):
    """The price to ask before it is clamped; None stays where it is, or steps to the nearest bound."""

    price: Decimal | None
    reason: str
    by_market: bool = False
    """Whether rivals move it: only such moves wait for the cooldown."""
    climbs: bool = False
    leaves: bool = False
    returns: bool = False


def decide(facts: MarketFacts, settings: Settings) -> Decision:
    """Decide one price. A price that comes out lies within the bounds and the ceiling that were read."""
    held = reprice_gates.shut(facts, settings)
    if held is not None:
        return held
    target = aim(facts, settings.reprice)
    if target.leaves:
        return Decision(target.reason, _words(facts))
    price = clamp(target.price or facts.shown or _default(facts), facts)
    if price == facts.shown:
        return Decision(target.reason if target.reason in _NOT_COMPARED else "in_step", _words(facts, target))
    if waits := _waits(facts, target, settings.reprice):
        return Decision(waits[0], waits[1])
    return Decision(target.reason, _words(facts, target), price=price, climbs=target.climbs)


def key_of(facts: MarketFacts) -> Key:
    """Find the situation in the table."""
    contest = facts.contest
    if contest not in PRICED:
        return facts.bounds.floor, contest, Place.NOWHERE
    price = facts.shown if contest is Contest.WINNING else facts.answer.price_to_win
    return facts.bounds.floor, contest, place(price, facts.bounds)


def place(price: Decimal | None, bounds: Bounds) -> Place:
    """Tell where a price lies between the merchant's bounds; a default that equals the minimum counts as default."""
    if price is None or bounds.default is None:
        return Place.NOWHERE
    if price >= bounds.default:
        return Place.AT_DEFAULT if price == bounds.default else Place.ABOVE_DEFAULT
    if bounds.minimum is None or price > bounds.minimum:
        return Place.BETWEEN
    return Place.AT_MINIMUM if price == bounds.minimum else Place.BELOW_MINIMUM


def aim(facts: MarketFacts, ours: RepriceSettings) -> Target:
    """Look the situation up, and ask the merchant's choices where the table says so."""
    cell = TABLE[key_of(facts)]
    match cell.move:
        case Move.LEAVE:
            return Target(None, cell.reason, leaves=True)
        case Move.KEEP:
            return Target(None, cell.reason)
        case Move.DEFAULT:
            return Target(facts.bounds.default, cell.reason, by_market=cell.reason == "buybox_above_default")
        case Move.MINIMUM:
            return Target(facts.bounds.minimum, cell.reason)
        case Move.BUYBOX:
            return _buybox(facts, cell)
        case Move.AS_BELOW_MINIMUM_SAYS:
            return _below_minimum(facts, cell, ours.below_minimum)
        case Move.AS_NO_DATA_SAYS:
            price = facts.bounds.default if ours.no_data is NoData.DEFAULT else None
            return Target(price, cell.reason, by_market=True)
        case Move.AS_WINNING_SAYS:
            return _climb(facts, ours) if ours.winning is Winning.CLIMB else Target(None, cell.reason)


def clamp(price: Decimal, facts: MarketFacts) -> Decimal:
    """Bring a price to the currency's decimals and into the bounds; rounding never crosses one."""
    unit = cent(facts.currency)
    highest = _default(facts)
    lowest = highest if facts.bounds.minimum is None else facts.bounds.minimum
    ceiling = highest if facts.max_price is None else min(highest, facts.max_price)
    low, high = lowest.quantize(unit, rounding=ROUND_UP), ceiling.quantize(unit, rounding=ROUND_DOWN)
    return max(low, min(high, price.quantize(unit, rounding=ROUND_DOWN)))


def _default(facts: MarketFacts) -> Decimal:
    assert facts.bounds.default is not None, "a gate lets nothing through without a default"
    return facts.bounds.default


def _buybox(facts: MarketFacts, cell: Cell) -> Target:
    """Take the buybox; after a climb that lost it, go back to the price that had it."""
    price, won_at = facts.answer.price_to_win, facts.memory.won_at
    if price is not None and facts.memory.climbed and won_at is not None:
        return Target(min(price, won_at), "climb_lost", by_market=True, returns=True)
    return Target(price, cell.reason, by_market=True)


def _below_minimum(facts: MarketFacts, cell: Cell, choice: BelowMinimum) -> Target:
    prices = {BelowMinimum.DEFAULT: facts.bounds.default, BelowMinimum.MINIMUM: facts.bounds.minimum}
    return Target(prices.get(choice), cell.reason, by_market=True)


def _climb(facts: MarketFacts, ours: RepriceSettings) -> Target:
    lost_at = facts.memory.climb_lost_at
    assert facts.shown is not None
    if lost_at is not None and facts.now - lost_at < PAUSE_AFTER_A_LOST_CLIMB:
        return Target(None, "winning")
    step = max(facts.shown * ours.climb_percent / _HUNDRED, cent(facts.currency))
    return Target(facts.shown + step, "climb", by_market=True, climbs=True)


def _waits(facts: MarketFacts, target: Target, ours: RepriceSettings) -> tuple[str, str] | None:
    """Say why a move of the market waits; a price outside the merchant's bounds never does."""
    if (
        not (target.by_market and ours.cooldown_minutes)
        or facts.shown is None
        or clamp(facts.shown, facts) != facts.shown
    ):
        return None
    recent = sum(1 for at, _ in facts.memory.changes if facts.now - at < DAY)
    allowed = MOST_CHANGES_A_DAY - (_KEPT_FOR_RETURNS if target.climbs else 0)
    if recent >= allowed:
        return "enough_for_today", f"changed {recent} times in 24 hours; {target.reason} waits"
    since = facts.memory.written_at
    cooled = since is None or facts.now - since >= timedelta(minutes=ours.cooldown_minutes)
    if cooled or target.returns:
        return None
    return (
        "cooldown",
        f"changed at {since:%H:%M} UTC, less than {ours.cooldown_minutes} minutes ago; {target.reason} waits",
    )


def _words(facts: MarketFacts, target: Target | None = None) -> str:
    minimum = "no minimum" if facts.bounds.minimum is None else f"minimum {facts.bounds.minimum}"
    buybox = "" if facts.answer.price_to_win is None else f"buybox {facts.answer.price_to_win}, "
    why = facts.answer.detail or (f"{facts.sibling} has the buybox" if facts.sibling else "")
    said = f"{target.reason}: " if target else ""
    ceiling = f", Back Market's maximum {facts.max_price}" if _caps(facts) else ""
    return f"{said}{buybox}{minimum}, default {facts.bounds.default}{ceiling}{f'; {why}' if why else ''}"


def _caps(facts: MarketFacts) -> bool:
    default = facts.bounds.default
    return facts.max_price is not None and default is not None and facts.max_price < default
