"""`bmsc reprice`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmsc.cli import options
from bmsc.cli.running import Shown, Where, run
from bmsc.cli.saying import say
from bmsc.domain.scope import Scope

Record = Annotated[
    Path | None, typer.Option("--record", metavar="FILE", help="Add this run's facts to a file, for --replay.")
]
Replay = Annotated[
    Path | None,
    typer.Option("--replay", metavar="FILE", help="Decide recorded facts again; show what would differ. Asks nobody."),
]


def reprice(
    dry_run: options.DryRun = False,
    json: options.Json = False,
    quiet: options.Quiet = False,
    force: options.Force = False,
    sku: options.Skus = None,
    record: Record = None,
    replay: Replay = None,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Let prices follow the buybox, between each SKU's minimum and default price.

    Reads: Back Market listings and competitors (two a second), SellerCloud's price columns.
    Writes: prices of listings on Back Market; nothing in SellerCloud.

    Example: bmsc reprice --dry-run --sku IPH13-128-BLU-A
    """
    if replay is not None:
        _replay(replay, config, json=json)
        return
    kept = str(record.absolute()) if record else ""
    scope = Scope(dry_run=dry_run, force=force, skus=tuple(sku or ()), record=kept)
    run("reprice", Where(config, state_dir), scope, Shown(json=json, quiet=quiet))


def _replay(recorded: Path, config: Path | None, *, json: bool) -> None:
    from bmsc import wiring
    from bmsc.report import replay

    found = wiring.replay(recorded, config)
    say(replay.render_json(found) if json else replay.render(found))
