"""The one place where an exception becomes words on stderr and an exit status."""

from __future__ import annotations

import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from bmsc.cli.saying import explain, say
from bmsc.errors import BmscError, ExitCode


class Boundary(TyperGroup):
    """A command group that lets no traceback of an expected error reach the terminal."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an expected error prints its message, any other its place."""
        try:
            return super().invoke(ctx)
        except BmscError as error:
            explain(f"bmsc: {error}", err=True)
            raise typer.Exit(int(error.exit_code)) from None
        except Exception as bug:
            if hasattr(bug, "exit_code"):
                raise
            say(_bug(bug), err=True)
            raise typer.Exit(int(ExitCode.BUG)) from None


def _bug(bug: Exception) -> str:
    """Tell where it happened. The exception's own text may quote a buyer, so it is left out."""
    frames = "".join(traceback.format_tb(bug.__traceback__))
    last = traceback.extract_tb(bug.__traceback__)[-1]
    where = f"{last.name}, line {last.lineno}"
    return (
        f"{frames}bmsc: this is a bug in bmsc: {type(bug).__name__} in {where}. Nothing more was written in this run.\n"
        "  next: report these lines to the maintainers; of a run, log/bmsc.log in the state directory keeps them"
    )
