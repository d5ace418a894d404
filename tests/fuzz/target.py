"""What is fed with spoilt input, and what counts as a failure of the program?"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from bmsc.clients.http import WriteForbidden
from bmsc.errors import BmscError, RemoteError

LONGEST_SECONDS: float = 300
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


def made_of(act: Callable[[], object], *, silent: Iterable[str] = ()) -> str:
    """Act, and name what came of it: a value, or an expected error in words that fit a terminal.

    Nothing of what is `silent` may stand in those words.
    """
    try:
        act()
    except WriteForbidden:
        raise
    except BmscError as error:
        return _judged(error, silent)
    return "taken"


def _judged(error: BmscError, silent: Iterable[str]) -> str:
    message, kind = str(error), type(error).__name__
    if not is_clean(message):
        raise Broken(f"{kind} with words that do not fit a terminal: {message[:300]!r}") from error
    if not isinstance(error, RemoteError) and not error.next_step:
        raise Broken(f"{kind} that says nothing of what to do: {message[:300]!r}") from error
    if told := [word for word in silent if word in message]:
        raise Broken(f"{kind} tells {told}") from error
    return kind


def is_clean(text: str) -> bool:
    """Say whether a text can do nothing but be read: printable, and no longer than a page or two."""
    return len(text) < LONGEST_MESSAGE and all(letter.isprintable() or letter == "\n" for letter in text)


@contextmanager
def _no_hang() -> Iterator[None]:
    def end(_number: int, _frame: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
