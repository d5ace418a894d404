"""What is an order on Back Market, and how does its state follow from its lines?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

CONDITIONS = {"PREMIUM": 9, "EXCELLENT": 10, "VERY_GOOD": 10, "GOOD": 11, "FAIR": 12, "STALLONE": 12}
"""What buyers are told about each grade."""
UNPAID_LINES = frozenset({0, 8, 9})


@dataclass
class Address:
    """Where a parcel or a bill goes; invented people only."""

    first_name: str
    last_name: str
    street: str
    city: str
    postal_code: str
    country: str
    email: str
    company: str | None = ""
    street2: str | None = ""
    phone: str | None = None
    state_or_province: str | None = None
    customer_id_number: str | None = None
    first_name_pronunciation: str | None = None
    last_name_pronunciation: str | None = None


@dataclass
class Line:
    """One SKU of an order; `price` is the total of the whole quantity."""

    id: int
    sku: str
    quantity: int
    price: Decimal
    state: int
    listing_id: int
    product_id: int
    product: str
    brand: str
    condition: int
    fee: Decimal
    shipping_price: Decimal = Decimal(0)
    sales_taxes: Decimal = Decimal(0)
    shipping_delay: int = 48
    imei: str = ""
    serial_number: str = ""
    return_reason: int = 0
    return_message: str = ""
    backcare: bool = False
    backcare_price: int = 0
    took_stock: bool = False


@dataclass
class Order:
    """One buyer's purchase; `listed_from` is when the list began to show its present form."""

    order_id: int
    locale: str
    currency: str
    lines: list[Line]
    shipping: Address
    billing: Address
    created: datetime
    modified: datetime
    checkout_shipper: str
    payment_method: str = "CARD"
    psp_reference: str = ""
    paypal_reference: str | None = None
    installment_payment: bool = False
    is_backship: bool = False
    delivery_mode: str = "HOME_DELIVERY"
    state: int = 0
    shipper: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    paid: datetime | None = None
    shipped: datetime | None = None
    bill_provided: datetime | None = None
    dispatch_by: datetime | None = None
    backship_number: str = ""
    note_reads: int = 0
    extra: dict[str, object] = field(default_factory=dict)

    def line_states(self) -> set[int]:
        """Gather the states of the lines."""
        return {line.state for line in self.lines}

    def follow_lines(self, *, first_accept_counts: bool = False) -> None:
        """Derive the order's state from its lines."""
        states = self.line_states()
        if first_accept_counts and 2 in states:
            self.state = 3
        else:
            self.state = state_of(states)
        if self.state in (8, 9):
            self.dispatch_by = None


def state_of(lines: set[int]) -> int:
    """Tell the order state that a set of line states amounts to."""
    if 1 in lines:
        return 1
    if lines & {0, 9}:
        return 0
    if 8 in lines:
        return 10
    if 2 in lines:
        return 3
    return 8 if lines == {7} else 9


def money(amount: Decimal) -> str:
    """Write an amount the way orders carry it."""
    return f"{amount:.2f}"
