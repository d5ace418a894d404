"""How is a row of full width written down without naming each key's value?"""

from __future__ import annotations

from types import MappingProxyType

Row = dict[str, object]
Shape = MappingProxyType[str, object]


def shape(*, zero: str = "", null: str = "", no: str = "", empty: str = "") -> Shape:
    """Build a row whose keys, parted by blanks, hold 0, null, false or an empty list."""
    row: Row = {}
    for names, value in ((zero, 0), (null, None), (no, False), (empty, ())):
        row.update(dict.fromkeys(names.split(), value))
    return MappingProxyType(row)


def full(width: Shape, style: str, known: Row) -> Row:
    """Give what is known at the full width of its shape, or alone when the style is "known"."""
    return {**width, **known} if style == "full" else known
