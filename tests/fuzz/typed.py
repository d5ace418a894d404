"""Does a value hold what its type says? What is read from a file must, or it was not read but believed."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from fuzz.target import Broken
from msgspec import Struct


def must_hold(value: object, hint: Any, where: str = "value") -> None:
    """Raise Broken, naming the place, where a value is not of the type it claims."""
    for wrong in _wrongs(value, hint, where):
        raise Broken(wrong)


def _wrongs(value: object, hint: Any, where: str) -> Iterator[str]:
    hint = getattr(hint, "__supertype__", hint)
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or hint is object:
        return
    if origin in (typing.Union, types.UnionType):
        if all(any(True for _ in _wrongs(value, one, where)) for one in inside):
            yield f"{where} is {value!r:.100}, not {hint}"
    elif origin is None:
        yield from _plain(value, hint, where)
    elif not isinstance(value, origin):
        yield f"{where} is {value!r:.100}, not {hint}"
    else:
        yield from _inside(value, origin, inside, where)


def _plain(value: object, hint: Any, where: str) -> Iterator[str]:
    kind = type(None) if hint is None else hint
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{where} is {value!r:.100}, not {kind.__name__}"
    elif isinstance(value, Decimal) and not value.is_finite():
        yield f"{where} is {value}, which is no amount"
    elif isinstance(value, datetime) and value.tzinfo is None:
        yield f"{where} is a moment of no time zone"
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _wrongs(getattr(value, name), _hints(type(value))[name], f"{where}.{name}")


def _inside(value: Any, origin: Any, inside: tuple[Any, ...], where: str) -> Iterator[str]:
    if issubclass(origin, Mapping):
        for key, one in value.items():
            yield from _wrongs(key, inside[0], f"a key of {where}")
            yield from _wrongs(one, inside[1], f"{where}[{key!r:.50}]")
    elif origin is tuple and Ellipsis not in inside:
        if len(value) != len(inside):
            yield f"{where} has {len(value)} values, not {len(inside)}"
        for one, hint in zip(value, inside, strict=False):
            yield from _wrongs(one, hint, f"{where}[]")
    else:
        for one in value:
            yield from _wrongs(one, inside[0], f"{where}[]")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
