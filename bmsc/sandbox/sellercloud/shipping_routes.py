"""How are orders shipped, and their parcels and serial numbers read, over the API?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bmsc.sandbox.sellercloud.answers import NOTHING, Answer, Refusal, business, required
from bmsc.sandbox.sellercloud.body import Body
from bmsc.sandbox.sellercloud.codes import CANCELLED_STATUSES, CARRIERS, PaymentStatus
from bmsc.sandbox.sellercloud.order_parts import package_row, serial_row
from bmsc.sandbox.sellercloud.order_routes import find_order
from bmsc.sandbox.sellercloud.orders import Order, Package, Serial
from bmsc.sandbox.sellercloud.routing import Call, Route, ids_of
from bmsc.sandbox.sellercloud.tenant import Tenant


def _ship_order(call: Call) -> Answer:
    body = call.body
    body.need("ShippingCarrier", "ShippingService")
    order = find_order(call.tenant, body.integer("OrderID"))
    at = _ship_date(call.tenant, body, order)
    _check_may_ship(call.tenant, order)
    call.tenant.ship(
        order.id,
        carrier=body.text("ShippingCarrier"),
        service=body.text("ShippingService"),
        tracking=body.text("TrackingNumber"),
        ship_date=at,
        package=_measured(call.tenant.first_package(order), body),
    )
    return Answer(NOTHING)


def _ship_package(call: Call) -> Answer:
    body = call.body
    if call.tenant.switches.package_carrier_required:
        body.need("CarrierName", "ShippingMethod")
    order = find_order(call.tenant, body.integer("OrderID"))
    at = _ship_date(call.tenant, body, order)
    _check_may_ship(call.tenant, order)
    call.tenant.ship(
        order.id,
        carrier=body.text("CarrierName"),
        service=body.text("ShippingMethod"),
        tracking=body.text("TrackingNumber"),
        ship_date=order.shipped_at if order.is_shipped else at,
        package=_measured(_asked_package(call.tenant, order, body), body),
    )
    return Answer(NOTHING)


def _ship_date(tenant: Tenant, body: Body, order: Order) -> datetime:
    at, now = body.date("ShipDate"), tenant.clock()
    if at is None:
        if tenant.switches.ship_date_required:
            raise required("ShipDate")
        return now
    if tenant.switches.ship_dates_checked:
        if at > now:
            raise business("Future date is not allowed.")
        if at < order.created_at.replace(microsecond=0):
            raise business("Ship date cannot be before the order's creation.")
    return at


def _check_may_ship(tenant: Tenant, order: Order) -> None:
    if order.status in CANCELLED_STATUSES:
        raise business("Order is cancelled.")
    unpaid = order.payment_status != PaymentStatus.CHARGED and not order.ships_unpaid
    if unpaid and tenant.switches.unpaid_shipping_refused:
        raise business("Order is not paid.")


def _asked_package(tenant: Tenant, order: Order, body: Body) -> Package:
    package_id = body.integer("PackageID")
    if not package_id:
        return tenant.first_package(order)
    found = next((package for package in order.packages if package.id == package_id), None)
    if found is None:
        raise business(f"Could not find or load record with ID {package_id}!")
    return found


def _measured(package: Package, body: Body) -> Package:
    length, width, height, weight = (body.money(name) for name in ("Length", "Width", "Height", "Weight"))
    return replace(package, cost=body.money("ShippingCost"), measures=(length, width, height, weight))


def _unship(call: Call) -> Answer:
    for order_id in ids_of(call.body.integers("Orders")):
        call.tenant.unship(find_order(call.tenant, order_id).id)
    return Answer(NOTHING)


def _packages(call: Call) -> Answer:
    call.query.need("id", "pageNumber", "pageSize")
    order = find_order(call.tenant, _asked_order(call))
    number, size = call.query.page()
    packages = order.packages[(number - 1) * size : number * size]
    rows = [package_row(call.tenant, order, package) for package in packages]
    return Answer({"Results": rows, "TotalResults": len(order.packages)})


def _serials(call: Call) -> Answer:
    order = find_order(call.tenant, _asked_order(call))
    return Answer([serial_row(call.tenant, order, serial) for serial in order.serials])


def _note_serials(call: Call) -> Answer:
    for row in call.body.rows("Items"):
        row.need("OrderID", "ProductID", "SerialNumber")
        order = find_order(call.tenant, row.integer("OrderID"))
        sku, line_id = row.text("ProductID"), row.integer("OrderItemID")
        serial = Serial(sku, row.text("SerialNumber"), line_id or _line_of(order, sku), row.integer("KitItemID"))
        call.tenant.note_serials(order, (serial,))
    return Answer(NOTHING)


def _line_of(order: Order, sku: str) -> int:
    return next((line.id for line in order.lines if line.sku.casefold() == sku.casefold()), 0)


def _asked_order(call: Call) -> int:
    call.query.need("id")
    return call.query.integer("id") or 0


def _carriers(_: Call) -> Answer:
    return Answer([{"Key": carrier, "Value": carrier} for carrier in CARRIERS])


def _services(call: Call) -> Answer:
    call.query.need("carrier")
    carrier = call.query.text("carrier") or ""
    known = {name.casefold(): services for name, services in CARRIERS.items()}
    if carrier.casefold() not in known:
        raise Refusal(500, f"Carrier {carrier} is not valid.")
    return Answer([{"Key": service, "Value": service} for service in known[carrier.casefold()]])


ROUTES = (
    Route("PUT", "Orders/ShippingStatus", _ship_order),
    Route("PUT", "Orders/ShippingStatus/SinglePackage", _ship_package),
    Route("PUT", "Orders/SetUnshipped", _unship),
    Route("GET", "Orders/Packages", _packages),
    Route("GET", "Orders/Serials", _serials),
    Route("PUT", "Orders/Serials", _note_serials),
    Route("GET", "Settings/ShippingCarriers", _carriers),
    Route("GET", "Settings/ShippingServices", _services),
)
