"""Which days are looked back on?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from bmsc.errors import UsageError

_SPAN = re.compile(r"([1-9]\d{0,3})([dw])")
_DAY = timedelta(days=1)
MOST_DAYS = 400
"""More than the thirteen months that journals are kept for by default."""


class Window(Struct, frozen=True):
    """Days in UTC, from the beginning of the first to `end`, which is left out."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def days(self) -> tuple[date, ...]:
        """Give every day that the window touches, oldest first."""
        count = -((self.start - self.end) // _DAY)
        return tuple((self.start + number * _DAY).date() for number in range(count))


def today(now: datetime) -> Window:
    """Give the present day up to now, the present second included."""
    return Window(_midnight(now), now + timedelta(seconds=1))


def latest(now: datetime, days: int) -> Window:
    """Give the present day and those before it, `days` in all."""
    return Window(_midnight(now) - (days - 1) * _DAY, now + timedelta(seconds=1))


def before_today(now: datetime, days: int) -> Window:
    """Give the `days` whole days before the present one."""
    return Window(_midnight(now) - days * _DAY, _midnight(now))


def days_of(text: str) -> int:
    """Read `30d` or `4w` as days. Raises UsageError for anything else."""
    match = _SPAN.fullmatch(text.strip().lower())
    days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(
            f"--since {text!r} is no number of days between 1 and {MOST_DAYS}", next_step="write --since 30d, or 4w"
        )
    return days


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
