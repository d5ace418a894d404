"""Who is real: the only place that names clients, files and the clock. Heavy imports live in its functions."""

from __future__ import annotations

import logging
import secrets as random_secrets
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bmsc import premises
from bmsc.errors import ConfigError, GuardTripped

if TYPE_CHECKING:
    from bmsc.announcing import Tell
    from bmsc.clients.sellercloud_stock import SellerCloudStock
    from bmsc.domain.outcome import RunReport
    from bmsc.domain.scope import Scope
    from bmsc.domain.settings import Settings
    from bmsc.jobs.explaining import Explanation
    from bmsc.jobs.house import House
    from bmsc.jobs.job import Job
    from bmsc.jobs.listings_gather import ListingsGatherer
    from bmsc.jobs.ports import Clock
    from bmsc.planners.reprice_replay import Replay
    from bmsc.state.desk import Desk
    from bmsc.state.directory import StateDir
    from bmsc.state.store import Store

log = logging.getLogger("bmsc.run")


def run(command: str, config: Path | None, state_dir: Path | None, scope: Scope) -> RunReport:
    """Run one job as the command line asked, and answer with its report."""
    from bmsc.jobs import run_line, runner
    from bmsc.state import turns
    from bmsc.state.store import Store

    loaded, directory, clock = premises.configuration(config), premises.state_directory(state_dir), premises.clock()
    lock = turns.live(directory, command, clock) if not scope.dry_run else turns.looking(directory, command, clock)
    with premises.logging_to(directory, loaded), lock, _interruptible() as stop:
        store = Store(directory)
        _same_identity(store, loaded.settings, scope)
        platforms = premises.platforms(loaded, directory, clock, read_only=scope.dry_run)
        desk, run_id = _desk(directory, store, command, clock, scope)
        house = _house(
            desk, run_id, clock, platforms, loaded.settings, command=command, stop=stop, warnings=store.warnings
        )
        with _announced(command, run_id, loaded.settings, directory, clock, scope) as tell:
            with run_line.noted(house, scope) as note:
                report = runner.run(_JOBS[command](platforms, loaded.settings, house, scope), house, scope)
                desk.tidy(loaded.settings.journal.keep_months)
                note(report)
            tell(report)
        return report


def _announced(
    command: str, run_id: str, settings: Settings, directory: StateDir, clock: Clock, scope: Scope
) -> AbstractContextManager[Tell]:
    from bmsc import announcing

    if not scope.leaves_marks:
        return announcing.unannounced()
    return announcing.Announcer(command, run_id, settings.notify, directory, clock).announced()


def explain(sku: str, config: Path | None, state_dir: Path | None) -> Explanation:
    """Read one listing live and reckon it as `listings sync` would; needs no lock and writes nothing."""
    from bmsc.jobs import explaining
    from bmsc.state import desk
    from bmsc.state.store import Store

    loaded, directory, clock = premises.configuration(config), premises.state_directory(state_dir), premises.clock()
    with premises.logging_to(directory, loaded):
        platforms = premises.platforms(loaded, directory, clock, read_only=True)
        papers = desk.read_only(directory, Store(directory), "listings sync")
        gatherer = _listings_gatherer(platforms, loaded.settings, clock)
        return explaining.explain(
            sku,
            gatherer,
            loaded.settings,
            memory=papers.memory,
            listings=papers.listings,
            prices=papers.prices,
        )


def replay(recorded: Path, config: Path | None) -> Replay:
    """Decide recorded prices again under the present configuration; reads one file and writes nothing."""
    from bmsc.planners import reprice_replay
    from bmsc.state import tape

    return reprice_replay.replay(tape.recorded(recorded), premises.configuration(config).settings)


