"""What one run of `tracking push` teaches the next: deadlines, waits, what was told and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bmsc.domain.ids import OrderId, order_subject
from bmsc.domain.intents import Intent
from bmsc.domain.memory import KnownShipment, ShipmentsMemory
from bmsc.domain.orders import BackMarketOrder, LineState
from bmsc.domain.outcome import Result
from bmsc.domain.plan import Kind
from bmsc.domain.settings import Settings
from bmsc.jobs import tracking_memory
from bmsc.jobs.job import Settlement
from bmsc.jobs.tracking_gather import Gathered
from bmsc.planners import tracking_push
from bmsc.planners.tracking_facts import ShipmentFacts
from bmsc.planners.verdicts import Wait

KEEP = timedelta(days=60)
"""How long a line counts as one a serial number was sent for; by then its order is long over."""


def settlements(gathered: Gathered) -> Iterator[Settlement]:
    """Settle every open intent whose order was read by id."""
    read = {order_subject(order.id): order for order in gathered.read}
    for intent in gathered.open_intents:
        if order := read.get(intent.subject):
            yield Settlement(intent.id, _fate(intent, order), {})


def _fate(intent: Intent, order: BackMarketOrder) -> str:
    if intent.kind != Kind.SHIP_ORDER:
        return "read"
    return "applied" if any(line.state is LineState.SHIPPED for line in order.lines) else "refused"


def remember(
    gathered: Gathered, results: Sequence[Result], settings: Settings, intents: Iterable[Intent], now: datetime
) -> ShipmentsMemory:
    """Give the memory after this run; an order that is no longer to ship is forgotten once the list says so."""
    told = {order.id: gathered.memory.orders.get(order.id) for order in gathered.read}
    orders = {order_id: known for order_id, known in told.items() if known and known.shipped}
    orders |= {one.order.id: _waited(one, settings, now) for one in gathered.facts.orders}
    for result in results:
        if result.outcome.learned.get("shipped"):
            order_id = OrderId(int(result.action.subject.partition(":")[2]))
            orders[order_id] = replace(orders.get(order_id) or KnownShipment(now), shipped=True)
    before = gathered.memory
    memory = ShipmentsMemory(orders, gathered.twins.sentinels(before.sentinels), before.serials_sent)
    sent = tracking_memory.with_intents(memory, intents).serials_sent
    return replace(memory, serials_sent={line: at for line, at in sent.items() if now - at < KEEP})


def _waited(one: ShipmentFacts, settings: Settings, now: datetime) -> KnownShipment:
    known = one.known or KnownShipment(now)
    verdict = tracking_push.decide(one, now, settings)
    reason = verdict.skip.reason if isinstance(verdict, Wait) else ""
    return replace(known, waits_for=reason, waits_since=one.waits_since(reason, now) if reason else None)


def added(before: ShipmentsMemory, after: ShipmentsMemory) -> ShipmentsMemory:
    """Keep what a narrowed run did not look at."""
    return replace(after, orders={**before.orders, **after.orders})
