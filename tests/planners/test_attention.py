"""When a fact is shown: new, as its deadline nears, daily, and when it is gone."""

from __future__ import annotations

from datetime import timedelta

from builders import NOW

from bmsc.domain.plan import Hold
from bmsc.planners.attention import Remembered, age

DEADLINE = NOW + timedelta(hours=20)
HOLD = Hold("order:1", "unknown_sku", "SKU A", DEADLINE)


def shown_at(hours: list[float], fact: Hold = HOLD) -> list[bool]:
    remembered: dict[str, Remembered] = {}
    shows = []
    for hour in hours:
        aged = age(remembered, [fact], NOW + timedelta(hours=hour))
        remembered = aged.remembered
        shows.append(aged.current[0].show)
    return shows


def test_new_then_at_50_75_and_90_percent_of_the_time_left() -> None:
    assert shown_at([0, 1, 9.9, 10, 10.1, 15, 15.1, 18, 18.1]) == [
        True, False, False, True, False, True, False, True, False,
    ]  # fmt: skip


def test_without_a_deadline_once_a_day() -> None:
    undated = Hold("order:1", "unknown_sku", "SKU A")
    assert shown_at([0, 12, 23.9, 24, 25, 48], undated) == [True, False, False, True, False, True]


def test_the_first_deadline_is_kept_when_it_vanishes() -> None:
    first = age({}, [HOLD], NOW)
    later = age(first.remembered, [Hold("order:1", "unknown_sku", "SKU A")], NOW + timedelta(hours=1))
    assert later.current[0].fact.deadline == DEADLINE


def test_other_words_are_the_same_fact_another_reason_is_not() -> None:
    first = age({}, [HOLD], NOW)
    reworded = age(first.remembered, [Hold("order:1", "unknown_sku", "SKU A, still")], NOW)
    other = age(first.remembered, [Hold("order:1", "short_stock", "no units")], NOW)
    assert not reworded.current[0].show
    assert other.current[0].show
    assert [gone.reason for gone in other.resolved] == ["unknown_sku"]


def test_a_fact_told_twice_in_one_run_counts_once() -> None:
    assert len(age({}, [HOLD, HOLD], NOW).current) == 1
