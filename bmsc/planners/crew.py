"""How many requests may be under way at once at a platform whose answers take long. Pure.

A platform that answers among many as fast as alone is asked more at once; one that takes longer the more it is asked
only lets its callers queue, and is asked less at once. Which of the two it is shows in how long answers take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

BEGIN = 4
"""Up to so many the number doubles, from one; beyond them it grows by one."""
FLAT, CLIMBED = 1.4, 2.0
"""Answers that take so many times as long as the quickest ones count as quick still, and as slow."""
QUICKER = 0.9
"""Where fewer at once take no less than this part of the time, their number was not the cause."""
QUICK_SECONDS = 0.25
"""Below it answers come fast enough, and what they differ by is noise."""
LEAST_ANSWERS = 6
"""Fewer say little: one slow answer in four is an accident."""

Round = Sequence[tuple[str, float]]
"""What was asked for and how many seconds its answer took, for every answer of one round."""


class Crew(Struct, frozen=True):
    """How many may be under way, and what is known of how long answers take."""

    size: int
    most: int
    quickest: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Seconds of the quickest answers, for each kind of call: one row is found sooner than fifty."""
    slowness: float = 1.0
    """How many times as long the last round took."""
    shrunk: bool = False
    """Whether that round ended with fewer."""

    @property
    def enough(self) -> int:
        """Count the answers that make a round."""
        return self.size if self.size < BEGIN else max(LEAST_ANSWERS, self.size)


def begin(most: int) -> Crew:
    """Begin with one, whose answer tells how fast the platform is alone."""
    return Crew(1, most)


def after_round(crew: Crew, answers: Round, *, was_full: bool) -> Crew:
    """Reckon a whole round; one that was not `was_full`, held up by anything but answers, lets nothing grow."""
    taken = [(kind, max(seconds, QUICK_SECONDS)) for kind, seconds in answers]
    usual = {kind: median(seconds for one, seconds in taken if one == kind) for kind, _ in taken}
    before = {**{kind: min(seconds for one, seconds in taken if one == kind) for kind in usual}, **crew.quickest}
    slowness = median(seconds / before[kind] for kind, seconds in taken)
    if crew.shrunk and slowness > QUICKER * crew.slowness:
        # Fewer are served no sooner: it is slow by itself, and what comes is measured against that.
        return Crew(crew.size, crew.most, MappingProxyType(usual))
    quickest = MappingProxyType({**before, **{kind: min(before[kind], usual[kind]) for kind in usual}})
    return replace(_sized(crew, slowness, was_full=was_full), quickest=quickest, slowness=slowness)


def after_throttle(crew: Crew) -> Crew:
    """Halve it: a platform that says no has been asked too much."""
    return replace(crew, size=max(1, crew.size // 2), shrunk=False)


def _sized(crew: Crew, slowness: float, *, was_full: bool) -> Crew:
    if slowness >= CLIMBED and crew.size > 1:
        return replace(crew, size=crew.size - max(1, crew.size // 4), shrunk=True)
    if slowness <= FLAT and was_full:
        more = min(2 * crew.size, BEGIN) if crew.size < BEGIN else crew.size + 1
        return replace(crew, size=min(more, crew.most), shrunk=False)
    return replace(crew, shrunk=False)
