"""What the page says of the platforms' limits and of bmsc's own runs."""

from __future__ import annotations

from collections.abc import Iterator

from bmsc.domain.showing import counted
from bmsc.retrospect.budgets import LINES, BudgetFigures
from bmsc.retrospect.measures import percent
from bmsc.retrospect.page import charts, words
from bmsc.retrospect.page.drawing import draw
from bmsc.retrospect.page.order_sections import rows_of_circles
from bmsc.retrospect.page.parts import Picture, Section, Table
from bmsc.retrospect.runs import CommandFigures, RunFigures

_DOES_NOT_KNOW = (
    "Dry runs, doctor and explain leave no line in the journal: their requests are not counted here.",
    "Back Market counts requests by ten seconds, the journal by run: its limit is shown as what it allows in an hour.",
)


def budgets(figures: tuple[BudgetFigures, ...]) -> Section:
    """Tell how near the limits were."""
    rows = tuple(
        (
            words.BUDGETS[one.name],
            str(one.limit),
            str(one.peak),
            words.percent(one.share),
            words.minute(one.peak_at),
            "–" if one.total is None else str(one.total),
        )
        for one in figures
    )
    header = ("allowance", "limit an hour", "fullest hour", "of the limit", "when (UTC)", "in all")
    uses = tuple(_uses(figures))
    return Section(
        "limits",
        "Limits",
        uses,
        tuple(_budget_picture(one) for one in figures if one.peak),
        (Table("limits", "Use of the platforms' limits", header, rows),),
        _DOES_NOT_KNOW,
    )


def _uses(figures: tuple[BudgetFigures, ...]) -> Iterator[str]:
    for one in figures:
        if one.name == LINES and one.by_use:
            told = ", ".join(f"{number} {use}" for use, number in one.by_use.items())
            yield f"Listing lines of the fullest hour: {told}."


def _budget_picture(one: BudgetFigures) -> Picture:
    title = f"{words.BUDGETS[one.name]}: fullest hour of each day"
    data = [
        {
            "day": words.day(day.day),
            "value": percent(day.peak, one.limit),
            "told": f"{words.day(day.day)}: {day.peak} of {one.limit}",
        }
        for day in one.days
    ]
    caption = "How much of what an hour allows was used in the fullest hour of each day."
    return draw(charts.bars(data, y_title=f"percent of {one.limit}"), title=title, caption=caption)


def runs(figures: RunFigures) -> Section:
    """Tell how bmsc itself fared."""
    if not figures.commands:
        return Section("runs", "Runs", ("No live run ended in this time.",))
    failed = {one.day: one.failed for one in figures.days}
    names = {one.command: one.command for one in figures.commands if one.failed}
    header = (
        "command",
        "runs",
        "done",
        "guard",
        "interrupted",
        "failed",
        "locked out",
        "waited for orders",
        "median",
        "95th percentile",
        "longest",
    )
    statuses = ", ".join(f"{one.command}: {_statuses(one)}" for one in figures.commands if _statuses(one))
    said = (
        f"{counted(figures.runs, 'run')}, {figures.failed} failed, "
        f"{figures.locked_out} found another one of their command alive."
    )
    return Section(
        "runs",
        "Runs",
        (said, *((f"Exit statuses other than 0: {statuses}.",) if statuses else ())),
        (rows_of_circles("Runs that failed", "On which days runs failed, by command.", failed, names),)
        if names
        else (),
        (Table("runs", "Runs by command", header, tuple(map(_run_row, figures.commands))),),
        ("A run that cannot begin, because its configuration is refused, leaves no line in the journal.",),
    )


def _statuses(one: CommandFigures) -> str:
    return " and ".join(f"{number} x {status}" for status, number in one.statuses.items() if status)


def _run_row(one: CommandFigures) -> tuple[str, ...]:
    endings = (str(one.endings.get(name, 0)) for name in ("done", "guard", "interrupted", "failed"))
    _, *took = words.lengths(one.took)
    waits = (str(one.locked_out), words.length(one.waited_seconds))
    return (one.command, str(one.runs), *endings, *waits, *took)
