"""Where does bmsc keep its state, what is each file called, and may the place be trusted?"""

from __future__ import annotations

import os
import pwd
import re
import shlex
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bmsc.errors import StateError
from bmsc.state import disk

ENVIRONMENT_VARIABLE = "BMSC_STATE_DIR"

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_JOURNAL = re.compile(r"journal-(\d{4})-(\d{2})\.jsonl")
_PROBE_BYTES = 4096


def chosen(explicit: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Name the state directory: the one given, else BMSC_STATE_DIR, else the user's own."""
    named = explicit or environment.get(ENVIRONMENT_VARIABLE)
    return Path(named).expanduser().absolute() if named else _users_own()


def _users_own() -> Path:
    import platformdirs

    return platformdirs.user_state_path("bmsc", appauthor=False)


class StateDir:
    """A state directory that exists, is ours alone to write, and takes writes; and the names inside it.

    `warnings` tells which files inside were open to others; their modes were corrected. For reading alone it need not
    take writes: a person can look at it while its disk is full.
    """

    def __init__(self, path: Path, *, for_reading: bool = False) -> None:
        """Create what is missing. Raises StateError for a place that cannot be trusted or written."""
        self.path = path
        self.cache = path / "cache"
        self.log = path / "log" / "bmsc.log"
        self.state = path / "state.json"
        self.good = path / "state.json.good"
        self.listings = path / "listings.jsonl"
        self.prices = path / "prices.jsonl"
        self.runs = path / "runs"
        self.listing_lines = path / "locks" / "listing-lines"
        self.state_lock = path / "locks" / "state.lock"
        self.order_locks = path / "locks" / "by-order.lock"
        with disk.explained(path):
            _make(path)
        _refuse_foreign(path)
        for inside in (self.cache, self.log.parent, self.state_lock.parent):
            with disk.explained(inside):
                _make(inside)
        self.warnings = tuple(filter(None, map(disk.tighten, _files_in(path))))
        if not for_reading:
            _probe(self.state_lock.with_name(f"probe-{os.getpid()}"))

    def command_lock(self, command: str) -> Path:
        """Name the lock of a command."""
        return self.state_lock.with_name(f"{_slug(command)}.lock")

    def intents(self, command: str) -> Path:
        """Name the write-ahead list of a command."""
        return self.path / f"intents-{_slug(command)}.jsonl"

    def journal(self, moment: datetime) -> Path:
        """Name the journal of a moment's month, in UTC."""
        return self.path / f"journal-{moment.astimezone(UTC):%Y-%m}.jsonl"

    def journals(self) -> dict[tuple[int, int], Path]:
        """Find the journals there are, by year and month."""
        found = ((_JOURNAL.fullmatch(path.name), path) for path in self.path.iterdir())
        return {(int(match[1]), int(match[2])): path for match, path in found if match}

    def was_used(self) -> bool:
        """Say whether a run has ever written here."""
        return bool(self.journals()) or any(self.path.glob("intents-*.jsonl"))


def _files_in(path: Path) -> list[Path]:
    with disk.explained(path):
        return sorted(inside for inside in path.iterdir() if inside.is_file())


def _slug(command: str) -> str:
    return command.replace(" ", "-")


def _make(path: Path) -> None:
    if path.is_dir():
        return
    if not path.parent.exists():
        _make(path.parent)
    path.mkdir(mode=disk.PRIVATE_DIRECTORY, exist_ok=True)


def _refuse_foreign(path: Path) -> None:
    with disk.explained(path):
        found = path.stat()
    if found.st_uid != os.geteuid():
        raise StateError(
            f"{path} belongs to another user ({_user(found.st_uid)}; bmsc runs as {_user(os.geteuid())})",
            next_step=f"run bmsc as its owner ({_as_owner(found.st_uid)}); or, if bmsc is to run as this user from now "
            f"on: chown -R {os.geteuid()} {shlex.quote(str(path))}",
        )
    if found.st_mode & _OTHERS_MAY_WRITE:
        raise StateError(
            f"{path} may be written by others (mode {stat.S_IMODE(found.st_mode):04o})",
            next_step=f"chmod 700 {shlex.quote(str(path))}",
        )


def _user(uid: int) -> str:
    """Name a user by name and number, or by number alone where nobody knows the name."""
    name = _name_of(uid)
    return f"{name}, uid {uid}" if name else f"uid {uid}"


def _as_owner(uid: int) -> str:
    return f"sudo -u {_name_of(uid) or f'#{uid}'} bmsc ..."


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def _probe(path: Path) -> None:
    """Write for real: only that shows a full or read-only disk before the first write to a platform."""
    descriptor = disk.open_private(path, os.O_WRONLY)
    try:
        with disk.explained(path.parent):
            disk.write_whole(descriptor, bytes(_PROBE_BYTES))
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)
