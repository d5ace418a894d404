"""Which rows of a list make up one page?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bmsc.sandbox.sellercloud.answers import Answer
from bmsc.sandbox.sellercloud.query import Query
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

Found = TypeVar("Found")


def page_of(
    found: Sequence[Found], query: Query, switches: SellerCloudSwitches, *, render: Callable[[Found], object]
) -> Answer:
    """Answer the asked page of a list in the common envelope, rendering only its rows."""
    number, size = query.page()
    total = len(found)
    start = _start(number, size, switches.page_overlap)
    if start >= total and number > 1:
        if switches.past_end_page == "last":
            start = max(0, (total - 1) // size * size)
        if switches.past_end_page == "total_zero":
            total = 0
    rows = [render(item) for item in found[start : start + size]]
    return Answer({"Items": rows if rows or not switches.empty_items_null else None, "TotalResults": total})


def _start(number: int, size: int, overlap: int) -> int:
    return max(0, (number - 1) * size - overlap) if number > 1 else 0
