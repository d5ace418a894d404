"""How often did each command run, how did it end, how long did it take, and what did it wait for?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct, field

from bmsc.domain.runs import EVERY
from bmsc.errors import ExitCode
from bmsc.retrospect.measures import Lengths, lengths
from bmsc.retrospect.records import LockedOut, RunEnded
from bmsc.retrospect.window import Window

_ENDINGS = {ExitCode.DONE: "done", ExitCode.GUARD: "guard", ExitCode.INTERRUPTED: "interrupted"}
FAILED = "failed"


class CommandFigures(Struct, frozen=True):
    """One command: runs by ending, by exit status, lengths in seconds, and waits.

    `locked_out` counts runs that found another one alive; `waited_seconds` is what workers waited for an order that
    another command was writing.
    """

    command: str
    runs: int = 0
    endings: Mapping[str, int] = field(default_factory=dict)
    statuses: Mapping[int, int] = field(default_factory=dict)
    took: Lengths = field(default_factory=Lengths)
    locked_out: int = 0
    waited_seconds: float = 0.0

    @property
    def failed(self) -> int:
        """Count the runs that neither ended well nor were stopped by a guard or a person."""
        return self.endings.get(FAILED, 0)


class DayOfRuns(Struct, frozen=True):
    """How many runs failed on a day, by command."""

    day: date
    failed: Mapping[str, int]


class RunFigures(Struct, frozen=True):
    """Every command that ran or tried to, and the failures day by day."""

    commands: tuple[CommandFigures, ...]
    days: tuple[DayOfRuns, ...]

    @property
    def runs(self) -> int:
        """Count the runs."""
        return sum(one.runs for one in self.commands)

    @property
    def failed(self) -> int:
        """Count the failures."""
        return sum(one.failed for one in self.commands)

    @property
    def locked_out(self) -> int:
        """Count the runs that came too early."""
        return sum(one.locked_out for one in self.commands)


class _Sums(Struct):
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    locked_out: int = 0
    waited: float = 0.0


class RunsTally:
    """Counts the runs of a window by when they ended."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._sums: dict[str, _Sums] = defaultdict(_Sums)
        self._failed: dict[date, Counter[str]] = defaultdict(Counter)

    def ended(self, record: RunEnded) -> None:
        """Take a run."""
        if record.at not in self._window:
            return
        one = self._sums[record.command]
        one.statuses[record.exit_code] += 1
        one.seconds.append(max(0.0, (record.at - record.started_at).total_seconds()))
        one.waited += record.waited_seconds
        if ending(record.exit_code) == FAILED:
            self._failed[record.at.date()][record.command] += 1

    def locked_out(self, record: LockedOut) -> None:
        """Take a run that came too early."""
        if record.at in self._window:
            self._sums[record.command].locked_out += 1

    def figures(self) -> RunFigures:
        """Count and measure."""
        days = tuple(DayOfRuns(day, dict(self._failed[day])) for day in self._window.days)
        return RunFigures(tuple(self._commands()), days)

    def _commands(self) -> Iterator[CommandFigures]:
        known = [command for command in EVERY if command in self._sums]
        for command in (*known, *sorted(self._sums.keys() - EVERY.keys())):
            one = self._sums[command]
            endings: Counter[str] = Counter()
            for status, number in one.statuses.items():
                endings[ending(status)] += number
            yield CommandFigures(
                command,
                one.statuses.total(),
                dict(endings),
                dict(sorted(one.statuses.items())),
                lengths(one.seconds),
                one.locked_out,
                round(one.waited, 1),
            )


def ending(exit_code: int) -> str:
    """Say in one word how a run ended."""
    return _ENDINGS.get(ExitCode(exit_code), FAILED) if exit_code in set(ExitCode) else FAILED
