"""What strikes a run at its nth write, sync or rename on disk: death, a signal, or a disk that is full?"""

from __future__ import annotations

import errno
import itertools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

_write, _fsync, _replace = os.write, os.fsync, os.replace


@dataclass(frozen=True)
class Blow:
    """Dies, or is told to end, at the nth call; SIGKILL leaves the first half of a write."""

    nth: int
    signal: signal.Signals = signal.SIGKILL
    after: bool = False

    def strikes(self, number: int, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Do what becomes of one call."""
        if number != self.nth:
            return call(*args)
        if call is _write and self.signal is signal.SIGKILL:
            _write(args[0], args[1][: len(args[1]) // 2])
        elif self.after:
            call(*args)
        os.kill(os.getpid(), self.signal)
        return None if self.after else call(*args)


@dataclass(frozen=True)
class FullDisk:
    """Room is gone from the nth call on; `torn` leaves the first half of the first write that finds none."""

    nth: int
    torn: bool = False

    def strikes(self, number: int, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Do what becomes of one call: what is renamed needs no room."""
        if number < self.nth or call is _replace:
            return call(*args)
        if number == self.nth and self.torn and call is _write:
            return _write(args[0], args[1][: len(args[1]) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Misfortune(Protocol):
    """Whatever strikes calls on disk."""

    def strikes(self, number: int, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Do what becomes of the call with this number, counted from 1."""


@contextmanager
def struck(misfortune: Misfortune | None) -> Iterator[None]:
    """Let misfortune have its way with what reaches the disk; nothing when there is none."""
    if misfortune is None:
        yield
        return
    numbers = itertools.count(1)

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: misfortune.strikes(next(numbers), call, args)

    os.write, os.fsync, os.replace = watched(_write), watched(_fsync), watched(_replace)
    try:
        yield
    finally:
        os.write, os.fsync, os.replace = _write, _fsync, _replace
