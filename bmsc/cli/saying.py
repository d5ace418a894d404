"""The one door through which words reach a terminal, a pipe or cron's mail."""

from __future__ import annotations

import typer

from bmsc.domain.showing import shown


def say(words: str = "", *, err: bool = False) -> None:
    """Print words that may come from anywhere; on stderr when they are no part of the answer."""
    typer.echo(shown(words), err=err)
