"""What `cancel sync` reads: the open orders here with their twins, and the open orders there without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from bmsc.domain.ids import OrderId
from bmsc.domain.intents import Intent
from bmsc.domain.memory import CancelMemory, OrdersMemory
from bmsc.domain.orders import BackMarketOrder, OrderState
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.errors import NotFound
from bmsc.jobs import twins
from bmsc.jobs.ports import BackMarketReader, SellerCloudReader
from bmsc.jobs.stray_gather import NO_STRAYS, StrayGatherer, Strays
from bmsc.planners.cancel_facts import CancelFacts, SyncFacts

_OPEN = (OrderState.TO_ACCEPT, OrderState.TO_SHIP)


class Gathered(Struct, frozen=True):
    """The facts of the decision, with what only our memory needs beside them."""

    facts: SyncFacts
    memory: CancelMemory
    open_intents: tuple[Intent, ...]
    read: tuple[BackMarketOrder, ...]
    twins: twins.Twins
    strays: Strays


class CancelGatherer:
    """Reads both sides for one run of `cancel sync`."""

    def __init__(
        self, backmarket: BackMarketReader, sellercloud: SellerCloudReader, settings: Settings, scope: Scope
    ) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings
        self._scope = scope
        self._strays = StrayGatherer(backmarket, sellercloud, settings)

    def gather(self, memory: CancelMemory, pulled: OrdersMemory, intents: Sequence[Intent], now: datetime) -> Gathered:
        """Read everything."""
        open_intents = tuple(intent for intent in intents if intent.is_open)
        read = self._orders(memory, open_intents)
        orders = [order for order in read if self._scope.order_ids or order.state in _OPEN]
        found = twins.find(self._sellercloud, orders, self._settings, sentinels=memory.sentinels, pulled=pulled)
        deadlines = _deadlines(orders, memory, pulled)
        one_by_one = [
            CancelFacts(order, found.of[order.id].look_up, found.of[order.id].matches, deadlines.get(order.id))
            for order in orders
        ]
        open_ids = {order.id for order in orders}
        strays = NO_STRAYS if self._scope.narrowed else self._strays.gather(memory, open_ids=open_ids, now=now)
        facts = SyncFacts(tuple(one_by_one), strays.facts, strays.unread)
        return Gathered(facts, memory, open_intents, tuple(read), found, strays)

    def _orders(self, memory: CancelMemory, open_intents: Iterable[Intent]) -> list[BackMarketOrder]:
        """Read the open orders. What was begun or done is read by id: a list may lag behind a write."""
        if self._scope.order_ids:
            return [self._backmarket.order(order_id) for order_id in dict.fromkeys(self._scope.order_ids)]
        listed = {order.id: order for state in _OPEN for order in self._backmarket.orders_in_state(state)}
        begun = {OrderId(int(intent.subject.partition(":")[2])) for intent in open_intents}
        ended = listed.keys() & memory.finished.keys()
        fresh = {order_id: self._fresh(order_id) for order_id in sorted(begun | ended)}
        return [order for order in (listed | fresh).values() if order]

    def _fresh(self, order_id: OrderId) -> BackMarketOrder | None:
        try:
            return self._backmarket.order(order_id)
        except NotFound:
            return None


def _deadlines(
    orders: Iterable[BackMarketOrder], memory: CancelMemory, pulled: OrdersMemory
) -> Mapping[OrderId, datetime]:
    """Give each order's dispatch deadline as first seen, by us or by `orders pull`."""
    earlier = {order_id: known.expected_dispatch_at for order_id, known in pulled.orders.items()}
    seen = {
        order.id: memory.dispatch.get(order.id) or earlier.get(order.id) or order.expected_dispatch_at
        for order in orders
    }
    return {order_id: at for order_id, at in seen.items() if at}
