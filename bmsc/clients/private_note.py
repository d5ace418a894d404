"""What one process leaves for the next about a platform: one private file, shared under a lock, safe to delete."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bmsc.domain.papers import DAMAGE

log = logging.getLogger("bmsc.http")
_LARGEST_BYTES = 65_536


class PrivateNote:
    """One file for one user on one host; what others could have read or written is not believed.

    `about` names what the note belongs to: a note about something else is none.
    """

    def __init__(self, path: Path, *, about: Mapping[str, str]) -> None:
        self.path = path
        self._about = dict(about)

    def read(self) -> Mapping[str, object] | None:
        """Give what is on disk; None when there is nothing that is ours alone."""
        try:
            kept = json.loads(self._private_content())
        except (OSError, *DAMAGE):
            return None
        if not isinstance(kept, dict) or any(kept.get(name) != value for name, value in self._about.items()):
            return None
        return kept

    def write(self, content: Mapping[str, str]) -> None:
        """Replace what is on disk. Raises OSError."""
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        fresh = Path(name)
        try:
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - mkstemp made it private
                file.write(json.dumps({**content, **self._about}))
            fresh.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise

    def forget(self) -> None:
        """Take the note away."""
        with contextlib.suppress(OSError):
            self.path.unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out meanwhile. Raises OSError without a writable place."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _private_content(self) -> bytes:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, so that what is checked is what is read
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
                log.warning("%s is not private to us: it is not used", self.path.name)
                return b""
            return file.read(_LARGEST_BYTES)
