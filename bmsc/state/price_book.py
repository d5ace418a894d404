"""What `reprice` remembers of each listing's prices."""

from __future__ import annotations

from pathlib import Path

from bmsc.domain.repricing import KnownPrices
from bmsc.jobs import reprice_plain
from bmsc.state.row_book import RowBook


class PriceBook(RowBook[KnownPrices]):
    """The rows of one file, one writer at a time."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        super().__init__(path, writable=writable, read=reprice_plain.known, values=reprice_plain.of_known)
