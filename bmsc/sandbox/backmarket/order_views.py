"""How does an order look on the wire?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bmsc.sandbox.backmarket.orders import Address, Line, Order, money

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

CAMEL = {
    "postal_code": "postalCode",
    "first_name": "firstName",
    "last_name": "lastName",
    "phone": "phoneNumber",
    "state_or_province": "state",
}


def order_view(account: Account, order: Order, zone: ZoneInfo) -> dict[str, Any]:
    """Render a whole order; dates are told in `zone`."""
    view: dict[str, Any] = {
        "order_id": order.order_id,
        "shipping_address": address_view(account, order.shipping),
        "billing_address": address_view(account, order.billing),
        "delivery_note": _delivery_note(order),
        "tracking_number": order.tracking_number,
        "tracking_url": order.tracking_url,
        "shipper": order.shipper,
        "shipper_display": order.shipper,
        "date_creation": _date(order.created, zone),
        "date_modification": _date(order.modified, zone),
        "date_shipping": _date(order.shipped, zone),
        "date_payment": _date(order.paid, zone),
        "date_bill_provided": _date(order.bill_provided, zone),
        "state": order.state,
        "orderlines": [line_view(account, order, line, zone) for line in order.lines],
        "price": money(sum((line.price for line in order.lines), Decimal(0))),
        "shipping_price": money(sum((line.shipping_price for line in order.lines), Decimal(0))),
        "currency": order.currency,
        "country_code": order.locale,
        "paypal_reference": order.paypal_reference,
        "psp_reference": order.psp_reference,
        "installment_payment": order.installment_payment,
        "payment_method": order.payment_method,
        "sales_taxes": money(sum((line.sales_taxes for line in order.lines), Decimal(0))),
        "expected_dispatch_date": _date(order.dispatch_by, zone),
        "is_backship": order.is_backship,
    }
    if account.switches.delivery_mode == "shown":
        view["delivery_mode"] = order.delivery_mode
    return {**view, **order.extra}


def line_view(account: Account, order: Order, line: Line, zone: ZoneInfo) -> dict[str, Any]:
    """Render one order line."""
    view: dict[str, Any] = {
        "id": line.id,
        "date_creation": _date(order.created, zone),
        "state": line.state,
        "price": money(line.price),
        "shipping_price": money(line.shipping_price),
        "shipping_delay": line.shipping_delay,
        "shipper": order.checkout_shipper,
        "currency": order.currency,
        "return_reason": line.return_reason,
        "return_message": line.return_message,
        "listing": line.sku,
        "product": line.product,
        "quantity": line.quantity,
        "brand": line.brand,
        "product_id": line.product_id,
        "backcare": line.backcare,
        "backcare_price": line.backcare_price,
        "listing_id": line.listing_id,
        "sales_taxes": money(line.sales_taxes),
        "imei": line.imei,
        "serial_number": line.serial_number,
        "condition": line.condition,
    }
    if account.switches.order_fee == "shown":
        view["orderline_fee"] = money(line.fee)
    return view


def address_view(account: Account, address: Address) -> dict[str, Any]:
    """Render an address with the keys that the switches choose."""
    view = asdict(address)
    province = view.pop("state_or_province")
    if province is not None and account.switches.state_key != "none":
        view[account.switches.state_key] = province
    if account.switches.address_keys == "camel":
        return {CAMEL.get(key, key): value for key, value in view.items()}
    return view


def delivery_view(order: Order, zone: ZoneInfo) -> dict[str, Any]:
    """Render the shipment that Back Market itself prepared for an order."""
    return {
        "order": order.order_id,
        "shipmentId": f"S{order.order_id}",
        "carrierId": 1,
        "orderlines": [line.id for line in order.lines],
        "referenceNumber": f"R{order.order_id}",
        "trackingNumber": order.backship_number,
        "trackingUrl": "",
        "carrierName": order.checkout_shipper,
        "hubScanned": False,
        "invoicedCurrency": order.currency,
        "invoicedPrice": "0.00",
        "datePickup": None,
        "dateCreation": _date(order.modified, zone),
        "dateDelivery": None,
        "labelUrl": f"https://labels.example.invalid/{order.order_id}.pdf",
        "type": "DELIVERY",
        "pickupInfo": None,
    }


def _delivery_note(order: Order) -> str | None:
    if order.state in (0, 1, 8, 10):
        return None
    order.note_reads += 1
    path = f"backmarket-notes.example.invalid/delivery_form/{order.order_id}.pdf"
    return f"https://{path}?Signature=s{order.note_reads:06d}&Expires={order.note_reads + 1_800_000_000}"


def _date(moment: datetime | None, zone: ZoneInfo) -> str | None:
    if moment is None:
        return None
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
