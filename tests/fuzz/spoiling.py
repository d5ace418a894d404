"""How a file of bmsc's own, or one a person wrote, is spoilt: as text, as lines, as values."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from bmsc.sandbox.scrambling import scrambled

ODD: tuple[Any, ...] = (
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+23:59",
    "2026-03-02T15:00:00",
    "2026-13-45T99:00:00Z",
    "\ud800",
    "\u202eevil\x1b[2J",
    "order:",
    "order:" + 5000 * "9",
    "order:1e9",
    "sku:\n",
    "",
    -1,
    10**18,
    10**40,
    1e308,
    True,
    "NaN",
    "Infinity",
    "-1E+999999",
    1.5,
)
"""Values that the scrambling has no reason to know: moments, subjects and numbers as our own files write them."""


def document(content: bytes, dice: Random) -> bytes:
    """Spoil a file that is one JSON document."""
    return _oddly(content, dice) if dice.random() < 0.4 else scrambled(content, dice)


def lines(content: bytes, dice: Random) -> bytes:
    """Spoil a file of JSON lines: mostly one line, at times their order or the file as bytes."""
    found = content.splitlines(keepends=True)
    if not found or dice.random() < 0.1:
        return scrambled(content, dice)
    place = dice.randrange(len(found))
    _WAYS[dice.choice(list(_WAYS))](found, place, dice)
    return b"".join(found)


def bytes_of(content: bytes, dice: Random) -> bytes:
    """Spoil a file of any kind, byte by byte."""
    spoilt = bytearray(content)
    way = dice.randrange(4)
    if way == 0:
        return bytes(spoilt[: dice.randrange(len(spoilt) + 1)])
    if way == 1:
        return dice.randbytes(dice.choice((0, 1, 16, 100, 4096, 100_000)))
    for _ in range(dice.choice((1, 4, 64))):
        if spoilt:
            spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
    if way == 2:
        place = dice.randrange(len(spoilt) + 1)
        spoilt[place:place] = dice.choice((b"\0", b"\xff\xfe", b"\n", b"\r", 4096 * b"A", 1_000_000 * b"9"))
    return bytes(spoilt)


def _oddly(content: bytes, dice: Random) -> bytes:
    """Put one odd value, or one value of another place, where another value stands."""
    try:
        found = json.loads(content)
    except ValueError:
        return scrambled(content, dice)
    places = list(_places(found))
    if not places:
        return scrambled(content, dice)
    holder, key = dice.choice(places)
    other, there = dice.choice(places)
    value = dice.choice(ODD) if dice.random() < 0.7 else other[there]
    if isinstance(holder, dict) and dice.random() < 0.25:
        holder[str(value)[:200]] = holder.pop(key)
    else:
        holder[key] = json.loads(json.dumps(value))
    return json.dumps(found, separators=(",", ":")).encode()


def _places(found: Any) -> list[tuple[Any, Any]]:
    inside = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    below = [place for _, child in inside for place in _places(child)]
    return [(found, key) for key, _ in _pairs(found)] + below


def _pairs(found: Any) -> list[tuple[Any, Any]]:
    if isinstance(found, dict):
        return list(found.items())
    return list(enumerate(found)) if isinstance(found, list) else []


def _one(found: list[bytes], place: int, dice: Random) -> None:
    found[place] = document(found[place].rstrip(b"\n"), dice) + b"\n"


def _twice(found: list[bytes], place: int, dice: Random) -> None:
    found.insert(dice.randrange(len(found) + 1), found[place])


def _gone(found: list[bytes], place: int, _dice: Random) -> None:
    del found[place]


def _torn(found: list[bytes], place: int, dice: Random) -> None:
    found[place] = found[place][: dice.randrange(len(found[place]))]


def _shuffled(found: list[bytes], _place: int, dice: Random) -> None:
    dice.shuffle(found)


_WAYS: dict[str, Callable[[list[bytes], int, Random], None]] = {
    **{f"one {number}": _one for number in range(8)},
    "twice": _twice,
    "gone": _gone,
    "torn": _torn,
    "shuffled": _shuffled,
}
