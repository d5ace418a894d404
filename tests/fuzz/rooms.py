"""Where spoilt files lie: in memory, where nothing waits for a disk."""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache
from pathlib import Path

ROOM = "BMSC_FUZZ_ROOM"
"""Names the folder that all processes of one long run work in."""
_IN_MEMORY = Path("/dev/shm")


@cache
def room() -> Path:
    """Give this process a folder of its own, which vanishes with it."""
    kept = tempfile.TemporaryDirectory(prefix="bmsc-fuzz-", dir=place())
    atexit.register(kept.cleanup)
    return Path(kept.name)


def place() -> Path | None:
    """Name where such folders lie; None for the system's own place."""
    if ROOM in os.environ:
        return Path(os.environ[ROOM])
    return _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
