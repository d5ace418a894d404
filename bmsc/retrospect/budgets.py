"""How near to the platforms' limits did listing lines and requests come?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from msgspec import Struct, field

from bmsc.retrospect.measures import percent
from bmsc.retrospect.records import RunEnded
from bmsc.retrospect.window import Window

_TENS_OF_SECONDS_AN_HOUR = 360
LINES = "listing_lines"


class Limits(Struct, frozen=True):
    """Our shares of the platforms' limits, as configured now."""

    listing_lines_per_hour: int
    sellercloud_requests_per_hour: int
    backmarket_requests_per_10s: int

    def per_hour(self) -> Mapping[str, int]:
        """Give each limit by its name, per hour."""
        return {
            LINES: self.listing_lines_per_hour,
            "sellercloud": self.sellercloud_requests_per_hour,
            "backmarket": self.backmarket_requests_per_10s * _TENS_OF_SECONDS_AN_HOUR,
        }


class DayOfUse(Struct, frozen=True):
    """The fullest hour of a day."""

    day: date
    peak: int


class BudgetFigures(Struct, frozen=True):
    """One allowance: its fullest hour, day by day; `total` counts requests, and says nothing for lines.

    Requests count for the hour their run began in; lines as the hour before a run's end showed them. `by_use` is
    what the lines of the fullest hour were for.
    """

    name: str
    limit: int
    peak: int
    peak_at: datetime | None
    days: tuple[DayOfUse, ...]
    total: int | None = None
    by_use: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Give the fullest hour in percent of the limit."""
        return percent(self.peak, self.limit)


class BudgetsTally:
    """Counts requests by hour, and keeps the fullest hour of lines of each day."""

    def __init__(self, window: Window, limits: Limits) -> None:
        self._window = window
        self._limits = limits.per_hour()
        self._requests: dict[str, Counter[datetime]] = defaultdict(Counter)
        self._lines: Counter[datetime] = Counter()
        self._fullest: Mapping[str, int] = {}

    def ended(self, record: RunEnded) -> None:
        """Take a run."""
        if record.started_at in self._window:
            for platform, number in record.requests.items():
                self._requests[platform][_hour(record.started_at)] += number
        if record.at in self._window and record.lines:
            self._used(_hour(record.at), record.lines)

    def _used(self, hour: datetime, lines: Mapping[str, int]) -> None:
        used = sum(lines.values())
        self._lines[hour] = max(self._lines[hour], used)
        if used > sum(self._fullest.values()):
            self._fullest = lines

    def figures(self) -> tuple[BudgetFigures, ...]:
        """Find the fullest hours."""
        return tuple(self._figures())

    def _figures(self) -> Iterator[BudgetFigures]:
        for name, limit in self._limits.items():
            hours = self._lines if name == LINES else self._requests[name]
            peak_at = min(hours, key=lambda hour: (-hours[hour], hour)) if hours else None
            total = None if name == LINES else hours.total()
            by_use = dict(self._fullest) if name == LINES else {}
            peak = hours[peak_at] if peak_at else 0
            yield BudgetFigures(name, limit, peak, peak_at, tuple(self._days(hours)), total, by_use)

    def _days(self, hours: Counter[datetime]) -> Iterator[DayOfUse]:
        peaks: dict[date, int] = defaultdict(int)
        for hour, number in hours.items():
            peaks[hour.date()] = max(peaks[hour.date()], number)
        return (DayOfUse(day, peaks[day]) for day in self._window.days)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
