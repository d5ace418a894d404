"""How do the parts look that both order renderers share: payments, addresses, parcels, ties?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.order_shapes import ADDRESS, PACKAGE
from bmsc.sandbox.sellercloud.orders import Address, Order, Package, Payment, Relation, Serial
from bmsc.sandbox.sellercloud.shape import Row, full
from bmsc.sandbox.sellercloud.tenant import Tenant

CLEARED = 0


def payment_row(tenant: Tenant, payment: Payment) -> Row:
    """Write one payment record."""
    return {
        "ID": payment.id,
        "TransactionReferenceNumber": payment.reference or None,
        "PaidAmount": tenant.wire.money(payment.amount),
        "PaymentDate": tenant.wire.date(payment.paid_at),
        "PaymentType": payment.type,
        "PaymentMethod": payment.method,
        "PaymentStatus": CLEARED,
    }


def address_row(tenant: Tenant, order: Order, *, shipping: bool) -> Row:
    """Write an address in the vocabulary of reading, which is not the one of creation."""
    address = order.ship_to if shipping else order.bill_to
    return full(
        ADDRESS,
        tenant.switches.row_width,
        {
            "IsShippingAddress": shipping,
            "IsBillingAddress": not shipping,
            "FirstName": address.first_name,
            "MiddleInitial": address.middle_name[:1],
            "LastName": address.last_name,
            "CompanyName": address.business,
            "StreetLine1": address.street,
            "StreetLine2": address.street2,
            "City": address.city,
            "StateName": _state(address),
            "StateCode": _state(address),
            "PostalCode": address.postal_code,
            "CountryName": address.country,
            "CountryCode": address.country,
            "PhoneNumber": address.phone,
            "FaxNumber": address.fax,
            "EmailAddress": order.customer.email,
        },
    )


def package_row(tenant: Tenant, order: Order, package: Package) -> Row:
    """Write one parcel; the first one carries every line."""
    length, width, height, weight = package.measures
    lines = order.lines if package.id == order.packages[0].id else ()
    return full(
        PACKAGE,
        tenant.switches.row_width,
        {
            "ID": package.id,
            "TrackingNumber": package.tracking or None,
            "TrackingNumberText": package.tracking or None,
            "Length": length,
            "Width": width,
            "Height": height,
            "Weight": weight,
            "ShippingCost": tenant.wire.money(package.cost),
            "DeliveryStatus": int(package.shipped),
            "Items": [
                {
                    "PackageID": package.id,
                    "OrderItemID": line.id,
                    "OrderItemBundleItemID": 0,
                    "ProductID": tenant.wire.product_id(line.sku),
                    "Qty": line.quantity,
                    "ItemName": line.name,
                }
                for line in lines
            ],
        },
    )


def relation_row(tenant: Tenant, relation: Relation) -> Row:
    """Write one tie to another order."""
    return {
        "RelatedOrderID": relation.order_id,
        "RelationshipType": int(relation.kind),
        "CreatedOn": tenant.wire.date(relation.since),
    }


def serial_row(tenant: Tenant, order: Order, serial: Serial) -> Row:
    """Write the serial number of one unit."""
    return {
        "OrderID": order.id,
        "ProductID": tenant.wire.product_id(serial.sku),
        "SerialNumber": serial.serial,
        "OrderItemID": serial.line_id,
        "KitItemID": serial.kit_item_id,
    }


def _state(address: Address) -> str:
    return address.state or address.region
