"""The journal: every line whole, in its month, whoever else writes."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bmsc.errors import StateError
from bmsc.state.directory import StateDir
from bmsc.state.journal import JournalFile, NullJournal

from .conftest import StandingClock, Start, mode_of

WRITES = """
import sys
from pathlib import Path
from bmsc.state.clock import SystemClock
from bmsc.state.directory import StateDir
from bmsc.state.journal import JournalFile
journal = JournalFile(StateDir(Path(sys.argv[1])), SystemClock(), run_id=sys.argv[2], command="reprice")
for number in range(200):
    journal.write("set_price", {"number": number, "words": "x" * (number * 30)})
"""


@pytest.fixture
def journal(directory: StateDir, clock: StandingClock) -> JournalFile:
    return JournalFile(directory, clock, run_id="run-1", command="orders pull")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines() if line]


def test_an_event_is_one_private_line(
    journal: JournalFile,
    directory: StateDir,
    clock: StandingClock,
) -> None:
    journal.write("pay_order", {"subject": "order:7", "amount": Decimal("9.90"), "skus": ("a", "b")})
    path = directory.journal(clock.now())
    assert lines(path) == [
        {
            "at": "2026-03-31T23:59:30Z",
            "run": "run-1",
            "command": "orders pull",
            "event": "pay_order",
            "subject": "order:7",
            "amount": "9.90",
            "skus": ["a", "b"],
        }
    ]
    assert mode_of(path) == 0o600


def test_no_field_can_pretend_to_be_the_journals_own(
    journal: JournalFile,
    directory: StateDir,
    clock: StandingClock,
) -> None:
    journal.write("pay_order", {"run": "forged", "at": "never", "event": "none", "command": "other"})
    (line,) = lines(directory.journal(clock.now()))
    assert list(line.items())[1:] == [("run", "run-1"), ("command", "orders pull"), ("event", "pay_order")]


def test_a_new_month_begins_a_new_file(
    journal: JournalFile,
    directory: StateDir,
    clock: StandingClock,
) -> None:
    journal.write("one", {})
    clock.sleep(60)
    journal.write("two", {})
    assert [path.name for _, path in sorted(directory.journals().items())] == [
        "journal-2026-03.jsonl",
        "journal-2026-04.jsonl",
    ]


def test_processes_that_append_at_once_keep_every_line_whole(directory: StateDir, start: Start) -> None:
    for process in [start(WRITES, directory.path, f"run-{n}") for n in range(3)]:
        _, complaint = process.communicate(timeout=20)
        assert (process.returncode, complaint) == (0, "")
    found = [line for path in directory.journals().values() for line in lines(path)]
    for run in ("run-0", "run-1", "run-2"):
        assert [line["number"] for line in found if line["run"] == run] == list(range(200))
    assert len(found) == 600


def test_a_torn_line_spoils_no_other(journal: JournalFile, directory: StateDir, clock: StandingClock) -> None:
    journal.write("one", {})
    path = directory.journal(clock.now())
    with path.open("ab") as file:
        file.write(b'{"at":"2026-')
    journal.write("two", {})
    journal.write("three", {})
    first, torn, *rest = path.read_bytes().splitlines()
    assert torn == b'{"at":"2026-'
    assert [json.loads(line)["event"] for line in (first, *rest)] == ["one", "two", "three"]


def test_a_full_disk_is_said(
    journal: JournalFile,
    monkeypatch: pytest.MonkeyPatch,
    directory: StateDir,
    clock: StandingClock,
) -> None:
    really = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda fd, content: really(fd, content[:5]))
        with pytest.raises(StateError, match="No space left"):
            journal.write("one", {})
    journal.write("two", {})
    assert json.loads(directory.journal(clock.now()).read_bytes().splitlines()[-1])["event"] == "two"


@pytest.mark.parametrize(
    ("now", "keep_months", "left"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), 2, ["2026-01", "2026-02", "2026-03"]),
        (datetime(2026, 1, 31, tzinfo=UTC), 1, ["2025-12", "2026-01", "2026-02", "2026-03"]),
        (datetime(2026, 3, 1, tzinfo=UTC), 0, ["2026-03"]),
        (datetime(2026, 3, 1, tzinfo=UTC), 13, ["2025-02", "2025-12", "2026-01", "2026-02", "2026-03"]),
    ],
)
def test_old_months_are_pruned(
    journal: JournalFile,
    directory: StateDir,
    clock: StandingClock,
    now: datetime,
    keep_months: int,
    left: list[str],
) -> None:
    for month in ("2025-01", "2025-02", "2025-12", "2026-01", "2026-02", "2026-03"):
        (directory.path / f"journal-{month}.jsonl").write_text("")
    (directory.path / "journal-2019-01.jsonl.mine").write_text("")
    clock.moment = now
    removed = journal.prune(keep_months)
    assert [f"{y}-{m:02}" for y, m in sorted(directory.journals())] == left
    assert len(removed) == 6 - len(left)
    assert (directory.path / "journal-2019-01.jsonl.mine").exists()


def test_a_run_that_only_looks_writes_nothing(directory: StateDir) -> None:
    NullJournal().write("pay_order", {"subject": "order:7"})
    assert directory.journals() == {}
