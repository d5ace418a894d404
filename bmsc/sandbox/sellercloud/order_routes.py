"""How are orders listed, read, created and paid over the API?"""

from __future__ import annotations

from decimal import Decimal

from bmsc.sandbox.sellercloud.answers import NOTHING, Answer, Refusal, business
from bmsc.sandbox.sellercloud.body import Body
from bmsc.sandbox.sellercloud.codes import (
    MANUAL_PAYMENT_METHODS,
    METHODS_WITHOUT_REFERENCE,
    OrderStatus,
)
from bmsc.sandbox.sellercloud.intake import take_in
from bmsc.sandbox.sellercloud.order_rows import list_row
from bmsc.sandbox.sellercloud.order_search import search
from bmsc.sandbox.sellercloud.order_single import single_order
from bmsc.sandbox.sellercloud.orders import Order
from bmsc.sandbox.sellercloud.pages import page_of
from bmsc.sandbox.sellercloud.routing import Call, Route, ids_of
from bmsc.sandbox.sellercloud.tenant import Tenant

SET_NOTIFIED, UNSET_NOTIFIED, SET_INVOICED, UNSET_INVOICED = range(4)


def find_order(tenant: Tenant, order_id: int) -> Order:
    """Give an order that the user may see; refused as the tenant refuses missing ones."""
    order = tenant.orders.get(order_id)
    if order is None or not tenant.sees(order.company_id):
        status = 404 if tenant.switches.missing_order_status == 404 else 500
        raise Refusal(status, f"Could not find or load record with ID {order_id}!")
    return order


def _list(call: Call) -> Answer:
    call.query.require_model()
    found = search(call.tenant.book, call.query, call.tenant.switches)
    return page_of(found, call.query, call.tenant.switches, render=lambda order: list_row(call.tenant, order))


def _create(call: Call) -> Answer:
    return Answer(take_in(call.tenant, call.body))


def _read(call: Call) -> Answer:
    tenant, order_id = call.tenant, call.ids[0]
    if order_id not in tenant.orders and tenant.switches.missing_order_status == 200:
        return Answer(None)
    return Answer(single_order(tenant, find_order(tenant, order_id)))


def _set_status_code(call: Call) -> Answer:
    call.body.need("Orders", "Status")
    status, asked = call.body.integer("Status"), ids_of(call.body.integers("Orders"))
    if status not in set(OrderStatus):
        raise Refusal(400, f"Status {status} is not valid.")
    able = [order_id for order_id in asked if _may_become(call.tenant, order_id, status)]
    changed = able[:1] if call.tenant.switches.status_code_changes == "first" else able
    for order_id in changed:
        call.tenant.set_status(order_id, status)
    answers = {"changed": changed, "asked": asked, "none": []}
    return Answer(answers[call.tenant.switches.status_code_answer])


def _may_become(tenant: Tenant, order_id: int, status: int) -> bool:
    order = tenant.orders.get(order_id)
    if order is None or order.status == status or not tenant.sees(order.company_id):
        return False
    cancels = status == OrderStatus.CANCELED
    return not (cancels and order.is_shipped) or tenant.switches.shipped_can_be_cancelled


def _receive_payment(call: Call) -> Answer:
    tenant = call.tenant
    order = find_order(tenant, call.ids[0])
    body = _payment_body(call)
    body.need("PaymentMethod")
    amount, method, reference = body.money("Amount"), body.integer("PaymentMethod"), body.text("ReferenceNumber")
    _check_payment(tenant, order, amount)
    if method not in MANUAL_PAYMENT_METHODS:
        raise business("Payment method is not valid.")
    if not reference and method not in METHODS_WITHOUT_REFERENCE:
        raise business("Reference number is required.")
    tenant.pay(order.id, amount, method=method, reference=reference, notes=body.text("Notes"))
    return Answer(NOTHING)


def _payment_body(call: Call) -> Body:
    """One official sample wraps the fields in `model`; the schema has them flat."""
    wrapped = "model" in call.body
    accepted = call.tenant.switches.payment_body
    if wrapped and accepted != "flat":
        return call.body.part("model")
    if not wrapped and accepted == "wrapped":
        raise Refusal(400, "The model field is required.", fields=("model",))
    return call.body


def _check_payment(tenant: Tenant, order: Order, amount: Decimal) -> None:
    if amount <= 0:
        raise business("Amount is not valid.")
    if tenant.switches.overpayment_refused and amount > round(order.total - order.received, 2):
        raise business("Amount is greater than the remaining dues.")
    if tenant.switches.payment_of_cancelled_refused and order.status == OrderStatus.CANCELED:
        raise business("Order is cancelled.")


def _set_statuses(call: Call) -> Answer:
    call.body.need("OrderIDs", "Action")
    action = call.body.integer("Action")
    orders = [find_order(call.tenant, order_id) for order_id in ids_of(call.body.integers("OrderIDs"))]
    if action in (4, 5):
        return Answer({"QueuedJobLink": "/queued-jobs/queued-job-details.aspx?id=1", "ID": 1, "Message": "Queued."})
    if action not in (SET_NOTIFIED, UNSET_NOTIFIED, SET_INVOICED, UNSET_INVOICED):
        raise Refusal(400, f"Action {action} is not valid.")
    for order in orders:
        if action in (SET_NOTIFIED, UNSET_NOTIFIED):
            call.tenant.mark(order.id, channel_notified=action == SET_NOTIFIED)
        else:
            call.tenant.mark(order.id, invoiced=action == SET_INVOICED)
    return Answer(NOTHING)


ROUTES = (
    Route("GET", "Orders", _list),
    Route("POST", "Orders", _create),
    Route("GET", "Orders/{id}", _read),
    Route("PUT", "Orders/StatusCode", _set_status_code),
    Route("PUT", "Orders/{id}/ReceiveManualPayment", _receive_payment),
    Route("PUT", "Orders/Statuses", _set_statuses),
)
