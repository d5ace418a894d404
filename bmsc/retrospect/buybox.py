"""How many listings hold the buybox, how many were asked about, and how old is what is known?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import fmean

from msgspec import Struct

from bmsc.domain.repricing import Contest
from bmsc.retrospect.measures import percent
from bmsc.retrospect.records import Reach
from bmsc.retrospect.window import Window

_COMPETING = (Contest.WINNING, Contest.LOSING, Contest.SIBLING_WINS)


class DayOfBuybox(Struct, frozen=True):
    """One day of repricing: mean share held and mean coverage in percent, and the oldest fact in seconds.

    *Held* is the share of winning prices among those whose contest is known, as each was last found; *coverage* the
    share of listings worth a question that a run asked about.
    """

    day: date
    runs: int
    held: float | None
    coverage: float | None
    oldest_seconds: float | None


class BuyboxFigures(Struct, frozen=True):
    """Day by day, and how things stood after the last repricing."""

    days: tuple[DayOfBuybox, ...]
    winning: int = 0
    competing: int = 0
    worth_asking: int = 0
    never_checked: int = 0
    asked: int = 0
    answered: int = 0
    held: float | None = None
    """The mean over the runs of the window, in percent."""
    coverage: float | None = None
    oldest_seconds: float | None = None
    median_seconds: float | None = None


class BuyboxTally:
    """Notes the reach of every repricing within a window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._runs: list[Reach] = []

    def reach(self, record: Reach) -> None:
        """Take one repricing."""
        if record.at in self._window:
            self._runs.append(record)

    def figures(self) -> BuyboxFigures:
        """Average day by day, and tell how the last run found things."""
        if not self._runs:
            return BuyboxFigures(())
        last = self._runs[-1]
        return BuyboxFigures(
            days=tuple(self._days()),
            winning=last.standings.get(Contest.WINNING, 0),
            competing=_competing(last),
            worth_asking=last.worth_asking,
            never_checked=last.never_checked,
            asked=sum(run.asked for run in self._runs),
            answered=sum(run.answered for run in self._runs),
            held=_mean(map(_held, self._runs)),
            coverage=_mean(map(_coverage, self._runs)),
            oldest_seconds=_oldest(last),
            median_seconds=(last.at - last.median_check).total_seconds() if last.median_check else None,
        )

    def _days(self) -> Iterator[DayOfBuybox]:
        runs: dict[date, list[Reach]] = defaultdict(list)
        for run in self._runs:
            runs[run.at.date()].append(run)
        for day, some in runs.items():
            oldest = max(filter(None, map(_oldest, some)), default=_oldest(some[-1]))
            yield DayOfBuybox(day, len(some), _mean(map(_held, some)), _mean(map(_coverage, some)), oldest)


def _competing(run: Reach) -> int:
    return sum(run.standings.get(contest, 0) for contest in _COMPETING)


def _held(run: Reach) -> float | None:
    return percent(run.standings.get(Contest.WINNING, 0), _competing(run))


def _coverage(run: Reach) -> float | None:
    return percent(run.asked, run.worth_asking)


def _oldest(run: Reach) -> float | None:
    return (run.at - run.oldest_check).total_seconds() if run.oldest_check else None


def _mean(values: Iterator[float | None]) -> float | None:
    known: Sequence[float] = [value for value in values if value is not None]
    return fmean(known) if known else None
