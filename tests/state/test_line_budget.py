"""No hour sees more lines than the limit, whoever asks, and decreases always have a share."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from locked import is_locked, notes_locks

from bmsc.domain.lines import LineUse
from bmsc.state.line_budget import LineBudget

LIMIT = 40


class Standing:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def taken(budget: LineBudget, use: LineUse, wanted: int) -> int:
    return sum(budget.take(use) for _ in range(wanted))


def test_shares(tmp_path: Path) -> None:
    budget = LineBudget(tmp_path / "lines", Standing(), limit=LIMIT)
    assert taken(budget, LineUse.REPRICE, 99) == 20
    assert taken(budget, LineUse.CREATE, 99) == 0
    assert taken(budget, LineUse.SYNC, 99) == 10
    assert taken(budget, LineUse.DECREASE, 99) == 10
    assert sum(budget.used().values()) == LIMIT


def test_processes_share_the_ledger(tmp_path: Path) -> None:
    clock = Standing()
    one, other = (LineBudget(tmp_path / "lines", clock, limit=LIMIT) for _ in range(2))
    assert taken(one, LineUse.DECREASE, 25) + taken(other, LineUse.DECREASE, 25) == LIMIT


def test_the_ledger_is_locked_from_reading_to_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "lines.lock"
    notes = notes_locks(monkeypatch, lock, "pread", "pwrite")
    budget = LineBudget(tmp_path / "lines", Standing(), limit=LIMIT)
    assert budget.take(LineUse.DECREASE)
    assert budget.left(LineUse.DECREASE)
    assert notes == [True] * 3
    assert not is_locked(lock)


def test_killed_after_any_call_the_ledger_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Standing()
    budget = LineBudget(tmp_path / "lines", clock, limit=LIMIT)
    for _ in range(9):
        budget.take(LineUse.SYNC)
        clock.moment += timedelta(minutes=6)
    clock.moment += timedelta(minutes=30)
    with monkeypatch.context() as killed:
        killed.setattr(os, "ftruncate", lambda *_: None)
        assert budget.take(LineUse.DECREASE, 20)
    assert (budget.left(LineUse.DECREASE), budget.used()[LineUse.DECREASE]) == (LIMIT - 25, 20)


def test_lines_of_a_clock_that_was_ahead_count_for_an_hour(tmp_path: Path) -> None:
    clock = Standing()
    budget = LineBudget(tmp_path / "lines", clock, limit=LIMIT)
    clock.moment += timedelta(days=9)
    assert taken(budget, LineUse.DECREASE, 99) == LIMIT
    clock.moment -= timedelta(days=9)
    assert (budget.left(LineUse.DECREASE), taken(budget, LineUse.DECREASE, 1)) == (0, 0)
    assert budget.left(LineUse.DECREASE, within_seconds=3_660) == LIMIT
    clock.moment += timedelta(seconds=3_660)
    assert taken(budget, LineUse.DECREASE, 99) == LIMIT


def test_a_use_that_only_a_later_version_knows_counts_all_the_same(tmp_path: Path) -> None:
    clock = Standing()
    (tmp_path / "lines").write_text(f'[[{clock.moment.timestamp():.0f},"gift",{LIMIT - 1}]]')
    assert taken(LineBudget(tmp_path / "lines", clock, limit=LIMIT), LineUse.DECREASE, 9) == 1


@pytest.mark.parametrize("damage", [b'[[1,"x",', b"[" * 5_000, b"{}7", b'[[1e999,"sync",1]]', b'[[1,"sync"]]', b"\0\0"])
def test_a_damaged_ledger_counts_as_empty(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "lines").write_bytes(damage)
    assert LineBudget(tmp_path / "lines", Standing(), limit=LIMIT).take(LineUse.SYNC)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(LineUse)), st.integers(1, 30), st.integers(0, 1500)), max_size=25))
def test_no_sliding_hour_sees_more_than_the_limit(steps: list[tuple[LineUse, int, int]]) -> None:
    import tempfile

    clock, sent = Standing(), []
    with tempfile.TemporaryDirectory() as folder:
        budget = LineBudget(Path(folder) / "lines", clock, limit=LIMIT)
        for use, wanted, pause in steps:
            sent += [clock.moment] * taken(budget, use, wanted)
            clock.moment += timedelta(seconds=pause)
    for moment in sent:
        assert sum(1 for other in sent if moment <= other < moment + timedelta(hours=1)) <= LIMIT
