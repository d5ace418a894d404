"""How long one run may wait in all, whoever makes it wait."""

from __future__ import annotations

import threading

from bmsc.errors import RemoteUnavailable

RUN_SECONDS = 100.0
"""A five-minute job that waits longer would meet its own successor."""


class WaitBudget:
    """The seconds one run may spend waiting, shared by both platforms and all threads."""

    def __init__(self, seconds: float = RUN_SECONDS) -> None:
        self._left = seconds
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Tell how many seconds may still be waited."""
        return self._left

    def spend(self, seconds: float, why: str) -> None:
        """Take seconds out of the budget; raises RemoteUnavailable when it does not hold that many."""
        with self._lock:
            if seconds > self._left:
                message = f"{why}: waiting {seconds:.0f} s more is longer than this run may wait"
                raise RemoteUnavailable(message, next_step="nothing; the next run tries again")
            self._left -= max(0.0, seconds)
