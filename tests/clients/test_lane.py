"""Turns at a pace of their own: spaced, shared by processes and by repeats, and never taken in a crowd."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from clients.standing import BACKMARKET_URL, START, StandingClock
from requests_mock import Mocker

from bmsc.clients.backmarket import COMPETITORS, SECONDS_APART
from bmsc.clients.credentials import FixedHeader
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http, Road
from bmsc.clients.lane import Lane
from bmsc.errors import RemoteUnavailable

TURNS = 3
PROCESS = f"""
import sys
from pathlib import Path
from bmsc.clients.lane import Lane
from bmsc.state.clock import SystemClock
lane = Lane(Path(sys.argv[1]), SystemClock(), seconds_apart={SECONDS_APART})
print(SystemClock().now().timestamp())
for _ in range({TURNS}):
    with lane.turn(wait_first=lambda: None):
        pass
"""


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def lane(tmp_path: Path, clock: StandingClock) -> Lane:
    return Lane(tmp_path / "ledger", clock, seconds_apart=0.5)


def nothing() -> None:
    """Wait for nothing else."""


def moments(lane: Lane, clock: StandingClock, turns: int) -> list[float]:
    found = []
    for _ in range(turns):
        with lane.turn(wait_first=nothing):
            found.append((clock.now() - START).total_seconds())
    return found


def test_turns_are_spaced_and_never_come_in_a_burst(lane: Lane, clock: StandingClock) -> None:
    assert moments(lane, clock, 3) == pytest.approx([0, 0.5, 1.0])
    clock.sleep(60)
    assert moments(lane, clock, 3) == pytest.approx([61.0, 61.5, 62.0])


def test_who_wakes_late_is_not_followed_at_once(lane: Lane, clock: StandingClock, tmp_path: Path) -> None:
    other = Lane(tmp_path / "ledger", clock, seconds_apart=0.5)
    moments(lane, clock, 1)
    asleep = clock.sleep

    def overslept(seconds: float) -> None:
        asleep(seconds + 0.4)

    clock.sleep = overslept  # type: ignore[method-assign]
    assert moments(lane, clock, 1) == pytest.approx([0.9])
    clock.sleep = asleep  # type: ignore[method-assign]
    assert moments(other, clock, 1) == pytest.approx([1.4])


def test_a_pause_that_falls_into_the_wait_is_sat_out_inside_the_queue(lane: Lane, clock: StandingClock) -> None:
    with lane.turn(wait_first=lambda: clock.sleep(10)):
        left = (clock.now() - START).total_seconds()
    assert [left, *moments(lane, clock, 2)] == pytest.approx([10, 10.5, 11])


def test_turns_a_minute_away_are_left_to_a_later_run(lane: Lane, clock: StandingClock) -> None:
    lane.pause_until(START + timedelta(seconds=61))
    with pytest.raises(RemoteUnavailable, match="other processes"), lane.turn(wait_first=nothing):
        pass


def test_a_refusal_pauses_everybody_before_its_turn_ends(
    tmp_path: Path, clock: StandingClock, requests_mock: Mocker
) -> None:
    """Else the next in the queue asks into the block."""
    events: list[str] = []

    class Told(Lane):
        def pause_until(self, moment: datetime) -> None:
            events.append("pause")
            super().pause_until(moment)

        @contextmanager
        def turn(self, wait_first: Callable[[], None]) -> Iterator[None]:
            with super().turn(wait_first):
                yield
                events.append("end")

    road = Road(clock=clock, lanes={COMPETITORS: Told(tmp_path / "ledger", clock, seconds_apart=0.5)})
    http = Http("Back Market", BACKMARKET_URL, credentials=FixedHeader("Basic x"), road=road, headers={})
    path = f"{COMPETITORS}/a"
    requests_mock.get(f"{BACKMARKET_URL}{path}", [{"status_code": 429}, {"json": []}])
    http.send(Call("GET", path, path))
    assert events[:2] == ["pause", "end"]


def test_processes_take_turns_together(tmp_path: Path) -> None:
    """Whatever the load, the ledger ends as many turns after the first start as there were turns."""
    path = tmp_path / "ledger"
    command = [sys.executable, "-c", PROCESS, str(path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    started = min(float(one.communicate()[0]) for one in running)
    assert [one.returncode for one in running] == [0, 0]
    assert float(path.read_text()) >= started + 2 * TURNS * SECONDS_APART - 0.01


def test_a_repeat_has_a_turn_of_its_own_and_other_paths_none(
    lane: Lane, clock: StandingClock, requests_mock: Mocker
) -> None:
    seen: list[float] = []

    def answer(_request: Any, context: Any) -> list[object]:
        seen.append((clock.now() - START).total_seconds())
        context.status_code = 429 if len(seen) == 2 else 200
        return []

    road = Road(clock=clock, lanes={COMPETITORS: lane}, jitter=lambda delay: delay)
    http = Http("Back Market", BACKMARKET_URL, credentials=FixedHeader("Basic x"), road=road, headers={})
    requests_mock.get(f"{BACKMARKET_URL}{COMPETITORS}/a", json=answer)
    requests_mock.get(f"{BACKMARKET_URL}/ws/listings", json=[])
    for path in (f"{COMPETITORS}/a", "/ws/listings", f"{COMPETITORS}/a", f"{COMPETITORS}/a"):
        http.send(Call("GET", path, path))
    assert seen == pytest.approx([0, 0.5, 10.5, 11.0])
