"""What a custom column's cell says: yes or no, an amount, a whole number, a text, nothing, or nonsense."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeGuard, TypeVar

from msgspec import Struct

from bmsc.domain.money import cent, parse

Cells = Mapping[str, object]
"""Raw values by case-folded column name."""
_TRUTHS = dict.fromkeys(("true", "1", "yes", "y", "on", "t"), True) | dict.fromkeys(
    ("false", "0", "no", "n", "off", "f"), False
)
_PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_MOST_SHOWN = 40
_MOST_UNITS = 1_000_000
Value = TypeVar("Value")


class BadCell(Struct, frozen=True):
    """A cell nobody may guess the meaning of."""

    column: str
    shown: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.column} holds {self.shown!r}, not {self.wanted}"


def is_bad(cell: object) -> TypeGuard[BadCell]:
    """Say whether a cell could not be read."""
    return isinstance(cell, BadCell)


def good(cell: Value | BadCell | None) -> Value | None:
    """Give what a cell says; None when it is empty or bad."""
    return None if isinstance(cell, BadCell) else cell


def truth(cells: Cells, column: str) -> bool | BadCell | None:
    """Read a yes or no in every spelling SellerCloud is known to use; None when not set."""
    text = _text(cells, column)
    if not text:
        return None
    found = _TRUTHS.get(text.casefold())
    return BadCell(column, text[:_MOST_SHOWN], "yes or no") if found is None else found


def price(cells: Cells, column: str, currency: str) -> Decimal | BadCell | None:
    """Read a price above zero with the currency's decimals, a number or a text with a dot."""
    amount = _number(cells, column, "a price above 0 such as 319.00")
    if amount is None or isinstance(amount, BadCell):
        return amount
    if amount <= 0:
        return BadCell(column, _text(cells, column)[:_MOST_SHOWN], "a price above 0")
    if amount != amount.quantize(cent(currency)):
        return BadCell(column, _text(cells, column)[:_MOST_SHOWN], f"a price to {cent(currency)} {currency}")
    return amount.quantize(cent(currency))


def units(cells: Cells, column: str) -> int | BadCell | None:
    """Read a whole number of units, 0 or more."""
    amount = _number(cells, column, "a whole number of units, 0 or more")
    if amount is None or isinstance(amount, BadCell):
        return amount
    if amount != amount.to_integral_value() or amount > _MOST_UNITS:
        return BadCell(column, _text(cells, column)[:_MOST_SHOWN], "a whole number of units")
    return int(amount)


def text(cells: Cells, column: str) -> str | None:
    """Read a text; None when not set."""
    return _text(cells, column) or None


def _number(cells: Cells, column: str, wanted: str) -> Decimal | BadCell | None:
    raw, shown = cells.get(column.casefold()), _text(cells, column)
    if not shown:
        return None
    amount = parse(raw) if not isinstance(raw, str) or _PLAIN_NUMBER.fullmatch(shown) else None
    if amount is None or amount < 0:
        return BadCell(column, shown[:_MOST_SHOWN], wanted)
    return amount


def _text(cells: Cells, column: str) -> str:
    value = cells.get(column.casefold())
    if value is None:
        return ""
    return (value if isinstance(value, str) else str(value)).strip()
