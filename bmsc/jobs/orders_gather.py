"""What `orders pull` reads: the waiting orders here, their twins there, and the products of the new ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from bmsc.domain.ids import OrderId, Sku, SkuKey, order_subject
from bmsc.domain.intents import Intent
from bmsc.domain.listings import ProductsAnswer
from bmsc.domain.memory import KnownOrder, OrdersMemory
from bmsc.domain.orders import BackMarketOrder, LineState, OrderState, SellerCloudOrder, UnreadableOrder
from bmsc.domain.plan import Kind
from bmsc.domain.scope import Scope
from bmsc.domain.settings import OnShortStock, Settings
from bmsc.errors import NotFound
from bmsc.jobs import look_up
from bmsc.jobs.ports import BackMarketReader, SellerCloudReader
from bmsc.planners import drafts, existing_order
from bmsc.planners.order_facts import LookUp, OpenWrite, OrderFacts, OrphanFacts, PullFacts


class Gathered(Struct, frozen=True):
    """The facts of the decision, with what only our memory needs beside them."""

    facts: PullFacts
    memory: OrdersMemory
    open_intents: tuple[Intent, ...]
    watched: tuple[BackMarketOrder, ...]
    found: look_up.Found
    vanished: frozenset[OrderId] = frozenset()
    """Orders we began that Back Market no longer knows at all."""
    verdicts: Mapping[OrderId, LookUp] = field(default_factory=dict)
    """What the look-up showed of each watched order."""

    def look_up_of(self, order_id: OrderId) -> LookUp:
        """Tell what the look-up showed of a watched order."""
        return self.verdicts.get(order_id, LookUp.UNPROVEN)

    def opened_at(self, order_id: OrderId) -> datetime | None:
        """Tell when a create of unknown outcome was begun."""
        opened = _open(self.open_intents, Kind.CREATE_ORDER, order_id)
        return opened.since if opened else None


class OrdersGatherer:
    """Reads both sides for one run of `orders pull`."""

    def __init__(
        self, backmarket: BackMarketReader, sellercloud: SellerCloudReader, settings: Settings, scope: Scope
    ) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings
        self._scope = scope

    def gather(self, memory: OrdersMemory, intents: Sequence[Intent], now: datetime) -> Gathered:
        """Read everything; with no order waiting and none watched that is one request."""
        open_intents = tuple(intent for intent in intents if intent.is_open)
        orders, unknown, odd = self._waiting()
        waiting = {order.id for order in orders} | {order.id for order in odd}
        begun, vanished = self._begun(memory, open_intents, waiting)
        half = [order for order in begun if _half_accepted(order)]
        watched = tuple(order for order in begun if not _half_accepted(order))
        orders = (*orders, *half)
        numbers = [drafts.number_of(order, self._settings) for order in (*orders, *watched)]
        found = look_up.look_up(self._sellercloud, numbers, memory.sentinels)
        one_by_one = [self._facts_of(order, found, memory, open_intents) for order in orders]
        products = self._products(one_by_one)
        matched = {order.id: self._matches(order, found, memory.orders.get(order.id)) for order in watched}
        twins = {order.id: self._orphan(order, matched[order.id][0], memory) for order in watched}
        facts = PullFacts(
            now=now,
            orders=tuple(one_by_one),
            orphans=tuple(orphan for orphan in twins.values() if orphan),
            unseen=tuple(order for order in watched if self._unseen(order, matched[order.id][1], open_intents)),
            unknown=unknown,
            unreadable_orders=tuple(odd),
            products=products.found,
            unreadable=products.unknown,
            proven_currencies=memory.proven_currencies,
            just_taken=self._just_taken(memory, now),
            only_existing=self._scope.only_existing,
        )
        verdicts = {order_id: verdict for order_id, (_, verdict) in matched.items()}
        return Gathered(facts, memory, open_intents, watched, found, vanished, verdicts)

    def _waiting(self) -> tuple[Sequence[BackMarketOrder], tuple[OrderId, ...], Sequence[UnreadableOrder]]:
        if not self._scope.order_ids:
            readable, odd = self._backmarket.waiting_orders()
            return readable, (), odd
        found, unknown = [], []
        for order_id in dict.fromkeys(self._scope.order_ids):
            try:
                found.append(self._backmarket.order(order_id))
            except NotFound:
                unknown.append(order_id)
        return found, tuple(unknown), ()

    def _begun(
        self, memory: OrdersMemory, open_intents: Iterable[Intent], waiting: set[OrderId]
    ) -> tuple[tuple[BackMarketOrder, ...], frozenset[OrderId]]:
        """Read the orders we began and Back Market no longer lists as waiting: cancelled, or accepted in part."""
        if self._scope.narrowed:
            return (), frozenset()
        begun = {order_id for order_id, known in memory.orders.items() if known.is_begun}
        unknown = {_order_of(intent) for intent in open_intents}
        found, vanished = [], set()
        for order_id in sorted((begun | unknown) - waiting):
            try:
                found.append(self._backmarket.order(order_id))
            except NotFound:
                vanished.add(order_id)
        return tuple(found), frozenset(vanished)

    def _facts_of(
        self, order: BackMarketOrder, found: look_up.Found, memory: OrdersMemory, open_intents: Sequence[Intent]
    ) -> OrderFacts:
        known = memory.orders.get(order.id)
        matches, verdict = self._matches(order, found, known)
        return OrderFacts(
            order=order,
            look_up=verdict,
            matches=matches,
            known=known,
            open_create=_open(open_intents, Kind.CREATE_ORDER, order.id),
            open_payment=_open(open_intents, Kind.PAY_ORDER, order.id),
            asked_for=bool(self._scope.order_ids),
        )

    def _matches(
        self, order: BackMarketOrder, found: look_up.Found, known: KnownOrder | None
    ) -> tuple[tuple[SellerCloudOrder, ...], LookUp]:
        number = drafts.number_of(order, self._settings)
        rows = found.rows.get(number, ())
        if rows or known is None or known.sellercloud_id is None:
            return tuple(map(self._with_lines, rows)), found.verdicts.get(number, LookUp.UNPROVEN)
        read = look_up.by_id(self._sellercloud, [known.sellercloud_id])
        return read, LookUp.FOUND if read else LookUp.DELETED

    def _with_lines(self, row: SellerCloudOrder) -> SellerCloudOrder:
        return row if row.items else self._sellercloud.order(row.id)

    def _orphan(
        self, order: BackMarketOrder, matches: Sequence[SellerCloudOrder], memory: OrdersMemory
    ) -> OrphanFacts | None:
        known = memory.orders.get(order.id)
        ours = [match for match in matches if _is_ours(order, match, known)]
        if len(ours) == 1 and ours[0].company_id == self._settings.sellercloud.company_id:
            return OrphanFacts(order, ours[0])
        return None

    def _unseen(self, order: BackMarketOrder, verdict: LookUp, open_intents: Sequence[Intent]) -> bool:
        return verdict is not LookUp.FOUND and _open(open_intents, Kind.CREATE_ORDER, order.id) is not None

    def _products(self, orders: Iterable[OrderFacts]) -> ProductsAnswer:
        lines = [line for one in orders if not one.matches for line in one.order.live_lines]
        skus = {drafts.sellercloud_sku(line.sku, self._settings) for line in lines}
        if not skus or self._scope.only_existing:
            return ProductsAnswer({}, frozenset())
        answer = self._sellercloud.products(sorted(skus))
        if self._settings.orders.on_short_stock is not OnShortStock.HOLD:
            return answer
        return self._with_parents(answer)

    def _just_taken(self, memory: OrdersMemory, now: datetime) -> Counter[SkuKey]:
        settling = timedelta(minutes=self._settings.listings.settle_minutes)
        taken: Counter[SkuKey] = Counter()
        for known in memory.orders.values():
            if known.created_at and now - known.created_at < settling:
                taken.update(known.units)
        return taken

    def _with_parents(self, answer: ProductsAnswer) -> ProductsAnswer:
        parents: set[Sku] = {product.shadow_of for product in answer.found.values() if product.shadow_of}
        if not parents:
            return answer
        more = self._sellercloud.products(sorted(parents))
        return ProductsAnswer({**answer.found, **more.found}, answer.unknown | more.unknown)


def _half_accepted(order: BackMarketOrder) -> bool:
    """Back Market may list an order as to be shipped from its first accepted line on: the others still wait."""
    states = {line.state for line in order.live_lines}
    return order.state is OrderState.TO_SHIP and LineState.PAID in states


def _is_ours(order: BackMarketOrder, match: SellerCloudOrder, known: KnownOrder | None) -> bool:
    return existing_order.made_by_us(OrderFacts(order, LookUp.FOUND, (match,), known=known), match)


def _order_of(intent: Intent) -> OrderId:
    return OrderId(int(intent.subject.partition(":")[2]))


def _open(intents: Iterable[Intent], kind: Kind, order_id: OrderId) -> OpenWrite | None:
    subject = order_subject(order_id)
    mine = [intent for intent in intents if intent.kind == kind and intent.subject == subject]
    if not mine:
        return None
    learned: Mapping[str, object] = mine[-1].learned or {}
    return OpenWrite(since=mine[-1].at, words=str(learned.get("words", "")))
