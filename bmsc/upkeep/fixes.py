"""What doctor may mend by itself: modes of our own files, and missing bytecode."""

from __future__ import annotations

import compileall
import os
import stat
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import bmsc
from bmsc import premises
from bmsc.config.secrets import PASSWORD, TOKEN
from bmsc.state import directory, disk

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def mend(config: Path | None, state_dir: Path | None) -> list[str]:
    """Mend what is safe to mend, and tell what was mended."""
    return [*_secret_modes(premises.configuration_file(config)), *_state_modes(state_dir), *_bytecode()]


def _secret_modes(config: Path) -> Iterator[str]:
    try:
        document = tomllib.loads(config.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return
    for place in (PASSWORD, TOKEN):
        name = place.named_in(document)
        if name:
            yield from _narrowed(config.parent / name, disk.PRIVATE_FILE, _OTHERS)


def _state_modes(state_dir: Path | None) -> Iterator[str]:
    yield from _narrowed(directory.chosen(state_dir), disk.PRIVATE_DIRECTORY, _MAY_WRITE)


def _narrowed(path: Path, mode: int, forbidden: int) -> Iterator[str]:
    """Take rights from others, on what is ours and no link to elsewhere."""
    with suppress(OSError):
        found = path.lstat()
        if not stat.S_ISLNK(found.st_mode) and found.st_uid == os.geteuid() and found.st_mode & forbidden:
            path.chmod(mode)
            yield f"{path}: mode {stat.S_IMODE(found.st_mode):04o} became {mode:04o}"


def _bytecode() -> Iterator[str]:
    folder = Path(bmsc.__file__).parent
    if not (folder / "__pycache__").exists() and compileall.compile_dir(str(folder), quiet=2):
        yield f"{folder}: compiled to bytecode"
