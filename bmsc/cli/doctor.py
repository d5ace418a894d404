"""`bmsc doctor`."""

from __future__ import annotations

import json as json_text

import typer

from bmsc.cli import options


def doctor(
    json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Check every prerequisite for real and name the remedy of each that fails.

    Reads: the configuration, the secrets, the state directory, one small answer of each platform.
    Writes: nothing but a probe file in the state directory, and the login token's cache.

    Example: bmsc doctor
    """
    from bmsc import wiring

    checks = wiring.doctor(config, state_dir)
    if json:
        typer.echo(json_text.dumps({"checks": [vars(check) for check in checks]}, indent=2, default=int))
    else:
        for check in checks:
            typer.echo(f"  {'ok  ' if check.ok else 'FAIL'}  {check.name:<22} {check.detail}")
            if not check.ok:
                typer.echo(f"        next: {check.remedy}")
    raise typer.Exit(max((int(check.exit_code) for check in checks if not check.ok), default=0))
