"""Which page of a list was asked for, and how is it wrapped?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from bmsc.sandbox.backmarket.refusals import v1
from bmsc.sandbox.backmarket.switches import BackMarketSwitches

MAX_PAGE = 50
Row = TypeVar("Row")


def paged(rows: Sequence[Row], show: Callable[[Row], Any], switches: BackMarketSwitches) -> dict[str, Any]:
    """Answer one page of `rows`; only the page's rows are rendered."""
    number, size = max(1, _whole("page", 1)), _size(switches)
    if number > 1 and (number - 1) * size >= len(rows) and switches.past_end_page == "not_found":
        raise v1(404, "not_found", "Invalid page.")
    wanted = rows[(number - 1) * size : number * size]
    return {
        "count": len(rows),
        "next": _link(number + 1, switches) if number * size < len(rows) else None,
        "previous": _link(number - 1, switches) if number > 1 else None,
        "results": [show(row) for row in wanted],
    }


def _size(switches: BackMarketSwitches) -> int:
    size = _whole("page-size", 10)
    if size > MAX_PAGE and switches.oversized_page == "refuse":
        raise v1(400, "invalid_page_size", f"page-size must be at most {MAX_PAGE}")
    if switches.oversized_page == "serve":
        return max(1, size)
    return min(max(1, size), MAX_PAGE)


def _whole(name: str, default: int) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else default


def _link(number: int, switches: BackMarketSwitches) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    host = switches.next_host.rstrip("/") or request.host_url.rstrip("/")
    return f"{host}{request.path}?{urlencode([*kept, ('page', number)])}"
