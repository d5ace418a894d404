"""`bmsc tracking ...`."""

from __future__ import annotations

import typer

from bmsc.cli import options
from bmsc.cli.running import Shown, Where, run
from bmsc.domain.ids import OrderId
from bmsc.domain.scope import Scope

app = typer.Typer(no_args_is_help=True, help="Tell Back Market what has left the warehouse.")


@app.callback()
def _tracking() -> None:
    """Tell Back Market what has left the warehouse."""


@app.command()
def push(
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    force: options.Force = False,
    order: options.Orders = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Tell Back Market the tracking number of every order that SellerCloud shows as shipped.

    Reads: Back Market orders that wait for shipping, their SellerCloud twins, serial numbers of those that left.
    Writes: the shipment and serial numbers on Back Market; where wished, a mark in SellerCloud.

    Example: bmsc tracking push --dry-run
    """
    scope = Scope(dry_run=dry_run, force=force, order_ids=tuple(OrderId(one) for one in order or ()))
    run("tracking push", Where(config, state_dir), scope, Shown(json=json, quiet=quiet))
