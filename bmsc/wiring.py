"""Who is real: the only place that names clients, files and the clock. Heavy imports live in its functions."""

from __future__ import annotations

import logging
import os
import secrets as random_secrets
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bmsc.errors import GuardTripped

if TYPE_CHECKING:
    from bmsc.clients.backmarket import BackMarketWrites
    from bmsc.clients.sellercloud import SellerCloudWrites
    from bmsc.config.loader import Loaded
    from bmsc.domain.outcome import RunReport
    from bmsc.domain.scope import Scope
    from bmsc.domain.settings import Settings
    from bmsc.jobs.doctor import Check, Probe
    from bmsc.jobs.house import House
    from bmsc.jobs.job import Job
    from bmsc.jobs.ports import Clock
    from bmsc.state.desk import Desk
    from bmsc.state.directory import StateDir
    from bmsc.state.store import Store

log = logging.getLogger("bmsc.run")
CLOCK_FILE = "BMSC_CLOCK_FILE"
"""Names a file that holds the time, so that a sandbox and the program can share simulated days."""


@dataclass(frozen=True)
class Platforms:
    """Both clients of one run; in a dry run neither can write."""

    backmarket: BackMarketWrites
    sellercloud: SellerCloudWrites
    counts: Callable[[], Mapping[str, int]]


def run(command: str, config: Path | None, state_dir: Path | None, scope: Scope) -> RunReport:
    """Run one job as the command line asked, and answer with its report."""
    from bmsc.jobs import runner
    from bmsc.state.locks import command_lock
    from bmsc.state.store import Store

    loaded = _load(config)
    directory = _directory(state_dir)
    clock = _clock()
    lock = command_lock(directory.command_lock(command), clock)
    with _logging(directory, loaded), lock, _interruptible() as stop:
        store = Store(directory)
        _same_identity(store, loaded.settings, scope)
        platforms = _platforms(loaded, directory, clock, read_only=scope.dry_run)
        desk, run_id = _desk(directory, store, command, clock, scope)
        house = _house(desk, run_id, clock, platforms, loaded.settings, stop=stop, warnings=store.warnings)
        report = runner.run(_JOBS[command](platforms, loaded.settings, house, scope), house, scope)
        desk.tidy(loaded.settings.journal.keep_months)
        return report


def doctor(config: Path | None, state_dir: Path | None) -> list[Check]:
    """Check every prerequisite."""
    from bmsc.jobs.doctor import examine

    configuration = examine([("configuration", lambda: _read_config(config))])
    state = examine([("state directory", lambda: _read_state(state_dir))])
    if not all(check.ok for check in (*configuration, *state)):
        return [*configuration, *state]
    loaded, directory, clock = _load(config), _directory(state_dir), _clock()
    with _logging(directory, loaded):
        platforms = _platforms(loaded, directory, clock, read_only=True)
        return [*configuration, *state, *examine(_remote_probes(platforms, loaded.settings))]


def _remote_probes(platforms: Platforms, settings: Settings) -> list[tuple[str, Probe]]:
    company = settings.sellercloud.company_id
    return [
        ("SellerCloud login", platforms.sellercloud.check_login),
        ("SellerCloud company", lambda: platforms.sellercloud.check_company(company)),
        ("Back Market token", platforms.backmarket.check_token),
    ]


def _orders_pull(platforms: Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.jobs.orders_gather import OrdersGatherer
    from bmsc.jobs.orders_pull import OrdersPull
    from bmsc.jobs.orders_steps import OrderSteps

    gatherer = OrdersGatherer(platforms.backmarket, platforms.sellercloud, settings, scope)
    steps = OrderSteps(platforms.backmarket, platforms.sellercloud, settings, house)
    return OrdersPull(gatherer, steps, settings, house)


_JOBS: Mapping[str, Callable[[Platforms, Settings, House, Scope], Job[Any]]] = {"orders pull": _orders_pull}


def _load(config: Path | None) -> Loaded:
    from bmsc.config import loader

    return loader.load(loader.find_config(config, os.environ), os.environ)


def _read_config(config: Path | None) -> str:
    return f"{_load(config).path}: every key is valid, both secrets are private"


def _read_state(state_dir: Path | None) -> str:
    return f"{_directory(state_dir).path}: private, and takes writes"


def _directory(state_dir: Path | None) -> StateDir:
    from bmsc.state.directory import StateDir, chosen

    return StateDir(chosen(state_dir))


def _clock() -> Clock:
    from bmsc.state.clock import FileClock, SystemClock

    shared = os.environ.get(CLOCK_FILE)
    return FileClock(Path(shared)) if shared else SystemClock()


@contextmanager
def _logging(directory: StateDir, loaded: Loaded) -> Iterator[None]:
    from bmsc.state.logfile import log_to

    with log_to(directory.log, hide=(loaded.secrets.sellercloud_password, loaded.secrets.backmarket_token)):
        yield


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Let SIGTERM and SIGINT finish the write in hand; a second signal ends the process as usual."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def halt(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, halt)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _platforms(loaded: Loaded, directory: StateDir, clock: Clock, *, read_only: bool) -> Platforms:
    from bmsc.clients import connect

    return Platforms(*connect.both(loaded.settings, loaded.secrets, directory.cache, clock, read_only=read_only))


def _desk(directory: StateDir, store: Store, command: str, clock: Clock, scope: Scope) -> tuple[Desk, str]:
    from bmsc.state import desk

    run_id = f"{clock.now():%Y%m%dT%H%M%S}-{random_secrets.token_hex(3)}"
    if scope.dry_run:
        return desk.read_only(directory, store, command), run_id
    return desk.writable(directory, store, command, run_id=run_id, clock=clock), run_id


def _house(
    desk: Desk,
    run_id: str,
    clock: Clock,
    platforms: Platforms,
    settings: Settings,
    *,
    stop: threading.Event,
    warnings: Sequence[str],
) -> House:
    from bmsc.jobs.house import House

    return House(
        run_id=run_id,
        clock=clock,
        started_at=clock.now(),
        intents=desk.intents,
        memory=desk.memory,
        journal=desk.journal,
        order_locks=desk.order_locks,
        concurrency=settings.sellercloud.concurrency,
        stop=stop,
        requests=platforms.counts,
        warnings=warnings,
    )


def _same_identity(store: Store, settings: Settings, scope: Scope) -> None:
    """Refuse to apply one shop's memory to another; --force acknowledges the new identity."""
    now, before = _identity(settings), store.identity()
    changed = [name for name in now if before and before.get(name) != now[name]]
    if changed and not scope.force:
        raise GuardTripped(
            f"{', '.join(changed)} changed since this state directory was first used: nothing was read or written",
            next_step="use another --state-dir for another shop, or add --force once if the change is meant",
        )
    if (changed or not before) and not scope.dry_run:
        store.save_identity(now)


def _identity(settings: Settings) -> dict[str, str]:
    return {
        "sellercloud.base_url": urlsplit(settings.sellercloud.base_url).netloc,
        "sellercloud.company_id": str(settings.sellercloud.company_id),
        "sellercloud.channel": str(settings.sellercloud.channel),
        "backmarket.base_url": urlsplit(settings.backmarket.base_url).netloc,
        "orders.order_number_prefix": settings.orders.order_number_prefix,
    }
