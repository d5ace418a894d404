"""What is fed with spoilt input, and what counts as a failure of the program?"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from bmsc.clients.http import WriteForbidden
from bmsc.errors import BmscError

LONGEST_SECONDS = 120
"""An input that keeps the program longer counts as a hang."""
LONGEST_MESSAGE = 20_000


class Broken(Exception):
    """The program did with an input what it must never do."""


class Hang(BaseException):
    """The program did not come to an end; no handler of the program catches this."""


@dataclass(frozen=True)
class Target:
    """One part of the program that reads what others wrote. `feed` names what it made of one spoilt input."""

    name: str
    share: int
    feed: Callable[[Random], str]

    def take(self, seed: int) -> str:
        """Feed the input of one seed; raises Broken, naming what happened."""
        with _no_hang():
            try:
                return self.feed(Random(f"{self.name}:{seed}"))
            except Hang:
                raise Broken(f"no end after {LONGEST_SECONDS} s") from None


def made_of(act: Callable[[], object]) -> str:
    """Act, and name what came of it: a value, or an expected error in words that fit a terminal."""
    try:
        act()
    except WriteForbidden:
        raise
    except BmscError as error:
        message = str(error)
        if not is_clean(message):
            raise Broken(f"{type(error).__name__} with words that do not fit a terminal: {message[:300]!r}") from error
        return type(error).__name__
    return "taken"


def is_clean(text: str) -> bool:
    """Say whether a text can do nothing but be read: printable, and no longer than a page or two."""
    return len(text) < LONGEST_MESSAGE and all(letter.isprintable() or letter == "\n" for letter in text)


@contextmanager
def _no_hang() -> Iterator[None]:
    def end(_number: int, _frame: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
