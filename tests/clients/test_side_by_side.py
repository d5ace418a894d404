"""Calls made side by side: the order of answers, how far ahead, and what an error ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bmsc.clients.side_by_side import side_by_side


def test_answers_come_in_the_order_of_the_items() -> None:
    slow = threading.Event()

    def call(item: int) -> int:
        if item == 0:
            slow.wait(10)
        if item == 3:
            slow.set()
        return item * 10

    assert list(side_by_side(call, range(6), workers=4)) == [0, 10, 20, 30, 40, 50]


def test_no_more_calls_at_once_than_workers() -> None:
    together, most, guard = 0, 0, threading.Lock()
    meeting = threading.Barrier(3)

    def call(_: int) -> None:
        nonlocal together, most
        with guard:
            together += 1
            most = max(most, together)
        meeting.wait(10)
        with guard:
            together -= 1

    list(side_by_side(call, range(12), workers=3))
    assert most == 3


def test_items_are_drawn_only_a_few_ahead_of_the_taker() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for number in range(10_000):
            drawn.append(number)
            yield number

    answers = side_by_side(lambda item: item, items(), workers=2)
    assert next(answers) == 0
    assert len(drawn) <= 9
    answers.close()  # type: ignore[attr-defined]
    assert len(drawn) <= 9


def test_the_first_error_ends_it() -> None:
    made: list[int] = []

    def call(item: int) -> int:
        made.append(item)
        if item == 5:
            raise ValueError("five")
        return item

    answers = side_by_side(call, range(1_000), workers=2)
    with pytest.raises(ValueError, match="five"):
        list(answers)
    assert len(made) < 30
