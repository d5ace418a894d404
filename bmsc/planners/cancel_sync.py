"""Which order lines end on Back Market because SellerCloud cancelled the order, and what is left to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.ids import SellerCloudOrderId, SkuKey, order_subject, sku_key
from bmsc.domain.orders import (
    WAITING_LINE_STATES,
    LineState,
    OrderLine,
    OrderState,
    OrderStatus,
    SellerCloudOrder,
    ShippingStatus,
)
from bmsc.domain.plan import Alert, CancelLine, Chain, EndLine, Hold, Plan, RefundLine, Skip
from bmsc.planners import drafts, existing_order, stray_orders
from bmsc.planners.cancel_facts import CancelFacts, SyncFacts
from bmsc.planners.order_facts import LookUp

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

LONGEST_MESSAGE = 500
"""Back Market's bound of a message to the buyer."""
GUARD = "cancelled_orders"
_LIVING = frozenset({OrderStatus.IN_PROCESS, OrderStatus.COMPLETED, OrderStatus.PROBLEM, OrderStatus.ON_HOLD})
_OPEN = frozenset({OrderState.TO_ACCEPT, OrderState.TO_SHIP})


class Named(Struct, frozen=True):
    """A skip, or a hold, with the facts for a person that belong to it."""

    fact: Skip | Hold
    alerts: tuple[Alert, ...] = ()


Verdict = tuple[EndLine, ...] | Named


def plan(facts: SyncFacts, settings: Settings) -> Plan:
    """Decide every open order of Back Market, then every open order of SellerCloud that is none there."""
    decided = [(one, decide(one, settings)) for one in facts.orders]
    named = [verdict for _, verdict in decided if isinstance(verdict, Named)]
    strays = stray_orders.plan(facts, settings)
    return Plan(
        chains=(
            *(
                Chain(order_subject(one.order.id), verdict)
                for one, verdict in decided
                if not isinstance(verdict, Named)
            ),
            *strays.chains,
        ),
        skips=(*(one.fact for one in named if isinstance(one.fact, Skip)), *strays.skips),
        holds=(*(one.fact for one in named if isinstance(one.fact, Hold)), *strays.holds),
        alerts=(*(alert for one in named for alert in one.alerts), *strays.alerts),
        warnings=strays.warnings,
    )


def guarded(decided: Plan) -> dict[str, list[str]]:
    """Name the subjects of each guard class: orders that this plan ends on Back Market."""
    ending = [chain.subject for chain in decided.chains if any(isinstance(one, EndLine) for one in chain.actions)]
    return {GUARD: ending}


def decide(one: CancelFacts, settings: Settings) -> Verdict:
    """Decide one open order from what both sides say now; the first line that applies wins."""
    if one.order.state not in _OPEN:
        return _skip(one, "not_open", f"Back Market has it in state {one.order.state.name}")
    if not one.order.live_lines:
        return _skip(one, "cancelled_already", "every line was cancelled or refunded on Back Market")
    if not one.matches:
        return _absent(one)
    if strangers := [match for match in one.matches if match.company_id != settings.sellercloud.company_id]:
        return _hold(one, "other_company", f"SellerCloud order {_ids(strangers)} belongs to another company")
    if any(match.status is OrderStatus.VOID for match in one.matches):
        detail = f"SellerCloud order {_ids(one.matches)} is void, which is not cancelled: cancel one side by hand"
        return _hold(one, "void_in_sellercloud", detail)
    if all(match.is_cancelled for match in one.matches):
        return _cancelled(one, settings)
    if len(one.matches) > 1:
        detail = f"SellerCloud orders {_ids(one.matches)} carry its number and not all are cancelled: keep one"
        return _hold(one, "several_sellercloud_orders", detail)
    return _living(one, one.matches[0], settings)


def _absent(one: CancelFacts) -> Named:
    if one.look_up is LookUp.UNPROVEN:
        return _skip(one, "absence_unproven", "SellerCloud's answer missed an order known to be there: not believed")
    return _skip(one, "not_in_sellercloud", "SellerCloud has no order with its number: nothing there was cancelled")


