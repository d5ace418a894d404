"""Where a run finds what it needs: its configuration, state directory, clock, log and both platforms."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from threading import Event

    from bmsc.clients.backmarket import BackMarketWrites
    from bmsc.clients.sellercloud import SellerCloudWrites
    from bmsc.config.loader import Loaded
    from bmsc.domain.settings import NotifySettings, Settings
    from bmsc.jobs.ports import Clock
    from bmsc.jobs.stopping import StopSign
    from bmsc.state.directory import StateDir

CLOCK_FILE = "BMSC_CLOCK_FILE"
"""Names a file that holds the time, so that a sandbox and the program can share simulated days."""


class Platforms(Struct, frozen=True):
    """Both clients of one run; a read-only one cannot write, whoever asks."""

    backmarket: BackMarketWrites
    sellercloud: SellerCloudWrites
    counts: Callable[[], Mapping[str, int]]
    cache: Path
    """Where all processes keep their request ledgers, and what they learnt that may be lost."""


def configuration(config: Path | None) -> Loaded:
    """Load settings and secrets, or raise with every problem."""
    from bmsc.config import loader

    return loader.load(configuration_file(config), os.environ)


def configuration_file(config: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Name the configuration file; it need not exist."""
    from bmsc.config import loader

    return loader.find_config(config, environ)


def notify_settings(config: Path | None) -> NotifySettings:
    """Load [notify] alone, so that somebody can be told even when the rest of the file is wrong."""
    from bmsc.config import loader

    return loader.load_notify(configuration_file(config))


def state_directory(state_dir: Path | None, *, for_reading: bool = False) -> StateDir:
    """Open the state directory, making it when it is missing; for reading alone even one whose disk is full."""
    from bmsc.state.directory import StateDir, chosen

    return StateDir(chosen(state_dir), for_reading=for_reading)


def clock(stop: Event | None = None) -> Clock:
    """Give the machine's clock, or the one a simulation shares; nobody sleeps on once `stop` is set."""
    from bmsc.state.clock import FileClock, SystemClock

    shared = os.environ.get(CLOCK_FILE)
    return FileClock(Path(shared)) if shared else SystemClock(stop)


@contextmanager
def logging_to(directory: StateDir, loaded: Loaded) -> Iterator[None]:
    """Write the log of what happens inside, without any secret."""
    from bmsc.state.logfile import log_to

    with log_to(directory.log, hide=(loaded.secrets.sellercloud_password, loaded.secrets.backmarket_token)):
        yield


def platforms(
    loaded: Loaded, directory: StateDir, clock: Clock, *, read_only: bool, stop: StopSign | None = None
) -> Platforms:
    """Connect to both platforms; a person at the terminal sees why it takes longer."""
    from bmsc.clients import connect
    from bmsc.clients.http import Road
    from bmsc.jobs.stopping import StopSign
    from bmsc.report.progress import remark

    road = Road(clock=clock, read_only=read_only, stop=stop or StopSign(), remark=remark)
    clients = connect.both(loaded.settings, loaded.secrets, directory.cache, road)
    return Platforms(*clients, directory.cache)


def identity(settings: Settings) -> dict[str, str]:
    """Name the shop that a state directory belongs to."""
    return {
        "sellercloud.base_url": urlsplit(settings.sellercloud.base_url).netloc,
        "sellercloud.company_id": str(settings.sellercloud.company_id),
        "sellercloud.channel": str(settings.sellercloud.channel),
        "backmarket.base_url": urlsplit(settings.backmarket.base_url).netloc,
        "orders.order_number_prefix": settings.orders.order_number_prefix,
    }
