"""How many calls of one process are under way at a platform at once: as many as the times of its answers suggest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from bmsc.planners import crew

log = logging.getLogger("bmsc.http")


class Place(Struct):
    """One call that is under way, and what became of it."""

    kind: str
    change: int = 0
    """How often the number of places had changed when it was taken."""
    seconds: float | None = None
    """How long its answer took; None when no answer came that tells how fast the platform is."""
    had_to_wait: bool = False
    """Whether our share of requests kept it from leaving at once."""
    throttled: bool = False


class Workers:
    """Gives places to calls, and changes how many there are after each round of answers."""

    def __init__(self, platform: str, *, most: int) -> None:
        self._platform = platform
        self._crew = crew.begin(most)
        self._free = threading.Condition()
        self._under_way = 0
        self._changes = 0
        self._begin_round()

    @property
    def allowed(self) -> int:
        """Tell how many calls may be under way just now."""
        return self._crew.size

    @contextmanager
    def place(self, kind: str) -> Iterator[Place]:
        """Wait for a place and have it."""
        with self._free:
            self._free.wait_for(lambda: self._under_way < self._crew.size)
            self._under_way += 1
            self._was_full |= self._under_way >= self._crew.size
            taken = Place(kind, self._changes)
        try:
            yield taken
        finally:
            with self._free:
                self._under_way -= 1
                self._count(taken)
                self._free.notify_all()

    def _count(self, place: Place) -> None:
        if place.change != self._changes:  # it began among more, or fewer, than there are now
            return
        if place.throttled:
            self._become(crew.after_throttle(self._crew), "since it throttles")
        elif place.seconds is not None:
            self._answers.append((place.kind, place.seconds))
            self._waited += place.had_to_wait
            if len(self._answers) >= self._crew.enough:
                self._reckon()

    def _reckon(self) -> None:
        mostly_waited = 2 * self._waited > len(self._answers)
        was_full = self._was_full and not mostly_waited
        self._become(crew.after_round(self._crew, self._answers, was_full=was_full), "by what its answers take")

    def _become(self, now: crew.Crew, why: str) -> None:
        if now.size != self._crew.size:
            log.info("%s: %d requests at once from now on, %s", self._platform, now.size, why)
            self._changes += 1
        self._crew = now
        self._begin_round()

    def _begin_round(self) -> None:
        self._answers: list[tuple[str, float]] = []
        self._waited = 0
        self._was_full = False
