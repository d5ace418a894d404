"""How `bmsc status` and `bmsc holds` are told: as plain lines, or as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bmsc.domain.runs import EVERY, RunRecord
from bmsc.domain.times import to_text
from bmsc.planners.attention import Remembered
from bmsc.report.layout import Line

_NAMED = 3
_ENDS = {
    1: "a bug in bmsc",
    3: "something failed or is unknown",
    10: "configuration",
    12: "credentials refused",
    13: "a platform was away",
    14: "a guard withheld something",
    130: "interrupted",
}


class Waiting(Protocol):
    """A fact that waits for a person."""

    @property
    def command(self) -> str:
        """Name the command that told it."""
        ...

    @property
    def fact(self) -> Remembered:
        """Give the fact."""
        ...

    @property
    def muted_until(self) -> datetime | None:
        """Tell how long it is muted."""
        ...

    @property
    def note(self) -> str:
        """Give what a person noted."""
        ...


def age(moment: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in its largest unit."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    return f"{span(timedelta(seconds=abs(seconds)))} {'ago' if seconds >= 0 else 'from now'}"


def span(length: timedelta) -> str:
    """Write a length of time in its largest unit that says enough."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 2:
        return f"{int(length.total_seconds())} s"
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def run_lines(
    runs: Mapping[str, RunRecord], now: datetime, *, overdue: Sequence[str], off: Sequence[str]
) -> Iterator[Line]:
    """Give one row for each command; those that are off say so, whenever they ran last."""
    for command, every in EVERY.items():
        record = runs.get(command)
        if command in off:
            yield "off", command, f"{command}.enabled is false"
            continue
        if record is None:
            yield "never", command, f"meant to run every {span(every)}"
            continue
        word = "OVERDUE" if command in overdue else "ok"
        took = span(record.finished_at - record.started_at)
        yield (
            word,
            command,
            f"started {age(record.started_at, now)}, took {took}, {ended(record.exit_code)}; "
            f"last success {age(record.last_success, now)}; every {span(every)}",
        )


def ended(status: int) -> str:
    """Say how a run ended, beside its exit status."""
    return f"exit {status} ({_ENDS[status]})" if status in _ENDS else f"exit {status}"


def hold_line(one: Waiting, now: datetime, word: str = "") -> Line:
    """Give one fact as a row; `word` says what was just done about it."""
    fact = one.fact
    by = f"\ndispatch by {_moment(fact.deadline)}" if fact.deadline else ""
    muted = f"\nmuted until {_moment(one.muted_until)}" if one.muted_until else ""
    note = f"\nnote: {one.note}" if one.note else ""
    told = f"{fact.reason}: {fact.detail} ({one.command}, {age(fact.first_seen, now)}){by}{muted}{note}"
    return (word, fact.subject, told) if word else (fact.subject, told)


def reason_lines(holds: Sequence[Waiting]) -> Iterator[Line]:
    """Give one row for each reason, its subjects in the order given: the nearest deadline first."""
    for reason in sorted({one.fact.reason for one in holds}):
        facts = [one.fact for one in holds if one.fact.reason == reason]
        more = f" and {len(facts) - _NAMED} more" if len(facts) > _NAMED else ""
        nearest = min((fact.deadline for fact in facts if fact.deadline), default=None)
        by = f"; next dispatch deadline {_moment(nearest)}" if nearest else ""
        yield reason, str(len(facts)), ", ".join(fact.subject for fact in facts[:_NAMED]) + more + by


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def hold_plain(one: Waiting) -> Mapping[str, object]:
    """Give one fact as plain JSON values."""
    fact = one.fact
    return {
        "command": one.command,
        "subject": fact.subject,
        "reason": fact.reason,
        "detail": fact.detail,
        "deadline": to_text(fact.deadline),
        "first_seen": to_text(fact.first_seen),
        "last_shown": to_text(fact.last_shown),
        "muted_until": to_text(one.muted_until),
        "note": one.note,
    }


def run_plain(command: str, record: RunRecord | None, *, overdue: bool, now: datetime) -> Mapping[str, object]:
    """Give one command's last run as plain JSON values."""
    every = int(EVERY[command].total_seconds())
    if record is None:
        return {"command": command, "every_seconds": every, "last_run": None, "overdue": False}
    since = (now - record.last_success).total_seconds() if record.last_success else None
    last_run = {
        "run_id": record.run_id,
        "started_at": to_text(record.started_at),
        "finished_at": to_text(record.finished_at),
        "exit_code": record.exit_code,
        "counts": dict(record.counts),
    }
    return {
        "command": command,
        "every_seconds": every,
        "last_run": last_run,
        "last_success": to_text(record.last_success),
        "seconds_since_success": since,
        "overdue": overdue,
    }
