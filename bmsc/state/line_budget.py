"""Whether one more listing line fits into the hour that all commands and processes share."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bmsc.domain.lines import LineUse, room
from bmsc.state import disk, plain
from bmsc.state.clock import TellsTime

WINDOW_SECONDS = 3_660
"""An hour, and a minute for the time a line is on its way: Back Market counts when it arrives."""


class LineBudget:
    """A ledger of the lines written in the last hour; strict: no hour ever sees more than the limit."""

    def __init__(self, path: Path, clock: TellsTime, *, limit: int) -> None:
        self._path = path
        self._clock = clock
        self._limit = limit

    def take(self, use: LineUse, lines: int = 1) -> bool:
        """Book lines before they are sent; False, booking none, when they do not fit."""
        with self._ledger() as ledger:
            now = int(self._clock.now().timestamp())
            entries = _recent(ledger, now)
            if room(_used(entries), use, limit=self._limit) < lines:
                return False
            _book(entries, now, use, lines)
            _write(ledger, entries)
            return True

    def left(self, use: LineUse, *, within_seconds: int = 0) -> int:
        """Count the lines that fit now, or will by then as far as the ledger knows."""
        with self._ledger() as ledger:
            now = int(self._clock.now().timestamp())
            used = _used(_since(_recent(ledger, now), now + within_seconds))
            return max(0, room(used, use, limit=self._limit))

    def used(self) -> Counter[LineUse]:
        """Count the lines of the last hour by their use."""
        with self._ledger() as ledger:
            return _used(_recent(ledger, int(self._clock.now().timestamp())))

    @contextmanager
    def _ledger(self) -> Iterator[int]:
        with disk.exclusive(self._path.with_name(f"{self._path.name}.lock")):
            ledger = disk.open_private(self._path, os.O_RDWR)
            try:
                yield ledger
            finally:
                os.close(ledger)


Entry = tuple[int, str, int]
_USES = {use.value: use for use in LineUse}
"""A use that only a later version knows counts as any other line does."""


def _recent(ledger: int, now: int) -> list[Entry]:
    """Give the lines of the last hour. Those of a clock that was ahead count, and are kept, as written now."""
    entries = _read(ledger)
    if any(at > now for at, _, _ in entries):
        entries = [(min(at, now), use, lines) for at, use, lines in entries]
        _write(ledger, entries)
    return _since(entries, now)


def _since(entries: list[Entry], now: int) -> list[Entry]:
    return [entry for entry in entries if now - entry[0] < WINDOW_SECONDS]


def _read(ledger: int) -> list[Entry]:
    content = os.pread(ledger, max(1, os.fstat(ledger).st_size), 0)
    try:
        return [(int(at), str(use), int(lines)) for at, use, lines in json.loads(content or b"[]")]
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []


def _write(ledger: int, entries: list[Entry]) -> None:
    """Write over all that was there, so that a kill never leaves the end of a longer ledger behind a shorter one."""
    content = plain.text(entries).encode("ascii")
    os.pwrite(ledger, content.ljust(os.fstat(ledger).st_size), 0)


def _book(entries: list[Entry], now: int, use: LineUse, lines: int) -> None:
    if entries and entries[-1][:2] == (now, use.value):
        lines += entries.pop()[2]
    entries.append((now, use.value, lines))


def _used(entries: list[Entry]) -> Counter[LineUse]:
    used: Counter[LineUse] = Counter()
    for _, use, lines in entries:
        used[_USES.get(use, LineUse.SYNC)] += lines
    return used
