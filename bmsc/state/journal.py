"""What did bmsc do, and when: the audit that is only ever added to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from bmsc.state import disk, plain
from bmsc.state.clock import TellsTime
from bmsc.state.directory import StateDir


class JournalFile:
    """One run's pen in the journal of the month, which other processes write to as well.

    A line survives the end of the process at once, and a power cut as soon as the system has written it out.
    """

    def __init__(self, directory: StateDir, clock: TellsTime, *, run_id: str, command: str) -> None:
        self._directory = directory
        self._clock = clock
        self._run = {"run": run_id, "command": command}

    def write(self, event: str, fields: Mapping[str, object]) -> None:
        """Append one event of this run; `at`, `run`, `command` and `event` are the journal's own fields."""
        now = self._clock.now()
        head: dict[str, object] = {"at": now, **self._run, "event": event}
        _append(self._directory.journal(now), plain.line({**head, **fields, **head}))

    def prune(self, keep_months: int) -> tuple[Path, ...]:
        """Delete the journals older than the present month and the `keep_months` before it."""
        now = self._clock.now().astimezone(UTC)
        oldest_kept = now.year * 12 + now.month - keep_months
        journals = self._directory.journals().items()
        stale = tuple(path for (year, month), path in journals if year * 12 + month < oldest_kept)
        for path in stale:
            with disk.explained(path):
                path.unlink(missing_ok=True)
        return stale


class NullJournal:
    """The journal of a run that does nothing."""

    def write(self, event: str, fields: Mapping[str, object]) -> None:
        """Write nothing."""


def _append(path: Path, line: bytes) -> None:
    descriptor = disk.open_private(path, os.O_RDWR | os.O_APPEND)
    try:
        with disk.explained(path):
            disk.write_whole(descriptor, _line_break(descriptor) + line)
    finally:
        os.close(descriptor)


def _line_break(descriptor: int) -> bytes:
    """End a line that a full disk or a crash cut short, so that it spoils no other."""
    size = os.fstat(descriptor).st_size
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""
