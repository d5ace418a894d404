"""The list a merchant works through while filling columns in: which cell of which product, as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from bmsc.domain.creations import Defect, NewListing, Readiness
from bmsc.report import spreadsheet

HEADER = ("sku", "name", "status", "column", "found", "what is wrong", "what is right")


def write(readiness: Readiness, path: Path) -> None:
    """Write the CSV. Raises UsageError for a place that takes no file."""
    spreadsheet.write(render(readiness), path)


def render(readiness: Readiness) -> str:
    """Write one line a defect, and one a product that is ready or stands for itself."""
    return spreadsheet.render(HEADER, chain(_defects(readiness), _ready(readiness), _others(readiness)))


def plain(readiness: Readiness) -> dict[str, object]:
    """Give the same as plain JSON values."""
    return {
        "ready": [_plain_ready(one) for one in readiness.ready],
        "defects": [_plain_defect(one) for one in readiness.defects],
    }


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
