"""What one question about a platform is, and how its answer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from bmsc.errors import BmscError

UNSETTLED = "cannot be told: "
"""Begins an answer that the data at hand cannot give."""


class Answer(Struct, frozen=True):
    """One question, what was found by reading, and what bmsc assumes or can live with."""

    platform: str
    question: str
    found: str
    assumed: str

    @property
    def is_settled(self) -> bool:
        """Say whether the question was answered."""
        return not self.found.startswith(UNSETTLED)


class Question(Struct, frozen=True):
    """A question that reading alone may settle. `find` must give no value of the shop, only shapes and words."""

    platform: str
    text: str
    assumed: str
    find: Callable[[], str]

    def ask(self) -> Answer:
        """Settle the question; a platform that does not answer settles nothing."""
        try:
            found = self.find()
        except BmscError as error:
            found = f"{UNSETTLED}{type(error).__name__}"
        return Answer(self.platform, self.text, found, self.assumed)


def kinds(values: Iterable[object], word: Callable[[object], str]) -> str:
    """Name the kinds of values met, or say that there was none."""
    met = sorted({word(value) for value in values})
    return ", ".join(met) if met else f"{UNSETTLED}no value met"


def shape(value: object) -> str:
    """Name the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "text" if value else "empty text"
        case list():
            return "array"
        case dict():
            return "object"
    return "number"
