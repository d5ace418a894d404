"""What a block teaches about the class of Back Market's listings, and for how long it is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.planners.endpoint_class import LONGEST, SENSITIVE_REQUESTS, Lesson, explains, learned

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "hours"),
    [
        (None, 1),
        (Lesson(NOW - 2 * HOUR, NOW - HOUR), 2),
        (Lesson(NOW - 2 * HOUR, NOW), 4),
        (Lesson(NOW - 25 * HOUR, NOW - 24 * HOUR), 2),
        (Lesson(NOW - 27 * HOUR, NOW - 25 * HOUR), 1),
        (Lesson(NOW - 20 * HOUR, NOW - HOUR), 24),
        (Lesson(NOW - 49 * HOUR, NOW - 25 * HOUR), 1),
    ],
    ids=["the first", "after a trial", "at once after two hours", "just within a day", "long ago", "most", "forgotten"],
)
def test_each_block_after_a_trial_is_believed_twice_as_long(before: Lesson | None, hours: int) -> None:
    assert learned(before, NOW) == Lesson(NOW, NOW + timedelta(hours=hours))


def test_a_lesson_that_holds_is_not_prolonged() -> None:
    holding = Lesson(NOW - HOUR, NOW + HOUR)
    assert learned(holding, NOW) == holding
    assert holding.holds(NOW)
    assert not holding.holds(NOW + HOUR)


def test_a_lesson_of_a_clock_that_was_ahead_is_not_believed() -> None:
    ahead = Lesson(NOW + HOUR, NOW + 2 * HOUR)
    assert not ahead.holds(NOW)
    assert learned(ahead, NOW) == Lesson(NOW, NOW + HOUR)


def test_only_who_asked_more_than_the_sensitive_class_allows_learns() -> None:
    assert [explains(sent) for sent in (0, SENSITIVE_REQUESTS, SENSITIVE_REQUESTS + 1)] == [False, False, True]


@given(st.lists(st.integers(0, 72 * 60), max_size=60))
def test_whatever_blocks_come_something_faster_is_tried_within_a_day(minutes: list[int]) -> None:
    lesson, now = None, NOW
    for later in minutes:
        now += timedelta(minutes=later)
        lesson = learned(lesson, now)
        assert lesson.holds(now)
        assert HOUR <= lesson.until - lesson.learned_at <= LONGEST
        assert not lesson.holds(now + LONGEST)
