"""What did people do by hand that a promise about the program must not be held against?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Deeds:
    """Back Market order ids, by what was done to the order."""

    by_hand: bool = False
    """Set while staff move an order themselves."""
    accepted: set[int] = field(default_factory=set)
    copied: set[int] = field(default_factory=set)
    """Orders that another tool carried over."""
    revived: set[int] = field(default_factory=set)
    """Orders that staff brought back from the cancelled ones."""
    taken_back: set[int] = field(default_factory=set)
    """Orders whose parcel came back into the house after it had left."""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let staff move an order in Back Market's back office."""
        self.by_hand = True
        try:
            yield
        finally:
            self.by_hand = False
