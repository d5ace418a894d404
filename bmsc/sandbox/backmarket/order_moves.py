"""What may a seller do to an order, and what follows? (`POST /ws/orders/{order_id}`)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket import serials
from bmsc.sandbox.backmarket.carriers import SHIPPERS, tracking_page
from bmsc.sandbox.backmarket.orders import Line, Order
from bmsc.sandbox.backmarket.refusals import Refusal, shaped

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

MOVES = {2: {1}, 3: {2}, 4: {1}, 5: {2}, 6: {3}}
"""The line states that each new state may be reached from."""
RETURN_REASONS = frozenset({0, 1, 11, 12, 13, 21, 22, 23, 24, 25})
LONGEST = {"tracking_number": 200, "tracking_url": 300, "shipper": 200, "return_message": 500}


def update(account: Account, order: Order, body: Mapping[str, Any]) -> Order:
    """Do what the body asks for, whole or not at all; raises Refusal."""
    if body.get("order_id") not in (None, "") and _whole(body["order_id"]) != order.order_id:
        raise refuse(account, "order_id does not match the order")
    new_state = _whole(body.get("new_state"))
    if new_state not in MOVES:
        raise refuse(account, f"new_state {body.get('new_state')} must be in 2,3,4,5,6")
    _check_lengths(account, body)
    if new_state == 3:
        _ship(account, order, body)
    else:
        _move_lines(account, order, new_state, body)
    return order


def refuse(account: Account, message: str) -> Refusal:
    """Refuse an order update with 400, in the envelope of the switch."""
    return shaped(account.switches.error_shape, message)


def _move_lines(account: Account, order: Order, new_state: int, body: Mapping[str, Any]) -> None:
    named = _named_lines(account, order, body.get("sku"))
    movable = [line for line in named if line.state in MOVES[new_state]]
    if not movable:
        _repeated(account, named, new_state)
        return
    if account.switches.same_sku_lines == "first":
        movable = movable[:1]
    reason = _return_reason(account, body)
    with account.changing_order(order):
        for line in movable:
            account.set_state(line, new_state)
            if new_state >= 4:
                line.return_reason = reason
                line.return_message = str(body.get("return_message") or "")
    label(account, order)


def _named_lines(account: Account, order: Order, sku: Any) -> list[Line]:
    if account.switches.sku_case == "ignored":
        named = [line for line in order.lines if line.sku.casefold() == str(sku).casefold()]
    else:
        named = [line for line in order.lines if line.sku == sku]
    if not named:
        raise refuse(account, "sku not found")
    return named


def _repeated(account: Account, lines: list[Line], new_state: int) -> None:
    if account.switches.repeated_state == "accept" and all(line.state == new_state for line in lines):
        return
    raise refuse(account, f"orderline in state {lines[0].state} cannot go to state {new_state}")


def _return_reason(account: Account, body: Mapping[str, Any]) -> int:
    reason = _whole(body.get("return_reason") or 0)
    if reason not in RETURN_REASONS:
        raise refuse(account, f"return_reason {reason} is not known")
    return reason


def label(account: Account, order: Order) -> None:
    """Prepare Back Market's own shipment of an order that it transports itself and that is accepted."""
    if order.is_backship and order.state == 3 and not order.backship_number:
        order.backship_number = f"1ZBACKSHIP{order.order_id}"
        if account.switches.backship_tracking == "on_order":
            order.tracking_number = order.backship_number


def _ship(account: Account, order: Order, body: Mapping[str, Any]) -> None:
    number = str(body.get("tracking_number") or "")
    if not number.strip():
        raise refuse(account, "tracking_number is required")
    lines = _lines_to_ship(account, order)
    if not lines:
        return
    shipper = _shipper(account, order, body)
    date = _ship_date(account, body)
    brought = _ship_serials(account, order, body)
    with account.changing_order(order):
        for line in lines:
            account.set_state(line, 3)
        serials.register(order.lines[0], brought)
        order.shipped = date
        order.shipper, order.tracking_number = shipper, number
        url = str(body.get("tracking_url") or "")
        order.tracking_url = url or tracking_page(order.locale, shipper, number)


def _lines_to_ship(account: Account, order: Order) -> list[Line]:
    states = order.line_states()
    if 2 not in states and not (1 in states and account.switches.ship_unaccepted == "accept"):
        if states <= {3, 4, 5, 6} and 3 in states and account.switches.repeated_state == "accept":
            return []
        raise refuse(account, f"order {order.order_id} has no orderline to ship")
    allowed = {1, 2} if account.switches.ship_unaccepted == "accept" else {2}
    if states & ({0, 1, 8, 9} - allowed) and account.switches.ship_partly_accepted == "refuse":
        raise refuse(account, f"order {order.order_id} has orderlines that are not accepted")
    return [line for line in order.lines if line.state in allowed]


def _shipper(account: Account, order: Order, body: Mapping[str, Any]) -> str:
    wanted = str(body.get("shipper") or order.checkout_shipper)
    if wanted in SHIPPERS or account.switches.unknown_shipper == "store":
        return wanted
    if account.switches.unknown_shipper == "refuse":
        raise refuse(account, f"shipper {wanted} is not known")
    return order.checkout_shipper


def _ship_date(account: Account, body: Mapping[str, Any]) -> datetime:
    now = account.now()
    if not body.get("date_shipping"):
        return now
    try:
        date = datetime.fromisoformat(str(body["date_shipping"]))
    except ValueError:
        raise refuse(account, "date_shipping is not a date") from None
    date = date if date.tzinfo else date.replace(tzinfo=now.tzinfo)
    if date > now + timedelta(seconds=60) and account.switches.future_ship_date == "refuse":
        raise refuse(account, "date_shipping is in the future")
    return date.replace(microsecond=0)


def _ship_serials(account: Account, order: Order, body: Mapping[str, Any]) -> dict[str, str]:
    several = len(order.lines) > 1 or order.lines[0].quantity > 1
    try:
        brought = serials.asked_for(body)
        if not several:
            serials.check(order.lines[0], brought, account.switches)
    except serials.BadSerial as error:
        if account.switches.bad_imei == "ignore":
            return {}
        raise refuse(account, str(error)) from None
    if several and brought and account.switches.imei_for_several == "refuse":
        raise refuse(account, "a serial number needs an order of one line and one unit")
    return {} if several else brought


def _check_lengths(account: Account, body: Mapping[str, Any]) -> None:
    for name, longest in LONGEST.items():
        if len(str(body.get(name) or "")) > longest:
            raise refuse(account, f"{name} is longer than {longest} characters")


def _whole(value: Any) -> int | None:
    try:
        return None if isinstance(value, (bool, float)) else int(value)
    except (TypeError, ValueError):
        return None
