"""What becomes of SellerCloud orders whose Back Market order is open no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmsc.domain.ids import order_subject
from bmsc.domain.orders import LineState, OrderStatus, ShippingStatus
from bmsc.domain.plan import Alert, CancelSellerCloudOrder, Chain, Plan
from bmsc.domain.settings import FromBackMarket
from bmsc.planners.cancel_facts import StrayFacts, SyncFacts

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

Verdict = Chain | Alert | None


def plan(facts: SyncFacts, settings: Settings) -> Plan:
    """Decide every SellerCloud order that Back Market no longer lists as open."""
    decided = [decide(stray, settings) for stray in facts.strays]
    left = f"{facts.unread} open SellerCloud orders are still to be asked for on Back Market: left to the next runs"
    return Plan(
        chains=tuple(one for one in decided if isinstance(one, Chain)),
        alerts=tuple(one for one in decided if isinstance(one, Alert)),
        warnings=(left,) if facts.unread else (),
    )


def decide(stray: StrayFacts, settings: Settings) -> Verdict:
    """Decide one: cancelled there and alive here is told, or cancelled here where that is wished and safe."""
    subject, order, twins = order_subject(stray.order.id), stray.order, stray.sellercloud_orders
    ids = ", ".join(str(twin.id) for twin in twins)
    if all(twin.is_cancelled for twin in twins):
        shipped = any(line.state is LineState.SHIPPED for line in order.lines)
        detail = f"Back Market was told that it has left, and SellerCloud order {ids} is cancelled since"
        return Alert(subject, "cancelled_after_shipping", detail) if shipped else None
    if order.live_lines:
        return None
    if any(twin.is_shipped for twin in twins):
        return Alert(subject, "cancelled_after_shipping", f"cancelled on Back Market, shipped as SellerCloud {ids}")
    if _ours_to_cancel(stray, settings):
        detail = f"SellerCloud order {ids}: cancelled on Back Market"
        cancel = CancelSellerCloudOrder(
            subject, detail, order_id=order.id, sellercloud_id=twins[0].id, private=order.buyer_strings()
        )
        return Chain(subject, (cancel,), stage=1)
    detail = f"cancelled on Back Market, and SellerCloud order {ids} is still open: cancel it, unless it has left"
    return Alert(subject, "cancelled_on_backmarket", detail)


def _ours_to_cancel(stray: StrayFacts, settings: Settings) -> bool:
    """One order alone, neither split nor merged, of a purchase that never reached the buyer."""
    wished = settings.cancel.from_backmarket is FromBackMarket.CANCEL
    if not wished or len(stray.sellercloud_orders) != 1:
        return False
    twin = stray.sellercloud_orders[0]
    unsent = twin.status is OrderStatus.IN_PROCESS and twin.shipping_status is ShippingStatus.UNSHIPPED
    travelled = any(line.state is LineState.REFUNDED for line in stray.order.lines)
    return unsent and twin.related == () and not travelled
