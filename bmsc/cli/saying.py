"""The one door through which words reach a terminal, a pipe or cron's mail."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from bmsc.domain.showing import shown

if TYPE_CHECKING:
    from bmsc.report.layout import Line


def say(words: str = "", *, err: bool = False) -> None:
    """Print words that may come from anywhere; on stderr when they are no part of the answer."""
    typer.echo(shown(words), err=err)


def tell(lines: Iterable[Line]) -> None:
    """Print rows: folded into the window on a terminal, one a line elsewhere."""
    from bmsc.report import layout

    if sys.stdout.isatty():
        layout.show(lines)
    else:
        say("\n".join(layout.plain(lines)))


def explain(text: str) -> None:
    """Print paragraphs, one a line of the text; on a terminal each is folded under its own indentation."""
    if not sys.stdout.isatty():
        say(text)
        return
    width = shutil.get_terminal_size().columns
    for paragraph in text.splitlines():
        indent = " " * (len(paragraph) - len(paragraph.lstrip()))
        say(textwrap.fill(paragraph, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False))
