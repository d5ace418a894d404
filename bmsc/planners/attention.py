"""When a fact that needs a person is shown again: new, as its deadline nears, daily, and when it is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bmsc.domain.outcome import Attention, Resolved
from bmsc.domain.plan import Hold

SHARES_OF_TIME_LEFT = (0.5, 0.75, 0.9)
REMINDER = timedelta(days=1)


@dataclass(frozen=True)
class Remembered:
    """A fact as earlier runs saw it. `stage` counts the shares of its time that were announced."""

    subject: str
    reason: str
    detail: str
    first_seen: datetime
    last_shown: datetime
    deadline: datetime | None = None
    stage: int = 0


class Aged(NamedTuple):
    """What to remember, and what to show of it now."""

    remembered: dict[str, Remembered]
    current: tuple[Attention, ...]
    resolved: tuple[Resolved, ...]


def key_of(subject: str, reason: str) -> str:
    """Name one fact: the same subject and reason is the same fact, whatever its wording."""
    return f"{subject} {reason}"


def age(previous: Mapping[str, Remembered], facts: Iterable[Hold], now: datetime) -> Aged:
    """Compare this run's facts with the remembered ones. The first deadline seen is kept."""
    remembered: dict[str, Remembered] = {}
    current = []
    for fact in facts:
        key = key_of(fact.subject, fact.reason)
        if key in remembered:
            continue
        remembered[key], show = _seen(previous.get(key), fact, now)
        dated = replace(fact, deadline=remembered[key].deadline)
        current.append(Attention(dated, remembered[key].first_seen, show))
    gone = [old for key, old in previous.items() if key not in remembered]
    resolved = tuple(Resolved(old.subject, old.reason, old.first_seen) for old in gone)
    return Aged(remembered, tuple(current), resolved)


def _seen(old: Remembered | None, fact: Hold, now: datetime) -> tuple[Remembered, bool]:
    if old is None:
        new = Remembered(fact.subject, fact.reason, fact.detail, now, now, fact.deadline)
        return replace(new, stage=stage(new, now)), True
    kept = replace(old, detail=fact.detail, deadline=old.deadline or fact.deadline)
    reached = stage(kept, now)
    show = reached > kept.stage or now - kept.last_shown >= REMINDER
    return replace(kept, stage=max(reached, kept.stage), last_shown=now if show else kept.last_shown), show


def stage(fact: Remembered, now: datetime) -> int:
    """Count how many announced shares of the time from first sight to the deadline have passed."""
    if fact.deadline is None or fact.deadline <= fact.first_seen:
        return 0
    spent = (now - fact.first_seen) / (fact.deadline - fact.first_seen)
    return sum(1 for share in SHARES_OF_TIME_LEFT if spent >= share)
