"""`bmsc holds ...`."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bmsc.cli import options
from bmsc.cli.saying import say, tell

if TYPE_CHECKING:
    from bmsc.upkeep.holds import Waiting

app = typer.Typer(no_args_is_help=True, help="See and answer what waits for a person.")
Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help="An order id, a SKU, or a report's subject.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Only the hold with this reason code.")]
Note = Annotated[str, typer.Option("--note", help="Why; shown with the hold.")]
Days = Annotated[int, typer.Option("--days", min=1, max=365, help="For how long.")]


@app.callback()
def _holds() -> None:
    """See and answer what waits for a person."""


@app.command("list")
def list_(json: options.Json = False, state_dir: options.StateDir = None) -> None:
    """List every hold and alert that stands, the nearest deadline first.

    Reads: the state directory. Writes: nothing.

    Example: bmsc holds list
    """
    from bmsc.upkeep.holds import HoldsDesk

    _tell(HoldsDesk(state_dir).waiting(), json=json)


@app.command()
def show(subject: Subject, json: options.Json = False, state_dir: options.StateDir = None) -> None:
    """Show what is held about one order or SKU.

    Reads: the state directory. Writes: nothing.

    Example: bmsc holds show 66100001
    """
    from bmsc.upkeep.holds import HoldsDesk

    _tell(HoldsDesk(state_dir).about(subject), json=json)


@app.command()
def release(
    subject: Subject,
    reason: Reason = None,
    note: Note = "",
    json: options.Json = False,
    state_dir: options.StateDir = None,
) -> None:
    """Forget a hold: the next run judges its subject afresh, and tells it as new if it still stands.

    Reads: the state directory. Writes: the remark there. It lets nothing through that a rule forbids.

    Example: bmsc holds release 66100001 --note "product created"
    """
    from bmsc.upkeep.holds import HoldsDesk

    _tell(HoldsDesk(state_dir).release(subject, reason, note=note), json=json, word="released")


@app.command()
def mute(
    subject: Subject,
    reason: Reason = None,
    days: Days = 7,
    note: Note = "",
    json: options.Json = False,
    state_dir: options.StateDir = None,
) -> None:
    """Keep a hold silent: no mail and no notification for some days; it still stands and is still listed.

    Reads: the state directory. Writes: the remark there.

    Example: bmsc holds mute 66100001 --days 3 --note "asked the buyer"
    """
    from bmsc.upkeep.holds import HoldsDesk

    _tell(HoldsDesk(state_dir).mute(subject, reason, days=days, note=note), json=json, word="muted")


def _tell(found: Sequence[Waiting], *, json: bool, word: str = "") -> None:
    from bmsc import premises
    from bmsc.report import standing

    if json:
        say(json_text.dumps({"holds": [standing.hold_plain(one) for one in found]}, indent=2))
        return
    now = premises.clock().now()
    tell([standing.hold_line(one, now, word) for one in found] or ["nothing waits for a person"])
