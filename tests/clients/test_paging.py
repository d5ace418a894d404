"""How pages become a list, and when that list cannot be believed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from bmsc.clients import paging
from bmsc.clients.paging import Page, batches, sweep, whole_list, whole_stream
from bmsc.errors import RemoteMisbehaved


def pages_of(*pages: Page[int]) -> tuple[Callable[[int], Page[int]], list[int]]:
    """Give a reader of prepared pages, the last of them for ever, and the numbers it was asked for."""
    asked: list[int] = []

    def read(number: int) -> Page[int]:
        asked.append(number)
        return pages[min(number, len(pages)) - 1]

    return read, asked


def same(row: int) -> int:
    return row


@pytest.mark.parametrize(
    ("pages", "rows", "requests", "complete"),
    [
        pytest.param([Page((), 0)], (), 1, True, id="nothing there"),
        pytest.param([Page((1, 2), 2)], (1, 2), 1, True, id="one page"),
        pytest.param([Page((1, 2), 3), Page((3,), 3)], (1, 2, 3), 2, True, id="short pages"),
        pytest.param([Page((1, 2), 4), Page((2, 3), 4), Page((4,), 4)], (1, 2, 3, 4), 3, True, id="overlap"),
        pytest.param([Page((1, 2, 2), 3), Page((), 3)], (1, 2), 2, True, id="a row counted twice"),
        pytest.param([Page((1, 2), 3), Page((), 3)], (1, 2), 2, False, id="short"),
        pytest.param([Page((1, 2), 3), Page((), 0)], (1, 2), 2, False, id="total forgotten past the end"),
        pytest.param([Page((), 3)], (), 1, False, id="empty with a total"),
        pytest.param([Page((1, 2), 9)], (1, 2), 2, False, id="page number ignored"),
        pytest.param([Page((1, 2), None), Page((3,), None, is_last=True)], (1, 2, 3), 2, True, id="no total"),
        pytest.param([Page((1, 2), 3), Page((2,), 2, is_last=True)], (1, 2), 2, True, id="shrank meanwhile"),
    ],
)
def test_sweep(pages: Sequence[Page[int]], rows: tuple[int, ...], requests: int, complete: bool) -> None:
    read, asked = pages_of(*pages)
    swept = sweep(read, same)
    assert (swept.rows, len(asked), swept.complete) == (rows, requests, complete)


def test_a_short_list_is_read_once_more_and_then_refused() -> None:
    read, asked = pages_of(Page((1, 2), 3), Page((), 3))
    with pytest.raises(RemoteMisbehaved, match="here counts 3 rows and gives 2"):
        whole_list(read, same, where="here")
    assert asked == [1, 2, 1, 2]


def test_a_list_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 5)
    asked: list[int] = []

    def read(number: int) -> Page[int]:
        asked.append(number)
        return Page((number,), 99)

    with pytest.raises(RemoteMisbehaved, match="did not end"):
        sweep(read, same)
    assert asked == [1, 2, 3, 4, 5]


def stream(read: Callable[[int], Page[int]]) -> list[int]:
    return list(whole_stream(read, same, workers=3, where="here"))


@pytest.mark.parametrize(
    ("pages", "rows", "requests"),
    [
        pytest.param([Page((), 0)], [], 1, id="nothing there"),
        pytest.param([Page((1, 2), 2)], [1, 2], 1, id="one page"),
        pytest.param([Page((1, 2), 5), Page((3, 4), 5), Page((5,), 5)], [1, 2, 3, 4, 5], 3, id="as many as promised"),
        pytest.param([Page((1, 2), 4), Page((2, 3), 4), Page((4,), 4)], [1, 2, 3, 4], 3, id="a row moved on"),
        pytest.param([Page((1, 2), 3), Page((3, 4), 5), Page((5,), 5)], [1, 2, 3, 4, 5], 3, id="grew meanwhile"),
        pytest.param([Page((1, 2), None), Page((3,), None, is_last=True)], [1, 2, 3], 2, id="no total"),
    ],
)
def test_a_stream_gives_each_row_once(pages: Sequence[Page[int]], rows: list[int], requests: int) -> None:
    read, asked = pages_of(*pages)
    assert (stream(read), sorted(asked)) == (rows, list(range(1, requests + 1)))


def test_a_stream_that_comes_out_short_is_read_once_more() -> None:
    first = iter([Page((1, 2), 3), Page((), 3), Page((1, 3), 3), Page((2,), 3)])
    guard = threading.Lock()

    def read(_: int) -> Page[int]:
        with guard:
            return next(first)

    assert stream(read) == [1, 2, 3]
    with pytest.raises(RemoteMisbehaved, match="here counts 3 rows and gives 2"):
        stream(pages_of(Page((1, 2), 3), Page((), 3))[0])


def test_batches_are_bounded_by_number_and_by_length() -> None:
    assert list(batches("abcde", lambda _: 1, most=2, budget=99)) == [("a", "b"), ("c", "d"), ("e",)]
    assert list(batches("abcde", lambda _: 2, most=9, budget=5)) == [("a", "b"), ("c", "d"), ("e",)]
    assert list(batches(["huge"], len, most=9, budget=1)) == [("huge",)]
    assert not list(batches("", len, most=9, budget=9))
