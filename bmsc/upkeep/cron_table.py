"""What does the crontab start: which commands, by which program, and how often?"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

_SYSTEM_CRON = ("/etc/crontab", "/etc/cron.d")
_DAY = 24 * 60
_NICKNAMES = {"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *"}
_DAYS = slice(2, 5)
_EVERY_DAY = ["*", "*", "*"]


def active_lines() -> list[str]:
    """Give every active cron line this user may see, white space squeezed."""
    texts = [_users_crontab()]
    for place in map(Path, _SYSTEM_CRON):
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            try:
                texts.append(path.read_text(encoding="utf-8", errors="replace"))
            except OSError:
                continue
    lines = (" ".join(line.split()) for text in texts for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def starting(lines: Sequence[str], command: str) -> list[str]:
    """Pick the lines that start a command."""
    return [line for line in lines if f"bmsc {command}" in line]


def missing_programs(lines: Sequence[str]) -> list[str]:
    """Name the programs that are started by their whole path and are not there."""
    return sorted(
        {word for line in lines for word in _words(line) if _is_program(word) and not os.access(word, os.X_OK)}
    )


def longest_wait(lines: Sequence[str]) -> timedelta | None:
    """Tell how long these lines let a command wait at most; None for a schedule that cannot be read here."""
    minutes: set[int] = set()
    for line in lines:
        read = _minutes_of_day(_NICKNAMES.get(line.split(" ", 1)[0], line).split()[:5])
        if read is None:
            return None
        minutes |= read
    times = sorted(minutes)
    gaps = (later - earlier for earlier, later in zip(times, [*times[1:], times[0] + _DAY], strict=True))
    return timedelta(minutes=max(gaps))


def _minutes_of_day(fields: Sequence[str]) -> set[int] | None:
    """Read a line that holds on every day; None for any other."""
    try:
        hours, minutes = set(_field(fields[1], 23)), set(_field(fields[0], 59))
    except (ValueError, IndexError):
        return None
    if list(fields[_DAYS]) != _EVERY_DAY or not (hours and minutes):
        return None
    return {60 * hour + minute for hour in hours for minute in minutes}


def _field(text: str, highest: int) -> Iterator[int]:
    """Read `*`, `7`, `1-59/5`, `*/5` or several of them between commas; raises ValueError."""
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = ("0", "", str(highest)) if span == "*" else span.partition("-")
        yield from range(int(first), int(last or (highest if step else first)) + 1, int(step or 1))


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


def _is_program(word: str) -> bool:
    return word.startswith("/") and Path(word).name == "bmsc"


def _users_crontab() -> str:
    try:
        done = subprocess.run(["crontab", "-l"], capture_output=True, text=True, timeout=5, check=False)  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
