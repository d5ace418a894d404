"""When did each command last run, and when did it last succeed?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from bmsc.domain.papers import DAMAGE, moment, text, whole
from bmsc.domain.runs import RunRecord, slug
from bmsc.domain.times import from_text
from bmsc.errors import ExitCode
from bmsc.state import atomic, disk, plain


class RunBook:
    """One small file a command, replaced at the end of each whole live run; one that is damaged counts as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, record: RunRecord) -> RunRecord:
        """Keep a run, carrying the last success over from the one before when this is none."""
        succeeded = record.exit_code == ExitCode.DONE
        before = self.last(record.command)
        success = record.finished_at if succeeded else (before.last_success if before else None)
        kept = replace(record, last_success=success)
        with disk.explained(self._folder):
            self._folder.mkdir(mode=disk.PRIVATE_DIRECTORY, exist_ok=True)
        atomic.write_bytes(self._folder / f"{record.slug}.json", plain.line(asdict(kept)))
        return kept

    def last(self, command: str) -> RunRecord | None:
        """Read a command's last run; None when there was none."""
        return _read(self._folder / f"{slug(command)}.json")

    def all(self) -> Mapping[str, RunRecord]:
        """Read the last run of every command there was one of."""
        found = (_read(path) for path in sorted(self._folder.glob("*.json")))
        return {record.command: record for record in found if record}


def _read(path: Path) -> RunRecord | None:
    with suppress(*DAMAGE):
        return _record(json.loads(disk.read(path) or b""))
    return None


def _record(plain_record: dict[str, Any]) -> RunRecord:
    return RunRecord(
        command=text(plain_record["command"]),
        run_id=text(plain_record["run_id"]),
        started_at=moment(plain_record["started_at"]),
        finished_at=moment(plain_record["finished_at"]),
        exit_code=whole(plain_record["exit_code"]),
        counts={text(name): whole(number) for name, number in plain_record["counts"].items()},
        last_success=from_text(plain_record["last_success"]),
    )
