"""How a text of any origin is shown so that it can do nothing but be read."""

from __future__ import annotations

import unicodedata


def shown(text: str) -> str:
    """Spell out what a terminal would obey or nobody would see: controls, escapes, direction marks, half characters.

    Line breaks stay. The spelling is JSON's, so that a JSON text stays the JSON text it was.
    """
    if text.replace("\n", "").isprintable():
        return text
    return "\n".join(line if line.isprintable() else "".join(map(_spelled, line)) for line in text.split("\n"))


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def one_line(text: str) -> str:
    """Show a text that must not begin a line of its own."""
    return shown(text).replace("\n", "\\n")


def _spelled(letter: str) -> str:
    if letter.isprintable() or unicodedata.category(letter) == "Zs":
        return letter
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
