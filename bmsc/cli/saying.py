"""The one door through which words reach a terminal, a pipe or cron's mail."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from bmsc.domain.showing import shown
from bmsc.errors import OutputRefused

if TYPE_CHECKING:
    from bmsc.report.layout import Line


def say(words: str = "", *, err: bool = False) -> None:
    """Print words that may come from anywhere; on stderr when they are no part of the answer.

    Cron may append to a file whose disk is full: an answer that finds no room raises OutputRefused, the rest is lost.
    """
    try:
        typer.echo(shown(words), err=err)
    except BrokenPipeError:
        raise
    except OSError as error:
        if err:
            return
        told = f"the output cannot be written: {error.strerror}"
        raise OutputRefused(
            told, next_step="make room where it goes to; `bmsc status` tells how the run ended"
        ) from None


def tell(lines: Iterable[Line]) -> None:
    """Print rows: folded into the window on a terminal, one a line elsewhere."""
    from bmsc.report import layout

    if sys.stdout.isatty():
        layout.show(lines)
    else:
        say("\n".join(layout.plain(lines)))


def explain(text: str, *, err: bool = False) -> None:
    """Print paragraphs, one a line of the text; on a terminal each is folded under its own indentation."""
    if not (sys.stderr if err else sys.stdout).isatty():
        say(text, err=err)
        return
    width = shutil.get_terminal_size().columns
    for paragraph in text.splitlines():
        indent = " " * (len(paragraph) - len(paragraph.lstrip()))
        folded = textwrap.fill(
            paragraph, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
        say(folded, err=err)
