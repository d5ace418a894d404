"""`bmsc explain SKU`."""

from __future__ import annotations

from typing import Annotated

import typer

from bmsc.cli import options
from bmsc.cli.saying import say

Subject = Annotated[
    str, typer.Argument(metavar="SKU", help="The SKU as Back Market spells it.", callback=options.named)
]


def explain(
    sku: Subject,
    json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Show each term of a listing's quantity and prices, and the rule that decided.

    Reads: one listing, its SellerCloud row, the open orders. Writes: nothing.

    Example: bmsc explain IPH13-128-BLU-A
    """
    from bmsc import wiring
    from bmsc.report import explanation

    told = wiring.explain(sku, config, state_dir)
    say(explanation.render_json(told) if json else explanation.render(told))
