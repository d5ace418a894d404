"""What did the last runs remember, and how is it kept when the disk or a person damages the file?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bmsc.errors import StateError
from bmsc.state import atomic, disk, document
from bmsc.state.directory import StateDir
from bmsc.state.document import Corrupt, Document

_RESTORE = "restore {state} from a backup, or move it and {good} away to begin without memory, with caution"


class _Reading(Struct, frozen=True):
    """The document, and the bytes that state.json holds; None when there is no such file."""

    document: Document
    content: bytes | None
    damaged: bool = False


class Store:
    """The state document of one directory; `warnings` tells what had to be mended or done without."""

    def __init__(self, directory: StateDir) -> None:
        self._directory = directory
        self.warnings: list[str] = list(directory.warnings)
        if not (directory.state.exists() or directory.good.exists()) and directory.was_used():
            self._warn(f"{directory.state} is gone although runs were made here; going on without memory")

    def memory(self, command: str) -> CommandMemory:
        """Give one command's view of the document."""
        return CommandMemory(self, command)

    def section(self, command: str) -> dict[str, object]:
        """Read a command's section; empty only when there never was one."""
        return dict(self._read().document.commands.get(command, {}))

    def save_section(self, command: str, section: Mapping[str, object]) -> None:
        """Write a command's section, leaving the others as they now are; nothing when nothing changed."""
        self._change(lambda found: found.with_section(command, section))

    def identity(self) -> dict[str, object]:
        """Read which shop the state belongs to; empty when no run has said so."""
        return dict(self._read().document.identity)

    def save_identity(self, identity: Mapping[str, object]) -> None:
        """Write which shop the state belongs to."""
        self._change(lambda found: replace(found, identity=identity))

    def _change(self, change: Callable[[Document], Document]) -> None:
        with disk.exclusive(self._directory.state_lock):
            found = self._read()
            fresh = document.dump(change(found.document))
            if fresh == found.content:
                return
            if found.damaged:
                self._set_aside(found.content or b"")
            atomic.write_bytes(self._directory.state, fresh)
            atomic.write_bytes(self._directory.good, fresh)

    def _read(self) -> _Reading:
        path = self._directory.state
        content = disk.read(path)
        if content is None:
            return _Reading(self._good_copy(f"{path} is missing") or Document(), None)
        try:
            return _Reading(document.parse(content, path), content)
        except Corrupt as why:
            return _Reading(self._instead(f"{path} is damaged ({why})"), content, damaged=True)

    def _instead(self, why: str) -> Document:
        good = self._good_copy(why)
        if good is None:
            raise StateError(f"{why} and there is no good copy of it", next_step=self._remedy())
        return good

    def _good_copy(self, why: str) -> Document | None:
        path = self._directory.good
        content = disk.read(path)
        if content is None:
            return None
        try:
            good = document.parse(content, path)
        except Corrupt as also:
            raise StateError(f"{why} and {path} is damaged too ({also})", next_step=self._remedy()) from also
        self._warn(f"{why}; going on with the good copy of {_written(path):%Y-%m-%d %H:%M:%S} UTC")
        return good

    def _set_aside(self, content: bytes) -> None:
        """Keep the damaged bytes; by copying, so that there is no moment without a state.json."""
        path = self._directory.state
        aside = path.with_name(f"{path.name}.damaged-{_written(path):%Y%m%dT%H%M%S.%fZ}")
        atomic.write_bytes(aside, content)
        self._warn(f"the damaged {path} is kept as {aside.name}")

    def _remedy(self) -> str:
        return _RESTORE.format(state=self._directory.state, good=self._directory.good.name)

    def _warn(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)


class CommandMemory(Struct, frozen=True):
    """One command's own section of the state document."""

    store: Store
    command: str

    def load(self) -> dict[str, object]:
        """Read the section; empty only when there never was one."""
        return self.store.section(self.command)

    def load_other(self, command: str) -> dict[str, object]:
        """Read another command's section."""
        return self.store.section(command)

    def save(self, section: Mapping[str, object]) -> None:
        """Write the section; nothing is written when nothing changed."""
        self.store.save_section(self.command, section)


def _written(path: Path) -> datetime:
    with disk.explained(path):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
