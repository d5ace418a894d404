"""The locks: one run of each command, one writer of each order."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import select
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bmsc.errors import ExitCode, LockHeld, StateError
from bmsc.state.locks import OrderLocks, command_lock

from .conftest import StandingClock, Start, mode_of

HOLDS_COMMAND = """
import sys
from pathlib import Path
from bmsc.state.clock import SystemClock
from bmsc.state.locks import command_lock
with command_lock(Path(sys.argv[1]), SystemClock()):
    print("held", flush=True)
    sys.stdin.readline()
"""
HOLDS_ORDER = """
import sys
from pathlib import Path
from bmsc.state.locks import OrderLocks
with OrderLocks(Path(sys.argv[1])).hold(int(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
"""
HOLDS_ONE_WAITS_FOR_ANOTHER = """
import sys, threading
from pathlib import Path
from bmsc.state.locks import OrderLocks
locks = OrderLocks(Path(sys.argv[1]))
mine, theirs = int(sys.argv[2]), int(sys.argv[3])
def waits():
    with locks.hold(theirs):
        print("met", flush=True)
with locks.hold(mine):
    print("held", flush=True)
    sys.stdin.readline()
    waiting = threading.Thread(target=waits)
    waiting.start()
    sys.stdin.readline()
waiting.join()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders-pull.lock"


def test_the_holder_is_written_into_the_file_while_it_holds(path: Path, clock: StandingClock) -> None:
    with command_lock(path, clock):
        holder = json.loads(path.read_text())
    assert holder == {"pid": os.getpid(), "started_at": "2026-03-31T23:59:30Z", "command": "orders pull"}
    assert (path.read_bytes(), mode_of(path)) == (b"", 0o600)


def test_a_second_copy_is_refused_at_once_naming_the_first(
    path: Path,
    clock: StandingClock,
    start: Start,
) -> None:
    first = start(HOLDS_COMMAND, path)
    _says(first, "held")
    since = json.loads(path.read_text())["started_at"]
    with pytest.raises(LockHeld, match=f"orders pull is running: pid {first.pid}, since {since}") as held:
        _pass(path, clock)
    assert held.value.exit_code is ExitCode.LOCKED
    assert f"kill {first.pid}" in held.value.next_step


def test_being_refused_does_not_disturb_the_holder(path: Path, clock: StandingClock) -> None:
    with command_lock(path, clock):
        before = path.read_bytes()
        for _ in range(2):
            with pytest.raises(LockHeld):
                _pass(path, clock)
        assert path.read_bytes() == before


@pytest.mark.parametrize("left", [b"", b"[]", b"{", b"\xff"])
def test_a_holder_that_has_not_signed_yet_is_still_a_holder(
    path: Path,
    clock: StandingClock,
    left: bytes,
) -> None:
    with command_lock(path, clock):
        path.write_bytes(left)
        with pytest.raises(LockHeld, match="has just started"):
            _pass(path, clock)


def test_a_dead_holder_never_blocks(path: Path, clock: StandingClock, start: Start) -> None:
    first = start(HOLDS_COMMAND, path)
    _says(first, "held")
    first.kill()
    first.wait(timeout=10)
    assert str(first.pid) in path.read_text()
    with command_lock(path, clock):
        assert json.loads(path.read_text())["pid"] == os.getpid()


def test_a_failing_run_lets_go(path: Path, clock: StandingClock) -> None:
    with pytest.raises(RuntimeError, match="a bug"), command_lock(path, clock):
        raise RuntimeError("a bug")
    _pass(path, clock)


def test_the_runs_own_troubles_are_not_the_disks(path: Path, clock: StandingClock) -> None:
    with pytest.raises(ConnectionError), command_lock(path, clock):
        raise ConnectionError


def test_a_file_system_without_locks_is_named(
    path: Path,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StateError, match="No locks available"):
        _pass(path, clock)


def test_one_order_waits_for_another_process_and_others_do_not(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "by-order.lock"
    first = start(HOLDS_ORDER, path, 7)
    _says(first, "held")
    locks = OrderLocks(path)
    with locks.hold(8):
        pass
    got = threading.Event()
    waiter = threading.Thread(target=_take, args=(locks, 7, got))
    waiter.start()
    assert not got.wait(0.1)
    _tell(first)
    assert got.wait(10)
    waiter.join()


def test_a_dead_process_frees_its_orders(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "by-order.lock"
    first = start(HOLDS_ORDER, path, 7)
    _says(first, "held")
    first.kill()
    first.wait(timeout=10)
    with OrderLocks(path).hold(7):
        pass


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "by-order.lock"
    inside, seen = [0], []

    def work(_: int) -> None:
        with OrderLocks(path).hold(7):
            inside[0] += 1
            seen.append(inside[0])
            time.sleep(0.002)
            inside[0] -= 1

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(24)))
    assert seen == [1] * 24


def test_releasing_one_order_keeps_the_others_of_the_process(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "by-order.lock"
    with OrderLocks(path).hold(7):
        with OrderLocks(path).hold(8):
            pass
        other = start(HOLDS_ORDER, path, 7)
        time.sleep(0.3)
        assert other.poll() is None
        assert not _has_said_something(other)
    _says(other, "held")


def test_two_busy_processes_that_look_like_a_deadlock_both_finish(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "by-order.lock"
    both = [start(HOLDS_ONE_WAITS_FOR_ANOTHER, path, 1, 2), start(HOLDS_ONE_WAITS_FOR_ANOTHER, path, 2, 1)]
    for process in both:
        _says(process, "held")
    for process in both:
        _tell(process)
    time.sleep(0.1)
    for process in both:
        _tell(process)
    for process in both:
        _says(process, "met")
        assert process.wait(timeout=10) == 0


def test_what_the_kernel_takes_for_a_deadlock_is_asked_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [errno.EDEADLK, errno.EDEADLK, 0]
    monkeypatch.setattr(fcntl, "lockf", lambda *_: _answer(answers.pop(0)) if answers else None)
    with OrderLocks(tmp_path / "by-order.lock").hold(7):
        assert answers == []


def test_a_refused_order_lock_is_not_left_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locks = OrderLocks(tmp_path / "by-order.lock")
    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "lockf", _no_locks)
        with pytest.raises(StateError, match="No locks available"), locks.hold(7):
            pass
    with locks.hold(7):
        pass


@pytest.mark.parametrize("order_id", [0, 2**62 - 1, 2**62, 2**70, -3])
def test_any_order_id_has_its_byte(tmp_path: Path, order_id: int) -> None:
    with OrderLocks(tmp_path / "by-order.lock").hold(order_id):
        pass


def _answer(number: int) -> None:
    if number:
        raise OSError(number, os.strerror(number))


def _no_locks(*_: object) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def _pass(path: Path, clock: StandingClock) -> None:
    with command_lock(path, clock):
        pass


def _take(locks: OrderLocks, order_id: int, got: threading.Event) -> None:
    with locks.hold(order_id):
        got.set()


def _says(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().strip() == word


def _tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def _has_said_something(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return bool(select.select([process.stdout], [], [], 0)[0])