def _orders_pull(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.jobs.orders_gather import OrdersGatherer
    from bmsc.jobs.orders_pull import OrdersPull
    from bmsc.jobs.orders_steps import OrderSteps

    gatherer = OrdersGatherer(platforms.backmarket, platforms.sellercloud, settings, scope)
    steps = OrderSteps(platforms.backmarket, platforms.sellercloud, settings, house)
    return OrdersPull(gatherer, steps, settings, house)


def _tracking_push(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.jobs.tracking_gather import TrackingGatherer
    from bmsc.jobs.tracking_push import TrackingPush
    from bmsc.jobs.tracking_steps import TrackingSteps

    gatherer = TrackingGatherer(platforms.backmarket, platforms.sellercloud, settings, scope)
    steps = TrackingSteps(platforms.backmarket, platforms.sellercloud, settings, house)
    return TrackingPush(gatherer, steps, settings, scope=scope, house=house)


def _cancel_sync(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.jobs.cancel_gather import CancelGatherer
    from bmsc.jobs.cancel_steps import CancelSteps
    from bmsc.jobs.cancel_sync import CancelSync
    from bmsc.jobs.orders_steps import OrderSteps

    gatherer = CancelGatherer(platforms.backmarket, platforms.sellercloud, settings, scope)
    steps = CancelSteps(platforms.backmarket, platforms.sellercloud, house)
    order_steps = OrderSteps(platforms.backmarket, platforms.sellercloud, settings, house)
    return CancelSync(gatherer, steps, order_steps, settings, scope=scope, house=house)


def _listings_sync(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.clients.backmarket_listings import BackMarketListings
    from bmsc.jobs.listings_steps import ListingSteps
    from bmsc.jobs.listings_sync import ListingsSync

    assert house.listings is not None
    assert house.lines is not None
    listings = BackMarketListings(platforms.backmarket.http)
    steps = ListingSteps(listings, house.lines, house.listings, settings, house)
    gatherer = _listings_gatherer(platforms, settings, house.clock)
    return ListingsSync(gatherer, steps, house.listings, settings=settings, house=house, scope=scope)


def _listings_create(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.clients.backmarket_batches import BackMarketBatches
    from bmsc.clients.backmarket_listings import BackMarketListings
    from bmsc.clients.sellercloud_catalogue import SellerCloudCatalogue
    from bmsc.jobs.create_gather import CreateGatherer, CreateSources
    from bmsc.jobs.create_steps import CreateSteps
    from bmsc.jobs.listings_create import ListingsCreate
    from bmsc.planners.readiness import columns_of

    assert house.lines is not None
    http, lines = platforms.backmarket.http, house.lines
    catalogue = SellerCloudCatalogue(platforms.sellercloud, settings.sellercloud, columns=columns_of(settings))
    shelf = BackMarketListings(http)
    gatherer = CreateGatherer(CreateSources(catalogue, platforms.sellercloud, shelf, lines), settings, house.clock)
    steps = CreateSteps(shelf, BackMarketBatches(http), lines, settings, house)
    return ListingsCreate(gatherer, steps, settings, house=house, scope=scope)


def _listings_gatherer(platforms: premises.Platforms, settings: Settings, clock: Clock) -> ListingsGatherer:
    from bmsc.clients.backmarket_listings import BackMarketListings
    from bmsc.jobs.listings_gather import ListingsGatherer, Sources

    listings, stock = BackMarketListings(platforms.backmarket.http), _stock(platforms, settings)
    return ListingsGatherer(Sources(listings, stock, platforms.backmarket, platforms.sellercloud), settings, clock)


def _stock(platforms: premises.Platforms, settings: Settings) -> SellerCloudStock:
    from bmsc.clients.sellercloud_stock import SellerCloudStock
    from bmsc.planners.wishes import columns_of

    return SellerCloudStock(platforms.sellercloud, columns=columns_of(settings.markets))


def _reprice(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.clients.backmarket_backbox import BackMarketBackbox, Turns
    from bmsc.clients.backmarket_listings import BackMarketListings
    from bmsc.clients.backmarket_prices import BackMarketPrices
    from bmsc.jobs.reprice import Books, RepriceJob
    from bmsc.jobs.reprice_gather import Market, RepriceGatherer
    from bmsc.jobs.reprice_steps import RepriceSteps
    from bmsc.report.progress import Bar
    from bmsc.state.tape import TapeFile

    if not (settings.reprice.enabled or scope.dry_run):
        raise ConfigError(["reprice.enabled is false: set it to true, or look first with --dry-run"])
    assert house.listings is not None
    assert house.prices is not None
    assert house.lines is not None
    listings, stock = BackMarketListings(platforms.backmarket.http), _stock(platforms, settings)
    backbox = BackMarketBackbox(platforms.backmarket.http, Turns(platforms.cache, house.clock))
    gatherer = RepriceGatherer(Market(listings, stock, backbox), settings, house, Bar("asking about competitors"))
    steps = RepriceSteps(BackMarketPrices(listings), stock, house.lines, house.prices, settings, house)
    tape = TapeFile(Path(scope.record), house.run_id) if scope.record else None
    return RepriceJob(
        gatherer, steps, Books(house.prices, house.listings, tape), house=house, scope=scope, settings=settings
    )


_JOBS: Mapping[str, Callable[[premises.Platforms, Settings, House, Scope], Job[Any]]] = {
    "orders pull": _orders_pull,
    "tracking push": _tracking_push,
    "cancel sync": _cancel_sync,
    "listings sync": _listings_sync,
    "listings create": _listings_create,
    "reprice": _reprice,
}


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
    platforms: premises.Platforms,
    settings: Settings,
    *,
    command: str,
    stop: threading.Event,
    warnings: Sequence[str],
) -> House:
    from bmsc.jobs.house import House
    from bmsc.state.line_budget import LineBudget

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
        no_new_subject_after_seconds=_no_new_subject_after(command),
        listings=desk.listings,
        prices=desk.prices,
        lines=LineBudget(desk.listing_lines, clock, limit=settings.backmarket.listing_lines_per_hour),
    )


def _no_new_subject_after(command: str) -> int:
    """Tell how long a command's run may last: it must be over before cron starts the next."""
    from bmsc.jobs import house, listings_create, reprice_gather

    hourly = {
        "reprice": reprice_gather.NO_WRITE_AFTER_SECONDS,
        listings_create.COMMAND: listings_create.NO_NEW_SUBJECT_AFTER_SECONDS,
    }
    return hourly.get(command, house.NO_NEW_SUBJECT_AFTER_SECONDS)


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
