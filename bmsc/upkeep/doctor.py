"""Which checks are made, and with what: the one place where doctor meets real files and platforms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bmsc import premises
from bmsc.domain.ids import SellerCloudOrderId
from bmsc.errors import BmscError, ConfigError, StateError
from bmsc.jobs.doctor import Check, Look, State, examine, failure
from bmsc.jobs.orders_memory import load as load_orders
from bmsc.state.store import Store
from bmsc.upkeep import backmarket_checks, local_checks, sellercloud_checks, shop_checks
from bmsc.upkeep.readings import Readings

BOTH = "both platforms"
_NEEDED = (local_checks.CONFIGURATION, local_checks.STATE)


def doctor(config: Path | None, state_dir: Path | None) -> list[Check]:
    """Check every prerequisite; both platforms only when configuration and state directory can be used."""
    local = examine(local_checks.looks(config, state_dir))
    broken = [check for check in local if check.name in _NEEDED and check.state is State.FAIL]
    if broken:
        return [*local, Check(BOTH, State.SKIPPED, f"not looked at: {broken[0].name} comes first")]
    try:
        return [*local, *_both(config, state_dir)]
    except (ConfigError, StateError) as error:
        return [*local, failure(BOTH, error)]


def _both(config: Path | None, state_dir: Path | None) -> list[Check]:
    loaded, directory, clock = (
        premises.configuration(config),
        premises.state_directory(state_dir),
        premises.clock(),
    )
    with premises.logging_to(directory, loaded):
        platforms = premises.platforms(loaded, directory, clock, read_only=True)
        readings = Readings(platforms, loaded.settings, clock)
        return examine(_remote(readings, _ours(Store(directory))))


def _remote(readings: Readings, ours: frozenset[SellerCloudOrderId]) -> Iterator[Look]:
    yield from sellercloud_checks.looks(readings)
    yield from backmarket_checks.looks(readings)
    yield from shop_checks.looks(readings, ours)


def _ours(store: Store) -> frozenset[SellerCloudOrderId]:
    try:
        orders = load_orders(store.section("orders pull")).orders.values()
    except (BmscError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(one.sellercloud_id for one in orders if one.created_by_us and one.sellercloud_id)
