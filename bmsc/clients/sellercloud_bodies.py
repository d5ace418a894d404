"""What SellerCloud is told when an order is created, in the vocabulary of its create call."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import tzinfo

from bmsc.clients import moments
from bmsc.domain.money import SELLERCLOUD_CURRENCY
from bmsc.domain.orders import Address, DraftItem, OrderDraft

NO_NAME = "-"
_LONGEST_TITLE = 255
"""SellerCloud's bound for a line's display name."""


def create_order(draft: OrderDraft, zone: tzinfo) -> Mapping[str, object]:
    """Write the body of `POST /api/Orders`; SellerCloud drops a key it does not know without a word."""
    shipping = draft.shipping_address
    billing = draft.billing_address if any(draft.billing_address.strings()) else shipping
    return {
        "CustomerDetails": _customer(draft),
        "OrderDetails": _details(draft, zone),
        "Products": [_product(item) for item in draft.items],
        "ShippingAddress": _address(shipping),
        "BillingAddress": _address(billing),
        "ShippingMethodDetails": _shipping(draft, zone),
    }


def full_name(address: Address) -> tuple[str, str]:
    """Give a first and a last name, neither empty: SellerCloud refuses a customer without a last name."""
    first, last = address.first_name.strip(), address.last_name.strip()
    if last:
        return first or NO_NAME, last
    head, _, tail = first.rpartition(" ")
    return (head.strip() or first or NO_NAME), (tail or NO_NAME)


def _customer(draft: OrderDraft) -> dict[str, object]:
    first, last = full_name(draft.shipping_address)
    return {
        "Email": draft.email,
        "FirstName": first,
        "LastName": last,
        "Business": draft.shipping_address.company.strip(),
    }


def _details(draft: OrderDraft, zone: tzinfo) -> dict[str, object]:
    details: dict[str, object] = {
        "CompanyID": draft.company_id,
        "Channel": draft.channel,
        "OrderSourceOrderID": draft.number,
        "CurrencyCode": SELLERCLOUD_CURRENCY[draft.currency],
        "TaxExempt": draft.tax_exempt,
    }
    if draft.ordered_at is not None:
        details["OrderDate"] = moments.without_offset(draft.ordered_at, zone)
    return details


def _product(item: DraftItem) -> dict[str, object]:
    product: dict[str, object] = {
        "ProductID": item.sku,
        "Qty": item.quantity,
        "SitePrice": item.unit_price,
        "ReferenceID": item.reference_id,
        "LineTaxTotal": item.tax,
        "FinalValueFee": item.fee,
    }
    if item.title.strip():
        product["ProductName"] = item.title.strip()[:_LONGEST_TITLE]
    return product


def _address(address: Address) -> dict[str, object]:
    first, last = full_name(address)
    return {
        "FirstName": first,
        "LastName": last,
        "Business": address.company.strip(),
        "Address": address.street.strip(),
        "Address2": address.street2.strip(),
        "City": address.city.strip(),
        "State": address.state.strip(),
        "ZipCode": address.postal_code.strip(),
        "Country": address.country.strip(),
        "Phone": _phone(address.phone),
    }


def _shipping(draft: OrderDraft, zone: tzinfo) -> dict[str, object]:
    shipping: dict[str, object] = {"ShippingFee": draft.shipping_fee}
    if draft.promised_at is not None:
        shipping["PromiseDate"] = moments.without_offset(draft.promised_at, zone)
    return shipping


def _phone(phone: str) -> str:
    """Drop the invisible direction marks that Back Market's phone numbers may carry."""
    return "".join(character for character in phone if unicodedata.category(character) not in ("Cc", "Cf")).strip()
