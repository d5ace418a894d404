"""When a fact that needs a person is shown: new, as its deadline nears, daily, when it is gone, and by one command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.outcome import Attention, Resolved
from bmsc.domain.plan import Hold

SHARES_OF_TIME_LEFT = (0.5, 0.75, 0.9)
REMINDER = timedelta(days=1)
RUN = "run"
"""The subject of facts about the run itself: an outage, refused credentials, a guard."""
_EVERYBODY_KNOWS = timedelta(hours=2)
"""By then every command has met what began for all of them, the hourly ones too."""


class Remembered(Struct, frozen=True):
    """A fact as earlier runs saw it. `stage` counts the shares of its time that were announced.

    `told_by` names the other command that tells a person of it; empty when this one does.
    """

    subject: str
    reason: str
    detail: str
    first_seen: datetime
    last_shown: datetime
    deadline: datetime | None = None
    stage: int = 0
    told_by: str = ""


class Teller(NamedTuple):
    """A command that tells a fact itself, and how it remembers it."""

    command: str
    fact: Remembered


Tellers = Mapping[str, Sequence[Teller]]
"""Who tells a fact already, by its key."""
_NOBODY: Tellers = {}


class Aged(NamedTuple):
    """What to remember, and what to show of it now."""

    remembered: dict[str, Remembered]
    current: tuple[Attention, ...]
    resolved: tuple[Resolved, ...]


def key_of(subject: str, reason: str) -> str:
    """Name one fact: the same subject and reason is the same fact, whatever its wording."""
    return f"{subject} {reason}"


def age(previous: Mapping[str, Remembered], facts: Iterable[Hold], now: datetime, tellers: Tellers = _NOBODY) -> Aged:
    """Compare this run's facts with the remembered ones. The first deadline seen is kept.

    What another command tells already is remembered in silence: one fact, one message, whoever meets it.
    """
    remembered: dict[str, Remembered] = {}
    current = []
    for fact in facts:
        key = key_of(fact.subject, fact.reason)
        if key in remembered:
            continue
        remembered[key], show = _seen(previous.get(key), fact, now, tellers.get(key, ()))
        dated = replace(fact, deadline=remembered[key].deadline)
        current.append(Attention(dated, remembered[key].first_seen, show))
    gone = [old for key, old in previous.items() if key not in remembered and not old.told_by]
    resolved = tuple(Resolved(old.subject, old.reason, old.first_seen) for old in gone)
    return Aged(remembered, tuple(current), resolved)


def _seen(old: Remembered | None, fact: Hold, now: datetime, tellers: Sequence[Teller]) -> tuple[Remembered, bool]:
    teller = next((one for one in tellers if _is_told_by(one, old, fact, now)), None)
    if teller:
        return replace(teller.fact, detail=fact.detail, told_by=teller.command), False
    if old is None or old.told_by:
        new = Remembered(fact.subject, fact.reason, fact.detail, now, now, fact.deadline)
        return replace(new, stage=stage(new, now)), True
    kept = replace(old, detail=fact.detail, deadline=old.deadline or fact.deadline)
    reached = stage(kept, now)
    show = reached > kept.stage or now - kept.last_shown >= REMINDER
    return replace(kept, stage=max(reached, kept.stage), last_shown=now if show else kept.last_shown), show


def _is_told_by(teller: Teller, old: Remembered | None, fact: Hold, now: datetime) -> bool:
    """Say whether another command's word is enough: not once it fell silent, nor of another platform's outage."""
    told = teller.fact
    if (old and not old.told_by) or now - told.last_shown > REMINDER + _EVERYBODY_KNOWS:
        return False
    if fact.subject != RUN or old:
        return True
    return now - told.first_seen < _EVERYBODY_KNOWS and _platform(told.detail) == _platform(fact.detail)


def _platform(detail: str) -> str:
    """Read which platform an outage's words begin with."""
    return detail.partition(" ")[0].rstrip(":")


def stage(fact: Remembered, now: datetime) -> int:
    """Count how many announced shares of the time from first sight to the deadline have passed."""
    if fact.deadline is None or fact.deadline <= fact.first_seen:
        return 0
    spent = (now - fact.first_seen) / (fact.deadline - fact.first_seen)
    return sum(1 for share in SHARES_OF_TIME_LEFT if spent >= share)
