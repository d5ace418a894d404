"""The options that every job shares, spelled and explained once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def named(value: str | list[str] | None) -> str | list[str] | None:
    """Let SKUs pass that name something: a blank one comes from a variable that a script never set."""
    if any(not sku.strip() for sku in ([value] if isinstance(value, str) else value or [])):
        raise typer.BadParameter("it is empty; name a SKU")
    return value


DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; write nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is new and needs a person (for cron).")]
Force = Annotated[bool, typer.Option("--force", help="Let through exactly what the last refused run listed.")]
Config = Annotated[
    Path | None,
    # Whether it can be read is the loader's to say: as a usage error it would be mailed again every run.
    typer.Option(
        "--config", envvar="BMSC_CONFIG", metavar="PATH", readable=False, help="The configuration file to read."
    ),
]
StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", envvar="BMSC_STATE_DIR", metavar="PATH", readable=False, help="Where journal and state live."
    ),
]
Orders = Annotated[
    list[int] | None,
    typer.Option("--order", metavar="ID", help="Look at this Back Market order only (repeatable).", min=1),
]
Skus = Annotated[
    list[str] | None,
    typer.Option("--sku", metavar="SKU", help="Look at this Back Market SKU only (repeatable).", callback=named),
]
ProductSkus = Annotated[
    list[str] | None,
    typer.Option("--sku", metavar="SKU", help="Look at this SellerCloud product only (repeatable).", callback=named),
]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write the cells that are to be filled in as CSV."),
]
