"""How an order that SellerCloud holds already goes on from where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bmsc.domain import money
from bmsc.domain.ids import SkuKey, order_subject
from bmsc.domain.orders import BackMarketOrder, OrderStatus, PaymentStatus, SellerCloudOrder
from bmsc.domain.plan import Action, AdoptOrder, Alert, PayOrder
from bmsc.domain.settings import MoneyMismatch
from bmsc.planners import accepting, drafts
from bmsc.planners.order_facts import OrderFacts, PullFacts
from bmsc.planners.verdicts import Decision, Go, Hindrance, Wait

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

SETTLING_PAYMENT = timedelta(seconds=60)
"""How long a payment of unknown outcome is given to show up before it is judged by what is read."""
_PAYABLE = frozenset({PaymentStatus.NO_PAYMENT, PaymentStatus.AUTHORIZED, PaymentStatus.PARTIAL_PAYMENT})


def decide(one: OrderFacts, match: SellerCloudOrder, facts: PullFacts, settings: Settings) -> Decision:
    """Decide an order whose only SellerCloud match is given; the first line that applies wins."""
    if match.company_id != settings.sellercloud.company_id:
        return accepting.hold(
            one, "other_company", f"SellerCloud order {match.id} belongs to company {match.company_id}"
        )
    if match.status is OrderStatus.CANCELED:
        detail = f"SellerCloud order {match.id} is cancelled: left to `bmsc cancel sync`"
        return accepting.wait(one, "cancelled_in_sellercloud", detail)
    if not match.is_workable:
        return accepting.hold(one, "sellercloud_status", f"SellerCloud order {match.id} stands at {match.status.name}")
    if match.items is None:
        return accepting.hold(one, "lines_unreadable", f"SellerCloud showed order {match.id} without its lines")
    surplus, missing = compare_lines(one.order, match, settings)
    if missing or not _explained(surplus, one.order, settings):
        return accepting.hold(one, "lines_differ", _difference(match, surplus, missing))
    return _same_lines(one, match, facts, settings, surplus)


def _same_lines(
    one: OrderFacts, match: SellerCloudOrder, facts: PullFacts, settings: Settings, surplus: Counter[SkuKey]
) -> Decision:
    ours = made_by_us(one, match)
    alerts = list(_surplus_alert(one, match, surplus))
    compared = ours and not surplus
    if difference := money_difference(one.order, match, settings) if not surplus else None:
        if ours and settings.orders.money_mismatch is MoneyMismatch.HOLD:
            return accepting.hold(one, "money_mismatch", difference)
        alerts.append(Alert(order_subject(one.order.id), "money_differs", difference, one.order.expected_dispatch_at))
    payment = _payment(one, match, facts)
    if isinstance(payment, Hindrance | Wait):
        return payment
    accepted = accepting.accept_lines(one.order, listed_as=None if payment else match.id)
    actions = (*_adopt(one, match, ours=ours), *payment, *accepted)
    return Go(actions, tuple(alerts), currency=one.order.currency, compares_money=compared)


def made_by_us(one: OrderFacts, match: SellerCloudOrder) -> bool:
    """Say whether we created the SellerCloud order: remembered, or every line carries a Back Market line id.

    Where no line carries anything (not every company keeps what we wrote), a creation of unknown outcome is the order.
    """
    if one.known and one.known.created_by_us and one.known.sellercloud_id == match.id:
        return True
    line_ids = {str(line.id) for line in one.order.lines}
    references = [item.reference_id for item in match.items or ()]
    begun = one.open_create is not None and not any(references)
    return bool(references) and (begun or all(reference in line_ids for reference in references))


def compare_lines(
    order: BackMarketOrder, match: SellerCloudOrder, settings: Settings
) -> tuple[Counter[SkuKey], Counter[SkuKey]]:
    """Compare units per SKU: what SellerCloud has too many of, and what it lacks."""
    wanted = drafts.wanted_units(order.live_lines, settings)
    present = drafts.present_units(match.items or (), drafts.wanted_units(order.lines, settings))
    return present - wanted, wanted - present


def still_stands(order: BackMarketOrder, fresh: SellerCloudOrder, settings: Settings) -> bool:
    """Say whether a re-read order still is what was decided upon: in work, and with all that was bought."""
    return fresh.is_workable and fresh.items is not None and not compare_lines(order, fresh, settings)[1]


def money_difference(order: BackMarketOrder, match: SellerCloudOrder, settings: Settings) -> str | None:
    """Tell both sums when SellerCloud's total is not Back Market's to the cent, or its currency another."""
    draft = drafts.draft_of(order, settings)
    if match.grand_total == draft.total and match.currency in (None, draft.currency):
        return None
    currency = match.currency or draft.currency
    theirs = money.text(match.grand_total, currency) if match.grand_total is not None else "nothing readable"
    ours = money.text(draft.total, draft.currency)
    return f"SellerCloud order {match.id} totals {theirs} {currency}, Back Market {ours} {draft.currency}"


def _payment(one: OrderFacts, match: SellerCloudOrder, facts: PullFacts) -> tuple[Action, ...] | Hindrance | Wait:
    if match.is_paid:
        return ()
    if facts.only_existing:
        detail = f"SellerCloud order {match.id} is not paid; run without --only-existing to pay and accept it"
        return accepting.wait(one, "not_paid_in_sellercloud", detail)
    if match.payment_status not in _PAYABLE:
        return accepting.hold(
            one, "payment_status", f"SellerCloud order {match.id} has payment {match.payment_status.name}"
        )
    if one.open_payment and may_still_arrive(one.open_payment.since, facts.now):
        return accepting.hold(one, "outcome_unknown", f"the payment of SellerCloud order {match.id} may still arrive")
    number = match.number
    subject = order_subject(one.order.id)
    detail = f"SellerCloud order {match.id}, its remaining dues"
    return (PayOrder(subject, detail, order=one.order, number=number, sellercloud_id=match.id),)


def may_still_arrive(sent: datetime, now: datetime) -> bool:
    """Say whether a payment of unknown outcome may yet show up; a clock that stepped back ends the wait."""
    return timedelta(0) <= now - sent < SETTLING_PAYMENT


def _adopt(one: OrderFacts, match: SellerCloudOrder, *, ours: bool) -> Iterator[AdoptOrder]:
    if one.known and one.known.sellercloud_id == match.id:
        return
    whose = "made by us" if ours else "made by another hand"
    detail = f"SellerCloud order {match.id}, {whose}"
    yield AdoptOrder(order_subject(one.order.id), detail, order=one.order, sellercloud_id=match.id, ours=ours)


def _explained(surplus: Counter[SkuKey], order: BackMarketOrder, settings: Settings) -> bool:
    dead = [line for line in order.lines if line not in order.live_lines]
    return not surplus - drafts.wanted_units(dead, settings)


def _surplus_alert(one: OrderFacts, match: SellerCloudOrder, surplus: Counter[SkuKey]) -> Iterator[Alert]:
    for key, units in surplus.items():
        detail = f"the buyer cancelled {units} x {key}: remove that line from SellerCloud order {match.id}"
        yield Alert(order_subject(one.order.id), "line_to_remove", detail, one.order.expected_dispatch_at)


def _difference(match: SellerCloudOrder, surplus: Counter[SkuKey], missing: Counter[SkuKey]) -> str:
    parts = [f"{units} x {key} too many" for key, units in surplus.items()]
    parts += [f"{units} x {key} missing" for key, units in missing.items()]
    return f"SellerCloud order {match.id} differs from Back Market: {', '.join(parts)}"
