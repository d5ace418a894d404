"""How a job is started from the command line, and how its report reaches the person or script."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from msgspec import Struct

from bmsc.cli.saying import say
from bmsc.domain.scope import Scope
from bmsc.errors import BmscError

if TYPE_CHECKING:
    from bmsc.domain.outcome import RunReport


class Where(Struct, frozen=True):
    """The files a run works with."""

    config: Path | None
    state_dir: Path | None


class Shown(Struct, frozen=True):
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
    except BmscError as refused:
        if refused.is_news or not shown.quiet:
            raise
        raise typer.Exit(int(refused.exit_code)) from None
    _show(report, shown)
    if shown.csv:
        _write_cells(report, shown.csv)
    raise typer.Exit(report.exit_code)


def _write_cells(report: RunReport, path: Path) -> None:
    """Write what is to be filled in; the report stands by then, whatever becomes of the file."""
    from bmsc.report import readiness

    if report.plan.readiness is None:
        say(f"bmsc: {path} was not written: nothing could be read", err=True)
    else:
        readiness.write(report.plan.readiness, path)


def _show(report: RunReport, shown: Shown) -> None:
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
