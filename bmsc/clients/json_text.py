"""How JSON is read and written without an amount ever passing through a binary float."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal


def read(content: bytes) -> object:
    """Parse a body; numbers with a fraction become Decimal. Raises ValueError for anything but strict JSON."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def write(value: object) -> str:
    """Serialise a body; a Decimal is written digit by digit, as a JSON number."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        members = (f"{json.dumps(str(key))}: {write(member)}" for key, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(write, value)) + "]"
    return json.dumps(value)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("JSON knows no such number")
    return format(value, "f")


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")
