"""What time is it for one whole request?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime


class HeldClock:
    """A clock that can be held at one reading, so that everything within a request shares its moment."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._held: datetime | None = None

    def __call__(self) -> datetime:
        return self._held or self._clock()

    @contextmanager
    def hold(self) -> Iterator[datetime]:
        """Read the clock once and keep that reading until the block ends."""
        self._held = self._clock()
        try:
            yield self._held
        finally:
            self._held = None
