"""What do many lengths of time come to: the middle, the slow end, the worst?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median

from msgspec import Struct

_SLOW_SHARE = 0.95


class Lengths(Struct, frozen=True):
    """Lengths of time in seconds: how many, their median, and the nearest-rank 95th percentile."""

    count: int = 0
    median: float | None = None
    p95: float | None = None
    longest: float | None = None


def lengths(seconds: Iterable[float]) -> Lengths:
    """Measure lengths of time."""
    ordered = sorted(seconds)
    if not ordered:
        return Lengths()
    return Lengths(len(ordered), median(ordered), _nearest_rank(ordered, _SLOW_SHARE), ordered[-1])


def percent(part: float, whole: float) -> float | None:
    """Give a share in percent; None of nothing."""
    return 100 * part / whole if whole else None


def _nearest_rank(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
