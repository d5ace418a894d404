"""`bmsc orders ...`."""

from __future__ import annotations

from typing import Annotated

import typer

from bmsc.cli import options
from bmsc.cli.running import Shown, Where, run
from bmsc.domain.ids import OrderId
from bmsc.domain.scope import Scope

app = typer.Typer(no_args_is_help=True, help="Bring Back Market orders into SellerCloud.")


@app.callback()
def _orders() -> None:
    """Bring Back Market orders into SellerCloud."""


OnlyExisting = Annotated[
    bool, typer.Option("--only-existing", help="Create nothing: adopt and accept what SellerCloud has (launch day).")
]


@app.command()
def pull(
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    force: options.Force = False,
    order: options.Orders = None,
    only_existing: OnlyExisting = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Create, pay and accept every waiting Back Market order.

    Reads: Back Market orders that wait for acceptance, their SellerCloud twins and products.
    Writes: the order and its payment in SellerCloud, the acceptance on Back Market.

    Example: bmsc orders pull --dry-run
    """
    scope = Scope(
        dry_run=dry_run,
        force=force,
        only_existing=only_existing,
        order_ids=tuple(OrderId(one) for one in order or ()),
    )
    run("orders pull", Where(config, state_dir), scope, Shown(json=json, quiet=quiet))
