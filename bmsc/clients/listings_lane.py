"""How fast listings are asked: at the general pace, or at that of the sensitive class once a block has taught it."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bmsc.clients import moments
from bmsc.clients.lane import Clock, Lane
from bmsc.planners import endpoint_class
from bmsc.planners.endpoint_class import Lesson

log = logging.getLogger("bmsc.http")
SECONDS_APART = 0.54
"""Twenty in ten seconds; the rest is for requests that arrive closer than they left."""
_LARGEST_BYTES = 4_096


class LessonFile:
    """What was learned, in a small file that all processes share and that may be deleted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Lesson | None:
        """Give what was learned; None when there is nothing that can be understood."""
        try:
            with self._path.open("rb") as file:
                kept = json.loads(file.read(_LARGEST_BYTES))
            learned_at, until = moments.read(kept["learned_at"]), moments.read(kept["until"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return Lesson(learned_at, until) if learned_at and until else None

    def write(self, lesson: Lesson) -> None:
        """Keep it; a disk that takes none only means to learn it again."""
        kept = {"learned_at": lesson.learned_at.isoformat(), "until": lesson.until.isoformat()}
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                json.dump(kept, file)
            Path(name).replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written (%s): its lesson lasts for this run", self._path.name, error.strerror)


class ListingsLane(Lane):
    """Lets every caller pass as long as no block taught otherwise; then one after another."""

    def __init__(self, lessons: LessonFile, ledger: Path, clock: Clock) -> None:
        super().__init__(ledger, clock, seconds_apart=SECONDS_APART)
        self._lessons = lessons
        self._told: Lesson | None = None
        self._sent: deque[datetime] = deque(maxlen=endpoint_class.SENSITIVE_REQUESTS + 1)
        self._guard = threading.Lock()

    @property
    def per_second(self) -> float | None:
        """Tell how many requests a second it lets pass; None when only our share counts."""
        return 1 / SECONDS_APART if self._is_slow() else None

    @contextmanager
    def turn(self, wait_first: Callable[[], object]) -> Iterator[None]:
        """Wait for whatever else there is to wait for, and for a turn where listings have turns."""
        if self._is_slow():
            with super().turn(wait_first):
                yield
            return
        wait_first()
        if self._is_slow():  # taught while this one waited
            with super().turn(_nothing):
                yield
            return
        self._sent.append(self._clock.now())
        yield

    def blocked(self) -> None:
        """Learn from a block, if it came to who asked more than the sensitive class allows."""
        with self._guard:
            now = self._clock.now()
            lately = sum(1 for moment in list(self._sent) if now - moment <= endpoint_class.WINDOW)
            if self._is_slow() or not endpoint_class.explains(lately):
                return
            lesson = self._told = endpoint_class.learned(self._lessons.read(), now)
            self._lessons.write(lesson)
        told = (
            f"{lesson.until:%H:%M} UTC" if lesson.until.date() == now.date() else f"{lesson.until:%Y-%m-%d %H:%M} UTC"
        )
        log.warning("Back Market blocked reads of listings at our pace: they are asked 2 a second until %s", told)

    def _is_slow(self) -> bool:
        lesson = self._lessons.read() or self._told
        return lesson is not None and lesson.holds(self._clock.now())


def _nothing() -> None:
    """Wait for nothing else."""
