"""The clocks: the machine's, and the one that simulations share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bmsc.errors import StateError
from bmsc.state.clock import FileClock, SystemClock

from .conftest import Start

SLEEPS = """
import sys
from pathlib import Path
from bmsc.state.clock import FileClock
for _ in range(100):
    FileClock(Path(sys.argv[1])).sleep(1)
"""


def test_the_machines_clock_is_aware_and_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


@pytest.mark.parametrize("seconds", [-1, 0, 0.001])
def test_the_machines_clock_really_waits(seconds: float) -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(seconds)
    assert clock.now() - before >= timedelta(seconds=seconds)


def test_the_shared_clock_stands_until_somebody_sleeps(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    path.write_text("1767225600")
    clock = FileClock(path)
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.sleep(90.5)
    clock.sleep(-5)
    assert FileClock(path).now() == datetime(2026, 1, 1, 0, 1, 30, 500_000, tzinfo=UTC)


def test_no_process_loses_anothers_sleep(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "clock"
    path.write_text("0")
    for process in [start(SLEEPS, path) for _ in range(3)]:
        assert process.wait(timeout=20) == 0
    assert FileClock(path).now() == datetime.fromtimestamp(300, UTC)


@pytest.mark.parametrize("text", [None, "", "noon"])
def test_a_file_without_a_time_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "clock"
    if text is not None:
        path.write_text(text)
    with pytest.raises(StateError, match="does not hold a time"):
        FileClock(path).now()
