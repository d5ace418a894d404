"""What time is it in the sandbox?"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


class SandboxClock:
    """Real time plus an offset, or the standing time that a shared file holds."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.offset = 0.0
        if path is not None and not path.exists():
            self._write(_real())

    def now(self) -> datetime:
        """Tell the sandbox's time, aware and in UTC."""
        return datetime.fromtimestamp(self._epoch(), UTC)

    def advance(self, seconds: float) -> datetime:
        """Move time on; with a file, for every process that reads it."""
        if self.path is None:
            self.offset += seconds
            return self.now()
        with self._locked():
            self._write(self._epoch() + seconds)
        return self.now()

    def set(self, moment: datetime) -> datetime:
        """Make `moment` (aware) the present."""
        if self.path is None:
            self.offset = moment.timestamp() - _real()
            return self.now()
        with self._locked():
            self._write(moment.timestamp())
        return self.now()

    def _epoch(self) -> float:
        if self.path is None:
            return _real() + self.offset
        return float(self.path.read_text(encoding="ascii"))

    def _write(self, epoch: float) -> None:
        assert self.path is not None
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        fresh.write_text(f"{epoch:.6f}", encoding="ascii")
        fresh.replace(self.path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        assert self.path is not None
        with self.path.with_name(f"{self.path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def whole_seconds(moment: datetime) -> datetime:
    """Drop the fraction of a second, as Back Market's dates do."""
    return moment.replace(microsecond=0)


def _real() -> float:
    return datetime.now(UTC).timestamp()
