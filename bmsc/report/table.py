"""The report as a table, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bmsc.domain.outcome import Attention, RunReport, Verdict
from bmsc.domain.showing import one_line, shown
from bmsc.report import text

_STYLES = {"applied": "green", "already": "green", "failed": "bold red", "unknown": "bold yellow", "held": "yellow"}
Row = tuple[str, str, str, str]


def show(report: RunReport) -> None:
    """Print the report to the terminal."""
    console = Console(highlight=False)
    title = f"bmsc {report.command}" + (" — dry run, nothing was written" if report.dry_run else "")
    table = Table(title=title, title_justify="left", expand=False, show_edge=False, pad_edge=False)
    for heading in ("what", "subject", "why", "outcome"):
        table.add_column(heading, overflow="fold")
    for what, subject, why, outcome in _rows(report):
        table.add_row(what, Text(one_line(subject)), Text(shown(why)), Text(outcome, style=_STYLES.get(outcome, "")))
    if table.row_count:
        console.print(table)
    for note in report.plan.notes:
        console.print(Text(shown(f"note: {note}")))
    for warning in report.warnings:
        console.print(Text(shown(f"warning: {warning}"), style="yellow"))
    console.print(Text(text.summary(report)))


def _rows(report: RunReport) -> Iterator[Row]:
    for result in report.results:
        message = f"\n{result.outcome.message}" if result.outcome.message else ""
        verdict = result.outcome.verdict
        shown = "" if verdict is Verdict.PLANNED else verdict.value
        yield (text.WORDS[result.action.kind.value], result.action.subject, f"{result.action.detail}{message}", shown)
    yield from (_attention("hold", shown, "held") for shown in report.holds)
    yield from (_attention("alert", shown, "alert") for shown in text.other_alerts(report))
    yield from (("skip", subject, words, "") for subject, words in text.skips_told(report))
    for guard in report.guards:
        next_step = f"next: bmsc {report.command} --force, for exactly these"
        why = f"{guard.n} of {guard.of}, limit {guard.limit}: {text.named(guard.subjects)}\n{next_step}"
        yield ("withheld", guard.name, why, "guard")
    yield from (("resolved", gone.subject, text.since(gone), "") for gone in report.resolved)


def _attention(what: str, shown: Attention, outcome: str) -> Row:
    fact = shown.fact
    by = f"\ndispatch by {fact.deadline:%Y-%m-%d %H:%M} UTC" if fact.deadline else ""
    return (what, fact.subject, f"{fact.reason}: {fact.detail}{by}", outcome)
