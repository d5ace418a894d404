"""Which is the shortest story that still breaks the promise?"""

from __future__ import annotations

from collections.abc import Callable, Sequence


def shortest(count: int, breaks: Callable[[int], bool]) -> int | None:
    """Find the shortest prefix that breaks, by bisection; None when the whole no longer does."""
    if not breaks(count):
        return None
    kept, broken = -1, count
    while broken - kept > 1:
        middle = (kept + broken) // 2
        if breaks(middle):
            broken = middle
        else:
            kept = middle
    return broken


def fewest(count: int, breaks: Callable[[Sequence[int]], bool]) -> Sequence[int]:
    """Leave out what is not needed, in halves, quarters and so on down to single events."""
    events = list(range(1, count + 1))
    size = max(1, len(events) // 2)
    while True:
        for start in range(len(events) - size, -1, -size):
            without = events[:start] + events[start + size :]
            if without and breaks(without):
                events = without
        if size == 1:
            return events
        size //= 2
