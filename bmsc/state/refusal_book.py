"""Which refusal of a run has a person heard of already?"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict, replace

from bmsc.domain.papers import DAMAGE, moment, text
from bmsc.domain.runs import EVERY, slug
from bmsc.errors import BmscError, LockHeld
from bmsc.state import atomic, disk, plain
from bmsc.state.directory import StateDir


class Refusal(Struct, frozen=True):
    """Why a run was refused before it began, since when, and when that was told last."""

    reason: str
    detail: str
    first_seen: datetime
    last_shown: datetime
    told_by: str = ""
    """The other command that tells a person of it; empty when this one does."""

    @classmethod
    def of(cls, refused: BmscError, *, first_seen: datetime, last_shown: datetime) -> Refusal:
        """Note a refusal; which process holds a lock is no part of the fact."""
        detail = "" if isinstance(refused, LockHeld) else refused.message
        return cls(refused.exit_code.name.lower(), detail, first_seen, last_shown)

    def is_about(self, refused: BmscError) -> bool:
        """Say whether this is the same fact."""
        other = Refusal.of(refused, first_seen=self.first_seen, last_shown=self.last_shown)
        return (other.reason, other.detail) == (self.reason, self.detail)


class RefusalBook:
    """The last refusal of one command that somebody was told of; a damaged note counts as none."""

    def __init__(self, directory: StateDir, command: str) -> None:
        self._directory, self._command = directory, command
        self._path = directory.runs / f"{slug(command)}.refused"

    def last(self) -> Refusal | None:
        """Read it; None when the last run could begin."""
        with suppress(*DAMAGE):
            return _refusal(json.loads(disk.read(self._path) or b""))
        return None

    def told_elsewhere(self, refused: BmscError, *, since: datetime) -> Refusal | None:
        """Give the same refusal as another command has told it lately, or None."""
        for command in EVERY:
            other = None if command == self._command else RefusalBook(self._directory, command).last()
            if other and not other.told_by and other.last_shown >= since and other.is_about(refused):
                return replace(other, told_by=command)
        return None

    def write(self, refusal: Refusal) -> None:
        """Keep it."""
        with disk.explained(self._path):
            self._path.parent.mkdir(mode=disk.PRIVATE_DIRECTORY, exist_ok=True)
        atomic.write_bytes(self._path, plain.line(asdict(refusal)))

    def forget(self) -> Refusal | None:
        """Drop it; answers with what was dropped."""
        last = self.last()
        with disk.explained(self._path):
            self._path.unlink(missing_ok=True)
        return last


def _refusal(noted: dict[str, object]) -> Refusal:
    first, last = moment(noted["first_seen"]), moment(noted["last_shown"])
    return Refusal(text(noted["reason"]), text(noted["detail"]), first, last, text(noted.get("told_by", "")))
