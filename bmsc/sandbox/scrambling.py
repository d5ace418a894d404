"""How is a document spoilt so that nobody could have meant it: wrong types, missing keys, monsters, broken text?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

WRONG: tuple[Any, ...] = (
    "abc",
    "NaN",
    "-",
    "1,5",
    "\x1b[31mred\x07",
    "=1+1",
    [],
    {},
    [[]],
    [True],
    {"a": {"b": []}},
    ["abc"],
    [None],
)
"""Values of a type or shape that no field has; the texts stand in for numbers only."""
MONSTERS = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e400",
    "1" + 40 * "0",
    "-" + 5000 * "9",
    "0." + 400 * "3",
    "1E9999",
)
"""Numbers as they stand in the text: some are no JSON, the others are nobody's quantity or price."""
PAGE = b"<!DOCTYPE html><html><head><title>Just a \x1b[2Jmoment</title></head><body>wait</body></html>"
DEPTHS = (100, 900, 5_000, 100_000)
MEGABYTE = 1_000_000
_MARK = "@@a monster@@"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
Path = tuple[Any, ...]


def scrambled(data: bytes, dice: Random, ways: Sequence[str] = ()) -> bytes:
    """Spoil a JSON text in one of the ways named, any of them by default; other texts are only spoilt as bytes."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return _BROKEN[dice.choice(sorted(_BROKEN))](data, dice)
    way = dice.choice(list(ways) or list(WAYS))
    return _BROKEN[way](data, dice) if way in _BROKEN else _ODD[way](document, dice)


def _wrong_type(document: Any, dice: Random) -> bytes:
    return _replaced(document, dice, lambda value: dice.choice([one for one in WRONG if not _fits(one, value)]))


def _null(document: Any, dice: Random) -> bytes:
    return _replaced(document, dice, lambda _: None)


def _monster(document: Any, dice: Random) -> bytes:
    spoilt = _replaced(document, dice, lambda _: _MARK)
    return spoilt.replace(json.dumps(_MARK).encode(), dice.choice(MONSTERS).encode())


def _deep(document: Any, dice: Random) -> bytes:
    spoilt = _replaced(document, dice, lambda _: _MARK)
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
    depth = dice.choice(DEPTHS)
    return spoilt.replace(json.dumps(_MARK).encode(), depth * opening + b"1" + depth * closing)


def _long(document: Any, dice: Random) -> bytes:
    letter = dice.choice(("A", "9", "é", "\u202e", "\x00", " "))
    return _replaced(document, dice, lambda _: MEGABYTE * letter)


def _surrogate(document: Any, dice: Random) -> bytes:
    return _replaced(document, dice, lambda value: f"{value}\ud800")


def _missing_key(document: Any, dice: Random) -> bytes:
    places = [place for place in _places(document) if place and isinstance(place[-1], str)]
    if not places:
        return b"{}"
    *way, last = dice.choice(places)
    del _at(document, tuple(way))[last]
    return json.dumps(document).encode()


def _other_document(document: Any, dice: Random) -> bytes:
    return json.dumps(
        dice.choice([None, True, 0, "text", [], {}, [document], {"data": document}, [None], [1, "a"]])
    ).encode()


def _duplicate_keys(document: Any, _dice: Random) -> bytes:
    text = json.dumps(document)
    return text.replace("{", '{"ID": [], "id": [], "order_id": [], ', 1).replace(", }", "}").encode()


def _truncated(data: bytes, dice: Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _other_encoding(data: bytes, dice: Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    return text.encode(dice.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "utf-7", "cp037")), errors="replace")


def _broken_bytes(data: bytes, dice: Random) -> bytes:
    place = dice.randrange(len(data) + 1)
    return data[:place] + dice.choice((b"\xff", b"\xc3", b"\x00", b"\xed\xa0\x80", b"\x1b")) + data[place:]


def _page(_data: bytes, _dice: Random) -> bytes:
    return PAGE


def _twice(data: bytes, _dice: Random) -> bytes:
    return data + data


_ODD: dict[str, Callable[[Any, Random], bytes]] = {
    "wrong_type": _wrong_type,
    "null": _null,
    "monster": _monster,
    "deep": _deep,
    "long": _long,
    "surrogate": _surrogate,
    "missing_key": _missing_key,
    "other_document": _other_document,
    "duplicate_keys": _duplicate_keys,
}
_BROKEN: dict[str, Callable[[bytes, Random], bytes]] = {
    "truncated": _truncated,
    "other_encoding": _other_encoding,
    "broken_bytes": _broken_bytes,
    "page": _page,
    "twice": _twice,
}
WAYS = (*_ODD, *_BROKEN)
"""The ways by name; the first stay a document, the last may be no JSON at all."""


def _replaced(document: Any, dice: Random, change: Callable[[Any], Any]) -> bytes:
    """Change one value, a whole object or list as likely as a plain one."""
    place = dice.choice(list(_places(document)))
    if not place:
        return json.dumps(change(document)).encode()
    holder = _at(document, place[:-1])
    holder[place[-1]] = change(holder[place[-1]])
    return json.dumps(document).encode()


def _places(document: Any, here: Path = ()) -> Iterator[Path]:
    yield here
    children = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, child in children:
        yield from _places(child, (*here, key))


def _at(document: Any, place: Path) -> Any:
    for key in place:
        document = document[key]
    return document


def _fits(one: object, value: object) -> bool:
    """A text may mean anything where texts stand; where a number stands, in digits or not, it means nothing."""
    return isinstance(one, str) and isinstance(value, str) and not _NUMBER.fullmatch(value)
