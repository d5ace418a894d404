"""How do things stand: last runs, holds, open intents, budgets, the token's age, the prices' age?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from bmsc import premises
from bmsc.clients.connect import LISTINGS_LESSON
from bmsc.clients.listings_lane import LessonFile
from bmsc.domain.papers import DAMAGE
from bmsc.domain.runs import EVERY, RunRecord, is_overdue
from bmsc.domain.settings import GuardsSettings, Settings
from bmsc.domain.times import from_text
from bmsc.errors import BmscError, ConfigError
from bmsc.jobs import guard_memory
from bmsc.planners import cancel_sync, listings_create
from bmsc.planners.endpoint_class import Lesson
from bmsc.planners.guards import WINDOW
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentReader
from bmsc.state.line_budget import LineBudget
from bmsc.state.listing_book import ListingBook
from bmsc.state.price_book import PriceBook
from bmsc.state.run_book import RunBook
from bmsc.state.store import Store
from bmsc.upkeep.holds import HoldsDesk, Waiting

_DEFAULT_LINES = 1900


class OpenIntent(Struct, frozen=True):
    """A write that was announced and whose end nobody has seen."""

    command: str
    kind: str
    subject: str
    at: datetime


class Budget(Struct, frozen=True):
    """How much of a shared allowance is in use."""

    name: str
    used: int
    limit: int


class Prices(Struct, frozen=True):
    """How many known listings carry a price of ours, and how old the oldest and the newest of those are."""

    listings: int
    priced: int
    oldest: datetime | None
    newest: datetime | None


class Repricing(Struct, frozen=True):
    """How many listings `reprice` knows, and how lately it asked about their buybox."""

    listings: int
    asked_today: int
    oldest: datetime | None
    newest: datetime | None


class Status(Struct, frozen=True):
    """Everything `bmsc status` tells."""

    now: datetime
    state_dir: Path
    runs: Mapping[str, RunRecord]
    overdue: tuple[str, ...]
    off: tuple[str, ...]
    """Commands that the configuration has switched off: they are never overdue."""
    holds: Sequence[Waiting]
    intents: Sequence[OpenIntent]
    budgets: Sequence[Budget]
    token_expires: datetime | None
    listings_slowed: Lesson | None
    """What a block taught about how fast listings may be asked, while it is believed."""
    prices: Prices
    repricing: Repricing

    @property
    def never_ran(self) -> bool:
        """Say whether no whole live run was ever made here."""
        return not self.runs

    def holds_by_reason(self) -> Counter[str]:
        """Count what waits for a person by its reason."""
        return Counter(one.fact.reason for one in self.holds)


def look(config: Path | None, state_dir: Path | None) -> Status:
    """Read how things stand from the state directory alone; asks neither platform."""
    directory, now = premises.state_directory(state_dir, for_reading=True), premises.clock().now()
    runs, settings = RunBook(directory.runs).all(), _settings(config)
    off = ("reprice",) if settings and not settings.reprice.enabled else ()
    return Status(
        now=now,
        state_dir=directory.path,
        runs=runs,
        overdue=tuple(name for name, record in runs.items() if name not in off and is_overdue(record, now)),
        off=off,
        holds=HoldsDesk(state_dir).waiting(),
        intents=list(_open_intents(directory)),
        budgets=list(_budgets(settings, directory, now)),
        token_expires=_token_expires(directory),
        listings_slowed=_slowed(directory, now),
        prices=_prices(directory),
        repricing=_repricing(directory, now),
    )


def _open_intents(directory: StateDir) -> Iterator[OpenIntent]:
    for command in EVERY:
        for intent in IntentReader(directory.intents(command)).all():
            if intent.is_open:
                yield OpenIntent(command, intent.kind, intent.subject, intent.at)


def _budgets(settings: Settings | None, directory: StateDir, now: datetime) -> Iterator[Budget]:
    lines = settings.backmarket.listing_lines_per_hour if settings else _DEFAULT_LINES
    used = LineBudget(directory.listing_lines, premises.clock(), limit=lines).used()
    yield Budget("listing lines of this hour", sum(used.values()), lines)
    if settings:
        hourly = settings.sellercloud.requests_per_hour
        yield Budget("SellerCloud requests, booked ahead", _booked(directory, now, hourly), hourly)
        yield from _guarded(directory, now, settings.guards)


def _guarded(directory: StateDir, now: datetime, limits: GuardsSettings) -> Iterator[Budget]:
    """Give the guards whose limit is a number: what they let through in the last 24 hours."""
    store = Store(directory)
    for command, guard, name, limit in (
        ("cancel sync", cancel_sync.GUARD, "orders ended in 24 hours", limits.max_cancelled_orders),
        ("listings create", listings_create.GUARD, "listings created in 24 hours", limits.max_created_listings),
    ):
        done = guard_memory.load(store.section(command)).done.get(guard, ())
        yield Budget(name, sum(1 for at, _ in done if now - at < WINDOW), limit)


def _settings(config: Path | None) -> Settings | None:
    try:
        return premises.configuration(config).settings
    except ConfigError:
        return None


def _booked(directory: StateDir, now: datetime, hourly: int) -> int:
    """Tell how far the request ledger is ahead of the clock, in requests."""
    try:
        ahead = float(disk.read(directory.cache / "sellercloud.requests") or 0) - now.timestamp()
        return max(0, round(ahead * hourly / timedelta(hours=1).total_seconds()))
    except (*DAMAGE, BmscError):
        return 0


def _token_expires(directory: StateDir) -> datetime | None:
    try:
        kept = json.loads(disk.read(directory.cache / "sellercloud.token") or b"{}")
        return from_text(kept.get("expires_at"))
    except (*DAMAGE, BmscError):
        return None


def _slowed(directory: StateDir, now: datetime) -> Lesson | None:
    lesson = LessonFile(directory.cache / LISTINGS_LESSON).read()
    return lesson if lesson is not None and lesson.holds(now) else None


def _prices(directory: StateDir) -> Prices:
    known = ListingBook(directory.listings, writable=False).load().values()
    moments = [price.at for row in known for price in row.prices]
    priced = sum(1 for row in known if row.prices)
    return Prices(len(known), priced, min(moments, default=None), max(moments, default=None))


def _repricing(directory: StateDir, now: datetime) -> Repricing:
    known = PriceBook(directory.prices, writable=False).load().values()
    asked = [row.checked_at for row in known if row.checked_at]
    today = sum(1 for at in asked if now - at < timedelta(days=1))
    return Repricing(len(known), today, min(asked, default=None), max(asked, default=None))
