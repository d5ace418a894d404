"""Who may go now: one run of each command, one writer of each order?"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bmsc.domain.times import from_text
from bmsc.errors import LockHeld
from bmsc.state import disk, plain
from bmsc.state.clock import TellsTime

_HOLDER_BYTES = 4096
_ORDER_SLOTS = 2**62
_DEADLOCK_PAUSE_SECONDS = 0.02

_opening = threading.Lock()


@contextmanager
def command_lock(path: Path, clock: TellsTime) -> Iterator[None]:
    """Hold a command's lock, named after its file; raises LockHeld at once, naming the holder.

    The kernel drops the lock with the process, so a dead holder never blocks. The file is never deleted.
    """
    descriptor = disk.open_private(path, os.O_RDWR)
    try:
        _seize(descriptor, path)
        with disk.explained(path):
            _sign(descriptor, _command(path), clock.now())
        try:
            yield
        finally:
            _unsign(descriptor)
    finally:
        os.close(descriptor)


class OrderLocks:
    """One lock per order across processes and threads: a byte of one permanent file for each order."""

    def __init__(self, path: Path) -> None:
        with _opening:
            self._file = _order_file(path.absolute())
        self._waits: list[float] = []

    @property
    def waited_seconds(self) -> float:
        """Sum up how long anybody has waited for the locks that were held through this object."""
        return sum(self._waits)

    def hold(self, order_id: int) -> OrderLock:
        """Make a context that waits until nobody else writes to the order; not for nesting."""
        return OrderLock(self._file, order_id % _ORDER_SLOTS, self._waits)


class OrderLock:
    """The lock of one order, held between enter and exit; entering adds the seconds it took to `waits`."""

    def __init__(self, file: _OrderFile, slot: int, waits: list[float]) -> None:
        self._file = file
        self._slot = slot
        self._waits = waits

    def __enter__(self) -> None:
        began = time.monotonic()
        self._file.take(self._slot)
        self._waits.append(time.monotonic() - began)

    def __exit__(self, *args: object) -> None:
        self._file.give(self._slot)


class _OrderFile:
    """The locked bytes of this process. The kernel counts them per process: threads are kept apart here."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = disk.open_private(path, os.O_RDWR)
        self._changed = threading.Condition()
        self._taken: set[int] = set()

    def take(self, slot: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: slot not in self._taken)
            self._taken.add(slot)
        try:
            with disk.explained(self._path):
                while not _got_byte(self._descriptor, slot):
                    time.sleep(_DEADLOCK_PAUSE_SECONDS)
        except BaseException:
            self._forget(slot)
            raise

    def give(self, slot: int) -> None:
        try:
            with disk.explained(self._path):
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, slot)
        finally:
            self._forget(slot)

    def _forget(self, slot: int) -> None:
        with self._changed:
            self._taken.remove(slot)
            self._changed.notify_all()


@cache
def _order_file(path: Path) -> _OrderFile:
    # POSIX: closing any descriptor of a file drops all of the process's locks on it (fcntl(2)). So a
    # process opens the file once and never closes it.
    return _OrderFile(path)


def _got_byte(descriptor: int, slot: int) -> bool:
    """Wait for a byte; False when the kernel wants to be asked again."""
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX, 1, slot)
    except OSError as error:
        # The kernel takes a process for one waiter: thread 1 of A holding X while thread 2 waits for Y,
        # with B the other way round, looks like a deadlock to it (EDEADLK). Each holder will finish.
        if error.errno != errno.EDEADLK:
            raise
        return False
    return True


def _seize(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _held(descriptor, path) from error
    except OSError as error:
        raise disk.refusal(path, error) from error


def _sign(descriptor: int, command: str, now: datetime) -> None:
    holder = plain.line({"pid": os.getpid(), "started_at": now, "command": command})
    os.ftruncate(descriptor, 0)
    disk.write_whole(descriptor, holder)


def _unsign(descriptor: int) -> None:
    with suppress(OSError):
        os.ftruncate(descriptor, 0)


def _held(descriptor: int, path: Path) -> LockHeld:
    holder = _holder(descriptor)
    if not holder:
        return LockHeld(f"another {_command(path)} has just started", next_step="wait for it to end")
    return LockHeld(
        f"another {_command(path)} is running: pid {holder.get('pid')}, since {holder.get('started_at')}",
        next_step=f"wait for it to end; if it hangs: kill {holder.get('pid')}",
        since=from_text(holder.get("started_at")),
    )


def _holder(descriptor: int) -> dict[str, Any]:
    try:
        found = json.loads(os.pread(descriptor, _HOLDER_BYTES, 0))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _command(path: Path) -> str:
    return path.stem.replace("-", " ")
