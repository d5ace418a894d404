"""How is a file replaced so that a reader finds the old one or the new one and never half of either?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bmsc.state import disk


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file durably: a private neighbour is written, synced and renamed over it.

    Writers of one path must exclude each other; what a killed one left behind is overwritten by the next.
    Raises StateError when the disk refuses; the old file then still stands.
    """
    fresh = path.with_name(f".{path.name}.new")
    with disk.explained(path):
        try:
            _write(fresh, content)
            os.replace(fresh, path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
        disk.sync_directory(path.parent)


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Replace several files, or none of them: no name changes before the disk has taken every content.

    Raises StateError when it does not; the old files then still stand.
    """
    ready = {path: path.with_name(f".{path.name}.ready") for path in contents}
    try:
        for path, content in contents.items():
            with disk.explained(path):
                _write(ready[path], content)
        for path, written in ready.items():
            with disk.explained(path):
                os.replace(written, path)
    finally:
        for written in ready.values():
            written.unlink(missing_ok=True)
    for folder in {path.parent for path in contents}:
        with disk.explained(folder):
            disk.sync_directory(folder)


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, disk.PRIVATE_FILE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
