"""How the facts of repricing runs are kept in a file of the owner's choice, and read from it again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bmsc.domain.papers import DAMAGE
from bmsc.domain.repricing import Decision, MarketFacts
from bmsc.errors import UsageError
from bmsc.jobs import reprice_plain
from bmsc.state import disk, plain

_TO_ADD = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_NAME_ONE = "name a file made with --record"


class TapeFile:
    """One file that runs are added to, a line a price."""

    def __init__(self, path: Path, run_id: str) -> None:
        """Open the file once, so that a run does not read for an hour and then find that it cannot keep anything."""
        self._path = path
        self._run_id = run_id
        self.keep(())

    def keep(self, prices: Iterable[tuple[MarketFacts, Decision]]) -> None:
        """Add the facts and decisions of one run; raises UsageError when the file takes no writes."""
        try:
            # The merchant's lowest prices are nobody else's business: a new file is private.
            with os.fdopen(os.open(self._path, _TO_ADD, disk.PRIVATE_FILE), "ab") as tape:
                tape.write(_end_of_torn_line(tape.fileno()))
                for facts, decision in prices:
                    tape.write(plain.line(self._entry(facts, decision)))
        except OSError as error:
            message = f"{self._path} cannot be written: {error.strerror}"
            raise UsageError(message, next_step="name another file after --record") from None

    def _entry(self, facts: MarketFacts, decision: Decision) -> dict[str, object]:
        return {
            "run": self._run_id,
            "facts": reprice_plain.of_facts(facts),
            "decision": reprice_plain.of_decision(decision),
        }


class Recording:
    """What runs have kept in one file, read line by line; `unreadable` counts what a killed run has torn."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.unreadable = 0

    def __iter__(self) -> Iterator[tuple[MarketFacts, Decision]]:
        """Give each recorded price; raises UsageError for a file that holds none."""
        is_record = False
        for line in self._lines():
            if (entry := _entry(line)) is None:
                self.unreadable += 1
            else:
                is_record = True
                yield entry
        if self.unreadable and not is_record:
            raise UsageError(f"{self._path} holds no recorded price", next_step=_NAME_ONE)

    def _lines(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as tape:
                yield from tape
        except OSError as error:
            raise UsageError(f"{self._path} cannot be read: {error.strerror}", next_step=_NAME_ONE) from None


def _entry(line: bytes) -> tuple[MarketFacts, Decision] | None:
    try:
        found = json.loads(line)
        return reprice_plain.facts(found["facts"]), reprice_plain.decision(found["decision"])
    except DAMAGE:
        return None


def _end_of_torn_line(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""
