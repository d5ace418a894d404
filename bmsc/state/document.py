"""What does the state document look like, and how do older ones become today's?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.errors import StateError
from bmsc.state import plain

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: Sequence[Migration] = ()
"""The first turns version 1 into version 2, the second 2 into 3. Pure; never edited once released."""


class Corrupt(Exception):
    """These bytes are no state document."""


class Document(Struct, frozen=True):
    """Everything bmsc remembers: a section for each command, and which shop this is."""

    commands: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    identity: Mapping[str, object] = field(default_factory=dict)

    def with_section(self, command: str, section: Mapping[str, object]) -> Document:
        """Put one command's section in place."""
        return replace(self, commands={**self.commands, command: section})


def parse(content: bytes, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Document:
    """Read a document of this or an older version.

    Raises Corrupt for what is none, StateError for one of a newer version. `path` is for the message.
    """
    found = _object(content)
    version = _version(found)
    current = len(migrations) + 1
    if version > current:
        raise StateError(
            f"{path} has schema version {version}; this bmsc knows versions up to {current}",
            next_step="upgrade bmsc to the version that wrote it; nothing was changed",
        )
    for migrate in migrations[version - 1 :]:
        found = migrate(found)
    return _typed(found)


def dump(document: Document, migrations: Sequence[Migration] = MIGRATIONS) -> bytes:
    """Write a document; equal documents are written alike, byte for byte."""
    written = {
        "schema_version": len(migrations) + 1,
        "commands": document.commands,
        "identity": document.identity,
    }
    return plain.text(written, sort_keys=True).encode("ascii") + b"\n"


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = plain.read(content)
    except (ValueError, RecursionError) as error:
        raise Corrupt(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Corrupt("not a JSON object")
    return found


def _version(found: Mapping[str, Any]) -> int:
    version = found.get("schema_version")
    if type(version) is not int or version < 1:
        raise Corrupt("no schema_version")
    return version


def _typed(found: Mapping[str, Any]) -> Document:
    commands, identity = found.get("commands"), found.get("identity")
    if not isinstance(commands, dict) or not isinstance(identity, dict):
        raise Corrupt("commands or identity is missing")
    if not all(isinstance(section, dict) for section in commands.values()):
        raise Corrupt("a command's section is not an object")
    return Document(commands, identity)
