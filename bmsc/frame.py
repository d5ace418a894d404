"""What surrounds the road of one run: configuration, lock, log, signals, papers, and who is told."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bmsc import announcing, premises, refusing
from bmsc.announcing import Tell
from bmsc.config.loader import Loaded
from bmsc.domain.outcome import RunReport
from bmsc.domain.runs import NO_NEW_SUBJECT_AFTER_SECONDS
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.errors import GuardTripped
from bmsc.jobs import run_line, runner
from bmsc.jobs.house import House
from bmsc.jobs.job import Job
from bmsc.jobs.ports import Clock
from bmsc.jobs.stopping import StopSign
from bmsc.report.progress import remark
from bmsc.state import desk, turns
from bmsc.state.desk import Desk
from bmsc.state.directory import StateDir
from bmsc.state.line_budget import LineBudget
from bmsc.state.store import Store

Make = Callable[[premises.Platforms, Settings, House, Scope], Job[Any]]
"""Makes the job of one command out of what is in place."""


class Errand(Struct, frozen=True):
    """One run as it was asked for: the command, its files, and what of the shop it is to look at."""

    command: str
    config: Path | None
    state_dir: Path | None
    scope: Scope
    run_id: str
    clock: Clock
    stop: StopSign


class _Ready(Struct, frozen=True):
    """Everything in place for one run."""

    settings: Settings
    directory: StateDir
    platforms: premises.Platforms
    desk: Desk
    house: House


def run(command: str, make: Make, config: Path | None, state_dir: Path | None, scope: Scope) -> RunReport:
    """Prepare a run, take its job down the road, and tell whoever is to hear; answers with its report."""
    stop = StopSign()
    clock = premises.clock(stop)
    run_id = f"{clock.now():%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    errand = Errand(command, config, state_dir, scope, run_id, clock, stop)
    refusals = refusing.Refusals(command, run_id, config, state_dir, clock)
    with ExitStack() as stack:
        with refusals.told() if scope.leaves_marks else refusing.untold():
            ready = stack.enter_context(_prepared(errand))
        mended = refusals.mended() if scope.leaves_marks else ()
        with _announced(errand, ready) as tell:
            report = _on_the_road(errand, ready, make)
            report = replace(report, resolved=(*mended, *report.resolved))
            tell(report)
        return report


def _on_the_road(errand: Errand, ready: _Ready, make: Make) -> RunReport:
    with run_line.noted(ready.house, errand.scope) as note:
        job = make(ready.platforms, ready.settings, ready.house, errand.scope)
        report = runner.run(job, ready.house, errand.scope)
        ready.desk.tidy(ready.settings.journal.keep_months)
        note(report)
    return report


@contextmanager
def _prepared(errand: Errand) -> Iterator[_Ready]:
    """Put everything in place; raises whatever is in the way of the run before anything was read or written."""
    loaded = premises.configuration(errand.config)
    directory = premises.state_directory(errand.state_dir)
    turn = turns.looking if errand.scope.dry_run else turns.live
    lock = turn(directory, errand.command, errand.clock)
    with premises.logging_to(directory, loaded), lock, _interruptible(errand.stop):
        store = Store(directory)
        _same_identity(store, loaded.settings, errand.scope)
        yield _ready(errand, loaded, directory, store)


def _ready(errand: Errand, loaded: Loaded, directory: StateDir, store: Store) -> _Ready:
    scope, clock = errand.scope, errand.clock
    platforms = premises.platforms(loaded, directory, clock, read_only=scope.dry_run, stop=errand.stop)
    if scope.dry_run:
        papers = desk.read_only(directory, store, errand.command)
    else:
        papers = desk.writable(directory, store, errand.command, run_id=errand.run_id, clock=clock)
    furnished = House(
        run_id=errand.run_id,
        clock=clock,
        started_at=clock.now(),
        intents=papers.intents,
        memory=papers.memory,
        journal=papers.journal,
        order_locks=papers.order_locks,
        concurrency=loaded.settings.sellercloud.concurrency,
        stop=errand.stop,
        requests=platforms.counts,
        warnings=store.warnings,
        no_new_subject_after_seconds=NO_NEW_SUBJECT_AFTER_SECONDS[errand.command],
        books=papers.books,
        lines=LineBudget(papers.listing_lines, clock, limit=loaded.settings.backmarket.listing_lines_per_hour),
    )
    return _Ready(loaded.settings, directory, platforms, papers, furnished)


def _announced(errand: Errand, ready: _Ready) -> AbstractContextManager[Tell]:
    if not errand.scope.leaves_marks:
        return announcing.unannounced()
    notify = ready.settings.notify
    return announcing.Announcer(errand.command, errand.run_id, notify, ready.directory, errand.clock).announced()


@contextmanager
def _interruptible(stop: StopSign) -> Iterator[None]:
    """Let SIGTERM and SIGINT finish the write in hand; a second signal ends the process as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def halt(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])
        remark("stopping: what is being written is finished first; once more stops at once")

    for number in before:
        signal.signal(number, halt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _same_identity(store: Store, settings: Settings, scope: Scope) -> None:
    """Refuse to apply one shop's memory to another; --force acknowledges the new identity."""
    now, before = premises.identity(settings), store.identity()
    changed = [name for name in now if before and before.get(name) != now[name]]
    if changed and not scope.force:
        raise GuardTripped(
            f"{', '.join(changed)} changed since this state directory was first used: nothing was read or written",
            next_step="use another --state-dir for another shop, or add --force once if the change is meant",
        )
    if (changed or not before) and not scope.dry_run:
        store.save_identity(now)
