"""The command line: options in, exit status out. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from copy import copy
from typing import Annotated

import typer

from bmsc import __version__
from bmsc.cli import (
    cancel,
    demo,
    doctor,
    explain,
    holds,
    init,
    listings,
    orders,
    report,
    reprice,
    sandbox,
    status,
    tracking,
)
from bmsc.cli.boundary import Boundary
from bmsc.cli.saying import say

app = typer.Typer(
    name="bmsc",
    cls=Boundary,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    help="Join a SellerCloud company to a Back Market seller account.",
    epilog="First `bmsc demo`, which needs no account; then `bmsc init`, which asks for yours.",
)
app.add_typer(orders.app, name="orders")
app.add_typer(tracking.app, name="tracking")
app.add_typer(cancel.app, name="cancel")
app.add_typer(listings.app, name="listings")
app.command("reprice")(reprice.reprice)
app.command("explain")(explain.explain)
app.add_typer(holds.app, name="holds")
app.command("init")(init.init)
app.command("status")(status.status)
app.command("report")(report.report)
app.command("doctor")(doctor.doctor)
app.command("sandbox")(sandbox.sandbox)
app.command("demo")(demo.demo)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape typer asks of an option callback
    if wanted:
        say(f"bmsc {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Join a SellerCloud company to a Back Market seller account."""


def only(words: Sequence[str]) -> typer.Typer:
    """Give the part of the command line that the first word names, the whole one for any other word.

    Building the options of twenty commands costs as much as a run with nothing to do.
    """
    part = copy(app)
    part.registered_groups = [one for one in app.registered_groups if [one.name] == list(words[:1])]
    part.registered_commands = [one for one in app.registered_commands if [one.name] == list(words[:1])]
    return part if part.registered_groups or part.registered_commands else app


def main() -> None:
    """Run the command line; the console script and `python -m bmsc` start here."""
    try:
        only(sys.argv[1:])()
    finally:
        gc.freeze()  # or the interpreter ends by looking for garbage in all that was loaded: a tenth of a short run