def _living(one: CancelFacts, match: SellerCloudOrder, settings: Settings) -> Named:
    if match.status not in _LIVING:
        return _skip(one, "not_cancelled", f"SellerCloud order {match.id} stands at {match.status.name}")
    surplus, missing = existing_order.compare_lines(one.order, match, settings) if match.items else ({}, {})
    if missing and match.related:
        return _related(one, (match,))
    alerts: list[Alert] = []
    if missing:
        detail = f"SellerCloud order {match.id} lacks {_units(missing)}: nothing is cancelled on Back Market for that"
        alerts.append(_alert(one, "lines_differ", detail))
    dead = [line for line in one.order.lines if line not in one.order.live_lines]
    if to_remove := {key: n for key, n in surplus.items() if key in drafts.wanted_units(dead, settings)}:
        detail = f"cancelled on Back Market: remove {_units(to_remove)} from SellerCloud order {match.id}"
        alerts.append(_alert(one, "line_to_remove", detail))
    return _skip(one, "in_step", f"SellerCloud order {match.id} is not cancelled", *alerts)


def _cancelled(one: CancelFacts, settings: Settings) -> Verdict:
    ids = _ids(one.matches)
    if any(match.is_shipped for match in one.matches):
        alert = _alert(one, "cancelled_but_shipped", f"SellerCloud order {ids} is cancelled and has left the house")
        return _skip(one, "cancelled_but_shipped", alert.detail, alert)
    if any(line.state is LineState.SHIPPED for line in one.order.live_lines):
        detail = f"SellerCloud order {ids} is cancelled, and Back Market was told that it has left"
        return _skip(one, "cancelled_but_shipped", detail, _alert(one, "cancelled_but_shipped", detail))
    if unclear := [match for match in one.matches if match.shipping_status is not ShippingStatus.UNSHIPPED]:
        detail = f"SellerCloud order {_ids(unclear)} is cancelled, its shipping stands at {_shipping(unclear)}"
        return _hold(one, "shipping_status", detail)
    if any(match.related or match.related is None for match in one.matches):
        return _related(one, one.matches)
    return _end(one, settings)


def _end(one: CancelFacts, settings: Settings) -> Verdict:
    movable = [line for line in one.order.live_lines if line.state not in WAITING_LINE_STATES]
    if not movable:
        return _skip(one, "not_confirmed", "its lines wait for Back Market and cannot be cancelled by a seller yet")
    by_sku: dict[SkuKey, list[OrderLine]] = {}
    for line in one.order.live_lines:
        by_sku.setdefault(sku_key(line.sku), []).append(line)
    if mixed := [lines[0].sku for lines in by_sku.values() if len({line.state for line in lines}) > 1]:
        detail = f"lines of {', '.join(mixed)} stand in different states and cannot be told apart: end them by hand"
        return _hold(one, "same_sku_lines", detail)
    ends = (lines for lines in by_sku.values() if lines[0] in movable)
    return tuple(_action(one, lines, settings) for lines in ends)


def _action(one: CancelFacts, lines: list[OrderLine], settings: Settings) -> EndLine:
    kind = CancelLine if lines[0].state is LineState.PAID else RefundLine
    return kind(
        order_subject(one.order.id),
        f"{lines[0].sku}: SellerCloud order {_ids(one.matches)} is cancelled",
        order=one.order,
        sku=lines[0].sku,
        line_ids=tuple(line.id for line in lines),
        sellercloud_ids=tuple(match.id for match in one.matches),
        message=settings.cancel.message[:LONGEST_MESSAGE],
    )


def still_cancelled(fresh: SellerCloudOrder) -> bool:
    """Say whether a re-read order still is what permits ending its lines: cancelled, and nothing of it left."""
    return fresh.is_cancelled and fresh.shipping_status is ShippingStatus.UNSHIPPED and not fresh.related


def _related(one: CancelFacts, matches: tuple[SellerCloudOrder, ...]) -> Named:
    others: set[SellerCloudOrderId] = {other for match in matches for other in match.related or ()}
    told = ", ".join(map(str, sorted(others))) or "orders that SellerCloud does not show"
    detail = f"SellerCloud order {_ids(matches)} was split or merged, related to {told}: decide by hand"
    return _hold(one, "related_orders", detail)


def _ids(matches: Sequence[SellerCloudOrder]) -> str:
    return ", ".join(str(match.id) for match in matches)


def _shipping(matches: Sequence[SellerCloudOrder]) -> str:
    return ", ".join(match.shipping_status.name for match in matches)


def _units(units: Mapping[SkuKey, int]) -> str:
    return ", ".join(f"{count} x {key}" for key, count in units.items())


def _skip(one: CancelFacts, reason: str, detail: str, *alerts: Alert) -> Named:
    return Named(Skip(order_subject(one.order.id), reason, detail), alerts)


def _hold(one: CancelFacts, reason: str, detail: str) -> Named:
    return Named(Hold(order_subject(one.order.id), reason, detail, one.deadline))


def _alert(one: CancelFacts, reason: str, detail: str) -> Alert:
    return Alert(order_subject(one.order.id), reason, detail, one.deadline)
