"""What must be true once nothing has happened for a while, and everybody was told what waits?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from decimal import Decimal

from simulation.broken import Broken
from simulation.deeds import Deeds
from simulation.order_witness import OrderWitness, all_of, has_left, owes_nothing, visible
from simulation.scenario import Scenario
from simulation.truth import (
    ACCEPTED,
    CANCELED,
    CANCELLED,
    PAID,
    SHIPPED,
    TO_SHIP,
    VOID,
    WAITING,
    bounds_in,
    enabled_in,
    is_on_sale,
    live_lines,
    payments_of,
    product_of,
    sellable,
    twins_of,
    units_of,
)

from bmsc.sandbox.backmarket.listings import Listing
from bmsc.sandbox.backmarket.orders import UNPAID_LINES, Order
from bmsc.sandbox.sellercloud.codes import CURRENCIES, OrderStatus, PaymentStatus, ShippingStatus
from bmsc.sandbox.sellercloud.orders import Order as Twin
from bmsc.sandbox.shop import COMPANY_ID
from bmsc.sandbox.world import World

Told = Mapping[str, Set[str]]
"""Per subject, the reasons that reports gave for it; under `now:` those of the last run of every command."""
DOUBT = frozenset({"outcome_unknown", "absence_unproven", "product_unreadable", "unknown", "unreadable_answer"})
IN_STEP = frozenset({"in_step", "settling", "not_asked"})


class RestWitness:
    """Judges a world that has come to rest."""

    def __init__(self, world: World, scenario: Scenario, deeds: Deeds, orders: OrderWitness) -> None:
        self._world = world
        self._scenario = scenario
        self._deeds = deeds
        self._orders = orders

    def judge(self, told: Told, *, forgot: bool) -> Iterator[Broken]:
        """Tell what is broken; a program that `forgot` what it began leaves an order accepted in part to a person."""
        self._forgot = forgot
        for subject, reasons in told.items():
            if subject.startswith("now:") and reasons & DOUBT:
                yield Broken("nothing stays in doubt", f"{subject[4:]}: {sorted(reasons)}")
        for order in self._world.account.orders.values():
            yield from self._order(order, told)
        for order_id in self._orders.accepted:
            yield from self._accepted(order_id)
        for listing in self._world.account.listings.values():
            yield from self._listing(listing, told)

    # --- orders

    def _order(self, order: Order, told: Told) -> Iterator[Broken]:
        twins, now = twins_of(self._world, order.order_id), told.get(f"now:order:{order.order_id}", set())
        if not live_lines(order):
            yield from self._over(order, twins, told)
        elif order.state in (WAITING, TO_SHIP):
            words = f"order {order.order_id} in state {order.state}, {all_of(twins)}, told {sorted(now)}"
            if not now:
                yield Broken("nothing is lost", f"{words}: the last runs do not say why it waits")
            yield from self._waits(order, twins, now, words)
        if order.order_id in self._orders.told and order.order_id not in self._deeds.taken_back:
            yield from self._same_number(order)

    def _waits(self, order: Order, twins: list[Twin], now: Set[str], words: str) -> Iterator[Broken]:
        if len(twins) > 1 or any(twin.relations for twin in twins):
            return
        if not twins:
            if order.state == WAITING and not now & set(self._why_not_made(order)):
                yield Broken("what was bought is made", words)
        elif twins[0].status == CANCELED:
            if twins[0].shipping_status == ShippingStatus.UNSHIPPED and not now & set(self._why_not_ended(order)):
                yield Broken("what SellerCloud cancelled is ended", words)
        elif twins[0].status in (OrderStatus.IN_PROCESS, OrderStatus.COMPLETED):
            yield from self._goes_on(order, twins[0], now, words)

    def _goes_on(self, order: Order, twin: Twin, now: Set[str], words: str) -> Iterator[Broken]:
        states = {line.state for line in live_lines(order)}
        excuses = {*self._why_not_made(order), "lines_differ", *(["partly_accepted"] if self._forgot else [])}
        # Another tool's copy, taken for ours after a creation of unknown outcome, is held to our sums.
        excuses |= {"money_mismatch"} if order.order_id in self._deeds.copied else set()
        if PAID in states and not now & excuses:
            yield Broken("what stands in SellerCloud is accepted", words)
        gone = states == {ACCEPTED} and order.state == TO_SHIP and self._has_gone(twin, order)
        if gone and not now & {"unknown_carrier", "backship_without_tracking", "refused_by_backmarket"}:
            yield Broken("what has left is told", words)

    def _has_gone(self, twin: Twin, order: Order) -> bool:
        number = order.is_backship or any(map(visible, twin.tracking_numbers))
        return twin.shipping_status == ShippingStatus.FULLY_SHIPPED and bool(number)

    def _why_not_made(self, order: Order) -> Iterator[str]:
        """Why an order may still wait when nothing has gone wrong for an hour."""
        products = [product_of(self._world, line.sku) for line in live_lines(order)]
        if None in products:
            yield "unknown_sku"
        if any(product and product.company_id != COMPANY_ID for product in products):
            yield "sku_of_other_company"
        if self._scenario.chosen["orders.on_short_stock"] == "hold":
            yield "short_stock"
        if self._scenario.money_differs:
            yield from ("money_mismatch", "waits_for_first_order")
        if order.currency not in CURRENCIES:
            yield "unknown_currency"
        if order.line_states() & UNPAID_LINES:
            yield "not_confirmed"

    def _why_not_ended(self, order: Order) -> Iterator[str]:
        if CANCELED in self._scenario.switches["sellercloud"]["unlisted_statuses"]:
            yield "not_in_sellercloud"
        if order.line_states() & UNPAID_LINES:
            yield "not_confirmed"
        by_sku: dict[str, set[int]] = {}
        for line in live_lines(order):
            by_sku.setdefault(line.sku, set()).add(line.state)
        if any(len(states) > 1 for states in by_sku.values()):
            yield "same_sku_lines"
        if SHIPPED in order.line_states():
            yield "cancelled_but_shipped"

    def _over(self, order: Order, twins: list[Twin], told: Told) -> Iterator[Broken]:
        """What is over on Back Market and alive in SellerCloud is told, or was undone."""
        if order.line_states() - {CANCELLED, 5}:
            return
        alive = [twin for twin in twins if twin.status == OrderStatus.IN_PROCESS and not has_left(twin)]
        if alive and not told.get(f"order:{order.order_id}"):
            yield Broken("what the buyer cancelled is undone or told", f"order {order.order_id}: {all_of(alive)}")

    def _same_number(self, order: Order) -> Iterator[Broken]:
        every = self._world.tenant.orders_by_number(str(order.order_id))  # with what was split off
        numbers = {visible(number) for twin in every for number in twin.tracking_numbers} | {order.backship_number}
        if order.tracking_number not in numbers:
            yield Broken("tracking equal on both sides", f"order {order.order_id}: {order.tracking_number}, {numbers}")

    def _accepted(self, order_id: int) -> Iterator[Broken]:
        twins = [twin for twin in twins_of(self._world, order_id) if self._counts(twin)]
        order = self._world.account.orders[order_id]
        if len(twins) > 1 and order_id not in self._deeds.revived:
            yield Broken("exactly one SellerCloud order per accepted order", f"order {order_id}: {all_of(twins)}")
        for twin in twins:
            if not owes_nothing(twin) and (payments_of(twin) != 1 or twin.payment_status == PaymentStatus.NO_PAYMENT):
                yield Broken("exactly one payment per accepted order", f"order {order_id}: {all_of([twin])}")
        if twins and not any(twin.relations for twin in twins):
            lacking = units_of(live_lines(order)) - sum((units_of(twin.lines) for twin in twins), Counter[str]())
            if lacking:
                yield Broken("every unit bought is in SellerCloud", f"order {order_id} lacks {dict(lacking)}")

    def _counts(self, twin: Twin) -> bool:
        """Say whether an order stands beside another: not one that is cancelled, in no list, and was never shown."""
        hidden = twin.status == CANCELED and CANCELED in self._scenario.switches["sellercloud"]["unlisted_statuses"]
        return twin.status != VOID and (not hidden or twin.id in self._orders.known)

    # --- listings

    def _listing(self, listing: Listing, told: Told) -> Iterator[Broken]:
        product = product_of(self._world, listing.sku)
        if product is None or not is_on_sale(product, self._scenario.shop):
            return
        now = told.get(f"now:sku:{listing.sku}", set())
        there = sellable(self._world, listing.sku, self._scenario.shop)
        if listing.quantity > there:
            yield Broken("at rest no more is offered than there is", f"{listing.sku}: {listing.quantity} of {there}")
        safety = product.columns.get("backmarket_safety_qty", 0)
        surely = sellable(self._world, listing.sku, self._scenario.shop, whatever_staff_decided=True)
        if isinstance(safety, int) and safety >= 0 and now <= IN_STEP and max(0, listing.quantity) < surely - safety:
            yield Broken("at rest all there is is offered", f"{listing.sku}: {listing.quantity} of {surely}, {now}")
        if self._scenario.reprices:
            yield from self._price(listing, product.columns, told)

    def _price(self, listing: Listing, cells: Mapping[str, object], told: Told) -> Iterator[Broken]:
        for locale, suffix in enabled_in(cells, self._scenario.shop).items():
            subject = f"now:sku:{listing.sku}@{locale}"
            bounds, price = bounds_in(cells, suffix), listing.offer(locale).price or Decimal(0)
            if bounds and not bounds[0] <= price <= bounds[1] and told.get(subject, set()) <= IN_STEP:
                detail = f"{listing.sku}@{locale} at {price}, bounds {bounds}, told {told.get(subject)}"
                yield Broken("at rest every price is within its bounds", detail)
