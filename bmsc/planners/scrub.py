"""How another side's words lose everything that belongs to a buyer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_BLANK = "[…]"
_EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_SHORTEST = 2
_SHORTEST_WORD = 3
_SURELY_THEIRS = 6
"""From this length on a string is blanked also inside a longer word."""
_LONG_NUMBER = 7
"""From so many digits on a number is a phone's, however it is spaced."""
_LONGEST = 300


def scrub(words: str, buyer_strings: Iterable[str]) -> str:
    """Blank every buyer string, every longer word of one, and every e-mail address; bounded in length."""
    clean = _EMAIL.sub(_BLANK, html.unescape(words))
    for string in sorted(_pieces(buyer_strings), key=len, reverse=True):
        clean = _pattern(string).sub(_BLANK, clean)
    return clean[:_LONGEST]


def _pattern(string: str) -> re.Pattern[str]:
    digits = re.sub(r"\D", "", string)
    if len(digits) >= _LONG_NUMBER and not re.search(r"[^\W\d_]", string):
        return re.compile(r"\+?\(?" + r"[\s().\-/]*".join(digits))
    bare = re.escape(string)
    return re.compile(bare if len(string) >= _SURELY_THEIRS else rf"(?<!\w){bare}(?!\w)", re.IGNORECASE)


def _pieces(strings: Iterable[str]) -> set[str]:
    whole = {string.strip() for string in strings}
    words = {word for string in whole for word in re.split(r"[\s,;/]+", string)}
    return {string for string in whole if len(string) >= _SHORTEST} | {w for w in words if len(w) >= _SHORTEST_WORD}
