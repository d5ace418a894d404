"""How rows of a few cells look: plain lines in a pipe, and folded into the window on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bmsc.domain.showing import shown

Line = str | tuple[str, ...]
"""A heading, or a row whose last cell takes the room that is left; that cell may have several lines."""
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red", "OVERDUE": "bold red", "muted": "dim", "skipped": "dim"}
_WIDEST = 32
_MARGIN = "  "
_NARROWEST = 32


def plain(lines: Iterable[Line]) -> Iterator[str]:
    """Write each row on a line of its own, cells under each other, the last one's further lines indented."""
    for cells, group in groupby(lines, key=_cells):
        members = list(group)
        if not cells:
            yield from map(str, members)
        else:
            rows = [tuple(row) for row in members]
            widths = _widths(rows)
            yield from (_row(row, widths) for row in rows)


def show(lines: Iterable[Line]) -> None:
    """Print the same to the terminal, no wider than it is."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for cells, group in groupby(lines, key=_cells):
        if not cells:
            for heading in group:
                console.print(Text(shown(str(heading))))
            continue
        rows = [tuple(row) for row in group]
        if _is_cramped(rows, console.width):
            for row in rows:
                console.print(_stacked(row))
        else:
            console.print(_grid(rows, console.width))


def _cells(line: Line) -> int:
    """Count a row's cells, none for a heading: only rows of as many stand under each other."""
    return 0 if isinstance(line, str) else len(line)


def _is_cramped(rows: Sequence[tuple[str, ...]], room: int) -> bool:
    """Say whether the last column would be a thread of words."""
    others = sum(min(width, room // 3) + len(_MARGIN) for width in _widths(rows))
    return room - len(_MARGIN) - others < _NARROWEST


def _stacked(row: tuple[str, ...]) -> object:
    """Put the last cell under the others."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    *others, last = row
    head = Text(_MARGIN).join(Text(shown(cell), style=STYLES.get(cell, "")) for cell in others)
    return Group(Padding(head, (0, 0, 0, len(_MARGIN))), Padding(Text(shown(last)), (0, 0, 0, 3 * len(_MARGIN))))


def _grid(rows: Sequence[tuple[str, ...]], room: int) -> object:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    for width in _widths(rows):
        grid.add_column(width=min(width, room // 3), overflow="fold")
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(*(Text(shown(cell), style=STYLES.get(cell, "")) for cell in row))
    return Padding(grid, (0, 0, 0, len(_MARGIN)))


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Tell how wide every column but the last has to be."""
    return [min(_WIDEST, max(map(len, cells))) for cells in zip(*(row[:-1] for row in rows), strict=True)]


def _row(row: tuple[str, ...], widths: Sequence[int]) -> str:
    cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
    last = row[-1].replace("\n", f"\n{' ' * 8}{_MARGIN}")
    return (_MARGIN + _MARGIN.join([*cells, last])).rstrip()
