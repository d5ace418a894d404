"""What both platforms show to someone who wants to know how they answer: raw rows, totals, headers and clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from msgspec import Struct, field

from bmsc.clients import errands
from bmsc.clients.exchange import Call, Exchange
from bmsc.clients.http import Http
from bmsc.clients.lane import Clock
from bmsc.clients.wire import NOT_BELIEVED, whole
from bmsc.errors import RemoteMisbehaved

Row = Mapping[str, Any]
Query = tuple[tuple[str, str], ...]
_TELLING = ("limit", "retry", "remaining", "throttle")


class Watch(Struct):
    """What the answers of one platform let slip about it: its clock, its throttle headers, its last status."""

    clock: Clock
    skew_seconds: float | None = None
    """How far the platform's clock is ahead of ours."""
    headers: set[str] = field(default_factory=set)
    last_status: int | None = None

    def see(self, _call: Call, seen: Exchange) -> None:
        """Take in one exchange."""
        self.last_status = seen.status or self.last_status
        self.headers |= {name.casefold() for name in seen.headers if any(word in name.casefold() for word in _TELLING)}
        stamped = _date(seen.headers.get("Date", ""))
        if stamped is not None:
            self.skew_seconds = (stamped - self.clock.now()).total_seconds()


class Rows(Struct, frozen=True):
    """Rows as they came, how many the platform counts in all, and how many the fullest page held."""

    rows: Sequence[Row]
    total: int
    keys: frozenset[str] = frozenset()
    fullest: int = 0


class Survey:
    """Reads lists of one platform as they are."""

    def __init__(self, http: Http, clock: Clock, *, items: str, total: str) -> None:
        self._http = http
        self._items = items
        self._total = total
        self.watch = Watch(clock)
        http.on_exchange = self.watch.see

    def get(self, path: str, query: Query = (), headers: Mapping[str, str] | None = None) -> Any:
        """Read one answer as parsed JSON."""
        return self._http.send(Call("GET", path, path, query=query, extra_headers=dict(headers or {})))

    def rows(self, path: str, query: Query = (), headers: Mapping[str, str] | None = None) -> Rows:
        """Read one page of a list."""
        answer = self.get(path, query, headers)
        if not isinstance(answer, Mapping) or not isinstance(answer.get(self._items), list | None):
            message = f"{errands.where(self._http.platform, path)} came without its list of rows"
            raise RemoteMisbehaved(message, next_step=NOT_BELIEVED)
        found = [row for row in answer.get(self._items) or [] if isinstance(row, Mapping)]
        return Rows(found, whole(answer.get(self._total)) or 0, frozenset(answer), len(found))


def sellercloud(http: Http, clock: Clock) -> Survey:
    """Survey SellerCloud."""
    return Survey(http, clock, items="Items", total="TotalResults")


def backmarket(http: Http, clock: Clock) -> Survey:
    """Survey Back Market."""
    return Survey(http, clock, items="results", total="count")


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except (ValueError, OverflowError):
        return None
