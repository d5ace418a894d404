"""Which of Back Market's two classes do its listings belong to? Learned from blocks, for nobody has published it. Pure.

The classes are "about 200 requests in ten seconds" and, for what it calls sensitive, "about 20" (seller documentation,
2026); above them it blocks for ten seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

SENSITIVE_REQUESTS = 20
WINDOW = timedelta(seconds=10)
TRIED_AGAIN_AFTER = timedelta(hours=1)
"""What was a block of another kind has cost an hour of slow reading, and no more."""
LONGEST = timedelta(hours=24)
SAME_LESSON = timedelta(hours=24)
"""A block that comes within this of the last trial doubles how long nothing faster is tried."""


class Lesson(Struct, frozen=True):
    """A block that the sensitive class explains: since when, and until when nothing faster is tried."""

    learned_at: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Say whether listings are asked slowly now; a lesson from the future is a clock that was ahead."""
        return now < self.until and self.learned_at <= now + WINDOW


def explains(sent_within_window: int) -> bool:
    """Say whether a block can come from the sensitive class: only to who asked more than it allows."""
    return sent_within_window > SENSITIVE_REQUESTS


def learned(before: Lesson | None, now: datetime) -> Lesson:
    """Take a block as the lesson, for twice as long where the last one has just been tried out."""
    if before is None or not timedelta(0) <= now - before.until <= SAME_LESSON:
        return before if before is not None and before.holds(now) else Lesson(now, now + TRIED_AGAIN_AFTER)
    return Lesson(now, now + min(LONGEST, 2 * (before.until - before.learned_at)))
