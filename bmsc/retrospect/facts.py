"""What waited for a person, since when, why, and for how long?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from msgspec import Struct, field

from bmsc.retrospect.measures import Lengths, lengths
from bmsc.retrospect.records import FactGone, FactTold
from bmsc.retrospect.window import Window


class FactKey(NamedTuple):
    """What makes a hold or alert the same one."""

    command: str
    subject: str
    reason: str


class DayOfFacts(Struct, frozen=True):
    """How many holds of each reason began on a day, and how many stood at its end."""

    day: date
    begun: Mapping[str, int]
    standing: int


class Reason(Struct, frozen=True):
    """One reason: how many facts began, how many stand now, and how long those that are over lasted."""

    kind: str
    reason: str
    begun: int
    standing: int
    lasted: Lengths
    longest: str = ""
    """The subject of the one that lasted longest."""


class FactFigures(Struct, frozen=True):
    """Holds day by day, and holds and alerts by reason, the most frequent first."""

    days: tuple[DayOfFacts, ...]
    reasons: tuple[Reason, ...]

    def of_kind(self, kind: str) -> tuple[Reason, ...]:
        """Give the reasons of holds, or of alerts."""
        return tuple(one for one in self.reasons if one.kind == kind)


class _Fact(Struct):
    kind: str
    first_seen: datetime
    last_told: datetime
    passing: bool
    ended: datetime | None = None
    end_seen: bool = False


class _Sum(Struct):
    begun: int = 0
    standing: int = 0
    ended: list[tuple[float, str]] = field(default_factory=list)


class FactsTally:
    """Follows holds and alerts from their first telling to their end."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._facts: dict[tuple[FactKey, datetime], _Fact] = {}
        self._open: dict[FactKey, datetime] = {}

    def told(self, record: FactTold) -> None:
        """Take a first telling or a reminder; an older journal repeats without naming the beginning."""
        key = FactKey(record.command, record.subject, record.reason)
        first_seen = record.first_seen or self._open.get(key, record.at)
        known = self._facts.get((key, first_seen))
        if known is not None:
            known.last_told = record.at
            return
        self._facts[key, first_seen] = _Fact(record.kind, first_seen, record.at, record.passing)
        if not record.passing:
            self._open[key] = first_seen

    def gone(self, record: FactGone) -> None:
        """Take an end."""
        key = FactKey(record.command, record.subject, record.reason)
        begun = self._open.pop(key, None)
        first_seen = record.first_seen or begun
        if first_seen is None:
            return
        fact = self._facts.setdefault((key, first_seen), _Fact("hold", first_seen, record.at, passing=False))
        fact.ended, fact.end_seen = record.at, True

    def figures(self, standing: Iterable[FactKey]) -> FactFigures:
        """Count and measure; `standing` are the facts that the state shows to stand now."""
        stands = {(key, self._open[key]) for key in standing if key in self._open}
        for mark, fact in self._facts.items():
            if fact.ended is None and mark not in stands and not fact.passing:
                fact.ended = fact.last_told  # the state was lost: nobody saw the end
        return FactFigures(tuple(self._days()), tuple(self._reasons()))

    def _days(self) -> Iterator[DayOfFacts]:
        holds = [(mark[0], fact) for mark, fact in self._facts.items() if fact.kind == "hold" and not fact.passing]
        begun: dict[date, Counter[str]] = defaultdict(Counter)
        change: Counter[date] = Counter()
        for key, fact in holds:
            if fact.first_seen in self._window:
                begun[fact.first_seen.date()][key.reason] += 1
            change[max(fact.first_seen, self._window.start).date()] += 1
            if fact.ended:
                change[max(fact.ended, self._window.start).date()] -= 1
        stood = 0
        for day in self._window.days:
            stood += change[day]
            yield DayOfFacts(day, dict(begun[day]), stood)

    def _reasons(self) -> Iterator[Reason]:
        sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
        for (key, _), fact in self._facts.items():
            one = sums[fact.kind, key.reason]
            one.begun += fact.first_seen in self._window
            one.standing += fact.ended is None and not fact.passing
            if fact.ended and fact.end_seen and fact.ended in self._window:
                one.ended.append(((fact.ended - fact.first_seen).total_seconds(), key.subject))
        ranked = sorted(sums.items(), key=lambda item: (item[0][0] != "hold", -item[1].begun, item[0][1]))
        for (kind, reason), one in ranked:
            longest = max(one.ended, default=(0.0, ""))
            lasted = lengths(seconds for seconds, _ in one.ended)
            yield Reason(kind, reason, one.begun, one.standing, lasted, longest[1])
