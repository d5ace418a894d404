"""The report as one JSON object: the contract that scripts may rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO

from msgspec.structs import asdict

from bmsc.domain.outcome import Attention, GuardReport, Resolved, Result, RunReport
from bmsc.domain.reading import Reading
from bmsc.domain.times import to_text
from bmsc.report import readiness

SCHEMA_VERSION = 1


def render(report: RunReport) -> str:
    """Write the report as JSON, keys in their documented order."""
    text = StringIO()  # `dumps` would hold every bracket and every word of 20,000 entries as a string of its own
    json.dump(plain(report), text, ensure_ascii=False, indent=2)
    return text.getvalue()


def plain(report: RunReport) -> Mapping[str, object]:
    """Give the report as plain JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "run_id": report.run_id,
        "dry_run": report.dry_run,
        "started_at": to_text(report.started_at),
        "finished_at": to_text(report.finished_at),
        "exit_code": report.exit_code,
        "counts": report.counts(),
        "actions": [_action(result) for result in report.results],
        "skips": [asdict(skip) for skip in report.plan.skips],
        **({"counted": dict(report.plan.counted)} if report.plan.counted else {}),
        "holds": [_attention(shown) for shown in report.holds],
        "alerts": [_attention(shown) for shown in report.alerts],
        "resolved": [_resolved(gone) for gone in report.resolved],
        "requests": {"sellercloud": 0, "backmarket": 0, **report.requests},
        "guards": [_guard(guard) for guard in report.guards],
        "notes": list(report.plan.notes),
        "warnings": list(report.warnings),
        **({"reading": _reading(report.plan.reading)} if report.plan.reading else {}),
        **({"readiness": readiness.plain(report.plan.readiness)} if report.plan.readiness else {}),
    }


def _action(result: Result) -> Mapping[str, object]:
    return {
        "kind": result.action.kind.value,
        "subject": result.action.subject,
        "detail": result.action.detail,
        "outcome": result.outcome.verdict.value,
        "message": result.outcome.message,
    }


def _attention(shown: Attention) -> Mapping[str, object]:
    fact = shown.fact
    return {
        "subject": fact.subject,
        "reason": fact.reason,
        "detail": fact.detail,
        "deadline": to_text(fact.deadline),
        "first_seen": to_text(shown.first_seen),
    }


def _resolved(gone: Resolved) -> Mapping[str, object]:
    return {"subject": gone.subject, "reason": gone.reason, "first_seen": to_text(gone.first_seen)}


def _reading(reading: Reading) -> Mapping[str, object]:
    return {
        "choice": reading.choice,
        "known": reading.known,
        "unread": reading.unread,
        "oldest_fact_seconds": round(reading.oldest_fact.total_seconds()),
        "oldest_listing": to_text(reading.oldest_listing),
        "oldest_row": to_text(reading.oldest_row),
        "remarks": list(reading.remarks),
    }


def _guard(guard: GuardReport) -> Mapping[str, object]:
    return {"class": guard.name, "n": guard.n, "of": guard.of, "limit": guard.limit, "subjects": list(guard.subjects)}
