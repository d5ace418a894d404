"""Which facts of a run somebody should hear of: those that are new, reminded of, or gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bmsc.domain.outcome import RunReport
from bmsc.domain.times import to_text

Event = Mapping[str, object]


def events(report: RunReport) -> Iterator[Event]:
    """Give one event for each fact that this run shows anew, and for each that is gone."""
    run = {"command": report.command, "run_id": report.run_id}
    for kind, shown in [*(("hold", one) for one in report.holds), *(("alert", one) for one in report.alerts)]:
        if not shown.show:
            continue
        fact = shown.fact
        yield run | {
            "event": "new" if shown.first_seen >= report.started_at else "reminder",
            "kind": kind,
            "subject": fact.subject,
            "reason": fact.reason,
            "detail": fact.detail,
            "deadline": to_text(fact.deadline),
            "first_seen": to_text(shown.first_seen),
        }
    for gone in report.resolved:
        fact_gone = {"subject": gone.subject, "reason": gone.reason, "first_seen": to_text(gone.first_seen)}
        yield run | {"event": "resolved"} | fact_gone
