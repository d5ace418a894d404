"""How all pages of a list become one set of rows, and whether that set can be the whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from bmsc.errors import RemoteMisbehaved

PAGE_SIZE = 50
"""What both platforms give at most, whatever is asked."""
MOST_PAGES = 2_000
SWEEPS = 2
"""Rows move between pages while a list changes: a short sweep is done once more."""

Row = TypeVar("Row")
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page. `total` is the platform's own count of rows on all pages, None when it does not say."""

    rows: Sequence[Row]
    total: int | None
    is_last: bool = False


@dataclass(frozen=True)
class Swept(Generic[Row]):
    """The distinct rows of all pages; `complete` unless the platform counted more than it gave."""

    rows: tuple[Row, ...]
    total: int | None
    complete: bool


def sweep(read: Callable[[int], Page[Row]], identity: Callable[[Row], Hashable]) -> Swept[Row]:
    """Read page after page (from 1) until the count is reached, or a page is the last or brings nothing new.

    A row that the platform itself lists and counts twice is kept once and leaves nothing missing.
    """
    found: dict[Hashable, Row] = {}
    received, total = 0, None
    for number in count(1):
        page = read(number)
        if page.rows or total is None:  # a page past the end may claim that nothing exists
            total = page.total
        known = len(found)
        for row in page.rows:
            found.setdefault(identity(row), row)
        fresh = len(found) > known
        received += len(page.rows) if fresh else 0
        if page.is_last or not fresh or (total is not None and len(found) >= total):
            break
        if number >= MOST_PAGES:
            raise RemoteMisbehaved(f"a list did not end after {MOST_PAGES} pages", next_step="narrow the run")
    return Swept(tuple(found.values()), total, complete=total is None or received >= total)


def sweep_again_if_short(read: Callable[[int], Page[Row]], identity: Callable[[Row], Hashable]) -> Swept[Row]:
    """Sweep, and once more when the platform counted more rows than it gave."""
    swept = sweep(read, identity)
    return swept if swept.complete else sweep(read, identity)


def whole_list(read: Callable[[int], Page[Row]], identity: Callable[[Row], Hashable], *, where: str) -> Sequence[Row]:
    """Read a list that must be complete; raises RemoteMisbehaved when it stays short of its own count."""
    swept = sweep_again_if_short(read, identity)
    if not swept.complete:
        message = f"{where} counts {swept.total} rows and gives {len(swept.rows)}"
        raise RemoteMisbehaved(message, next_step="nothing was concluded from it; the next run tries again")
    return swept.rows


def batches(
    items: Iterable[Item], cost: Callable[[Item], int], *, most: int, budget: int
) -> Iterator[tuple[Item, ...]]:
    """Cut items into batches of `most` at most whose costs stay within `budget`."""
    batch: list[Item] = []
    spent = 0
    for item in items:
        price = cost(item)
        if batch and (len(batch) >= most or spent + price > budget):
            yield tuple(batch)
            batch, spent = [], 0
        batch.append(item)
        spent += price
    if batch:
        yield tuple(batch)
