"""Which waiting orders are created, adopted, paid and accepted, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bmsc.domain.ids import OrderId, order_subject, sku_key
from bmsc.domain.orders import (
    WAITING_LINE_STATES,
    BackMarketOrder,
    LineState,
    OrderState,
    UnreadableOrder,
)
from bmsc.domain.plan import (
    Action,
    Alert,
    CancelSellerCloudOrder,
    Chain,
    CreateOrder,
    Hold,
    PayOrder,
    Plan,
    Skip,
)
from bmsc.planners import accepting, drafts, existing_order, mismatch, short_stock, vanguard
from bmsc.planners.order_facts import LookUp, OrderFacts, OrphanFacts, PullFacts
from bmsc.planners.verdicts import Decision, Go, Hindrance, Wait

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

ABSENCE_AFTER_UNKNOWN = timedelta(minutes=10)
"""How far apart two look-ups must be before a create of unknown outcome is believed not to have happened."""


def plan(facts: PullFacts, settings: Settings) -> Plan:
    """Decide every waiting order, oldest first, and let the first of each currency go alone."""
    units = short_stock.Shelf(facts, settings)
    waiting = sorted(facts.orders, key=lambda one: _age(one.order))
    decisions = [(one, decide(one, facts, settings, units)) for one in waiting]
    chains, waits = vanguard.arrange(decisions, facts.proven_currencies)
    orphans = [_orphan(orphan) for orphan in facts.orphans]
    return Plan(
        chains=(*chains, *(orphan for orphan in orphans if isinstance(orphan, Chain))),
        skips=(*(d.skip for _, d in decisions if isinstance(d, Wait)), *waits, *map(_nobody_knows, facts.unknown)),
        holds=(
            *(d.hold for _, d in decisions if isinstance(d, Hindrance)),
            *map(_unseen, facts.unseen),
            *map(_odd, facts.unreadable_orders),
        ),
        alerts=(
            *(alert for _, d in decisions if isinstance(d, Go) for alert in d.alerts),
            *(orphan for orphan in orphans if isinstance(orphan, Alert)),
            *mismatch.alert([decision for _, decision in decisions], settings.sellercloud.company_id),
        ),
        warnings=tuple(_unknown_markets(facts, settings)),
    )


def decide(one: OrderFacts, facts: PullFacts, settings: Settings, units: short_stock.Shelf) -> Decision:
    """Decide one order from what both sides say now; the first line that applies wins."""
    order = one.order
    if not _in_scope(one):
        return accepting.wait(one, "not_waiting", f"Back Market has it in state {order.state.name}")
    if not order.live_lines:
        return accepting.wait(one, "nothing_wanted", "every line was cancelled on Back Market")
    if any(line.state is LineState.UNHEARD_OF for line in order.live_lines):
        return accepting.hold(one, "unknown_line_state", "a line is in a state bmsc does not know: upgrade bmsc")
    if any(line.state in WAITING_LINE_STATES for line in order.live_lines):
        return accepting.wait(
            one, "not_confirmed", "Back Market still waits for a payment or check of one of its lines"
        )
    if len(one.matches) > 1:
        ids = ", ".join(str(match.id) for match in one.matches)
        return accepting.hold(one, "several_sellercloud_orders", f"SellerCloud orders {ids} carry its number; keep one")
    if one.matches:
        return existing_order.decide(one, one.matches[0], facts, settings)
    return _absent(one, facts, settings, units)


def _absent(one: OrderFacts, facts: PullFacts, settings: Settings, units: short_stock.Shelf) -> Decision:
    if hindrance := _cannot_tell(one, facts.now):
        return hindrance
    if facts.only_existing:
        return accepting.wait(one, "not_in_sellercloud", "absent from SellerCloud; only existing orders were asked for")
    if hindrance := _cannot_create(one, facts, settings):
        return hindrance
    if not units.take(one.order):
        return accepting.hold(one, "short_stock", "SellerCloud has too few units left for the orders that wait")
    return Go(tuple(_create_chain(one.order, settings)), currency=one.order.currency, compares_money=True)


def _cannot_tell(one: OrderFacts, now: datetime) -> Hindrance | None:
    if one.look_up is LookUp.UNPROVEN:
        return accepting.hold(
            one, "absence_unproven", "SellerCloud's answer missed an order known to be there: not believed"
        )
    if one.look_up is LookUp.DELETED and not one.asked_for:
        detail = f"was deleted in SellerCloud; `bmsc orders pull --order {one.order.id}` creates it again"
        return accepting.hold(one, "deleted_in_sellercloud", detail)
    if one.open_create is None or _absent_long_enough(one, now):
        return None
    if one.open_create.words:
        return accepting.hold(one, "refused_by_sellercloud", f'SellerCloud answered: "{one.open_create.words}"')
    return accepting.hold(
        one, "outcome_unknown", "SellerCloud may or may not have created it: looked for again, never repeated"
    )


def _absent_long_enough(one: OrderFacts, now: datetime) -> bool:
    absent_since = one.known.absent_since if one.known else None
    if absent_since is None or one.open_create is None or absent_since < one.open_create.since:
        return False
    return now - absent_since >= ABSENCE_AFTER_UNKNOWN


def _cannot_create(one: OrderFacts, facts: PullFacts, settings: Settings) -> Hindrance | None:
    order = one.order
    if not drafts.currency_known(order):
        return accepting.hold(one, "unknown_currency", f"SellerCloud has no number for the currency {order.currency!r}")
    if drafts.sums_disagree(order):
        lines = " + ".join(str(line.price) for line in order.lines)
        return accepting.hold(
            one, "backmarket_sums_differ", f"Back Market's own sums differ: order {order.price}, lines {lines}"
        )
    for sku in (drafts.sellercloud_sku(line.sku, settings) for line in order.live_lines):
        key = sku_key(sku)
        if key in facts.unreadable:
            return accepting.hold(one, "product_unreadable", f"SellerCloud gave no proper answer about SKU {sku}")
        product = facts.products.get(key)
        if product is None:
            return accepting.hold(
                one, "unknown_sku", f"SellerCloud has no product {sku}; create it or add it to [sku_aliases]"
            )
        if product.company_id != settings.sellercloud.company_id:
            return accepting.hold(one, "sku_of_other_company", f"product {sku} belongs to company {product.company_id}")
    return None


def _create_chain(order: BackMarketOrder, settings: Settings) -> Iterator[Action]:
    subject, draft = order_subject(order.id), drafts.draft_of(order, settings)
    units = " + ".join(f"{line.quantity} x {drafts.both_names(line.sku, settings)}" for line in order.live_lines)
    yield CreateOrder(subject, f"{units}, {draft.total} {draft.currency}", order=order, draft=draft)
    yield PayOrder(subject, f"{draft.total} {draft.currency}", order=order, number=draft.number, sellercloud_id=None)
    yield from accepting.accept_lines(order)


def _orphan(orphan: OrphanFacts) -> Chain | Alert | None:
    order, ours = orphan.order, orphan.sellercloud_order
    if order.live_lines or order.was_accepted or ours.is_cancelled:
        return None
    subject = order_subject(order.id)
    if ours.is_shipped:
        return Alert(subject, "cancelled_after_shipping", f"cancelled on Back Market, shipped as SellerCloud {ours.id}")
    detail = f"SellerCloud order {ours.id}: cancelled on Back Market before it was accepted"
    cancel = CancelSellerCloudOrder(
        subject, detail, order_id=order.id, sellercloud_id=ours.id, private=order.buyer_strings()
    )
    return Chain(subject, (cancel,), stage=1)


def _unseen(order: BackMarketOrder) -> Hold:
    detail = "SellerCloud may or may not have created it, and Back Market no longer wants it: looked for again"
    return Hold(order_subject(order.id), "outcome_unknown", detail)


def _odd(order: UnreadableOrder) -> Hold:
    return Hold(order_subject(order.id), "order_unreadable", f"{order.why}; accept or cancel it by hand")


def _nobody_knows(order_id: OrderId) -> Skip:
    return Skip(order_subject(order_id), "not_on_backmarket", "Back Market knows no order of that number")


def _in_scope(one: OrderFacts) -> bool:
    """An order to be shipped is ours to go on with when SellerCloud has it and a line still waits."""
    begun = bool(one.matches) and any(line.state is LineState.PAID for line in one.order.live_lines)
    wanted = {OrderState.TO_ACCEPT, OrderState.TO_SHIP} if one.asked_for or begun else {OrderState.TO_ACCEPT}
    return one.order.state in wanted


def _unknown_markets(facts: PullFacts, settings: Settings) -> Iterator[str]:
    configured = {market.locale for market in settings.markets}
    for market in sorted({one.order.market for one in facts.orders} - configured):
        yield f"orders come from market {market}, which the configuration does not name; they are handled all the same"


def _age(order: BackMarketOrder) -> tuple[float, int]:
    moment = order.paid_at or order.created_at
    return (moment.timestamp() if moment else 0.0, order.id)
