"""How rows about listings are kept in a file of their own that is only added to, and rewritten when it has grown."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from bmsc.domain.ids import ListingId
from bmsc.domain.papers import DAMAGE, text
from bmsc.state import atomic, disk, plain

_REWRITE_FACTOR = 2
_REWRITE_FROM = 2_000


Row = TypeVar("Row")


class RowBook(Generic[Row]):
    """The rows of one file, one writer at a time; a row that cannot be read is forgotten: that costs caution only."""

    def __init__(
        self,
        path: Path,
        *,
        writable: bool,
        read: Callable[[Mapping[str, Any]], Row],
        values: Callable[[Row], Mapping[str, object]],
    ) -> None:
        """Take the shape of a row: `read` makes one of plain values, `values` turns it into them, None left out."""
        self._path = path
        self._row_of = read
        self._values_of = values
        self._writable = writable
        self._rows: dict[ListingId, Row] | None = None
        self._lines = 0
        self._guard = threading.Lock()

    def load(self) -> Mapping[ListingId, Row]:
        """Read every row; later lines replace earlier ones."""
        with self._guard:
            return self._read()

    def _read(self) -> dict[ListingId, Row]:
        if self._rows is None:
            lines = (disk.read(self._path) or b"").splitlines()
            self._lines = len(lines)
            self._rows = {}
            for line in lines:
                self._apply(self._rows, line)
        return self._rows

    def one(self, listing_id: ListingId) -> Row | None:
        """Read the row of one listing without understanding the others."""
        key = f'{{"id":"{listing_id}"'.encode()
        rows: dict[ListingId, Row] = {}
        for line in (disk.read(self._path) or b"").splitlines():
            if line.startswith(key):
                self._apply(rows, line)
        return rows.get(listing_id)

    def note(self, listing_id: ListingId, row: Row) -> None:
        """Write one changed row at once, so that a kill right after a write to the platform forgets nothing."""
        self.save({listing_id: row})

    def save(self, changed: Mapping[ListingId, Row], gone: Iterable[ListingId] = ()) -> None:
        """Write rows that differ from those on disk, and drop those that are gone."""
        if not self._writable:
            return
        with self._guard:
            rows = self._read()
            fresh = {key: row for key, row in changed.items() if rows.get(key) != row}
            dropped = [key for key in gone if rows.pop(key, None) is not None]
            rows |= fresh
            self._write([*(self._line(key, row) for key, row in fresh.items()), *map(_gone, dropped)], rows)

    def _write(self, lines: list[bytes], rows: Mapping[ListingId, Row]) -> None:
        self._lines += len(lines)
        if lines and self._lines > max(_REWRITE_FROM, _REWRITE_FACTOR * len(rows)):
            atomic.write_bytes(self._path, b"".join(self._line(key, row) for key, row in rows.items()))
            self._lines = len(rows)
        elif lines:
            self._append(b"".join(lines))

    def _append(self, content: bytes) -> None:
        descriptor = disk.open_private(self._path, os.O_RDWR | os.O_APPEND)
        try:
            with disk.explained(self._path):
                size = os.fstat(descriptor).st_size
                torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
                disk.write_whole(descriptor, (b"\n" if torn else b"") + content)
        finally:
            os.close(descriptor)

    def _apply(self, rows: dict[ListingId, Row], line: bytes) -> None:
        try:
            found = json.loads(line)
            listing_id = ListingId(text(found["id"]))
            if found.get("gone"):
                rows.pop(listing_id, None)
            else:
                rows[listing_id] = self._row_of(found)
        except DAMAGE:
            return

    def _line(self, listing_id: ListingId, row: Row) -> bytes:
        values = self._values_of(row).items()
        return plain.line({"id": listing_id, **{name: value for name, value in values if value is not None}})


def _gone(listing_id: ListingId) -> bytes:
    return plain.line({"id": listing_id, "gone": True})
