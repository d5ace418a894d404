"""What a command must know how to do so that the road can take it from start to end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import Action
from bmsc.planners.guards import Judged

Facts = TypeVar("Facts")


class Settlement(Struct, frozen=True):
    """An intent whose fate a read has shown."""

    intent_id: str
    how: str
    learned: Mapping[str, object]


class Job(Protocol[Facts]):
    """One command: reads, a pure decision, and one write at a time."""

    command: str

    def gather(self) -> Facts:
        """Read everything the decision needs; write nothing to either platform."""
        ...

    def plan(self, facts: Facts) -> Judged:
        """Decide, and let the guards judge the decision. Pure."""
        ...

    def settlements(self, facts: Facts) -> Iterable[Settlement]:
        """Tell which open intents the facts have settled. Pure."""
        ...

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:
        """Do one action; `learned` is what earlier steps of its chain found out."""
        ...

    def remember(self, facts: Facts, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know, as plain JSON values."""
        ...
