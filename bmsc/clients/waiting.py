"""How long one run may wait for a platform that throttles or fails, whoever makes it wait."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from bmsc.errors import RemoteUnavailable

RUN_SECONDS = 100.0
"""A five-minute job that waits longer would meet its own successor."""


class WaitBudget:
    """The seconds one run may spend waiting, shared by both platforms; threads that wait at once count once."""

    def __init__(self, seconds: float = RUN_SECONDS) -> None:
        self._left = seconds
        self._until: datetime | None = None
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Tell how many seconds may still be waited."""
        return self._left

    def spend(self, seconds: float, why: str, *, now: datetime) -> None:
        """Take a wait that begins now out of the budget; raises RemoteUnavailable when it does not hold it."""
        with self._lock:
            end = now + timedelta(seconds=max(0.0, seconds))
            begin = max(now, self._until) if self._until else now
            fresh = max(0.0, (end - begin).total_seconds())
            if fresh > self._left:
                message = f"{why}: waiting {seconds:.0f} s more is longer than this run may wait"
                raise RemoteUnavailable(message, next_step="nothing; the next run tries again")
            self._left -= fresh
            self._until = max(end, begin)
