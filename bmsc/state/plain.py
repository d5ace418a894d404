"""How are our values written as JSON, and read again?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from bmsc.domain.times import to_text


def text(value: object, *, sort_keys: bool = False) -> str:
    """Write a value on one ASCII line; Decimal and moments become text, tuples and sets become lists."""
    return json.dumps(value, default=_plain, sort_keys=sort_keys, separators=(",", ":"), allow_nan=False)


def line(value: Mapping[str, object]) -> bytes:
    """Write a mapping as one terminated line."""
    return text(value).encode("ascii") + b"\n"


def read(content: bytes) -> object:
    """Read what was written; raises ValueError or RecursionError for what never is: NaN, numbers without an end."""
    return json.loads(content, parse_constant=_finite, parse_float=_finite)


def _finite(number: str) -> float:
    found = float(number)
    if not math.isfinite(found):
        raise ValueError("no number that JSON knows")
    return found


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return str(value)
        case datetime() if value.tzinfo is not None:
            return to_text(value)
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case Mapping():
            return dict(value)
        case set() | frozenset():
            return sorted(value)
    raise TypeError(f"{value!r} has no place in a JSON document")
