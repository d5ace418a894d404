"""How many requests may be under way at once, from how long answers took."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.planners.crew import BEGIN, Crew, Round, after_round, after_throttle, begin

READ = "GET /api/Catalog"


def crew(size: int, *, most: int = 16, alone: float = 1.0) -> Crew:
    return Crew(size, most, {READ: alone})


def answers(seconds: float, count: int = 8) -> Round:
    return [(READ, seconds)] * count


@pytest.mark.parametrize(
    ("size", "seconds", "becomes"),
    [
        (1, 1.0, 2),
        (2, 1.0, 4),
        (3, 1.3, 4),
        (4, 1.0, 5),
        (8, 1.4, 9),
        (16, 1.0, 16),
        (8, 1.5, 8),
        (8, 1.9, 8),
        (8, 2.0, 6),
        (8, 9.0, 6),
        (4, 2.5, 3),
        (1, 9.0, 1),
    ],
)
def test_a_round_that_was_full(size: int, seconds: float, becomes: int) -> None:
    assert after_round(crew(size), answers(seconds), was_full=True).size == becomes


def test_nothing_grows_while_something_else_holds_the_requests_up() -> None:
    assert after_round(crew(4), answers(1.0), was_full=False).size == 4
    assert after_round(crew(4), answers(5.0), was_full=False).size == 3


def test_a_throttle_halves_it() -> None:
    assert [after_throttle(crew(size)).size for size in (16, 5, 2, 1)] == [8, 2, 1, 1]


def test_each_kind_of_call_is_measured_against_itself() -> None:
    """A batch of fifty takes longer than one row, and that is nobody's fault."""
    one = Crew(4, 16, {"GET one": 0.3, READ: 3.0})
    assert after_round(one, [("GET one", 0.3), *answers(3.0)], was_full=True).size == 5
    assert after_round(one, [*answers(3.0, 2), *[("GET new", 9.0)] * 6], was_full=True).size == 5


def test_what_differs_within_a_quarter_second_is_noise() -> None:
    quick = after_round(Crew(4, 16), answers(0.01), was_full=True)
    assert after_round(quick, answers(0.24), was_full=True).size == quick.size + 1


def play(most: int, seconds_among: Callable[[int], float], rounds: int = 60) -> list[int]:
    """Let a platform answer round after round, in seconds that depend on how many ask at once."""
    now, sizes = begin(most), []
    for _ in range(rounds):
        now = after_round(now, answers(seconds_among(now.size), now.enough), was_full=True)
        sizes.append(now.size)
    return sizes


def test_a_slow_platform_that_bears_it_is_asked_as_much_as_is_allowed() -> None:
    assert play(12, lambda _: 3.0)[:11] == [2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12]


@pytest.mark.parametrize("at_once", [1, 2, 3, 6])
def test_a_platform_that_works_on_a_few_at_once_is_not_crowded(at_once: int) -> None:
    sizes = play(16, lambda size: 1.0 * max(1, size / at_once))[20:]
    assert at_once <= sum(sizes) / len(sizes) <= 2 * at_once
    assert max(sizes) <= max(BEGIN, 2 * at_once)


def test_a_platform_that_becomes_slow_by_itself_is_not_asked_less_for_long() -> None:
    hour = iter([1.0] * 15 + [3.0] * 30)
    sizes = play(8, lambda _: next(hour), rounds=45)
    assert sizes[14] == 8
    assert min(sizes[15:]) >= 6
    assert sizes[-1] == 8


@given(st.integers(1, 16), st.lists(st.tuples(st.floats(0.001, 90), st.booleans(), st.integers(0, 9)), max_size=80))
def test_whatever_happens_it_stays_between_one_and_what_is_allowed(
    most: int, rounds: list[tuple[float, bool, int]]
) -> None:
    now = begin(most)
    for seconds, full, dice in rounds:
        before = now
        now = after_throttle(now) if dice == 0 else after_round(now, answers(seconds, now.enough), was_full=full)
        assert 1 <= now.size <= most
        assert now.size <= before.size or (full and dice)
        assert now.size <= max(BEGIN, before.size + 1)


@given(st.floats(0.3, 60), st.integers(2, 16))
def test_flat_answers_of_any_length_lead_to_what_is_allowed(seconds: float, most: int) -> None:
    assert play(most, lambda _: seconds, rounds=20)[-1] == most
