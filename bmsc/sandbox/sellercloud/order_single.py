"""How does an order look when it is read by its id?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.codes import PaymentStatus
from bmsc.sandbox.sellercloud.order_parts import address_row, package_row, payment_row, relation_row
from bmsc.sandbox.sellercloud.order_shapes import (
    DETAILS,
    PAYMENT_OPTIONS,
    SHIPPING_DETAILS,
    SINGLE,
    SINGLE_BUNDLE_ITEM,
    SINGLE_ITEM,
    STATUSES,
    TOTALS,
)
from bmsc.sandbox.sellercloud.orders import Order, OrderLine
from bmsc.sandbox.sellercloud.shape import Row, full
from bmsc.sandbox.sellercloud.tenant import Tenant


def single_order(tenant: Tenant, order: Order) -> Row:
    """Write the body of GET /Orders/{id}: other keys and another casing than the list row."""
    width = tenant.switches.row_width
    known: Row = {
        "OrderID": order.id,
        "OrderDetails": full(DETAILS, width, _details(tenant, order)),
        "Statuses": full(STATUSES, width, _statuses(order)),
        "OrderItems": [_item(tenant, order, line) for line in order.lines],
        "RelatedOrders": [relation_row(tenant, relation) for relation in order.relations],
        "TotalInfo": full(TOTALS, width, _totals(tenant, order)),
        "PaymentOptions": full(PAYMENT_OPTIONS, width, _payment_options(tenant, order)),
        "ShippingDetails": full(SHIPPING_DETAILS, width, _shipping(tenant, order)),
        "OrderPackages": [package_row(tenant, order, package) for package in order.packages],
        "Payments": [payment_row(tenant, payment) for payment in order.payments],
        "ShippingAddress": address_row(tenant, order, shipping=True),
        "BillingAddress": address_row(tenant, order, shipping=False),
        "LastUpdated": tenant.wire.date(order.updated_at),
        "OrderSiteCode": "US",
        "MostExpensiveSKU": max(order.lines, key=lambda line: line.price).sku if order.lines else None,
        "GiftDetails": {"IsGiftOrder": False, "IsWholeSaleOrder": False, "HasOrderItems": bool(order.lines)},
    }
    return full(SINGLE, width, known)


def _details(tenant: Tenant, order: Order) -> Row:
    return {
        "CompanyId": order.company_id,
        "ClientId": 1,
        "OrderSource": order.channel,
        "OrderSourceOrderId": order.number,
        "CustomerEmail": order.customer.email,
        "CustomerID": order.customer.id,
        "CurrencyCode": order.currency,
        "OrderDate": tenant.wire.date(order.ordered_at),
        "CreatedOn": tenant.wire.date(order.created_at),
        "PromiseDate": tenant.wire.date(None),
    }


def _statuses(order: Order) -> Row:
    return {
        "OrderStatus": int(order.status),
        "ShippingStatus": int(order.shipping_status),
        "PaymentStatus": int(order.payment_status),
        "IsInvoicePrinted": order.invoiced,
        "InventoryDisabled": order.inventory_disabled,
        "OkToProcess": 1,
        "OkToShip": int(order.payment_status == PaymentStatus.CHARGED or order.ships_unpaid),
        "ChannelNotifiedOfShipping": order.channel_notified,
    }


def _item(tenant: Tenant, order: Order, line: OrderLine) -> Row:
    money, sku = tenant.wire.money, tenant.wire.product_id(line.sku)
    product = tenant.catalogue.find(line.sku)
    known: Row = {
        "ID": line.id,
        "OrderID": order.id,
        "ProductID": sku,
        "_ProductIDInitial": sku,
        "ProductIDOriginal": line.original_sku or sku,
        "ProductIDRequested": line.original_sku or sku,
        "ItemProductIdExists": line.known,
        "DisplayName": line.name,
        "Qty": line.quantity,
        "TaxExempt": order.tax_exempt,
        "SitePrice": money(line.price),
        "AdjustedSitePrice": money(line.discounted_price),
        "LineTotal": money(line.total),
        "LineTaxTotal": money(line.tax),
        "DiscountValue": money(line.discount),
        "DiscountType": line.discount_type,
        "Notes": line.notes or None,
        "WarehouseID": line.warehouse_id or tenant.stockroom.default_warehouse.id,
        "InventoryAvailableQty": tenant.stockroom.shown_sellable(product) if product else 0,
        "ShadowOf": product.shadow_of if product else None,
        "CanBeDeleted": not order.is_shipped,
        "BundleItems": _bundle_items(tenant, line),
    }
    return full(SINGLE_ITEM, tenant.switches.row_width, known)


def _bundle_items(tenant: Tenant, line: OrderLine) -> list[Row]:
    product = tenant.catalogue.find(line.sku)
    return [
        full(
            SINGLE_BUNDLE_ITEM,
            tenant.switches.row_width,
            {
                "ProductID": tenant.wire.product_id(part.sku),
                "QtyPerKit": part.quantity,
                "TotalQty": part.quantity * line.quantity,
            },
        )
        for part in (product.parts if product else ())
    ]


def _totals(tenant: Tenant, order: Order) -> Row:
    money = tenant.wire.money
    return {
        "SubTotal": money(order.subtotal),
        "Tax": money(order.tax),
        "TaxRate": money(order.tax_rate * 100),
        "Shipping": money(order.shipping_fee),
        "Handling": money(order.handling_fee),
        "Insurance": money(order.insurance_fee),
        "GrandTotal": money(order.total),
    }


def _payment_options(tenant: Tenant, order: Order) -> Row:
    money = tenant.wire.money
    return {
        "Total": money(order.total),
        "Received": money(order.received),
        "Refunded": money(order.refunded),
        "RemainingDues": money(order.total - order.received),
    }


def _shipping(tenant: Tenant, order: Order) -> Row:
    return {
        "ShippingStatus": int(order.shipping_status),
        "Carrier": order.carrier or None,
        "Service": order.service or None,
        "ShipDate": tenant.wire.date(order.shipped_at),
        "ShippingTotal": tenant.wire.money(order.shipping_fee),
        "AllowShippingWithoutPaymentValue": order.ships_unpaid,
    }
