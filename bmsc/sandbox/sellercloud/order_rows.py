"""How does an order look in the order list?"""

from __future__ import annotations

from datetime import datetime

from bmsc.sandbox.sellercloud.order_parts import address_row, payment_row, relation_row
from bmsc.sandbox.sellercloud.order_shapes import LIST_BUNDLE_ITEM, LIST_ITEM, LIST_ROW
from bmsc.sandbox.sellercloud.orders import ZERO, Order, OrderLine
from bmsc.sandbox.sellercloud.products import Part, Product
from bmsc.sandbox.sellercloud.shape import Row, full
from bmsc.sandbox.sellercloud.tenant import Tenant


def list_row(tenant: Tenant, order: Order) -> Row:
    """Write the row that GET /Orders gives."""
    known = _identity(tenant, order) | _statuses(tenant, order) | _money(tenant, order) | _shipping(tenant, order)
    known["Items"] = [_item(tenant, order, line) for line in order.lines]
    known["RelatedOrders"] = [relation_row(tenant, relation) for relation in order.relations]
    return full(LIST_ROW, tenant.switches.row_width, known)


def _identity(tenant: Tenant, order: Order) -> Row:
    company = tenant.catalogue.companies.get(order.company_id)
    dearest = max(order.lines, key=lambda line: line.price, default=None)
    return {
        "ID": order.id,
        "OrderSourceOrderID": order.number,
        "OrderSource": order.channel,
        "CompanyID": order.company_id,
        "CompanyName": company.name if company else None,
        "ClientID": 1,
        "UserID": order.customer.id,
        "FirstName": order.customer.first_name,
        "LastName": order.customer.last_name,
        "CustomerEmail": order.customer.email,
        "ProductIDMostExpensiveInOrder": tenant.wire.product_id(dearest.sku) if dearest else None,
        "TimeOfOrder": tenant.wire.date(order.ordered_at),
        "CreatedOn": tenant.wire.date(order.created_at),
        "LastUpdated": tenant.wire.date(order.updated_at),
    }


def _statuses(tenant: Tenant, order: Order) -> Row:
    return {
        "StatusCode": int(order.status),
        "PaymentStatus": int(order.payment_status),
        "ShippingStatus": int(order.shipping_status),
        "InvoicePrinted": order.invoiced,
        "InvoicePrintedDate": tenant.wire.date(None),
    }


def _money(tenant: Tenant, order: Order) -> Row:
    money = tenant.wire.money
    return {
        "GrandTotal": money(order.total),
        "TaxTotal": money(order.tax),
        "TaxRate": money(order.tax_rate * 100),
        "ShippingTotal": money(order.shipping_fee),
        "HandlingFee": money(order.handling_fee),
        "InsuranceTotal": money(order.insurance_fee),
        "FinalValueTotal": money(sum((line.fee for line in order.lines), ZERO)),
        "OrderCurrencyCode": order.currency,
        "Payments": [payment_row(tenant, payment) for payment in order.payments],
        "PaymentDate": tenant.wire.date(_paid_at(order)),
    }


def _shipping(tenant: Tenant, order: Order) -> Row:
    return {
        "ShippingCarrier": order.carrier or None,
        "ShippingService": order.service or None,
        "ShipDate": tenant.wire.date(order.shipped_at),
        "TrackingNumber": next(iter(order.tracking_numbers), None),
        "AllTrackingNumbers": order.tracking_numbers,
        "DeliveryDate": tenant.wire.date(None),
        "ShippingAddress": address_row(tenant, order, shipping=True),
        "BillingAddress": address_row(tenant, order, shipping=False),
        "DestinationState": order.ship_to.state,
        "DestinationCountry": order.ship_to.country,
        "ShippingState": order.ship_to.state,
        "ShippingCountry": order.ship_to.country,
        "Country": order.ship_to.country,
    }


def _item(tenant: Tenant, order: Order, line: OrderLine) -> Row:
    product = tenant.catalogue.find(line.sku)
    sku = tenant.wire.product_id(line.sku)
    known: Row = {
        "ID": line.id,
        "ID1": line.id,
        "OrderID": order.id,
        "OrderID1": order.id,
        "ProductID": sku,
        "ProductID1": sku,
        "ProductIDOriginal": line.original_sku or sku,
        "ProductIDRequested": line.original_sku or sku,
        "Qty": line.quantity,
        "Qty1": line.quantity,
        "QtyShipped": line.shipped,
        "QtyShipped1": line.shipped,
        "DisplayName": line.name,
        "DisplayName1": line.name,
        "ProductName": line.name,
        "ReferenceID": line.reference_id,
        "OriginalOrderSourceID": order.number,
        "Notes": line.notes or None,
        "ItemStatusCode": int(order.status),
        "ItemPaymentStatus": int(order.payment_status),
        "ItemShippingStatus": int(order.shipping_status),
        "OrderItemShipDate": tenant.wire.date(order.shipped_at),
        "ShipFromWareHouseID": line.warehouse_id or tenant.stockroom.default_warehouse.id,
        "ShipFromWarehouseName": tenant.stockroom.default_warehouse.name,
        "DontCountInventory": order.inventory_disabled,
        "DiscountType": line.discount_type,
        **_item_money(tenant, line),
        **_item_product(tenant, line, product),
    }
    return full(LIST_ITEM, tenant.switches.row_width, known)


def _item_money(tenant: Tenant, line: OrderLine) -> Row:
    money = tenant.wire.money
    return {
        "SitePrice": money(line.price),
        "OriginalBasePrice": money(line.price),
        "AdjustedSitePrice": money(line.discounted_price),
        "AdjustedSitePrice1": money(line.discounted_price),
        "LineTotal": money(line.total),
        "LineTaxTotal": money(line.tax),
        "FinalValueFee": money(line.fee),
        "DiscountAmount": money(line.discount),
        "DiscountTotal": money((line.price - line.discounted_price) * line.quantity),
    }


def _item_product(tenant: Tenant, line: OrderLine, product: Product | None) -> Row:
    if product is None:
        return {"InventoryKey": None, "ShadowOf": None, "KitItemsCount": 0, "BundleItems": ()}
    holder = tenant.stockroom.holder(product)
    return {
        "InventoryKey": tenant.wire.product_id(holder.sku),
        "InventoryAvailableQty": tenant.stockroom.shown_sellable(product),
        "ShadowOf": tenant.wire.product_id(product.shadow_of) if product.shadow_of else None,
        "KitItemsCount": len(product.parts),
        "BundleItems": [_bundle_item(tenant, line, part) for part in product.parts],
    }


def _bundle_item(tenant: Tenant, line: OrderLine, part: Part) -> Row:
    component = tenant.catalogue.find(part.sku)
    known: Row = {
        "OrderItemId": line.id,
        "ProductID": tenant.wire.product_id(part.sku),
        "Qty": part.quantity,
        "TotalQty": part.quantity * line.quantity,
        "ProductName": component.name if component else None,
    }
    return full(LIST_BUNDLE_ITEM, tenant.switches.row_width, known)


def _paid_at(order: Order) -> datetime | None:
    return order.payments[-1].paid_at if order.payments else None
