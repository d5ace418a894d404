"""Which row of a batch Back Market speaks of, however it names rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from builders import NOW, a_new

from bmsc.domain.creations import BatchTask, TaskState
from bmsc.domain.ids import Sku
from bmsc.jobs.create_courses import Course

SKUS = ("a", "b", "c")


def told(skus: Sequence[str], made: dict[str, int], refused: dict[str, str]) -> list[int | str]:
    """Give the number or the words of each SKU."""
    course = Course("i", NOW, "en-us", tuple(map(a_new, skus)))
    course.learn(BatchTask(TaskState.PROCESSED, 9, created=made, refused=refused))
    return [course.number_of(Sku(sku)) or course.refusal_of(Sku(sku)) for sku in skus]


@pytest.mark.parametrize(
    ("made", "refused"),
    [
        ({"a": 11, "c": 13}, {"b": "no"}),
        ({"A": 11, " C ": 13}, {"B": "no"}),
        ({"1": 11, "3": 13}, {"2": "no"}),
        ({"0": 11, "2": 13}, {"1": "no"}),
        ({"2": 11, "4": 13}, {"3": "no"}),
    ],
    ids=["by SKU", "in another case", "from 1", "from 0", "heading counted"],
)
def test_every_row_finds_its_sku(made: dict[str, int], refused: dict[str, str]) -> None:
    assert told(SKUS, made, refused) == [11, "no", 13]


def test_skus_that_are_numbers() -> None:
    assert told(("3", "1", "2"), {"3": 11, "1": 12}, {"2": "no"}) == [11, 12, "no"]
    assert told(("2", "x", "y"), {"1": 11, "3": 13}, {"2": "no"}) == [11, "no", 13]


def test_names_that_mean_nothing_are_no_news() -> None:
    assert told(SKUS, {"5901234123457": 11}, {"row nine": "no"}) == ["", "", ""]
