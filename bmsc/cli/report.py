"""`bmsc report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmsc.cli import options
from bmsc.cli.saying import say
from bmsc.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from bmsc.retrospect.look_back import Retrospect

DEFAULT_SINCE = "30d"
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the figures with pictures as a page.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the figures as CSV.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="SPAN", help="How far back: 30d or 4w, today included."),
]
Skus = Annotated[
    list[str] | None, typer.Option("--sku", metavar="SKU", help="Only this SKU, its orders and prices (repeatable).")
]


def report(
    html: Html = None,
    since: Since = None,
    sku: Skus = None,
    csv: Csv = None,
    json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Show what has happened: orders, holds, prices, budgets, runs; alone, today beside the last 7 and 30 days.

    Reads: the state directory, and the configuration for its limits; asks neither platform.
    Writes: the files that are named.

    Example: bmsc report --html report.html --since 30d
    """
    from bmsc.retrospect.occasion import Occasion

    occasion = Occasion(config, state_dir, tuple(sku or ()))
    if html or csv or json:
        from bmsc.retrospect import window

        days = window.days_of(since or DEFAULT_SINCE)
        _tell(occasion.look_back(days), html=html, csv=csv, json=json)
    elif since:
        raise UsageError("--since belongs to --html, --csv or --json", next_step="bmsc report --html report.html")
    else:
        from bmsc.retrospect import screen

        say("\n".join(screen.lines(occasion.today_week_month())))


def _tell(found: Retrospect, *, html: Path | None, csv: Path | None, json: bool) -> None:
    if html:
        _draw(found, html)
    if csv:
        from bmsc.report import spreadsheet
        from bmsc.retrospect import rows

        spreadsheet.write(rows.render(found), csv)
    if json:
        from bmsc.retrospect import plain

        say(plain.render(found))


def _draw(found: Retrospect, path: Path) -> None:
    try:
        from bmsc.retrospect.page import writing
    except ModuleNotFoundError as missing:
        problem = f"pictures need {missing.name}, which is not installed"
        raise ConfigError([problem], next_step="pip install 'bmsc[report]', where bmsc is installed") from None
    writing.write(found, path)
