"""Has the caller asked too often?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta


class Window:
    """So many units in so many seconds; one more and the window is shut for `block` seconds."""

    def __init__(self, now: Callable[[], datetime], *, seconds: float, block: float = 0) -> None:
        self._now = now
        self._span = timedelta(seconds=seconds)
        self._block = timedelta(seconds=block)
        self._taken: deque[tuple[datetime, int]] = deque()
        self._used = 0
        self._shut_until: datetime | None = None

    def take(self, units: int, limit: int) -> bool:
        """Take units if there is room for all of them; a limit of 0 is none."""
        now = self._now()
        if limit <= 0:
            return True
        if self._shut_until is not None and now < self._shut_until:
            return False
        self._forget(now)
        if self._used + units > limit:
            self._shut_until = now + self._block
            return False
        self._taken.append((now, units))
        self._used += units
        return True

    def used(self) -> int:
        """Count the units taken within the span."""
        self._forget(self._now())
        return self._used

    def _forget(self, now: datetime) -> None:
        while self._taken and self._taken[0][0] <= now - self._span:
            self._used -= self._taken.popleft()[1]
