"""How fast a platform may be asked by all processes together: a generic cell rate in one small shared file."""

from __future__ import annotations

import fcntl
import logging
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bmsc.errors import StateError

log = logging.getLogger("bmsc.http")
_WIDTH = 24
_FARTHEST_SECONDS = 2 * 3600.0
_BURST_SHARE = 0.2


class _Clock(Protocol):
    def now(self) -> datetime: ...


class Governor:
    """Spaces requests `interval_seconds` apart after a burst; in any hour burst + 3600 / interval at most.

    The ledger holds one number, the theoretical arrival time: when the bucket will be full again.
    """

    def __init__(self, path: Path, clock: _Clock, *, interval_seconds: float, burst: int) -> None:
        self._path = path
        self._clock = clock
        self._interval = interval_seconds
        self._tolerance = (burst - 1) * interval_seconds

    @classmethod
    def per_hour(cls, path: Path, clock: _Clock, *, requests: int) -> Governor:
        """Allow `requests` in any hour, a fifth of them at once."""
        burst = max(1, int(requests * _BURST_SHARE))
        return cls(path, clock, interval_seconds=3600 / max(1, requests - burst), burst=burst)

    @classmethod
    def per_ten_seconds(cls, path: Path, clock: _Clock, *, requests: int) -> Governor:
        """Spread `requests` evenly over ten seconds: bursts trigger the edge's block sooner than rate does."""
        return cls(path, clock, interval_seconds=10 / requests, burst=4)

    def take(self, *, patience: float = math.inf) -> float:
        """Reserve the next request and tell how many seconds to wait before it.

        A wait longer than `patience` is told, and nothing is reserved.
        """
        with self._ledger() as ledger:
            now = self._clock.now().timestamp()
            arrival = max(self._read(ledger, now), now)
            wait = max(0.0, arrival - self._tolerance - now)
            if wait <= patience:
                self._write(ledger, arrival + self._interval)
            return wait

    def pause_until(self, moment: datetime) -> None:
        """Let no process ask before `moment`, and none burst right after it."""
        with self._ledger() as ledger:
            arrival = self._read(ledger, self._clock.now().timestamp())
            self._write(ledger, max(arrival, moment.timestamp() + self._tolerance))

    def _read(self, ledger: int, now: float) -> float:
        content = os.pread(ledger, 4 * _WIDTH, 0)
        if not content:
            return now
        try:
            arrival = float(content)
        except ValueError:
            arrival = math.nan
        if math.isfinite(arrival) and 0 <= arrival <= now + self._tolerance + _FARTHEST_SECONDS:
            return arrival
        log.warning("the request ledger is damaged (%s): requests are spaced, without a burst", self._path.name)
        os.ftruncate(ledger, 0)
        return now + self._tolerance

    def _write(self, ledger: int, arrival: float) -> None:
        """Write a fixed width over the old value, so that no crash leaves the ledger empty."""
        os.pwrite(ledger, f"{arrival:.6f}".rjust(_WIDTH - 1).encode("ascii") + b"\n", 0)

    @contextmanager
    def _ledger(self) -> Iterator[int]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            ledger = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"the request ledger {self._path} cannot be opened: {error.strerror}"
            raise StateError(message, next_step="make the state directory writable, then: bmsc doctor") from error
        try:
            fcntl.flock(ledger, fcntl.LOCK_EX)
            yield ledger
        finally:
            os.close(ledger)
