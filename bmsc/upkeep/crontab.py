"""Which cron lines run this installation?"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bmsc import premises
from bmsc.domain.runs import EVERY
from bmsc.state import directory

_MINUTES = {
    "orders pull": "1-59/5",
    "tracking push": "2-59/5",
    "cancel sync": "3-59/5",
    "listings sync": "4-59/5",
    "listings create": "47",
    "reprice": "17",
}
"""Staggered, so that the commands do not ask both platforms at once."""


def lines(config: Path | None, state_dir: Path | None, *, reprice: bool) -> Iterator[str]:
    """Write the crontab lines of every command; options only where this set-up needs them."""
    yield "# Cron mails what a command prints; under --quiet that is each new fact, once."
    for command in EVERY:
        if command != "reprice" or reprice:
            words = [*_program(), *command.split(), "--quiet", *_options(config, state_dir)]
            # Cron takes a bare % for a line break.
            yield f"{_MINUTES[command]} * * * * {shlex.join(words)}".replace("%", r"\%")


def _program() -> list[str]:
    beside = Path(sys.executable).with_name("bmsc")
    found = str(beside) if beside.exists() else shutil.which("bmsc")
    return [found] if found else [sys.executable, "-m", "bmsc"]


def _options(config: Path | None, state_dir: Path | None) -> Iterator[str]:
    file = premises.configuration_file(config).absolute()
    if file != premises.configuration_file(None, {}).absolute():
        yield from ("--config", str(file))
    place = directory.chosen(state_dir)
    if place != directory.chosen(None, {}):
        yield from ("--state-dir", str(place))
