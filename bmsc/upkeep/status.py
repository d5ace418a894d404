"""How do things stand: last runs, holds, open intents, budgets, the token's age, the prices' age?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bmsc import premises
from bmsc.domain.runs import EVERY, RunRecord, is_overdue
from bmsc.domain.times import from_text
from bmsc.errors import BmscError, ConfigError
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentReader
from bmsc.state.line_budget import LineBudget
from bmsc.state.listing_book import ListingBook
from bmsc.state.run_book import RunBook
from bmsc.upkeep.holds import HoldsDesk, Waiting

_DEFAULT_LINES = 1900


@dataclass(frozen=True)
class OpenIntent:
    """A write that was announced and whose end nobody has seen."""

    command: str
    kind: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Budget:
    """How much of a shared allowance is in use."""

    name: str
    used: int
    limit: int


@dataclass(frozen=True)
class Prices:
    """How many known listings carry a price of ours, and how old the oldest and the newest of those are."""

    listings: int
    priced: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True)
class Status:
    """Everything `bmsc status` tells."""

    now: datetime
    state_dir: Path
    runs: Mapping[str, RunRecord]
    overdue: tuple[str, ...]
    holds: Sequence[Waiting]
    intents: Sequence[OpenIntent]
    budgets: Sequence[Budget]
    token_expires: datetime | None
    prices: Prices

    @property
    def never_ran(self) -> bool:
        """Say whether no whole live run was ever made here."""
        return not self.runs

    def holds_by_reason(self) -> Counter[str]:
        """Count what waits for a person by its reason."""
        return Counter(one.fact.reason for one in self.holds)


def look(config: Path | None, state_dir: Path | None) -> Status:
    """Read how things stand from the state directory alone; asks neither platform."""
    directory, now = premises.state_directory(state_dir), premises.clock().now()
    runs = RunBook(directory.runs).all()
    return Status(
        now=now,
        state_dir=directory.path,
        runs=runs,
        overdue=tuple(command for command, record in runs.items() if is_overdue(record, now)),
        holds=HoldsDesk(state_dir).waiting(),
        intents=list(_open_intents(directory)),
        budgets=list(_budgets(config, directory, now)),
        token_expires=_token_expires(directory),
        prices=_prices(directory),
    )


def _open_intents(directory: StateDir) -> Iterator[OpenIntent]:
    for command in EVERY:
        for intent in IntentReader(directory.intents(command)).all():
            if intent.is_open:
                yield OpenIntent(command, intent.kind, intent.subject, intent.at)


def _budgets(config: Path | None, directory: StateDir, now: datetime) -> Iterator[Budget]:
    lines, hourly = _limits(config)
    used = LineBudget(directory.listing_lines, premises.clock(), limit=lines).used()
    yield Budget("listing lines of this hour", sum(used.values()), lines)
    if hourly:
        yield Budget("SellerCloud requests, booked ahead", _booked(directory, now, hourly), hourly)


def _limits(config: Path | None) -> tuple[int, int | None]:
    try:
        settings = premises.configuration(config).settings
    except ConfigError:
        return _DEFAULT_LINES, None
    return settings.backmarket.listing_lines_per_hour, settings.sellercloud.requests_per_hour


def _booked(directory: StateDir, now: datetime, hourly: int) -> int:
    """Tell how far the request ledger is ahead of the clock, in requests."""
    try:
        ahead = float(disk.read(directory.cache / "sellercloud.requests") or 0) - now.timestamp()
    except (ValueError, BmscError):
        return 0
    return max(0, round(ahead * hourly / timedelta(hours=1).total_seconds()))


def _token_expires(directory: StateDir) -> datetime | None:
    try:
        kept = json.loads(disk.read(directory.cache / "sellercloud.token") or b"{}")
        return from_text(kept.get("expires_at"))
    except (ValueError, AttributeError, BmscError):
        return None


def _prices(directory: StateDir) -> Prices:
    known = ListingBook(directory.listings, writable=False).load().values()
    moments = [price.at for row in known for price in row.prices]
    priced = sum(1 for row in known if row.prices)
    return Prices(len(known), priced, min(moments, default=None), max(moments, default=None))
