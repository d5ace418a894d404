"""`bmsc cancel ...`."""

from __future__ import annotations

import typer

from bmsc.cli import options
from bmsc.cli.running import Shown, Where, run
from bmsc.domain.ids import OrderId
from bmsc.domain.scope import Scope

app = typer.Typer(no_args_is_help=True, help="Carry cancellations from one side to the other.")


@app.callback()
def _cancel() -> None:
    """Carry cancellations from one side to the other."""


@app.command()
def sync(
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    force: options.Force = False,
    order: options.Orders = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """End on Back Market what SellerCloud cancelled, and report what Back Market cancelled.

    Reads: Back Market orders that are open and their SellerCloud twins; SellerCloud orders that are open.
    Writes: cancelled and refunded lines on Back Market; where wished, cancelled orders in SellerCloud.

    Example: bmsc cancel sync --dry-run
    """
    scope = Scope(dry_run=dry_run, force=force, order_ids=tuple(OrderId(one) for one in order or ()))
    run("cancel sync", Where(config, state_dir), scope, Shown(json=json, quiet=quiet))
