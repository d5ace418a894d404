"""When a class of changes is too much of the shop to be made without a person's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.outcome import GuardReport
from bmsc.domain.plan import Plan

WINDOW = timedelta(hours=24)
"""Changes count for so long, so that a drip trips the guard as a flood does."""
ALWAYS_ALLOWED = 3
"""Every percent limit allows this many subjects; on a command's first live run it allows exactly these."""


class Limit(Struct, frozen=True):
    """How many subjects of a class may change in 24 hours: a share of a population, or a count."""

    percent: int | None = None
    of: int = 0
    count: int | None = None

    def allowed(self, *, first_live_run: bool) -> int:
        """Count the subjects that may pass."""
        if self.count is not None:
            return self.count
        if first_live_run:
            return ALWAYS_ALLOWED
        return max(ALWAYS_ALLOWED, self.of * (self.percent or 0) // 100)

    def words(self, *, first_live_run: bool) -> str:
        """Say the limit as a person would."""
        if self.count is not None:
            return f"{self.count} in 24 hours"
        if first_live_run:
            return f"{ALWAYS_ALLOWED} on the first live run"
        return f"{self.percent} % in 24 hours"


class GuardMemory(Struct, frozen=True):
    """Per class: what changed in the last 24 hours, and what the last refused run listed."""

    done: Mapping[str, Sequence[tuple[datetime, str]]] = field(default_factory=dict)
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ran_live: bool = False


class Judged(Struct, frozen=True):
    """A plan after the guards: withheld chains are gone from it and named in the reports."""

    plan: Plan
    reports: tuple[GuardReport, ...] = ()


def judge(
    plan: Plan,
    classes: Mapping[str, Sequence[str]],
    limits: Mapping[str, Limit],
    memory: GuardMemory,
    *,
    now: datetime,
    force: bool,
) -> Judged:
    """Withhold, class by class, the chains of the subjects that are too many.

    `classes` maps a guard class to the subjects of the plan it covers. With `force` exactly the subjects that
    the last refused run listed may pass beyond the limit.
    """
    reports = reports_of(classes, limits, memory, now=now, force=force)
    withheld = {subject for report in reports for subject in report.subjects}
    chains = tuple(chain for chain in plan.chains if chain.subject not in withheld)
    return Judged(replace(plan, chains=chains), tuple(reports))


def reports_of(
    classes: Mapping[str, Sequence[str]],
    limits: Mapping[str, Limit],
    memory: GuardMemory,
    *,
    now: datetime,
    force: bool,
) -> list[GuardReport]:
    """Name the classes that are too much, for a caller that withholds by itself."""
    return [
        report
        for name, subjects in classes.items()
        if (report := _tripped(name, subjects, limits[name], memory, now=now, force=force))
    ]


def _tripped(
    name: str, subjects: Sequence[str], limit: Limit, memory: GuardMemory, *, now: datetime, force: bool
) -> GuardReport | None:
    acknowledged = set(memory.refused.get(name, ())) if force else set()
    fresh = [subject for subject in subjects if subject not in acknowledged]
    recent = {subject for at, subject in memory.done.get(name, ()) if now - at < WINDOW}
    allowed = limit.allowed(first_live_run=not memory.ran_live)
    total = len(recent | set(subjects))
    if not fresh or total <= allowed:
        return None
    words = limit.words(first_live_run=not memory.ran_live)
    return GuardReport(name, n=total, of=limit.of, limit=words, subjects=tuple(fresh))


def remembered(
    memory: GuardMemory, done: Mapping[str, Iterable[str]], reports: Iterable[GuardReport], now: datetime
) -> GuardMemory:
    """Give the memory after a live run: what it changed per class, and what it refused.

    What a clock that was ahead has dated counts as of now, so that it ends within a day.
    """
    kept = {
        name: [
            *((min(at, now), subject) for at, subject in memory.done.get(name, ()) if now - at < WINDOW),
            *_stamped(subjects, now),
        ]
        for name, subjects in (dict.fromkeys(memory.done, ()) | dict(done)).items()
    }
    refused = {report.name: list(report.subjects) for report in reports}
    return GuardMemory({name: entries for name, entries in kept.items() if entries}, refused, ran_live=True)


def of_narrowed(after: GuardMemory, before: GuardMemory) -> GuardMemory:
    """Give the memory after a narrowed run: what whole runs were refused stands, and the first of them is to come."""
    return replace(after, refused=before.refused, ran_live=before.ran_live)


def _stamped(subjects: Iterable[str], now: datetime) -> list[tuple[datetime, str]]:
    return [(now, subject) for subject in subjects]
