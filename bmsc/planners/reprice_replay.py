"""Which recorded decisions would come out differently under the present configuration. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.repricing import Decision, MarketFacts
from bmsc.planners.reprice_decision import decide

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings


class Difference(Struct, frozen=True):
    """One price that was decided one way and would be decided another."""

    facts: MarketFacts
    then: Decision
    now: Decision


class Replay(Struct, frozen=True):
    """How many recorded prices were decided again, which came out differently, and how many lines nobody can read."""

    prices: int
    differences: tuple[Difference, ...]
    unreadable: int = 0


def replay(recorded: Iterable[tuple[MarketFacts, Decision]], settings: Settings) -> Replay:
    """Decide every recorded price again, each from its own recorded facts."""
    count, differences = 0, []
    for facts, then in recorded:
        count += 1
        now = decide(facts, settings)
        if (now.price, now.reason, now.held) != (then.price, then.reason, then.held):
            differences.append(Difference(facts, then, now))
    return Replay(count, tuple(differences))
