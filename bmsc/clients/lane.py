"""How requests that a platform counts apart take turns, at a pace that all our processes keep together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bmsc.clients.governor import Governor
from bmsc.errors import RemoteUnavailable

_FARTHEST_TURN_SECONDS = 60.0


class Clock(Protocol):
    """The time, and a way to let it pass."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


class Lane:
    """Lets one caller after another have its turn in a ledger that all processes share, each repeat included.

    The next turn also waits for the answer to the one before, as long as answers come faster than turns do:
    what left apart then arrives apart.
    """

    def __init__(self, ledger: Path, clock: Clock, *, seconds_apart: float) -> None:
        self._pace = Governor(ledger, clock, interval_seconds=seconds_apart, burst=1)
        self._clock = clock
        self._apart = timedelta(seconds=seconds_apart)
        self._queue = threading.Lock()
        self._answered = threading.Event()
        self._answered.set()

    @property
    def per_second(self) -> float | None:
        """Tell how many requests a second it lets pass; None when it slows nothing."""
        return 1 / self._apart.total_seconds()

    @contextmanager
    def turn(self, wait_first: Callable[[], object]) -> Iterator[None]:
        """Wait for a turn and have it; raises RemoteUnavailable when other processes have taken the next minute.

        `wait_first` is whatever else a request waits for: who waits inside the queue cannot leave it in a crowd.
        """
        with self._queue:
            self._answered.wait(timeout=self._apart.total_seconds())
            wait_first()
            self._wait()
            answered = self._answered = threading.Event()
        try:
            yield
        finally:
            answered.set()

    def blocked(self) -> None:
        """Hear that a read was blocked: a pace that is published learns nothing from it."""

    def pause_until(self, moment: datetime) -> None:
        """Let nobody have a turn before `moment`, and nobody two at once after it."""
        self._pace.pause_until(moment)

    def _wait(self) -> None:
        wait = self._pace.take(patience=_FARTHEST_TURN_SECONDS)
        if wait > _FARTHEST_TURN_SECONDS:
            message = f"other processes have taken the turns of the next {wait:.0f} s"
            raise RemoteUnavailable(message, next_step="nothing; the next run tries again")
        if wait > 0:
            self._clock.sleep(wait)
            # Who wakes late must not be followed at once by who wakes in time.
            self.pause_until(self._clock.now() + self._apart)
