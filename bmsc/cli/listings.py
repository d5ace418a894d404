"""`bmsc listings ...`."""

from __future__ import annotations

import typer

from bmsc.cli import options
from bmsc.cli.running import Shown, Where, run
from bmsc.domain.scope import Scope

app = typer.Typer(no_args_is_help=True, help="Keep Back Market listings in step with SellerCloud.")


@app.callback()
def _listings() -> None:
    """Keep Back Market listings in step with SellerCloud."""


@app.command()
def sync(
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    force: options.Force = False,
    sku: options.Skus = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Write the quantities and prices of listings that differ from SellerCloud.

    Reads: Back Market listings and open orders; SellerCloud's rows of their SKUs and the orders' twins.
    Writes: quantity and price of listings on Back Market; nothing in SellerCloud.

    Example: bmsc listings sync --dry-run --sku IPH13-128-BLU-A
    """
    scope = Scope(dry_run=dry_run, force=force, skus=tuple(sku or ()))
    run("listings sync", Where(config, state_dir), scope, Shown(json=json, quiet=quiet))


@app.command()
def create(
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    force: options.Force = False,
    sku: options.ProductSkus = None,
    csv: options.Csv = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Make listings of products whose columns are filled in, and name the cells of those that are not ready.

    Reads: every SKU on Back Market; the company's catalog in SellerCloud, or its saved view.
    Writes: new listings of quantity 0 on Back Market, each read back and compared; nothing in SellerCloud.

    Example: bmsc listings create --dry-run --csv to-fill-in.csv
    """
    if csv:
        from bmsc.report import spreadsheet

        spreadsheet.check_place(csv)
    scope = Scope(dry_run=dry_run, force=force, skus=tuple(sku or ()))
    run("listings create", Where(config, state_dir), scope, Shown(json=json, quiet=quiet, csv=csv))
