"""`bmsc status`."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import typer

from bmsc.cli import options
from bmsc.cli.saying import say
from bmsc.errors import ExitCode

if TYPE_CHECKING:
    from bmsc.upkeep.status import Status


def status(
    json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Show last runs, holds, open intents and budgets; ends with 3 when a command is overdue.

    Reads: the state directory, and the configuration for its limits; asks neither platform.
    Writes: nothing.

    Example: bmsc status --json
    """
    from bmsc.upkeep.status import look

    told = look(config, state_dir)
    say(json_text.dumps(_plain(told), indent=2) if json else "\n".join(_lines(told)))
    raise typer.Exit(int(ExitCode.PARTIAL if told.overdue or told.never_ran else ExitCode.DONE))


def _lines(told: Status) -> Iterator[str]:
    from bmsc.report import standing

    yield f"commands (state in {told.state_dir})"
    yield from standing.run_lines(told.runs, told.overdue, told.now)
    if told.never_ran:
        yield "  next: no whole live run was ever made here; put the commands into cron (bmsc init prints the lines)"
    elif told.overdue:
        yield "  next: look whether cron still starts them, and at log/bmsc.log in the state directory"
    by_reason = ", ".join(f"{reason} {number}" for reason, number in sorted(told.holds_by_reason().items()))
    yield f"waiting for a person: {by_reason or 'nothing'}"
    yield from (standing.hold_line(one, told.now) for one in told.holds)
    yield f"open intents: {len(told.intents) or 'none'}"
    for intent in told.intents:
        yield f"  {intent.subject:<18} {intent.kind} ({intent.command}, {standing.age(intent.at, told.now)})"
    for budget in told.budgets:
        yield f"{budget.name}: {budget.used} of {budget.limit}"
    yield f"SellerCloud token: {f'good until {told.token_expires:%H:%M} UTC' if told.token_expires else 'none'}"
    prices = told.prices
    yield (
        f"prices written by us: {prices.priced} of {prices.listings} known listings; newest "
        f"{standing.age(prices.newest, told.now)}, oldest {standing.age(prices.oldest, told.now)}"
    )


def _plain(told: Status) -> Mapping[str, object]:
    from bmsc.domain.runs import EVERY
    from bmsc.domain.times import to_text
    from bmsc.report import standing

    return {
        "schema_version": 1,
        "now": to_text(told.now),
        "overdue": list(told.overdue),
        "commands": [
            standing.run_plain(name, told.runs.get(name), overdue=name in told.overdue, now=told.now) for name in EVERY
        ],
        "holds": [standing.hold_plain(one) for one in told.holds],
        "holds_by_reason": dict(told.holds_by_reason()),
        "open_intents": [vars(intent) | {"at": to_text(intent.at)} for intent in told.intents],
        "budgets": [vars(budget) for budget in told.budgets],
        "token_expires_at": to_text(told.token_expires),
        "prices": {
            "known_listings": told.prices.listings,
            "priced": told.prices.priced,
            "newest": to_text(told.prices.newest),
            "oldest": to_text(told.prices.oldest),
        },
    }
