"""Does the tenant take a new order, and what does it make of it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from bmsc.sandbox.sellercloud.answers import Refusal, business, required
from bmsc.sandbox.sellercloud.body import Body
from bmsc.sandbox.sellercloud.codes import DOLLARS_FOR_ONE
from bmsc.sandbox.sellercloud.orders import CENT, ZERO, Address, Customer, Order, OrderLine, Package

if TYPE_CHECKING:
    from bmsc.sandbox.sellercloud.tenant import Tenant

ADDRESS_NAMES = {
    "first_name": "FirstName",
    "middle_name": "MiddleName",
    "last_name": "LastName",
    "business": "Business",
    "street": "Address",
    "street2": "Address2",
    "city": "City",
    "state": "State",
    "region": "Region",
    "postal_code": "ZipCode",
    "country": "Country",
    "phone": "Phone",
    "fax": "Fax",
}
"""Our address fields and the platform's names for them at creation; reading uses other ones."""


def take_in(tenant: Tenant, body: Body) -> int:
    """Check a new order as the tenant does, store it and give its id."""
    _check_parts(tenant, body)
    details = body.part("OrderDetails")
    _check_details(tenant, details)
    _check_name(tenant, body.part("CustomerDetails"))
    lines = tuple(_lines(tenant, body, company_id=details.integer("CompanyID")))
    _check_duplicate(tenant, details)
    order = _priced(tenant, _order(tenant, body, lines))
    tenant.store(order)
    return order.id


def _check_parts(tenant: Tenant, body: Body) -> None:
    body.need("CustomerDetails", "OrderDetails")
    required_addresses = tenant.switches.required_addresses
    if required_addresses != "none":
        body.need("ShippingAddress")
    if required_addresses == "both":
        body.need("BillingAddress")
    if body.part("CustomerDetails").integer("ID") == 0:
        body.part("CustomerDetails").need("Email", "FirstName", "LastName")


def _check_details(tenant: Tenant, details: Body) -> None:
    details.need("CompanyID")
    company = tenant.catalogue.companies.get(details.integer("CompanyID"))
    if company is None or company.disabled or not tenant.sees(company.id):
        raise business("Company is not valid.")
    if tenant.switches.channel_required and "Channel" not in details:
        raise required("Channel")


def _check_name(tenant: Tenant, customer: Body) -> None:
    last_name = customer.text("LastName").strip()
    if customer.integer("ID") or not tenant.switches.last_name_checked:
        return
    if not last_name or last_name in tenant.switches.refused_last_names:
        raise business("Customer's last name is not valid")


def _check_duplicate(tenant: Tenant, details: Body) -> None:
    number, scope = details.text("OrderSourceOrderID"), tenant.switches.duplicate_numbers
    if not number or scope == "allowed":
        return
    company, channel = details.integer("CompanyID"), details.integer("Channel")
    for other in tenant.orders_by_number(number):
        same_company = other.company_id == company
        if scope == "tenant" or (same_company and (scope == "company" or other.channel == channel)):
            raise business(f"Order with order source order ID {number} already exists.")


def _lines(tenant: Tenant, body: Body, *, company_id: int) -> Iterator[OrderLine]:
    for row in body.rows("Products"):
        yield _line(tenant, row, company_id)


def _line(tenant: Tenant, row: Body, company_id: int) -> OrderLine:
    sku, quantity = row.text("ProductID").strip(), row.integer("Qty")
    _check_line(tenant, sku, quantity, company_id=company_id)
    product = tenant.catalogue.find(sku)
    switches = tenant.switches
    return OrderLine(
        id=tenant.next_id("line"),
        sku=product.sku if product else sku,
        quantity=quantity,
        price=row.money("SitePrice", product.price if product else ZERO),
        tax=row.money("LineTaxTotal") if switches.line_tax_kept else ZERO,
        reference_id=(row.text("ReferenceID") or None) if switches.reference_id_kept else None,
        name=row.text("ProductName") or (product.name if product else ""),
        fee=row.money("FinalValueFee"),
        discount=row.money("DiscountValue"),
        discount_type=row.integer("DiscountType"),
        notes=row.text("Notes"),
        warehouse_id=row.integer("ShipFromWareHouseID"),
        known=product is not None,
        original_sku=sku,
    )


