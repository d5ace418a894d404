"""All targets, and what became of so many inputs of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fuzz import answers, configured, facts, papers, replayed, runs
from fuzz.target import Broken, Target

SLICE = 100
"""So many inputs are begun and noted together."""


@dataclass(frozen=True)
class Slice:
    """Some inputs of one target, by their seeds."""

    target: str
    first: int
    count: int


@dataclass(frozen=True)
class Fed:
    """What became of a slice: how often each outcome, and the seeds that broke something, with what."""

    slice: Slice
    outcomes: Mapping[str, int]
    broken: Mapping[str, str]

    def line(self) -> str:
        """Write it as a line of a book."""
        written = {"slice": vars(self.slice), "outcomes": self.outcomes, "broken": self.broken}
        return json.dumps(written) + "\n"


@cache
def targets() -> dict[str, Target]:
    """Give every target by its name."""
    rooms = (configured, papers, facts, replayed, answers, runs)
    return {target.name: target for one in rooms for target in one.targets()}


def slices(inputs: int, first: int, only: str) -> Iterator[Slice]:
    """Share inputs out among the targets whose name holds a text."""
    chosen = [target for target in targets().values() if only in target.name]
    whole = sum(target.share for target in chosen)
    for target in chosen:
        count = -(-inputs * target.share // whole)
        for begun in range(0, count, SLICE):
            yield Slice(target.name, first + begun, min(SLICE, count - begun))


def fed(some: Slice) -> Fed:
    """Feed a slice to its target."""
    outcomes: Counter[str] = Counter()
    broken: dict[str, str] = {}
    for seed in range(some.first, some.first + some.count):
        try:
            outcomes[targets()[some.target].take(seed)] += 1
        except Broken as what:
            broken[str(seed)] = str(what)
        except Exception as crash:  # noqa: BLE001 - that is what is looked for
            broken[str(seed)] = f"{type(crash).__name__}: {str(crash)[:500]}"
    return Fed(some, dict(outcomes), broken)


def noted(book: Path | None) -> list[Fed]:
    """Read what a book holds; a line that was cut short counts as not there."""
    found = []
    for line in book.read_text().splitlines() if book and book.exists() else ():
        try:
            one = json.loads(line)
        except ValueError:
            continue
        found.append(Fed(Slice(**one["slice"]), one["outcomes"], one["broken"]))
    return found
