"""Which writes that must not happen twice were announced, and which of them has nobody seen the end of?"""

from __future__ import annotations

import itertools
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bmsc.domain.intents import Intent
from bmsc.domain.papers import DAMAGE, moment, text
from bmsc.errors import StateError
from bmsc.state import atomic, disk, plain
from bmsc.state.clock import TellsTime

_SUBJECT = re.compile(r"order:[0-9]{1,18}|(?!order:)[a-z]+:.+", re.DOTALL)


class IntentReader:
    """A command's write-ahead list for those who only look: announcing a write here is a bug."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> Sequence[Intent]:
        """Give every intent since the last compaction, oldest first."""
        return tuple(_replay(self._path).values())

    def open(self, kind: str, subject: str, data: Mapping[str, object]) -> str:
        """Refuse: a run that only looks has announced a write."""
        raise RuntimeError(f"{kind} of {subject} ({', '.join(data)}) was announced in a run that only looks")

    def settle(self, intent_id: str, how: str, learned: Mapping[str, object]) -> None:
        """Refuse: a run that only looks has settled a write."""
        raise RuntimeError(f"{intent_id} was settled: {how} ({', '.join(learned)}) in a run that only looks")

    def compact(self) -> None:
        """Refuse: a run that only looks has dropped intents."""
        raise RuntimeError(f"{self._path} was compacted in a run that only looks")


class IntentLog:
    """A command's write-ahead list: one line per opening and settling, fsynced before it returns.

    Threads may share it; processes may not, which the command's lock sees to.
    """

    def __init__(self, path: Path, clock: TellsTime, run_id: str) -> None:
        self._path = path
        self._clock = clock
        self._run_id = run_id
        self._numbers = itertools.count(1)
        self._guard = threading.Lock()

    def all(self) -> Sequence[Intent]:
        """Give every intent since the last compaction, oldest first."""
        with self._guard:
            return tuple(_replay(self._path).values())

    def open(self, kind: str, subject: str, data: Mapping[str, object]) -> str:
        """Put an intent on disk before the write; answers with its id."""
        with self._guard:
            intent = Intent(self._fresh_id(), self._clock.now(), kind, subject, data)
            _append(self._path, plain.line(_opening(intent)))
            self._ids.add(intent.id)
        return intent.id

    def settle(self, intent_id: str, how: str, learned: Mapping[str, object]) -> None:
        """Put the outcome on disk after the write; of several for one intent the last counts.

        Raises StateError when the file is gone: a new one would hold an end without its beginning.
        """
        with self._guard:
            if intent_id not in self._ids:
                raise KeyError(intent_id)
            if not self._path.exists():
                raise _vanished(self._path)
            _append(self._path, plain.line(_settling(intent_id, how, learned) | {"at": self._clock.now()}))

    def compact(self) -> None:
        """Drop settled intents, in one rename; open ones stay."""
        with self._guard:
            found = _replay(self._path).values()
            still_open = [intent for intent in found if intent.is_open]
            if len(still_open) < len(found):
                atomic.write_bytes(self._path, b"".join(map(plain.line, _records(still_open))))
                self._ids = {intent.id for intent in still_open}

    @cached_property
    def _ids(self) -> set[str]:
        return set(_replay(self._path))

    def _fresh_id(self) -> str:
        names = (f"{self._run_id}-{number}" for number in self._numbers)
        return next(name for name in names if name not in self._ids)


def _append(path: Path, line: bytes) -> None:
    """Add a line durably. Raises StateError when the disk refuses: nothing may then be sent."""
    is_new = not path.exists()
    descriptor = disk.open_private(path, os.O_RDWR | os.O_APPEND)
    try:
        with disk.explained(path):
            _cut_torn_tail(descriptor)
            disk.write_whole(descriptor, line)
            os.fsync(descriptor)
            if is_new:
                disk.sync_directory(path.parent)
    finally:
        os.close(descriptor)


def _cut_torn_tail(descriptor: int) -> None:
    """Remove an unterminated last line: the run that wrote it was stopped before its write was sent."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        os.ftruncate(descriptor, os.pread(descriptor, size, 0).rfind(b"\n") + 1)


def _replay(path: Path) -> dict[str, Intent]:
    """Read what is known of every intent, by id, oldest first. Only a torn last line is passed over."""
    *lines, _torn = (disk.read(path) or b"").split(b"\n")
    intents: dict[str, Intent] = {}
    for number, line in enumerate(lines, start=1):
        try:
            _learn(intents, plain.read(line))
        except DAMAGE as error:
            raise _unreadable(path, number) from error
    return intents


def _learn(intents: dict[str, Intent], record: Any) -> None:
    if "settled" in record:
        intent = intents[record["intent"]]
        intents[intent.id] = replace(intent, settled=text(record["settled"]), learned=dict(record["learned"]))
    else:
        intent = _opened(record)
        if intents.setdefault(intent.id, intent) is not intent:
            raise ValueError(f"{intent.id} was opened twice")


def _opened(record: dict[str, Any]) -> Intent:
    subject = text(record["subject"])
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("an intent about nothing")
    return Intent(text(record["intent"]), moment(record["at"]), text(record["kind"]), subject, dict(record["data"]))


def _records(intents: Iterable[Intent]) -> Iterator[dict[str, object]]:
    for intent in intents:
        yield _opening(intent)
        if intent.settled is not None:
            yield _settling(intent.id, intent.settled, intent.learned or {})


def _opening(intent: Intent) -> dict[str, object]:
    return {
        "intent": intent.id,
        "at": intent.at,
        "kind": intent.kind,
        "subject": intent.subject,
        "data": intent.data,
    }


def _settling(intent_id: str, how: str, learned: Mapping[str, object]) -> dict[str, object]:
    return {"intent": intent_id, "settled": how, "learned": learned}


def _vanished(path: Path) -> StateError:
    return StateError(
        f"{path} was deleted while this run was under way",
        next_step="nothing, if you meant to: the next run looks before it writes",
    )


def _unreadable(path: Path, number: int) -> StateError:
    return StateError(
        f"{path}: line {number} cannot be read, and it may announce a write that must not happen twice",
        next_step="mend the line, or look its subject up on both platforms and then move the file away",
    )
