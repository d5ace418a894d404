"""How a job is started from the command line, and how its report reaches the person or script."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bmsc.cli.saying import say
from bmsc.domain.scope import Scope
from bmsc.errors import LockHeld

if TYPE_CHECKING:
    from bmsc.domain.outcome import RunReport


SURELY_TOO_LONG = timedelta(minutes=90)
"""No run may last longer: the hourly ones stop before their next."""


@dataclass(frozen=True)
class Where:
    """The files a run works with."""

    config: Path | None
    state_dir: Path | None


@dataclass(frozen=True)
class Shown:
    """How a run tells its story."""

    json: bool
    quiet: bool
    csv: Path | None = None
    """Where the cells to fill in are listed."""


def run(command: str, where: Where, scope: Scope, shown: Shown) -> None:
    """Run one job and end the process with its exit status."""
    from bmsc import wiring

    try:
        report = wiring.run(command, where.config, where.state_dir, scope)
    except LockHeld as held:
        if not shown.quiet or _hangs(held):
            raise
        raise typer.Exit(int(held.exit_code)) from None
    _show(report, shown)
    raise typer.Exit(report.exit_code)


def _hangs(held: LockHeld) -> bool:
    """Say whether the holder has been at it for so long that a person should look, even under --quiet."""
    from bmsc import premises

    return held.since is not None and premises.clock().now() - held.since > SURELY_TOO_LONG


def _show(report: RunReport, shown: Shown) -> None:
    if shown.csv and report.plan.readiness:
        from bmsc.report import readiness

        readiness.write(report.plan.readiness, shown.csv)
    if shown.json:
        from bmsc.report import json

        say(json.render(report))
    elif shown.quiet:
        from bmsc.report import text

        if news := text.render_news(report):
            say(news)
    elif sys.stdout.isatty():
        from bmsc.report import table

        table.show(report)
    else:
        from bmsc.report import text

        say(text.render(report))
