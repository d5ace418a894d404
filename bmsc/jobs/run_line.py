"""What does the journal keep of a run as a whole: how it ended, how long it took, what it asked and used?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bmsc.domain.outcome import RunReport
from bmsc.domain.scope import Scope
from bmsc.errors import BmscError, status_of
from bmsc.jobs.house import House

log = logging.getLogger("bmsc.run")
EVENT = "run"
_WORTH_TELLING_SECONDS = 0.1


@contextmanager
def noted(house: House, scope: Scope) -> Iterator[Callable[[RunReport], None]]:
    """Journal the end of a run, by its report or by what broke it off; a dry run leaves no line.

    A line that cannot be written goes to the log: by now the run is over, whatever becomes of its line.
    """
    if scope.dry_run:
        yield lambda _: None
        return
    try:
        yield lambda report: _write(house, scope, exit_code=report.exit_code, counts=report.counts())
    except BaseException as error:
        _write(house, scope, exit_code=int(status_of(error)), counts={})
        raise


def _write(house: House, scope: Scope, *, exit_code: int, counts: Mapping[str, int]) -> None:
    try:
        house.journal.write(EVENT, dict(_facts(house, scope, exit_code, counts)))
    except (BmscError, OSError) as error:
        log.warning("the end of the run could not be journaled: %s", error)


def _facts(house: House, scope: Scope, exit_code: int, counts: Mapping[str, int]) -> Iterator[tuple[str, object]]:
    yield "started_at", house.started_at
    yield "exit_code", exit_code
    yield "requests", {platform: number for platform, number in house.requests().items() if number}
    if told := {name: number for name, number in counts.items() if number}:
        yield "counts", told
    if house.lines and (used := {use.value: lines for use, lines in house.lines.used().items() if lines}):
        yield "lines_this_hour", used
    if (waited := house.order_locks.waited_seconds) >= _WORTH_TELLING_SECONDS:
        yield "waited_seconds", round(waited, 1)
    if scope.narrowed:
        yield "narrowed", True
