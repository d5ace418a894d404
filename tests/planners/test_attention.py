"""When a fact is shown: new, as its deadline nears, daily, and when it is gone."""

from __future__ import annotations

from datetime import timedelta

from builders import NOW
from msgspec.structs import replace

from bmsc.domain.plan import Hold
from bmsc.planners.attention import RUN, Aged, Remembered, Teller, age, key_of

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


OUTAGE = Hold(RUN, "unavailable", "Back Market failed (503) while reading its orders")


def beside_a_teller(fact: Hold, hours: float, told: str = "", mine: Aged | None = None) -> Aged:
    """Meet a fact so many hours after another command told it."""
    key = key_of(fact.subject, fact.reason)
    other = Teller("orders pull", age({}, [replace(fact, detail=told or fact.detail)], NOW).remembered[key])
    return age(mine.remembered if mine else {}, [fact], NOW + timedelta(hours=hours), {key: [other]})


def test_what_another_command_told_is_remembered_in_silence_and_so_is_its_end() -> None:
    for fact in (HOLD, OUTAGE):
        mine = beside_a_teller(fact, 1)
        assert not mine.current[0].show
        assert mine.current[0].first_seen == NOW
        assert age(mine.remembered, [], NOW + timedelta(hours=2)).resolved == ()


def test_once_the_other_command_says_no_more_the_fact_is_told_as_new() -> None:
    mine = beside_a_teller(OUTAGE, 1)
    later = NOW + timedelta(hours=2)
    alone = age(mine.remembered, [OUTAGE], later)
    assert (alone.current[0].show, alone.current[0].first_seen) == (True, later)
    assert age(alone.remembered, [], later).resolved
    assert not beside_a_teller(OUTAGE, 25, mine=mine).current[0].show
    assert beside_a_teller(OUTAGE, 27, mine=mine).current[0].show


def test_what_we_tell_ourselves_is_not_left_to_another() -> None:
    mine = age({}, [HOLD], NOW)
    assert beside_a_teller(HOLD, 10, mine=mine).current[0].show


def test_an_old_trouble_of_one_command_hides_no_outage_nor_does_one_of_the_other_platform() -> None:
    assert beside_a_teller(OUTAGE, 2.1).current[0].show
    assert beside_a_teller(OUTAGE, 1, told="SellerCloud: no answer").current[0].show
    assert not beside_a_teller(HOLD, 10).current[0].show
