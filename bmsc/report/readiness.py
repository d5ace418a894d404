"""The list a merchant works through while filling columns in: which cell of which product, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from bmsc.domain.creations import Defect, NewListing, Readiness
from bmsc.domain.showing import shown
from bmsc.errors import UsageError

HEADER = ("sku", "name", "status", "column", "found", "what is wrong", "what is right")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins so for a formula, in some languages the wide signs too."""
_CUT_THERE = re.compile(r"([;|])(?=[=+\-@＝＋－＠])")
"""Where the list separator is a semicolon, a spreadsheet cuts there."""
_ANOTHER = "name another file with --csv"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read UTF-8 as something else."""


def check_place(path: Path) -> None:
    """Look, before anything else is done, whether the CSV can be written there. Raises UsageError."""
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise UsageError(f"{path} cannot be written", next_step=_ANOTHER)


def write(readiness: Readiness, path: Path) -> None:
    """Write the CSV. Raises UsageError for a place that takes no file."""
    try:
        path.write_text(_BYTE_ORDER_MARK + render(readiness), encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", next_step=_ANOTHER) from error


def render(readiness: Readiness) -> str:
    """Write one line a defect, and one a product that is ready or stands for itself."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADER)
    rows = chain(_defects(readiness), _ready(readiness), _others(readiness))
    writer.writerows(tuple(map(harmless, row)) for row in rows)
    return written.getvalue()


def plain(readiness: Readiness) -> dict[str, object]:
    """Give the same as plain JSON values."""
    return {
        "ready": [_plain_ready(one) for one in readiness.ready],
        "defects": [_plain_defect(one) for one in readiness.defects],
    }


def harmless(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula, or what it takes for a cell of its own."""
    whole = _CUT_THERE.sub(r"\1 ", shown(cell))
    return f"'{whole}" if cell.startswith(_FORMULAS) else whole


def _defects(readiness: Readiness) -> Iterator[tuple[str, ...]]:
    for one in readiness.defects:
        status = "missing" if one.found is None else "wrong"
        yield (one.sku, one.name, status, one.column, one.found or "", one.problem, one.remedy)


def _ready(readiness: Readiness) -> Iterator[tuple[str, ...]]:
    for one in readiness.ready:
        yield (one.sku, one.name, "ready", "", "", "", one.words())


def _others(readiness: Readiness) -> Iterator[tuple[str, ...]]:
    for one in readiness.others:
        yield (one.subject.partition(":")[2], "", one.reason, "", "", one.detail, "")


def _plain_defect(one: Defect) -> dict[str, object]:
    return {
        "sku": one.sku,
        "name": one.name,
        "column": one.column,
        "found": one.found,
        "problem": one.problem,
        "remedy": one.remedy,
    }


def _plain_ready(one: NewListing) -> dict[str, object]:
    return {
        "sku": one.sku,
        "name": one.name,
        "product": one.product,
        "grade": one.grade.value,
        "grade_shown_to_buyers": one.grade.shown_to_buyers,
        "warranty_months": one.warranty_months,
        "prices": [
            {"locale": price.locale, "price": str(price.price), "currency": price.currency} for price in one.prices
        ],
    }
