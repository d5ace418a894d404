"""`bmsc sandbox`: both platforms in memory, on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bmsc.cli.saying import say
from bmsc.errors import ConfigError

Port = Annotated[int, typer.Option(help="The loopback port; 0 picks a free one.", min=0, max=65535)]
Seed = Annotated[int, typer.Option(help="The seed of the shop and its chance.")]
ShopName = Annotated[str, typer.Option("--shop", help="us (USD), eu (EUR and GBP), or empty.")]
ClockFile = Annotated[Path | None, typer.Option(metavar="PATH", help="A file both sides take the time from.")]
WriteConfig = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Write a configuration and secrets that fit this sandbox.")
]


def sandbox(
    port: Port = 8765,
    seed: Seed = 1,
    shop: ShopName = "us",
    clock_file: ClockFile = None,
    write_config: WriteConfig = None,
) -> None:
    """Serve a made-up SellerCloud and Back Market until interrupted.

    Reads: nothing, but the clock file if one is named.
    Writes: memory, and the configuration that --write-config asks for.

    Example: bmsc sandbox --port 8765 --write-config ./try
    """
    try:
        from bmsc.sandbox.serve import serve
    except ModuleNotFoundError as missing:
        raise ConfigError([f"the sandbox needs {missing.name}: install bmsc with its extra `sandbox`"]) from None
    from bmsc.sandbox import sample

    def ready(bound: int) -> None:
        if write_config:
            say(f"configuration: {sample.write_sample(write_config, bound, shop)}")
        else:
            say(f"SellerCloud http://127.0.0.1:{bound}/rest, Back Market http://127.0.0.1:{bound}")
            say(f"user integration@example.test, password {sample.PASSWORD}, company 163, token {sample.TOKEN}")
            say("or let it write all that: bmsc sandbox --write-config ./try")
        say(f"sandbox ready on http://127.0.0.1:{bound}")

    serve(port, clock_file, seed=seed, shop=shop, on_bound=ready)
