"""What did a reader see a while ago?"""

from __future__ import annotations

from collections.abc import Hashable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Item = TypeVar("Item")
KEPT = timedelta(hours=1)


class History(Generic[Item]):
    """Former shapes of items, kept only while a lag is switched on."""

    def __init__(self) -> None:
        self._former: dict[Hashable, list[tuple[datetime, Item | None]]] = {}

    def remember(self, key: Hashable, item: Item | None, now: datetime) -> None:
        """Keep the shape that an item has before a change; None for one that did not exist."""
        former = self._former.setdefault(key, [])
        former[:] = [(moment, shape) for moment, shape in former if moment > now - KEPT]
        former.append((now, deepcopy(item)))

    def as_of(self, key: Hashable, item: Item, moment: datetime) -> Item | None:
        """Show the shape an item had at `moment`, None when it did not exist yet."""
        for changed, shape in self._former.get(key, ()):
            if changed > moment:
                return shape
        return item