def _check_line(tenant: Tenant, sku: str, quantity: int, *, company_id: int) -> None:
    if not sku:
        raise business("Product ID is not valid.")
    if quantity < 1:
        raise business(f"Quantity of product {sku} is not valid.")
    product = tenant.catalogue.find(sku)
    if product is None and tenant.switches.unknown_sku == "refuse":
        raise business(f"Product {sku} does not exist.")
    if product and product.company_id != company_id and tenant.switches.other_company_sku == "refuse":
        raise business(f"Product {sku} does not belong to the company.")


def _order(tenant: Tenant, body: Body, lines: tuple[OrderLine, ...]) -> Order:
    details, shipping = body.part("OrderDetails"), body.part("ShippingMethodDetails")
    now = tenant.clock()
    ship_to = _address(body.part("ShippingAddress"))
    return Order(
        id=tenant.next_id("order"),
        company_id=details.integer("CompanyID"),
        channel=details.integer("Channel"),
        number=details.text("OrderSourceOrderID"),
        created_at=now,
        ordered_at=_order_date(details, now),
        updated_at=now,
        lines=lines,
        currency=details.integer("CurrencyCode"),
        status=tenant.switches.initial_order_status,
        customer=_customer(tenant, body.part("CustomerDetails")),
        ship_to=ship_to,
        bill_to=_address(body.part("BillingAddress")) if "BillingAddress" in body else ship_to,
        carrier=shipping.text("Carrier"),
        service=shipping.text("ShippingMethod"),
        shipping_fee=shipping.money("ShippingFee"),
        handling_fee=shipping.money("HandlingFee"),
        insurance_fee=shipping.money("InsuranceFee"),
        packages=(Package(tenant.next_id("package")),),
        tax_exempt=details.flag("TaxExempt"),
        inventory_disabled=details.flag("DisableInventoryCount"),
        ships_unpaid=shipping.flag("AllowShippingEvenNotPaid"),
    )


def _order_date(details: Body, now: datetime) -> datetime:
    return details.date("OrderDate") or now


def _customer(tenant: Tenant, given: Body) -> Customer:
    email = given.text("Email")
    return Customer(
        id=given.integer("ID") or tenant.customer_id(email),
        email=email,
        first_name=given.text("FirstName"),
        last_name=given.text("LastName"),
        business=given.text("Business"),
    )


def _address(given: Body) -> Address:
    return Address(**{ours: given.text(theirs) for ours, theirs in ADDRESS_NAMES.items()})


def _priced(tenant: Tenant, order: Order) -> Order:
    order = _in_currency(tenant, order)
    rate = Decimal(str(tenant.switches.own_tax_rate))
    if not rate or (order.tax_exempt and tenant.switches.tax_exempt_honoured):
        return order
    return replace(order, tax_rate=rate, own_tax=(order.subtotal * rate).quantize(CENT))


def _in_currency(tenant: Tenant, order: Order) -> Order:
    treatment = tenant.switches.currency
    if treatment == "kept":
        return order
    if treatment == "dropped":
        return replace(order, currency=0)
    rate = DOLLARS_FOR_ONE.get(order.currency)
    if rate is None:
        raise Refusal(500, f"There is no exchange rate for currency {order.currency}.")
    converted = _converted(order, rate)
    return converted if treatment == "converted_keep_code" else replace(converted, currency=0)


def _converted(order: Order, rate: Decimal) -> Order:
    def dollars(amount: Decimal) -> Decimal:
        return (amount * rate).quantize(CENT)

    lines = tuple(
        replace(line, price=dollars(line.price), tax=dollars(line.tax), fee=dollars(line.fee)) for line in order.lines
    )
    return replace(
        order,
        lines=lines,
        shipping_fee=dollars(order.shipping_fee),
        handling_fee=dollars(order.handling_fee),
        insurance_fee=dollars(order.insurance_fee),
    )
