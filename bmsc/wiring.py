"""Who is real: the only place that names clients, files and the clock. Heavy imports live in its functions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bmsc import premises
from bmsc.errors import ConfigError

if TYPE_CHECKING:
    from bmsc.clients.sellercloud_stock import SellerCloudStock
    from bmsc.domain.outcome import RunReport
    from bmsc.domain.scope import Scope
    from bmsc.domain.settings import Settings
    from bmsc.jobs.explaining import Explanation
    from bmsc.jobs.house import House
    from bmsc.jobs.job import Job
    from bmsc.jobs.listings_gather import Sources
    from bmsc.jobs.partial_reading import Library
    from bmsc.planners.reprice_replay import Replay

log = logging.getLogger("bmsc.run")
FACTS = "facts.sqlite"
"""What a large shop's runs have read, in the folder whose files may be deleted."""


def run(command: str, config: Path | None, state_dir: Path | None, scope: Scope) -> RunReport:
    """Run one job as the command line asked, and answer with its report."""
    from bmsc import frame

    return frame.run(command, _JOBS[command], config, state_dir, scope)


def explain(sku: str, config: Path | None, state_dir: Path | None) -> Explanation:
    """Read one listing live and reckon it as `listings sync` would; needs no lock and writes nothing."""
    from bmsc.jobs import explaining
    from bmsc.jobs.explain_gather import ExplainGatherer
    from bmsc.state import desk
    from bmsc.state.store import Store

    loaded, directory, clock = premises.configuration(config), premises.state_directory(state_dir), premises.clock()
    with premises.logging_to(directory, loaded):
        platforms = premises.platforms(loaded, directory, clock, read_only=True)
        papers = desk.read_only(directory, Store(directory), "listings sync")
        gatherer = ExplainGatherer(_sources(platforms, loaded.settings), loaded.settings, clock)
        return explaining.explain(
            sku,
            gatherer,
            loaded.settings,
            memory=papers.memory,
            listings=papers.books.of_listings(),
            prices=papers.books.of_prices(),
        )


def replay(recorded: Path, config: Path | None) -> Replay:
    """Decide recorded prices again under the present configuration; reads one file and writes nothing."""
    from bmsc.planners import reprice_replay
    from bmsc.state import tape

    recording = tape.Recording(recorded)
    found = reprice_replay.replay(recording, premises.configuration(config).settings)
    return replace(found, unreadable=recording.unreadable)


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
    from bmsc.jobs.listings_gather import ListingsGatherer
    from bmsc.jobs.listings_steps import ListingSteps
    from bmsc.jobs.listings_sync import ListingsSync

    assert house.books is not None
    assert house.lines is not None
    listings, book = BackMarketListings(platforms.backmarket.http), house.books.of_listings()
    steps = ListingSteps(listings, house.lines, book, settings, house)
    gatherer = ListingsGatherer(
        _sources(platforms, settings, partial(_library, platforms, settings, scope)), settings, house.clock
    )
    return ListingsSync(gatherer, steps, book, settings=settings, house=house, scope=scope)


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


def _sources(
    platforms: premises.Platforms, settings: Settings, library: Callable[[], Library] | None = None
) -> Sources:
    from bmsc.clients.backmarket_listings import BackMarketListings
    from bmsc.jobs.listings_gather import Sources

    listings, stock = BackMarketListings(platforms.backmarket.http), _stock(platforms, settings)
    return Sources(listings, stock, platforms.backmarket, platforms.sellercloud, library)


def _library(platforms: premises.Platforms, settings: Settings, scope: Scope) -> Library:
    """Open the facts of earlier runs; a change of shop, columns, markets or aliases starts them anew."""
    from bmsc.clients.sellercloud_changes import SellerCloudChanges
    from bmsc.jobs.partial_reading import Library
    from bmsc.planners.wishes import columns_of
    from bmsc.state.fact_cache import SqliteFactCache

    made_for = repr((premises.identity(settings), settings.markets, sorted(settings.sku_aliases.items())))
    cache = SqliteFactCache(platforms.cache / FACTS, made_for, writable=not scope.dry_run)
    return Library(SellerCloudChanges(platforms.sellercloud, columns=columns_of(settings.markets)), cache)


def _stock(platforms: premises.Platforms, settings: Settings) -> SellerCloudStock:
    from bmsc.clients.sellercloud_stock import SellerCloudStock
    from bmsc.planners.wishes import columns_of

    return SellerCloudStock(platforms.sellercloud, columns=columns_of(settings.markets))


def _reprice(platforms: premises.Platforms, settings: Settings, house: House, scope: Scope) -> Job[Any]:
    from bmsc.clients.backmarket_backbox import BackMarketBackbox
    from bmsc.clients.backmarket_listings import BackMarketListings
    from bmsc.clients.backmarket_prices import BackMarketPrices
    from bmsc.jobs.reprice import Books, RepriceJob
    from bmsc.jobs.reprice_gather import Market, RepriceGatherer
    from bmsc.jobs.reprice_look import SecondLook
    from bmsc.jobs.reprice_steps import RepriceSteps
    from bmsc.report.progress import Bar
    from bmsc.state.tape import TapeFile

    if not (settings.reprice.enabled or scope.dry_run):
        raise ConfigError(["reprice.enabled is false: set it to true, or look first with --dry-run"])
    assert house.books is not None
    assert house.lines is not None
    prices = house.books.of_prices()
    listings, stock = BackMarketListings(platforms.backmarket.http), _stock(platforms, settings)
    backbox = BackMarketBackbox(platforms.backmarket.http)
    gatherer = RepriceGatherer(Market(listings, stock, backbox), settings, house, Bar("asking about competitors"))
    setting, look = BackMarketPrices(listings, settings.markets), SecondLook(stock, listings, settings, house)
    steps = RepriceSteps(setting, look, house.lines, prices, settings, house)
    tape = TapeFile(Path(scope.record), house.run_id) if scope.record else None
    books = Books(prices, house.books.of_listings(), tape)
    return RepriceJob(gatherer, steps, books, house=house, scope=scope, settings=settings)


_JOBS: Mapping[str, Callable[[premises.Platforms, Settings, House, Scope], Job[Any]]] = {
    "orders pull": _orders_pull,
    "tracking push": _tracking_push,
    "cancel sync": _cancel_sync,
    "listings sync": _listings_sync,
    "listings create": _listings_create,
    "reprice": _reprice,
}
