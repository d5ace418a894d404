"""What became of an action, and what a whole run reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from bmsc.domain.plan import Action, Alert, Hold, Plan


class Verdict(StrEnum):
    """How one action ended."""

    PLANNED = "planned"
    APPLIED = "applied"
    ALREADY = "already"
    HELD = "held"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"


GOOD = frozenset({Verdict.APPLIED, Verdict.ALREADY})


class Outcome(Struct, frozen=True):
    """How an action ended and what a person or our memory must know of it."""

    verdict: Verdict
    message: str = ""
    hold: Hold | None = None
    alerts: tuple[Alert, ...] = ()
    learned: Mapping[str, object] = field(default_factory=dict)

    @property
    def goes_on(self) -> bool:
        """Say whether the next action of the chain may be done."""
        return self.verdict in GOOD


class Result(Struct, frozen=True):
    """An action together with its outcome."""

    action: Action
    outcome: Outcome


class GuardReport(Struct, frozen=True):
    """One tripped guard: `n` of `of` subjects were more than `limit`, so the class was withheld."""

    name: str
    n: int
    of: int
    limit: str
    subjects: tuple[str, ...]


class Attention(Struct, frozen=True):
    """A hold or alert with the time it was first seen and whether this run must show it anew."""

    fact: Hold
    first_seen: datetime
    show: bool


class Resolved(Struct, frozen=True):
    """A hold or alert that is gone."""

    subject: str
    reason: str
    first_seen: datetime


class RunReport(Struct, frozen=True):
    """All that one run tells: the source of text, JSON, journal and exit status."""

    command: str
    run_id: str
    dry_run: bool
    started_at: datetime
    finished_at: datetime
    plan: Plan
    results: tuple[Result, ...]
    holds: tuple[Attention, ...] = ()
    alerts: tuple[Attention, ...] = ()
    resolved: tuple[Resolved, ...] = ()
    requests: Mapping[str, int] = field(default_factory=dict)
    guards: tuple[GuardReport, ...] = ()
    warnings: tuple[str, ...] = ()
    exit_code: int = 0

    def counts(self) -> dict[str, int]:
        """Count actions by outcome, and the subjects left alone."""
        tally = {verdict.value: 0 for verdict in Verdict}
        for result in self.results:
            tally[result.outcome.verdict.value] += 1
        tally["planned"] = sum(1 for _ in self.plan.actions)
        tally["held"] = len(self.holds)
        tally["skipped"] = len(self.plan.skips) + sum(self.plan.counted.values())
        return tally
