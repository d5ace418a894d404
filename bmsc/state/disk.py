"""What does the disk refuse, and how is a private file opened, read and made durable?"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bmsc.errors import StateError

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700

_LOOSE = stat.S_IRWXG | stat.S_IRWXO

_REMEDIES = {
    errno.ENOSPC: "make room on that disk, then run again",
    errno.EDQUOT: "make room within the user's disk quota, then run again",
    errno.EROFS: "mount it writable, or choose another place with --state-dir or BMSC_STATE_DIR",
    errno.EACCES: "give it to the user that runs bmsc (chown), or run bmsc as its owner",
    errno.EPERM: "give it to the user that runs bmsc (chown), or run bmsc as its owner",
    errno.EEXIST: "a file stands where a directory should be: move it away",
    errno.ENOTDIR: "a file stands where a directory should be: move it away",
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a StateError that names the path and a remedy."""
    try:
        yield
    except OSError as error:
        raise refusal(path, error) from error


def refusal(path: Path, error: OSError) -> StateError:
    """Put an operating system's refusal into a sentence and a next step."""
    remedy = _REMEDIES.get(error.errno or 0, f"look at {path}, then: bmsc doctor")
    return StateError(f"{path}: {error.strerror or error}", next_step=remedy)


def open_private(path: Path, flags: int) -> int:
    """Open a file, creating it for its owner alone; answers with a descriptor the caller closes."""
    with explained(path):
        return os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock of a permanent file, waiting for it; for moments only."""
    descriptor = open_private(path, os.O_RDWR)
    try:
        with explained(path):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read(path: Path) -> bytes | None:
    """Read a whole file; None when there is none."""
    try:
        with explained(path):
            return path.read_bytes()
    except StateError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


def tighten(path: Path) -> str:
    """Take from group and others what they may do with a file; answers with a warning, or with nothing."""
    with explained(path), suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _LOOSE:
            path.chmod(PRIVATE_FILE)
            return f"{path} was open to others (mode {mode:04o}); corrected to {PRIVATE_FILE:04o}"
    return ""


def write_whole(descriptor: int, content: bytes) -> None:
    """Write in one call, so that it lands in one piece; a short write is a full disk."""
    if os.write(descriptor, content) != len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # CIFS and some FUSE file systems cannot sync a directory and say so with EINVAL.
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)
