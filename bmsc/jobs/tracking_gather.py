"""What `tracking push` reads: the orders to ship here, their twins there, and the serials of those that left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import OrderId
from bmsc.domain.intents import Intent
from bmsc.domain.memory import KnownShipment, OrdersMemory, ShipmentsMemory
from bmsc.domain.orders import BackMarketOrder, OrderState
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.errors import NotFound, RemoteError
from bmsc.jobs import twins
from bmsc.jobs.ports import BackMarketReader, SellerCloudReader
from bmsc.planners import tracking_push
from bmsc.planners.tracking_facts import ShipmentFacts, TrackingFacts


class Gathered(Struct, frozen=True):
    """The facts of the decision, with what only our memory needs beside them.

    `read` holds every order as Back Market shows it, those that open intents are about included.
    """

    facts: TrackingFacts
    memory: ShipmentsMemory
    open_intents: tuple[Intent, ...]
    read: tuple[BackMarketOrder, ...]
    twins: twins.Twins


class TrackingGatherer:
    """Reads both sides for one run of `tracking push`."""

    def __init__(
        self, backmarket: BackMarketReader, sellercloud: SellerCloudReader, settings: Settings, scope: Scope
    ) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings
        self._scope = scope

    def gather(
        self, memory: ShipmentsMemory, pulled: OrdersMemory, intents: Sequence[Intent], now: datetime
    ) -> Gathered:
        """Read everything; with no order to ship and no open intent that is one request."""
        open_intents = tuple(intent for intent in intents if intent.is_open)
        read = self._orders(memory, open_intents)
        orders = [order for order in read if self._scope.order_ids or order.state is OrderState.TO_SHIP]
        found = twins.find(self._sellercloud, orders, self._settings, sentinels=memory.sentinels, pulled=pulled)
        facts = [
            ShipmentFacts(order, twin.look_up, twin.matches, _met(order, memory, pulled, now))
            for order in orders
            for twin in [found.of[order.id]]
        ]
        with_serials = tuple(self._with_serials(facts, now))
        sent = frozenset(memory.serials_sent)
        return Gathered(TrackingFacts(now, with_serials, sent), memory, open_intents, tuple(read), found)

    def _orders(self, memory: ShipmentsMemory, open_intents: Iterable[Intent]) -> list[BackMarketOrder]:
        """Read the orders to ship. What was begun or done is read by id: a list may lag behind a write."""
        if self._scope.order_ids:
            return [self._backmarket.order(order_id) for order_id in dict.fromkeys(self._scope.order_ids)]
        listed = {order.id: order for order in self._backmarket.orders_in_state(OrderState.TO_SHIP)}
        begun = {order_of(intent) for intent in open_intents}
        told = {order_id for order_id in listed if _told(memory, order_id)}
        fresh = {order_id: self._fresh(order_id) for order_id in sorted(begun | told)}
        return [order for order in (listed | fresh).values() if order]

    def _fresh(self, order_id: OrderId) -> BackMarketOrder | None:
        try:
            return self._backmarket.order(order_id)
        except NotFound:
            return None

    def _with_serials(self, facts: Sequence[ShipmentFacts], now: datetime) -> Iterator[ShipmentFacts]:
        """Add the serials of the orders about to ship."""
        read = self._serials_of([one for one in facts if self._wants_serials(one, now)])
        return (read.get(one.order.id, one) for one in facts)

    def _wants_serials(self, one: ShipmentFacts, now: datetime) -> bool:
        leaving = isinstance(tracking_push.decide(one, now, self._settings), tracking_push.Ship)
        return leaving and self._settings.tracking.send_serials and _may_bear_serials(one.order)

    def _serials_of(self, leaving: Sequence[ShipmentFacts]) -> Mapping[OrderId, ShipmentFacts]:
        """Read serials side by side, those of the first order alone: an outage is then met once."""
        questions = _SerialQuestions(self._sellercloud)
        with ThreadPoolExecutor(max_workers=self._settings.sellercloud.concurrency) as workers:
            read = [*map(questions.ask, leaving[:1]), *workers.map(questions.ask, leaving[1:])]
        return {one.order.id: one for one in read}


class _SerialQuestions:
    """Asks for serials until somebody meets an outage: that ends the asking, never the shipping."""

    def __init__(self, sellercloud: SellerCloudReader) -> None:
        self._sellercloud = sellercloud
        self._outage = ""

    def ask(self, one: ShipmentFacts) -> ShipmentFacts:
        if self._outage:
            return replace(one, serials_trouble=self._outage)
        try:
            return replace(one, serials=tuple(self._sellercloud.serials(one.matches[0].id)))
        except NotFound:
            return replace(one, serials=())
        except RemoteError as error:
            self._outage = error.message
            return replace(one, serials_trouble=error.message)


def order_of(intent: Intent) -> OrderId:
    """Name the order an intent is about."""
    return OrderId(int(intent.subject.partition(":")[2]))


def _told(memory: ShipmentsMemory, order_id: OrderId) -> bool:
    known = memory.orders.get(order_id)
    return known is not None and known.shipped


def _may_bear_serials(order: BackMarketOrder) -> bool:
    return any(line.quantity == 1 and not (line.imei or line.serial_number) for line in order.live_lines)


def _met(order: BackMarketOrder, memory: ShipmentsMemory, pulled: OrdersMemory, now: datetime) -> KnownShipment:
    """Take the deadline over from `orders pull`, which saw the order first."""
    known = memory.orders.get(order.id) or KnownShipment(first_seen=now)
    earlier = pulled.orders.get(order.id)
    kept = known.expected_dispatch_at or (earlier.expected_dispatch_at if earlier else None)
    return replace(known, expected_dispatch_at=kept or order.expected_dispatch_at)
