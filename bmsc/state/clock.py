"""What time is it: the system's, or the one a simulation shares between processes?"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bmsc.errors import StateError
from bmsc.state import disk


class TellsTime(Protocol):
    """Whoever knows the present moment."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The time of the machine. Nobody sleeps on once `stop` is set."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._stop = stop or threading.Event()

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait; nothing at or below 0 seconds."""
        self._stop.wait(max(0.0, seconds))


class FileClock:
    """A standing time that a file holds as epoch seconds: sleeping moves it on, for every process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Give the moment the file holds, aware, in UTC."""
        return datetime.fromtimestamp(self._epoch(), UTC)

    def sleep(self, seconds: float) -> None:
        """Move the shared time on instead of waiting."""
        with disk.exclusive(self._path.with_name(f"{self._path.name}.lock")):
            self._replace(self._epoch() + max(0.0, seconds))

    def _epoch(self) -> float:
        text = disk.read(self._path)
        try:
            return float(text or b"")
        except ValueError as error:
            message = f"{self._path} does not hold a time"
            raise StateError(message, next_step="write epoch seconds into it") from error

    def _replace(self, epoch: float) -> None:
        # Not synced: a simulation is not meant to outlive a power cut, and sleeps by the thousand.
        fresh = self._path.with_name(f".{self._path.name}.new")
        with disk.explained(self._path):
            fresh.write_text(f"{epoch:.6f}", encoding="ascii")
            os.replace(fresh, self._path)
