"""`bmsc status`."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import typer
from msgspec.structs import asdict

from bmsc.cli import options
from bmsc.cli.saying import say, tell
from bmsc.errors import ExitCode

if TYPE_CHECKING:
    from bmsc.report.layout import Line
    from bmsc.upkeep.status import Status


def status(
    json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Show last runs, holds, open intents and budgets; ends with 3 when a command is overdue.

    Reads: the state directory, and the configuration for its limits; asks neither platform.
    Writes: nothing, but the state directory itself when there is none.

    Example: bmsc status --json
    """
    from bmsc.upkeep.status import look

    told = look(config, state_dir)
    if json:
        say(json_text.dumps(_plain(told), indent=2))
    else:
        tell(_lines(told))
    raise typer.Exit(int(ExitCode.PARTIAL if told.overdue or told.never_ran else ExitCode.DONE))


def _lines(told: Status) -> Iterator[Line]:
    from bmsc.report import standing

    yield f"commands (state in {told.state_dir})"
    yield from standing.run_lines(told.runs, told.now, overdue=told.overdue, off=told.off)
    if told.never_ran:
        yield "  next: no whole live run was ever made here; bmsc doctor, then docs/launch.md"
    elif told.overdue:
        yield "  next: bmsc doctor (does cron still start them?), and log/bmsc.log in the state directory"
    yield f"waiting for a person: {len(told.holds) or 'nothing'}{' (bmsc holds list)' if told.holds else ''}"
    yield from standing.reason_lines(told.holds)
    yield f"open intents, writes whose end nobody has seen: {len(told.intents) or 'none'}"
    for intent in told.intents:
        yield intent.subject, intent.kind, f"{intent.command}, {standing.age(intent.at, told.now)}"
    yield "budgets and ages"
    for budget in told.budgets:
        yield budget.name, f"{budget.used} of {budget.limit}"
    yield "SellerCloud login", _token(told)
    yield "Back Market listings", _pace(told)
    yield from _prices(told)


def _token(told: Status) -> str:
    from bmsc.report import standing

    if told.token_expires is None:
        return "no token kept: the next run logs in"
    word = "good until" if told.token_expires > told.now else "expired at"
    return f"token {word} {told.token_expires:%H:%M} UTC, {standing.age(told.token_expires, told.now)}"


def _pace(told: Status) -> str:
    from bmsc.report.standing import age

    slowed = told.listings_slowed
    if slowed is None:
        return "asked at our whole share: no block has taught otherwise"
    trial = f"tried faster at {slowed.until:%H:%M} UTC, {age(slowed.until, told.now)}"
    return f"asked 2 a second: Back Market blocked more {age(slowed.learned_at, told.now)}; {trial}"


def _prices(told: Status) -> Iterator[Line]:
    from bmsc.report.standing import age

    one, other, now = told.prices, told.repricing, told.now
    written = f"{one.priced} of {one.listings} known listings"
    yield "prices of listings sync", f"{written}; newest {age(one.newest, now)}, oldest {age(one.oldest, now)}"
    asked = f"{other.asked_today} of {other.listings} known listings asked about within a day"
    yield "prices of reprice", f"{asked}; newest {age(other.newest, now)}, oldest {age(other.oldest, now)}"


def _plain(told: Status) -> Mapping[str, object]:
    from bmsc.domain.runs import EVERY
    from bmsc.domain.times import to_text
    from bmsc.report import standing

    return {
        "schema_version": 1,
        "now": to_text(told.now),
        "overdue": list(told.overdue),
        "off": list(told.off),
        "commands": [
            standing.run_plain(name, told.runs.get(name), overdue=name in told.overdue, now=told.now) for name in EVERY
        ],
        "holds": [standing.hold_plain(one) for one in told.holds],
        "holds_by_reason": dict(told.holds_by_reason()),
        "open_intents": [asdict(intent) | {"at": to_text(intent.at)} for intent in told.intents],
        "budgets": [asdict(budget) for budget in told.budgets],
        "token_expires_at": to_text(told.token_expires),
        "listings_slowed_since": to_text(told.listings_slowed.learned_at if told.listings_slowed else None),
        "listings_slowed_until": to_text(told.listings_slowed.until if told.listings_slowed else None),
        "prices": {
            "known_listings": told.prices.listings,
            "priced": told.prices.priced,
            "newest": to_text(told.prices.newest),
            "oldest": to_text(told.prices.oldest),
        },
        "repricing": {
            "known_listings": told.repricing.listings,
            "asked_within_a_day": told.repricing.asked_today,
            "newest": to_text(told.repricing.newest),
            "oldest": to_text(told.repricing.oldest),
        },
    }
