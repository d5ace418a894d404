"""Is this machine as bmsc needs it: files, modes, locks, disk, bytecode, cron, and whoever is to be notified?"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shlex
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from http.client import HTTPException
from pathlib import Path

from msgspec.structs import asdict

import bmsc
from bmsc import premises
from bmsc.clients.connect import LISTINGS_LESSON
from bmsc.clients.listings_lane import LessonFile
from bmsc.domain.runs import EVERY, patience
from bmsc.domain.settings import NotifySettings, Settings
from bmsc.errors import ConfigError, ExitCode
from bmsc.jobs.doctor import Finding, Look
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentReader
from bmsc.state.store import Store
from bmsc.upkeep import cron_table

CONFIGURATION, STATE = "configuration", "state directory"
_NEEDED_BYTES = 20_000_000
_WISHED_BYTES = 500_000_000
_SLOW_SYNC_SECONDS = 0.5
_NOTIFY_SECONDS = 5.0


def looks(config: Path | None, state_dir: Path | None) -> Iterator[Look]:
    """Name every check that asks no platform."""
    yield Look(CONFIGURATION, lambda: _configuration(config))
    yield Look(STATE, lambda: _state(state_dir))
    yield Look("locks", lambda: _locks(premises.state_directory(state_dir)), (STATE,))
    yield Look("disk", lambda: _disk(premises.state_directory(state_dir)), (STATE,))
    yield Look("memory", lambda: _memory(premises.state_directory(state_dir), config), (STATE, CONFIGURATION))
    yield Look("pace of listings", lambda: _pace(premises.state_directory(state_dir)), (STATE,))
    yield Look("bytecode", _bytecode)
    yield Look("cron", lambda: _cron(premises.configuration(config).settings), (CONFIGURATION,))
    yield Look(
        "notifications", lambda: _notifications(premises.configuration(config).settings.notify), (CONFIGURATION,)
    )


def _configuration(config: Path | None) -> Finding | str:
    loaded = premises.configuration(config)
    return f"{loaded.path}: every key is valid, both secrets are private"


def _state(state_dir: Path | None) -> Finding | str:
    directory = premises.state_directory(state_dir)
    if directory.warnings:
        return Finding("; ".join(directory.warnings), "nothing: it was corrected; look who opens these files")
    return f"{directory.path}: private, and takes writes"


def _pace(directory: StateDir) -> Finding | str:
    lesson = LessonFile(directory.cache / LISTINGS_LESSON).read()
    if lesson is None or not lesson.holds(premises.clock().now()):
        return "no block has taught that listings must be read more slowly than our share allows"
    told = f"Back Market blocked reads of listings at {lesson.learned_at:%Y-%m-%d %H:%M} UTC: they are asked 2 a second"
    trial = f"nothing: something faster is tried by itself at {lesson.until:%Y-%m-%d %H:%M} UTC"
    return Finding(told, f"{trial}; if another program asks Back Market from this address, let it ask less")


def _locks(directory: StateDir) -> Finding | str:
    path = directory.state_lock.with_name("doctor.lock")
    first, second = disk.open_private(path, os.O_RDWR), disk.open_private(path, os.O_RDWR)
    try:
        fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return "this file system keeps locks"
    except OSError as error:
        remedy = "choose a local disk with --state-dir or BMSC_STATE_DIR"
        return Finding(f"this file system takes no locks ({error.strerror})", remedy, ExitCode.CONFIGURATION)
    finally:
        os.close(first)
        os.close(second)
    remedy = "choose a local disk with --state-dir or BMSC_STATE_DIR"
    return Finding("this file system lets two processes hold one lock", remedy, ExitCode.CONFIGURATION)


def _disk(directory: StateDir) -> Finding | str:
    free = shutil.disk_usage(directory.path).free
    started = time.monotonic()
    path = directory.state_lock.with_name("doctor.sync")
    descriptor = disk.open_private(path, os.O_WRONLY)
    try:
        with disk.explained(directory.path):
            disk.write_whole(descriptor, b"doctor\n")
            os.fsync(descriptor)
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)
    took = time.monotonic() - started
    told = f"{free / 1e9:.1f} GB free, a synced write takes {took * 1000:.0f} ms"
    if free < _NEEDED_BYTES:
        return Finding(told, "make room on that disk: a run stops when it cannot write", ExitCode.CONFIGURATION)
    if free < _WISHED_BYTES:
        return Finding(told, "make room on that disk before it is full")
    if took > _SLOW_SYNC_SECONDS:
        return Finding(told, "choose a faster, local disk: every order waits for several such writes")
    return told


def _memory(directory: StateDir, config: Path | None) -> Finding | str:
    store = Store(directory)
    before, now = store.identity(), premises.identity(premises.configuration(config).settings)
    for command in EVERY:
        IntentReader(directory.intents(command)).all()
    changed = [name for name in now if before and before.get(name) != now[name]]
    if changed:
        remedy = "use another --state-dir for another shop, or add --force once to a run if the change is meant"
        return Finding(f"belongs to another shop: {', '.join(changed)} changed", remedy, ExitCode.GUARD)
    if store.warnings:
        return Finding("; ".join(store.warnings), "nothing: it was mended; look for the cause (disk, editor, backup)")
    return "state and intents can be read" if before else "no run was made here yet"


def _bytecode() -> Finding | str:
    source = Path(bmsc.__file__)
    if Path(importlib.util.cache_from_source(str(source))).exists():
        return "compiled: commands start fast"
    return Finding("bmsc is not compiled to bytecode", f"python -m compileall -q {shlex.quote(str(source.parent))}")


def _cron(settings: Settings) -> Finding | str:
    wanted = [command for command in EVERY if command != "reprice" or settings.reprice.enabled]
    lines = cron_table.active_lines()
    starting = {command: cron_table.starting(lines, command) for command in wanted}
    absent = [command for command, found in starting.items() if not found]
    if absent:
        remedy = "add them with crontab -e (`bmsc init --print-crontab` prints them); ignore this if a timer runs them"
        return Finding(f"no cron entry runs {_quoted(absent)}", remedy)
    remedy = "take the lines that `bmsc init --print-crontab` prints, and put them in with crontab -e"
    if gone := cron_table.missing_programs([line for found in starting.values() for line in found]):
        return Finding(f"cron entries start {', '.join(gone)}, which cannot be run", remedy)
    seldom = [command for command, found in starting.items() if _is_seldom(command, found)]
    if seldom:
        return Finding(f"started so seldom that `bmsc status` would call them overdue: {_quoted(seldom)}", remedy)
    return f"all {len(wanted)} commands have a cron entry"


def _is_seldom(command: str, lines: Sequence[str]) -> bool:
    wait = cron_table.longest_wait(lines)
    return wait is not None and wait > patience(command)


def _quoted(commands: Iterable[str]) -> str:
    return ", ".join(f"`bmsc {command}`" for command in commands)


def _notifications(notify: NotifySettings) -> Finding | str:
    if notify.command and shutil.which(shlex.split(notify.command)[0]) is None:
        remedy = "correct notify.command: name the program with its whole path, and make it executable"
        return Finding(f"notify.command: {shlex.split(notify.command)[0]} cannot be run", remedy)
    if notify.metrics_file and not os.access(Path(notify.metrics_file).parent, os.W_OK):
        remedy = "create that folder and let bmsc's user write to it, or correct notify.metrics_file"
        return Finding("notify.metrics_file: its folder cannot be written", remedy)
    if notify.heartbeat_url and not _answers(notify.heartbeat_url):
        remedy = "correct notify.heartbeat_url, or look why that host cannot be reached from here"
        return Finding("notify.heartbeat_url: the host does not answer", remedy)
    used = [name for name, value in asdict(notify).items() if value]
    return f"in use: {', '.join(used)}" if used else "none configured ([notify]): nobody hears when cron stops"


def _answers(url: str) -> bool:
    """Look whether the watcher's host answers at all, without touching a check."""
    root = "/".join(url.split("/")[:3])
    try:
        with urllib.request.urlopen(root, timeout=_NOTIFY_SECONDS):  # noqa: S310 - the configuration takes web addresses only
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, HTTPException, ValueError):
        return False


def is_configured(config: Path | None) -> bool:
    """Say whether the configuration can be loaded."""
    try:
        premises.configuration(config)
    except ConfigError:
        return False
    return True
