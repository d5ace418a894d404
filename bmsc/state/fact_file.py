"""How the file of cached facts is opened: replaced when damaged or made for something else, copied for a dry run."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from bmsc.domain.papers import DAMAGE
from bmsc.domain.showing import one_line
from bmsc.errors import StateError
from bmsc.state import disk

_Values = Sequence[object] | Mapping[str, object]
Made = TypeVar("Made")
_UNFIT = (sqlite3.Error, UnicodeDecodeError)
_LAYOUT = "1"
_TABLES = """
CREATE TABLE listings (
    id TEXT PRIMARY KEY, sku TEXT NOT NULL, row_sku TEXT NOT NULL, row_key TEXT NOT NULL,
    body TEXT NOT NULL, read_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE rows (
    key TEXT PRIMARY KEY, body TEXT, company INTEGER, parent TEXT, parent_sku TEXT, warehouse INTEGER,
    read_at REAL, absent_at REAL, doubted_at REAL
) WITHOUT ROWID;
CREATE TABLE pages (number INTEGER PRIMARY KEY, read_at REAL NOT NULL);
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_TEMPORARY = "CREATE TEMP TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID"
_VANISHES = ""
"""SQLite's name for a database that exists until it is closed."""


class FactFile:
    """One open file of facts; every statement goes through here, so that damage found late is mended too."""

    def __init__(self, path: Path, made_for: str, *, writable: bool) -> None:
        """Open the file, empty unless it was made for this; not `writable`, a copy that vanishes at the end."""
        self._path = path
        with self._explained():
            found = _opened(path) if writable else _copied(path)
            if not _fits(found, made_for):
                found.close()
                found = _emptied(path) if writable else sqlite3.connect(_VANISHES, check_same_thread=False)
                _lay_out(found, made_for)
            found.execute(_TEMPORARY)
        self._base = found
        # Used from one thread only, yet whichever thread frees the memory closes it.
        weakref.finalize(self, found.close)

    def ask(self, query: str, values: _Values = ()) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query, one by one."""
        with self._explained():
            # Not `yield from`: who stops asking would close the cursor, maybe after the file, and that is no damage.
            for row in self._base.execute(query, values):  # noqa: UP028
                yield row

    def one(self, query: str, values: _Values = ()) -> tuple[Any, ...] | None:
        """Give the first row of a query."""
        with self._explained():
            found: tuple[Any, ...] | None = self._base.execute(query, values).fetchone()
            return found

    def number(self, query: str, values: _Values = ()) -> int:
        """Give the only number of a query."""
        found = self.one(query, values)
        return int(found[0]) if found else 0

    def change(self, statement: str, values: _Values = ()) -> None:
        """Do a statement."""
        with self._explained():
            self._base.execute(statement, values)

    def change_each(self, statement: str, rows: Iterable[_Values]) -> None:
        """Do a statement for each of many rows."""
        with self._explained():
            self._base.executemany(statement, rows)

    def keep(self) -> None:
        """Make what was done last."""
        with self._explained():
            self._base.commit()

    def understood(self, make: Callable[..., Made], *values: object) -> Made:
        """Make what the values of a row mean; damage that only shows now is mended like any other."""
        with self._explained(DAMAGE):
            return make(*values)

    @contextmanager
    def _explained(self, damage: tuple[type[Exception], ...] = _UNFIT) -> Iterator[None]:
        try:
            yield
        except damage as error:
            self._path.unlink(missing_ok=True)
            what = one_line(str(error)) if isinstance(error, sqlite3.Error) else "a row of it cannot be read"
            message = f"{self._path} is damaged ({what}) and was removed: it only held what can be read again"
            raise StateError(message, next_step="nothing; the next run starts a new one") from error


def _opened(path: Path) -> sqlite3.Connection:
    os.close(disk.open_private(path, os.O_RDWR))
    return sqlite3.connect(path, check_same_thread=False)


def _emptied(path: Path) -> sqlite3.Connection:
    path.unlink()
    return _opened(path)


def _copied(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(_VANISHES, check_same_thread=False)
    if path.exists():
        original = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        with suppress(sqlite3.DatabaseError):
            original.backup(copy)
        original.close()
    return copy


def _fits(base: sqlite3.Connection, made_for: str) -> bool:
    try:
        found = base.execute("SELECT value FROM marks WHERE name = 'made for'").fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
    return bool(found and found[0] == f"{_LAYOUT} {made_for}")


def _lay_out(base: sqlite3.Connection, made_for: str) -> None:
    base.executescript(_TABLES)
    base.execute("INSERT INTO marks VALUES ('made for', ?)", (f"{_LAYOUT} {made_for}",))
