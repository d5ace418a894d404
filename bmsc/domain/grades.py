"""What a grade is called: in the API's words, as the older number, and to buyers."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Grade(StrEnum):
    """Back Market's cosmetic grade, best first, spelled as its API does today."""

    PREMIUM = "PREMIUM"
    EXCELLENT = "EXCELLENT"
    VERY_GOOD = "VERY_GOOD"
    GOOD = "GOOD"
    FAIR = "FAIR"
    STALLONE = "STALLONE"

    @property
    def number(self) -> int:
        """Give the number the grade had when it was called `state`."""
        return NUMBER_OF_GRADE[self]

    @property
    def words(self) -> str:
        """Give the grade in plain words; buyers may read another, see `shown_to_buyers`."""
        return _WORDS[self]

    @property
    def shown_to_buyers(self) -> str:
        """Give the condition that buyers read: two grades look alike to them."""
        return _SHOWN_TO_BUYERS[self]

    @property
    def condition(self) -> str:
        """Name the condition buyers choose by: to them EXCELLENT and VERY_GOOD are one."""
        return Grade.EXCELLENT.value if self is Grade.VERY_GOOD else self.value


NUMBER_OF_GRADE = MappingProxyType(
    {
        Grade.PREMIUM: 9,
        Grade.EXCELLENT: 0,
        Grade.VERY_GOOD: 1,
        Grade.GOOD: 2,
        Grade.FAIR: 3,
        Grade.STALLONE: 4,
    }
)
"""Back Market's published schema, 2026: the deprecated `state` of a listing."""
_WORDS = MappingProxyType(
    {
        Grade.PREMIUM: "Premium",
        Grade.EXCELLENT: "Excellent",
        Grade.VERY_GOOD: "Very good",
        Grade.GOOD: "Good",
        Grade.FAIR: "Fair",
        Grade.STALLONE: "Stallone",
    }
)
_SHOWN_TO_BUYERS = MappingProxyType(
    {
        Grade.PREMIUM: "Premium",
        Grade.EXCELLENT: "Excellent",
        Grade.VERY_GOOD: "Excellent",
        Grade.GOOD: "Good",
        Grade.FAIR: "Fair",
        Grade.STALLONE: "Fair",
    }
)
"""Recorded orders of 2021 to 2026 joined with their listings; STALLONE was not among them."""
_BY_NUMBER = {str(number): grade for grade, number in NUMBER_OF_GRADE.items()}


def choices() -> str:
    """List what may be written, with what buyers read where that is another word."""
    return ", ".join(map(_choice, sorted(Grade, key=lambda one: one.number)))


def _choice(grade: Grade) -> str:
    to_buyers = "" if grade.shown_to_buyers == grade.words else f" (buyers read {grade.shown_to_buyers})"
    return f"{grade.number} {grade.value}{to_buyers}"


def grade_of(text: str) -> Grade | None:
    """Read a grade from its number or its word in any spelling; None when it is neither."""
    spelled = text.strip().upper().replace(" ", "_").replace("-", "_")
    if spelled in Grade.__members__:
        return Grade(spelled)
    return _BY_NUMBER.get(spelled.lstrip("0") or spelled[-1:])
