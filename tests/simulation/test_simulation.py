"""A few seeds of the simulation in every test run; many more by `long_run.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from simulation.scenario import events_of

LONG_RUN = Path(__file__).with_name("long_run.py")


LONGEST_SECONDS = 420
"""A machine busy with other work takes several times as long; only a run without end is meant."""


def long_run(*words: str) -> subprocess.CompletedProcess[str]:
    """Play seeds in processes of their own: a simulation forks, which a process with threads must not."""
    command = [sys.executable, LONG_RUN, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS)


def test_every_promise_is_kept_whatever_fails() -> None:
    done = long_run("--seeds", "16", "--events", "60", "--jobs", "2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rounds: 16, events: 960" in done.stdout


def test_a_seed_is_replayed_to_the_letter() -> None:
    """All but runs that begin at the same moment: which of them is first to its lock, the machine decides."""
    alone = [str(event.number) for event in events_of(3, 40) if event.kind != "overlap"]
    words = ("--replay", "3", "--events", "40", "--only", ",".join(alone))
    first, second = (long_run(*words) for _ in range(2))
    assert first.stdout == second.stdout
    assert first.returncode == 0, first.stdout + first.stderr


def test_a_long_run_goes_on_where_it_was(tmp_path: Path) -> None:
    words = ("--events", "3", "--jobs", "1", "--book", str(tmp_path / "book"))
    assert long_run("--seeds", "2", *words).returncode == 0
    noted = (tmp_path / "book").read_text()
    done = long_run("--seeds", "3", *words)
    assert "rounds: 3, events: 9" in done.stdout
    assert (tmp_path / "book").read_text().startswith(noted)
    assert long_run("--seeds", "3", *words).stdout == done.stdout


@pytest.mark.parametrize("length", [0, 1, 7, 12])
def test_the_shortest_prefix_is_found(length: int) -> None:
    from simulation.shorten import shortest

    assert shortest(12, lambda count: count >= length) == length


def test_what_does_not_break_again_has_no_shortest_prefix() -> None:
    from simulation.shorten import shortest

    assert shortest(12, lambda _: False) is None


def test_the_fewest_events_are_found() -> None:
    from simulation.shorten import fewest

    assert list(fewest(40, lambda some: {3, 17, 38} <= set(some))) == [3, 17, 38]
