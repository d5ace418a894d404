"""Whether somebody holds the lock of a file just now: that a lock is taken shows without a race that one might win."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def is_locked(path: Path) -> bool:
    """Say whether another process that wanted the file would have to wait."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def notes_locks(patch: pytest.MonkeyPatch, path: Path, *calls: str) -> list[bool]:
    """Note at each of these calls of `os` whether the lock is held; answers with the notes."""
    notes: list[bool] = []

    def noting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            notes.append(is_locked(path))
            return real(*args)

        return call

    for name in calls:
        patch.setattr(os, name, noting(getattr(os, name)))
    return notes
