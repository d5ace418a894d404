"""How the facts of repricing runs are kept in a file of the owner's choice, and read from it again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bmsc.domain.repricing import Decision, MarketFacts
from bmsc.errors import UsageError
from bmsc.jobs import reprice_plain
from bmsc.state import disk, plain

_TO_ADD = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


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


def recorded(path: Path) -> Iterator[tuple[MarketFacts, Decision]]:
    """Read what runs have kept; raises UsageError for a file that is no record, naming the line."""
    try:
        with path.open(encoding="ascii") as tape:
            for number, line in enumerate(tape, start=1):
                yield _entry(line, path, number)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise UsageError(message, next_step="name a file made with --record") from None


def _entry(line: str, path: Path, number: int) -> tuple[MarketFacts, Decision]:
    try:
        found = json.loads(line)
        return reprice_plain.facts(found["facts"]), reprice_plain.decision(found["decision"])
    except (ValueError, KeyError, TypeError, ArithmeticError):
        message = f"line {number} of {path} is no recorded price"
        raise UsageError(message, next_step="name a file made with --record") from None
