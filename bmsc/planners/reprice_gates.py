"""Why a price is left alone whatever the buybox says: the first gate that is shut names the reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from bmsc.domain.repricing import Decision, MarketFacts
from bmsc.domain.settings import BackPricer

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

FOREIGN_PERCENT = 40
"""A price that moved farther than this without us was set on purpose."""
LEAST_NEW_MINIMUM_PERCENT = 50
"""A minimum that appears below half of the default is shown to a person first."""
PASSED_WITH_FORCE = frozenset({"column_moved", "changed_elsewhere"})
"""What a person may let through, once shown."""
_HUNDRED = Decimal(100)
Gate = Callable[[MarketFacts, "Settings"], str]


def shut(facts: MarketFacts, settings: Settings) -> Decision | None:
    """Give the hold of the first gate that is shut; None when the table may decide."""
    for reason, gate in GATES:
        if facts.acknowledged and reason in PASSED_WITH_FORCE:
            continue
        if detail := gate(facts, settings):
            return Decision(reason, detail, held=reason not in _SKIPPED)
    return None


def percent_between(before: Decimal, after: Decimal) -> Decimal:
    """Tell how far a price moved, in percent of what it was."""
    return abs(after - before) / before * _HUNDRED if before else _HUNDRED


def _bad_cell(facts: MarketFacts, _: Settings) -> str:
    return facts.bounds.problem


def _no_default(facts: MarketFacts, _: Settings) -> str:
    return "" if facts.bounds.default else "the default price is empty: without it nothing is repriced"


def _crossed(facts: MarketFacts, _: Settings) -> str:
    default, minimum = facts.bounds.default, facts.bounds.minimum
    if default is None or minimum is None or minimum <= default:
        return ""
    return f"the minimum {minimum} is above the default {default}"


def _currency(facts: MarketFacts, _: Settings) -> str:
    if facts.shown is None or facts.shown_currency == facts.currency:
        return ""
    return f"Back Market shows {facts.shown_currency or 'no currency'}, the configuration says {facts.currency}"


def _column_moved(facts: MarketFacts, settings: Settings) -> str:
    limit = settings.guards.max_price_change_percent
    known, bounds = facts.memory, facts.bounds
    if appeared := _appeared(facts):
        return appeared
    for name, before, after in (("default", known.default, bounds.default), ("minimum", known.minimum, bounds.minimum)):
        if before is not None and after is not None and percent_between(before, after) > limit:
            percent = percent_between(before, after)
            return f"the {name} went from {before} to {after}, {percent:.1f} % at once: more than {limit} %"
    return ""


def _appeared(facts: MarketFacts) -> str:
    """Where there was no minimum the default was the only price: a tiny one may be a slip of the pen."""
    known, minimum = facts.memory, facts.bounds.minimum
    if known.minimum is not None or known.default is None or minimum is None:
        return ""
    if minimum * _HUNDRED >= known.default * LEAST_NEW_MINIMUM_PERCENT:
        return ""
    return f"a minimum of {minimum} where there was none: less than {LEAST_NEW_MINIMUM_PERCENT} % of {known.default}"


def _backpricer(facts: MarketFacts, settings: Settings) -> str:
    floor = facts.min_price if facts.min_price is not None else facts.answer.min_price
    if floor is None or settings.reprice.backpricer is BackPricer.OVERRIDE:
        return ""
    return f"BackPricer is on, down to {floor}: one price, one hand"


def _changed_elsewhere(facts: MarketFacts, _: Settings) -> str:
    written, unsure = facts.memory.written, facts.memory.unsure
    if facts.shown is None or written is None:
        return ""
    ours = [price for price in (written, unsure) if price is not None]
    if min(percent_between(price, facts.shown) for price in ours) <= FOREIGN_PERCENT:
        return ""
    percent = percent_between(written, facts.shown)
    return f"we wrote {written}, somebody else {facts.shown}, {percent:.1f} % away: more than {FOREIGN_PERCENT} %"


def _ceiling(facts: MarketFacts, _: Settings) -> str:
    lowest = facts.bounds.default if facts.bounds.minimum is None else facts.bounds.minimum
    if facts.max_price is None or lowest is None or lowest <= facts.max_price:
        return ""
    name = "default" if facts.bounds.minimum is None else "minimum"
    return f"the {name} {lowest} is above Back Market's maximum {facts.max_price}: it would go offline"


GATES: tuple[tuple[str, Gate], ...] = (
    ("bad_cell", _bad_cell),
    ("no_default", _no_default),
    ("minimum_above_default", _crossed),
    ("column_moved", _column_moved),
    ("currency_differs", _currency),
    ("backpricer", _backpricer),
    ("changed_elsewhere", _changed_elsewhere),
    ("above_max_price", _ceiling),
)
_SKIPPED = frozenset({"no_default"})
