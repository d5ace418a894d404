"""Which SellerCloud orders Back Market no longer lists as open, and what became of them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from bmsc.domain.ids import OrderId
from bmsc.domain.memory import CancelMemory
from bmsc.domain.orders import OrderStatus, SellerCloudOrder, ShippingStatus
from bmsc.domain.settings import Settings
from bmsc.errors import NotFound
from bmsc.jobs import cancel_memory
from bmsc.jobs.ports import BackMarketReader, SellerCloudReader
from bmsc.planners.cancel_facts import StrayFacts

ANSWERS_LAST = timedelta(hours=24)
"""How long an order that was found in order on both sides is not asked for again."""
CANCELLED_LATELY = timedelta(days=3)
"""How far back cancelled SellerCloud orders are looked at: one may be cancelled after it was reported shipped."""
MOST_READS = 100
"""So many orders are read on Back Market in one run; on the first one a shop may have thousands of other orders."""
_Candidates = Mapping[OrderId, tuple[SellerCloudOrder, ...]]


class Strays(Struct, frozen=True):
    """The strays found, and what need not be asked for again: numbers nobody knows, orders of no candidate."""

    facts: tuple[StrayFacts, ...] = ()
    unread: int = 0
    unknown: frozenset[OrderId] = frozenset()
    candidates: frozenset[OrderId] = frozenset()


NO_STRAYS = Strays()


class StrayGatherer:
    """Looks for strays in one run of `cancel sync`."""

    def __init__(self, backmarket: BackMarketReader, sellercloud: SellerCloudReader, settings: Settings) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings

    def gather(self, memory: CancelMemory, *, open_ids: set[OrderId], now: datetime) -> Strays:
        """Read SellerCloud's open and lately cancelled orders, then Back Market's for those it does not list."""
        candidates = self._candidates(now)
        asked = [
            order_id
            for order_id, rows in sorted(candidates.items())
            if order_id not in open_ids and not _known(memory, order_id, rows, now)
        ]
        facts, unknown = [], set()
        for order_id in asked[:MOST_READS]:
            try:
                order = self._backmarket.order(order_id)
            except NotFound:
                unknown.add(order_id)
            else:
                rows = candidates[order_id] if order.live_lines else self._complete(candidates[order_id])
                facts.append(StrayFacts(order, rows))
        unread = max(0, len(asked) - MOST_READS)
        return Strays(tuple(facts), unread, frozenset(unknown), frozenset(candidates))

    def _candidates(self, now: datetime) -> _Candidates:
        channel = self._settings.sellercloud.channel
        rows = [
            *self._sellercloud.company_orders(channel, OrderStatus.IN_PROCESS, shipping=ShippingStatus.UNSHIPPED),
            *self._sellercloud.company_orders(channel, OrderStatus.CANCELED, updated_since=now - CANCELLED_LATELY),
        ]
        found: dict[OrderId, dict[int, SellerCloudOrder]] = {}
        for row in rows:
            if (order_id := self._order_id(row)) is not None:
                found.setdefault(order_id, {})[row.id] = row
        return {order_id: tuple(orders.values()) for order_id, orders in found.items()}

    def _order_id(self, row: SellerCloudOrder) -> OrderId | None:
        prefix = self._settings.orders.order_number_prefix
        digits = row.number[len(prefix) :]
        ours = row.number.startswith(prefix) and digits.isascii() and digits.isdigit() and digits[0] != "0"
        return OrderId(int(digits)) if ours else None

    def _complete(self, rows: Iterable[SellerCloudOrder]) -> tuple[SellerCloudOrder, ...]:
        return tuple(self._sellercloud.order(row.id) if row.related is None else row for row in rows)


def _known(memory: CancelMemory, order_id: OrderId, rows: Iterable[SellerCloudOrder], now: datetime) -> bool:
    if order_id in memory.foreign:
        return True
    settled = memory.settled.get(cancel_memory.standing(order_id, rows))
    return settled is not None and now - settled < ANSWERS_LAST
