"""How many calls are made side by side, and how far ahead of whoever takes their answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_AHEAD = 4
"""Calls that may wait for each worker: enough to keep a slower neighbour busy, few enough to stay small."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def side_by_side(call: Callable[[Item], Answer], items: Iterable[Item], *, workers: int) -> Iterator[Answer]:
    """Give the answers in the order of the items, which are drawn one by one as calls go out.

    The first call that raises ends it; those not begun by then are not made.
    """
    under_way: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            for item in items:
                under_way.append(pool.submit(call, item))
                while under_way and (under_way[0].done() or len(under_way) >= _AHEAD * workers):
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for waiting in under_way:
                waiting.cancel()
