"""How a table becomes a CSV file that a spreadsheet opens as it is, and runs nothing of."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bmsc.domain.showing import shown
from bmsc.errors import UsageError

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins so for a formula, in some languages the wide signs too."""
_CUT_THERE = re.compile(r"([;|])(?=[=+\-@＝＋－＠])")
"""Where the list separator is a semicolon, a spreadsheet cuts there."""
_ANOTHER = "name another file with --csv"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read UTF-8 as something else."""


def check_place(path: Path) -> None:
    """Look, before anything else is done, whether a file can be written there. Raises UsageError."""
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise UsageError(f"{path} cannot be written", next_step=_ANOTHER)


def write(table: str, path: Path) -> None:
    """Write a rendered table to a file. Raises UsageError for a place that takes none."""
    try:
        path.write_text(_BYTE_ORDER_MARK + table, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", next_step=_ANOTHER) from error


def render(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a header and rows, each cell made harmless."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(tuple(map(harmless, row)) for row in rows)
    return written.getvalue()


def harmless(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula, or what it takes for a cell of its own."""
    whole = _CUT_THERE.sub(r"\1 ", shown(cell))
    return f"'{whole}" if cell.startswith(_FORMULAS) else whole
