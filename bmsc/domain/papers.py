"""How a plain value on one of our own papers is read: as we write it, or not at all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from bmsc.domain.times import from_text

DAMAGE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""What reading a paper makes Python raise when a disk, an editor or a stranger has spoilt it."""
_MOST_DIGITS = 18
"""Before or behind the point: no sum of money has more."""


def text(value: object) -> str:
    """Read a text; raises ValueError for anything else, and for half characters, which no file takes."""
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004 - what is on a paper is a value, whatever its type
    value.encode()
    return value


def whole(value: object) -> int:
    """Read a whole number; raises ValueError for anything else, and for one that nobody counts to."""
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise ValueError("no whole number")
    return value


def perhaps_whole(value: object) -> int | None:
    """Read a whole number, or None where none stands."""
    return None if value is None else whole(value)


def flag(value: object) -> bool:
    """Read a yes or no; raises ValueError for anything else."""
    if not isinstance(value, bool):
        raise ValueError("no yes or no")  # noqa: TRY004 - as above
    return value


def moment(value: object) -> datetime:
    """Read a moment; raises ValueError where none stands."""
    found = from_text(value)
    if found is None:
        raise ValueError("no moment")
    return found


def amount(value: object) -> Decimal:
    """Read an amount; raises ValueError for what is none, for infinite ones, and for those nobody reckons with."""
    found = Decimal(text(value))
    if not found.is_finite() or abs(found.adjusted()) > _MOST_DIGITS:
        raise ValueError("no amount")
    return found
