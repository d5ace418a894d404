"""What `listings sync` remembers of each listing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bmsc.domain.listings import KnownListing, WrittenPrice
from bmsc.domain.papers import amount, perhaps_whole, text, whole
from bmsc.domain.times import from_text, to_text
from bmsc.state.row_book import RowBook


class ListingBook(RowBook[KnownListing]):
    """The rows of one file, one writer at a time."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        super().__init__(path, writable=writable, read=_known, values=_values)


def _known(found: Mapping[str, Any]) -> KnownListing:
    falls = ((from_text(at), whole(units)) for at, units in found.get("falls", ()))
    prices = ((text(locale), amount(price), from_text(at)) for locale, price, at in found.get("prices", ()))
    return KnownListing(
        managed=bool(found.get("managed")),
        seen=perhaps_whole(found.get("seen")),
        written=perhaps_whole(found.get("written")),
        written_at=from_text(found.get("written_at")),
        prices=tuple(WrittenPrice(locale, price, at) for locale, price, at in prices if at),
        falls=tuple((at, units) for at, units in falls if at),
        available=perhaps_whole(found.get("available")),
        uncounted=whole(found.get("uncounted", 0)),
    )


def _values(row: KnownListing) -> dict[str, object]:
    return {
        "managed": row.managed or None,
        "seen": row.seen,
        "written": row.written,
        "written_at": row.written_at,
        "prices": [[one.locale, str(one.price), to_text(one.at)] for one in row.prices] or None,
        "falls": [[to_text(at), units] for at, units in row.falls] or None,
        "available": row.available,
        "uncounted": row.uncounted or None,
    }
