"""What one run of `orders pull` teaches the next: twins, deadlines, sentinels, proven currencies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bmsc.domain.ids import OrderId, SellerCloudOrderId, SkuKey, order_subject, sku_key
from bmsc.domain.intents import Intent
from bmsc.domain.memory import KnownOrder, OrdersMemory, Sentinel
from bmsc.domain.orders import SellerCloudOrder
from bmsc.domain.outcome import Result
from bmsc.domain.plan import CreateOrder, Kind
from bmsc.domain.settings import Settings
from bmsc.jobs.job import Settlement
from bmsc.jobs.orders_gather import Gathered
from bmsc.jobs.ports import Journal
from bmsc.planners import existing_order
from bmsc.planners.order_facts import LookUp, OrderFacts
from bmsc.planners.orders_pull import ABSENCE_AFTER_UNKNOWN

_KEEP = timedelta(days=60)
_SENTINELS = 3
_EVER = datetime.min.replace(tzinfo=UTC)


def settlements(gathered: Gathered) -> Iterator[Settlement]:
    """Settle every open intent whose order was read; what is still uncertain stays open."""
    facts = {order_subject(one.order.id): one for one in gathered.facts.orders}
    orphans = {order_subject(one.order.id): one.sellercloud_order for one in gathered.facts.orphans}
    watched = {order_subject(order.id) for order in gathered.watched}
    vanished = {order_subject(order_id) for order_id in gathered.vanished}
    for intent in gathered.open_intents:
        if intent.subject in facts:
            yield from _settle(intent, facts[intent.subject], gathered.facts.now)
        elif intent.subject in watched:
            yield from _settle_watched(intent, orphans.get(intent.subject), gathered)
        elif intent.subject in vanished:
            yield Settlement(intent.id, "read", {})


def _settle(intent: Intent, one: OrderFacts, now: datetime) -> Iterator[Settlement]:
    match = one.matches[0] if len(one.matches) == 1 else None
    if intent.kind == Kind.CREATE_ORDER:
        if match and existing_order.made_by_us(one, match):
            yield Settlement(intent.id, "applied", {"sellercloud_id": match.id})
        elif match:
            yield Settlement(intent.id, "read", {})
        elif _absent_twice(one.known, one.look_up, now, after=intent.at):
            yield Settlement(intent.id, "refused", {})
    elif intent.kind == Kind.PAY_ORDER:
        if match and (match.is_paid or not existing_order.may_still_arrive(intent.at, now)):
            yield Settlement(intent.id, "applied" if match.is_paid else "refused", {})
    else:
        yield Settlement(intent.id, "read", {})


def _settle_watched(intent: Intent, twin: SellerCloudOrder | None, gathered: Gathered) -> Iterator[Settlement]:
    """Settle what was begun for an order nobody wants; one that is there, whoever made it, `cancel sync` tells of."""
    order_id = OrderId(int(intent.subject.partition(":")[2]))
    if intent.kind != Kind.CREATE_ORDER:
        yield Settlement(intent.id, "read", {})
    elif twin:
        yield Settlement(intent.id, "applied", {"sellercloud_id": twin.id})
    elif gathered.look_up_of(order_id) is LookUp.FOUND:
        yield Settlement(intent.id, "read", {})
    elif _absent_twice(
        gathered.memory.orders.get(order_id), gathered.look_up_of(order_id), gathered.facts.now, after=intent.at
    ):
        yield Settlement(intent.id, "refused", {})


def _absent_twice(known: KnownOrder | None, verdict: LookUp, now: datetime, *, after: datetime = _EVER) -> bool:
    since = known.absent_since if known else None
    absent = verdict in (LookUp.ABSENT, LookUp.DELETED)
    return absent and since is not None and since >= after and now - since >= ABSENCE_AFTER_UNKNOWN


def journal_met(gathered: Gathered, journal: Journal) -> None:
    """Journal each order that no earlier run has met: when it was paid and what was bought, never by whom.

    Before anything is written, since an order that a killed run has accepted is not met again.
    """
    for one in gathered.facts.orders:
        order = one.order
        if order.id not in gathered.memory.orders:
            bought = [{"sku": line.sku, "quantity": line.quantity, "price": line.price} for line in order.lines]
            facts = {"paid_at": order.paid_at, "market": order.market, "currency": order.currency, "lines": bought}
            journal.write("order", {"subject": order_subject(order.id), **facts})


def remember(gathered: Gathered, results: Sequence[Result], settings: Settings, now: datetime) -> OrdersMemory:
    """Give the memory after this run."""
    orders = dict(gathered.memory.orders)
    orders |= {one.order.id: _met(one, orders.get(one.order.id), now) for one in gathered.facts.orders}
    orders |= _watched(gathered, orders, now)
    orders |= {
        order_id: replace(orders[order_id], finished=True) for order_id in gathered.vanished if order_id in orders
    }
    for result in results:
        order_id = OrderId(int(result.action.subject.partition(":")[2]))
        known = _taught(orders.get(order_id) or KnownOrder(first_seen=now), result.outcome.learned)
        orders[order_id] = _created(known, result, now)
    kept = {key: known for key, known in orders.items() if _is_needed(known, now)}
    return OrdersMemory(kept, _sentinels(gathered, results), _proven(gathered, results, settings))


def _is_needed(known: KnownOrder, now: datetime) -> bool:
    begun = known.created_by_us and not known.finished
    return begun or now - known.first_seen < _KEEP


def _met(one: OrderFacts, known: KnownOrder | None, now: datetime) -> KnownOrder:
    known = known or KnownOrder(first_seen=now)
    absent = one.open_create is not None and one.look_up is LookUp.ABSENT and known.sellercloud_id is None
    since = _absence(known, one.open_create.since, now) if one.open_create else now
    return replace(
        known,
        expected_dispatch_at=known.expected_dispatch_at or one.order.expected_dispatch_at,
        absent_since=since if absent else None,
    )


def _absence(known: KnownOrder, since: datetime, now: datetime) -> datetime:
    """Give the first proof of absence that came after the write, and not from a clock that ran ahead."""
    seen = known.absent_since
    return seen if seen is not None and since <= seen <= now else now


def _watched(gathered: Gathered, orders: Mapping[OrderId, KnownOrder], now: datetime) -> dict[OrderId, KnownOrder]:
    twins = {one.order.id: one.sellercloud_order for one in gathered.facts.orphans}
    after: dict[OrderId, KnownOrder] = {}
    for order in gathered.watched:
        known, twin = orders.get(order.id) or KnownOrder(first_seen=now), twins.get(order.id)
        verdict = gathered.look_up_of(order.id)
        absent = twin is None and verdict in (LookUp.ABSENT, LookUp.DELETED)
        over = twin.is_cancelled or twin.is_shipped if twin else _absent_twice(known, verdict, now)
        undone = not order.live_lines and (over or not known.created_by_us)
        absent_since = _absence(known, gathered.opened_at(order.id) or known.first_seen, now) if absent else None
        after[order.id] = replace(known, finished=order.was_accepted or undone, absent_since=absent_since)
    return after


def _taught(known: KnownOrder, learned: Mapping[str, object]) -> KnownOrder:
    made = learned.get("sellercloud_id")
    ours = bool(learned.get("created") or learned.get("ours"))
    return replace(
        known,
        sellercloud_id=SellerCloudOrderId(int(str(made))) if made else known.sellercloud_id,
        created_by_us=known.created_by_us or ours,
        finished=known.finished or bool(learned.get("finished")),
        absent_since=None if made else known.absent_since,
    )


def _created(known: KnownOrder, result: Result, now: datetime) -> KnownOrder:
    if not (isinstance(result.action, CreateOrder) and result.outcome.learned.get("created")):
        return known
    units: Counter[SkuKey] = Counter()
    for item in result.action.draft.items:
        units[sku_key(item.sku)] += item.quantity
    return replace(known, created_at=now, units=dict(units))


def _sentinels(gathered: Gathered, results: Iterable[Result]) -> tuple[Sentinel, ...]:
    """Prefer numbers a list has just shown; an order made just now may lag, and then only costs patience."""
    rows = [row for found in gathered.found.rows.values() for row in found if not row.is_cancelled]
    seen = [Sentinel(row.number, row.id) for row in rows]
    before = [one for one in gathered.memory.sentinels if one.number not in gathered.found.gone]
    made = [
        Sentinel(result.action.draft.number, SellerCloudOrderId(int(str(result.outcome.learned["sellercloud_id"]))))
        for result in results
        if isinstance(result.action, CreateOrder) and result.outcome.learned.get("sellercloud_id")
    ]
    newest = sorted(made, key=lambda one: -one.sellercloud_id)
    return tuple(dict.fromkeys([*seen[:_SENTINELS], *newest[:1], *before, *newest]))[:_SENTINELS]


def _proven(gathered: Gathered, results: Iterable[Result], settings: Settings) -> frozenset[str]:
    learned = {result.outcome.learned.get("proven_currency") for result in results} - {None}
    compared = {
        one.order.currency
        for one in gathered.facts.orders
        if len(one.matches) == 1
        and existing_order.made_by_us(one, one.matches[0])
        and existing_order.money_difference(one.order, one.matches[0], settings) is None
    }
    return gathered.memory.proven_currencies | compared | {str(currency) for currency in learned}
