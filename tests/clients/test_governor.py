"""One request budget for all processes: spacing, burst, pause, and a ledger that may break."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from clients.standing import START, StandingClock
from locked import is_locked, notes_locks

from bmsc.clients.governor import Governor
from bmsc.errors import StateError

PROCESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bmsc.clients.governor import Governor

class Standing:
    def now(self):
        return datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

governor = Governor(Path(sys.argv[1]), Standing(), interval_seconds=1.0, burst=3)
print(*[governor.take() for _ in range(25)])
"""


def test_a_burst_and_then_even_spacing(tmp_path: Path, clock: StandingClock) -> None:
    governor = Governor(tmp_path / "ledger", clock, interval_seconds=0.5, burst=3)
    assert [governor.take() for _ in range(6)] == [0, 0, 0, 0.5, 1.0, 1.5]
    clock.sleep(60)
    assert [governor.take() for _ in range(4)] == [0, 0, 0, 0.5]


@pytest.mark.parametrize("share", [9000, 100, 7, 1])
def test_no_hour_ever_holds_more_than_the_share(tmp_path: Path, clock: StandingClock, share: int) -> None:
    governor = Governor.per_hour(tmp_path / "ledger", clock, requests=share)
    taken: list[float] = []
    while clock.now() < START + timedelta(hours=2) and len(taken) < 4 * share:
        wait = governor.take()
        clock.sleep(wait)
        taken.append((clock.now() - START).total_seconds())
    busiest = max(sum(1 for at in taken if since <= at < since + 3600) for since in taken[:: max(1, share // 50)])
    assert busiest <= share
    if share == 9000:
        assert taken.count(0) == 1800


def test_back_market_is_asked_evenly(tmp_path: Path, clock: StandingClock) -> None:
    governor = Governor.per_ten_seconds(tmp_path / "ledger", clock, requests=150)
    waits = [governor.take() for _ in range(154)]
    assert waits[:4] == pytest.approx([0, 0, 0, 0], abs=1e-5)
    assert waits[-1] == pytest.approx(10.0, abs=0.01)


def test_several_processes_share_one_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    command = [sys.executable, "-c", PROCESS, str(path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    waits = sorted(float(wait) for one in running for wait in one.communicate()[0].split())
    assert waits == [0.0, 0.0, *map(float, range(98))]
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_ledger_is_locked_from_reading_to_writing(
    tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger"
    notes = notes_locks(monkeypatch, path, "pread", "pwrite")
    governor = Governor(path, clock, interval_seconds=1.0, burst=3)
    governor.take()
    governor.pause_until(START + timedelta(seconds=9))
    assert notes == [True] * 4
    assert not is_locked(path)


def test_a_pause_holds_everybody_and_no_burst_follows(tmp_path: Path, clock: StandingClock) -> None:
    first = Governor(tmp_path / "ledger", clock, interval_seconds=1.0, burst=5)
    second = Governor(tmp_path / "ledger", clock, interval_seconds=1.0, burst=5)
    first.pause_until(START + timedelta(seconds=30))
    assert [second.take(), second.take(), first.take()] == [30, 31, 32]
    first.pause_until(START + timedelta(seconds=10))
    assert second.take() == 33


def test_a_wait_beyond_patience_reserves_nothing(tmp_path: Path, clock: StandingClock) -> None:
    governor = Governor(tmp_path / "ledger", clock, interval_seconds=1.0, burst=1)
    governor.pause_until(START + timedelta(seconds=30))
    assert [governor.take(patience=20), governor.take(patience=20), governor.take()] == [30, 30, 30]


@pytest.mark.parametrize("content", ["garbage", "nan", "-5", "inf", "99999999999", "1\n2\n3"])
def test_a_damaged_ledger_means_caution(
    tmp_path: Path, clock: StandingClock, caplog: pytest.LogCaptureFixture, content: str
) -> None:
    path = tmp_path / "ledger"
    path.write_text(content)
    governor = Governor(path, clock, interval_seconds=1.0, burst=4)
    assert [governor.take(), governor.take()] == [0, 1]
    assert "ledger is damaged" in caplog.text
    caplog.clear()
    assert governor.take() == 2
    assert not caplog.records


def test_a_ledger_that_cannot_be_opened_says_what_to_do(tmp_path: Path, clock: StandingClock) -> None:
    with pytest.raises(StateError, match="cannot be opened"):
        Governor(tmp_path, clock, interval_seconds=1.0, burst=1).take()
