"""How all pages of a list become one set of rows, and whether that set can be the whole."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import count
from typing import Generic, TypeVar

from msgspec import Struct

from bmsc.clients.side_by_side import side_by_side
from bmsc.errors import RemoteMisbehaved

PAGE_SIZE = 50
"""What both platforms give at most, whatever is asked."""
MOST_PAGES = 20_000
SWEEPS = 2
"""Rows move between pages while a list changes: a short sweep is done once more."""

Row = TypeVar("Row")
Item = TypeVar("Item")


class Page(Struct, Generic[Row], frozen=True):
    """One page. `total` is the platform's own count of rows on all pages, None when it does not say."""

    rows: Sequence[Row]
    total: int | None
    is_last: bool = False


Read = Callable[[int], Page[Row]]


class Swept(Struct, Generic[Row], frozen=True):
    """The distinct rows of all pages; `complete` unless the platform counted more than it gave."""

    rows: tuple[Row, ...]
    total: int | None
    complete: bool


class _Tally(Generic[Row]):
    """What one sweep has met so far.

    A row that the platform itself lists and counts twice is kept once and leaves nothing missing.
    """

    def __init__(self, identity: Callable[[Row], Hashable]) -> None:
        self._identity = identity
        self._known: set[Hashable] = set()
        self._received = 0
        self._pages = 0
        self.total: int | None = None
        self.ended = False

    @property
    def complete(self) -> bool:
        return self.total is None or self._received >= self.total

    def take(self, page: Page[Row]) -> list[Row]:
        """Give the rows of a page that are new; the sweep has ended when there are none, or no more to come."""
        self._pages += 1
        if page.rows or self.total is None:  # a page past the end may claim that nothing exists
            self.total = page.total
        fresh = [row for row in page.rows if self._is_new(row)]
        self._received += len(page.rows) if fresh else 0
        self.ended = page.is_last or not fresh or (self.total is not None and len(self._known) >= self.total)
        if self._pages >= MOST_PAGES and not self.ended:
            raise RemoteMisbehaved(f"a list did not end after {MOST_PAGES} pages", next_step="narrow the run")
        return fresh

    def _is_new(self, row: Row) -> bool:
        before = len(self._known)
        self._known.add(self._identity(row))
        return len(self._known) > before


def sweep(read: Read[Row], identity: Callable[[Row], Hashable]) -> Swept[Row]:
    """Read page after page (from 1) until the count is reached, or a page is the last or brings nothing new."""
    tally, rows = _Tally(identity), list[Row]()
    for number in count(1):
        rows += tally.take(read(number))
        if tally.ended:
            break
    return Swept(tuple(rows), tally.total, tally.complete)


def sweep_again_if_short(read: Read[Row], identity: Callable[[Row], Hashable]) -> Swept[Row]:
    """Sweep, and once more when the platform counted more rows than it gave."""
    swept = sweep(read, identity)
    return swept if swept.complete else sweep(read, identity)


def whole_list(read: Read[Row], identity: Callable[[Row], Hashable], *, where: str) -> Sequence[Row]:
    """Read a list that must be complete; raises RemoteMisbehaved when it stays short of its own count."""
    swept = sweep_again_if_short(read, identity)
    if not swept.complete:
        raise _short(where, swept.total, len(swept.rows))
    return swept.rows


def whole_stream(read: Read[Row], identity: Callable[[Row], Hashable], *, workers: int, where: str) -> Iterator[Row]:
    """Give the rows of a list that must be complete as they arrive, each once, pages side by side.

    Raises RemoteMisbehaved at the end when the list stays short of its own count.
    """
    given: set[Hashable] = set()
    tally = _Tally(identity)
    for _ in range(SWEEPS):
        tally = _Tally(identity)
        for page in pages_side_by_side(read, workers=workers):
            for row in tally.take(page):
                if (name := identity(row)) not in given:
                    given.add(name)
                    yield row
            if tally.ended:
                break
        if tally.complete:
            return
    raise _short(where, tally.total, len(given))


def pages_side_by_side(read: Read[Row], *, workers: int) -> Iterator[Page[Row]]:
    """Read the first page, then those its count promises side by side, then one by one what the list grew by."""
    first = read(1)
    yield first
    size, total = len(first.rows), first.total
    promised = -(-total // size) if size and total is not None and not first.is_last else 1
    yield from side_by_side(read, range(2, min(promised, MOST_PAGES) + 1), workers=workers)
    yield from map(read, count(promised + 1))


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


def _short(where: str, total: int | None, given: int) -> RemoteMisbehaved:
    message = f"{where} counts {total} rows and gives {given}"
    return RemoteMisbehaved(message, next_step="nothing was concluded from it; the next run tries again")
