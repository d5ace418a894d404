"""What a Prometheus node exporter reads of our runs: one text file, replaced in one step."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bmsc.domain.runs import EVERY, RunRecord

_HELP = {
    "bmsc_run_completed_timestamp_seconds": "When the command's last run ended, however it ended.",
    "bmsc_last_success_timestamp_seconds": "When the command last ended with exit status 0.",
    "bmsc_run_duration_seconds": "How long the last run took.",
    "bmsc_run_exit_code": "Exit status of the last run.",
    "bmsc_run_interval_seconds": "How often cron is meant to start the command.",
}
_COUNT = "bmsc_run_subjects"
_READABLE = 0o644


def write(path: Path, records: Iterable[RunRecord]) -> None:
    """Replace the file by rename; the exporter, another user, may read it. Raises OSError."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)
        # The folder may be one where others write too: their link in our place must not lead us to another file.
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READABLE), "w", encoding="utf-8") as file:
            file.write(render(records))
        fresh.chmod(_READABLE)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def render(records: Iterable[RunRecord]) -> str:
    """Write the metrics of every command's last run."""
    kept = sorted(records, key=lambda record: record.command)
    lines: list[str] = []
    for name, about in _HELP.items():
        lines += [f"# HELP {name} {about}", f"# TYPE {name} gauge"]
        lines += [f'{name}{{command="{one.command}"}} {value:.10g}' for one in kept for value in _values(one, name)]
    lines += [f"# HELP {_COUNT} Actions of the last run by outcome, and subjects left alone.", f"# TYPE {_COUNT} gauge"]
    for one in kept:
        lines += [f'{_COUNT}{{command="{one.command}",outcome="{name}"}} {n}' for name, n in one.counts.items()]
    return "\n".join(lines) + "\n"


def _values(record: RunRecord, name: str) -> Iterator[float]:
    found: Mapping[str, float | None] = {
        "bmsc_run_completed_timestamp_seconds": record.finished_at.timestamp(),
        "bmsc_last_success_timestamp_seconds": record.last_success.timestamp() if record.last_success else None,
        "bmsc_run_duration_seconds": (record.finished_at - record.started_at).total_seconds(),
        "bmsc_run_exit_code": record.exit_code,
        "bmsc_run_interval_seconds": EVERY[record.command].total_seconds() if record.command in EVERY else None,
    }
    value = found[name]
    if value is not None:
        yield value
