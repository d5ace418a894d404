"""What every test of the state room starts from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bmsc.state.directory import StateDir

Start = Callable[..., "subprocess.Popen[str]"]


@dataclass
class StandingClock:
    """A clock that stands until a test moves it."""

    moment: datetime = datetime(2026, 3, 31, 23, 59, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def directory(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state")


@pytest.fixture
def start() -> Iterator[Start]:
    """Start real processes that run a piece of code, and end those still alive."""
    started: list[subprocess.Popen[str]] = []

    def _start(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield _start
    for process in started:
        process.kill()
        process.communicate()


def mode_of(path: Path) -> int:
    """Give the permission bits of a file."""
    return path.stat().st_mode & 0o7777
