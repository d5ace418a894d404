"""Which command does cron start at which minute? Read from the crontab that is shipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SHIPPED = Path(__file__).parents[2] / "crontab.example"
_LINE = re.compile(r"(?P<minutes>[\d,/*-]+) \* \* \* \* bmsc (?P<command>[a-z ]+?) --quiet")
_FIELD = re.compile(r"(?P<first>\d+)(-(?P<last>\d+)/(?P<step>\d+))?")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Job:
    """A command and the minutes of every hour at which it starts."""

    command: str
    minutes: frozenset[int]

    @property
    def is_hourly(self) -> bool:
        """Say whether it runs once an hour."""
        return len(self.minutes) == 1


def jobs(crontab: Path = SHIPPED) -> tuple[Job, ...]:
    """Read the lines that start bmsc, also one behind a #; raises ValueError for a minute field nobody foresaw."""
    lines = crontab.read_text(encoding="utf-8").splitlines()
    found = (_LINE.fullmatch(line.strip().removeprefix("#")) for line in lines)
    return tuple(Job(line["command"], _minutes(line["minutes"])) for line in found if line)


def due(
    all_jobs: tuple[Job, ...], since: datetime, until: datetime, *, commands: tuple[str, ...]
) -> Iterator[tuple[datetime, str]]:
    """Give what starts after `since` and not after `until`, in its order."""
    minute = since.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    while minute <= until:
        for job in all_jobs:
            if minute.minute in job.minutes and job.command in commands:
                yield minute, job.command
        minute += MINUTE


def _minutes(field: str) -> frozenset[int]:
    found = _FIELD.fullmatch(field)
    if found is None:
        raise ValueError(f"the simulation cannot read the minutes {field!r}")
    first = int(found["first"])
    return frozenset(range(first, int(found["last"] or first) + 1, int(found["step"] or 1)))
