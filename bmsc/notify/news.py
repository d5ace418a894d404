"""Which facts of a run somebody should hear of: those that are new, reminded of, or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bmsc.domain.outcome import RunReport
from bmsc.domain.showing import one_line, shown
from bmsc.domain.times import to_text

Event = Mapping[str, object]


def events(report: RunReport) -> Iterator[Event]:
    """Give one event for each fact that this run shows anew, and for each that is gone."""
    run: dict[str, object] = {"command": report.command, "run_id": report.run_id}
    for kind, told in [*(("hold", one) for one in report.holds), *(("alert", one) for one in report.alerts)]:
        if not told.show:
            continue
        fact = told.fact
        yield run | {
            "event": "new" if told.first_seen >= report.started_at else "reminder",
            "kind": kind,
            "subject": one_line(fact.subject),
            "reason": fact.reason,
            "detail": shown(fact.detail),
            "deadline": to_text(fact.deadline),
            "first_seen": to_text(told.first_seen),
        }
    for gone in report.resolved:
        fact_gone = {"subject": one_line(gone.subject), "reason": gone.reason, "first_seen": to_text(gone.first_seen)}
        yield run | {"event": "resolved"} | fact_gone


def refusal(command: str, run_id: str, fact: Mapping[str, object], *, is_new: bool) -> Event:
    """Give the event of a run that was refused before it began; `fact` has reason, detail and first_seen."""
    run = {"command": command, "run_id": run_id, "event": "new" if is_new else "reminder"}
    return {**run, "kind": "refusal", "subject": "run", "deadline": None, **fact}
