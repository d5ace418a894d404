"""What do SellerCloud's numbers mean?"""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum


class OrderStatus(IntEnum):
    """StatusCode of an order."""

    CANCELED = -1
    SHOPPING_CART = 1
    IN_PROCESS = 2
    COMPLETED = 3
    PROBLEM = 100
    ON_HOLD = 200
    QUOTE = 300
    VOID = 999


class PaymentStatus(IntEnum):
    """Payment status of an order."""

    NO_PAYMENT = 10
    AUTHORIZED = 20
    CHARGED = 30
    UNCLEARED = 40
    PARTIALLY_REFUNDED = 50
    FULLY_REFUNDED = 60
    PARTIAL_PAYMENT = 70
    EBAY_PAID = 80
    ERROR = 99


class ShippingStatus(IntEnum):
    """Shipping status of an order."""

    UNKNOWN = 0
    UNSHIPPED = 1
    PARTIALLY_SHIPPED = 2
    FULLY_SHIPPED = 3
    READY_FOR_PICKUP = 4


class Relationship(IntEnum):
    """What a related order is to the order that names it."""

    UNKNOWN = 0
    PARENT = 1
    CHILD = 2
    RELATED = 3
    SPLIT_FROM = 4
    SPLIT_TO = 5


class PaymentType(IntEnum):
    """What a payment record stands for."""

    INFORMATION = 1
    PAYMENT = 2
    REFUND = 3


class DataType(IntEnum):
    """The type of a custom column."""

    STRING = 0
    INTEGER = 1
    DECIMAL = 2
    DATE_TIME = 3
    BOOLEAN = 4
    LONG_TEXT = 5
    HYPERLINK = 6


class KitMode(IntEnum):
    """How the quantity of a kit follows from its parts."""

    INDEPENDENT = 0
    MAIN_COMPONENT = 1
    ALL_COMPONENTS = 2


WEBSITE = 6
WHOLESALE = 21
BACK_MARKET = 80

CANCELLED_STATUSES = frozenset({OrderStatus.CANCELED, OrderStatus.VOID})
UNSOLD_STATUSES = CANCELLED_STATUSES | {OrderStatus.SHOPPING_CART, OrderStatus.QUOTE}
"""Orders in these hold no stock."""

MANUAL_PAYMENT_METHODS = frozenset({2, 4, 5, 6, 7, 8, 10, 19})
METHODS_WITHOUT_REFERENCE = frozenset({2, 4})

PAYMENT_FILTERS: dict[int, frozenset[int]] = {
    11: frozenset({10, 70}),
    61: frozenset({50, 60}),
    71: frozenset({30, 50}),
    81: frozenset({80, 70}),
    711: frozenset({30, 70}),
    713: frozenset({30, 20}),
}
"""Payment statuses that exist only as filters, each meaning several real ones; -1 means all."""

CURRENCIES = {
    "USD": 0, "GBP": 1, "JPY": 2, "EUR": 3, "CAD": 4, "AUD": 5, "BGN": 34, "HRK": 46, "CZK": 49, "DKK": 50,
    "HUF": 74, "ISK": 75, "ILS": 79, "CHF": 94, "NZD": 116, "NOK": 119, "PLN": 127, "SGD": 139, "SEK": 148,
}  # fmt: skip

DOLLARS_FOR_ONE = {
    0: Decimal(1), 1: Decimal("1.27"), 2: Decimal("0.0067"), 3: Decimal("1.08"), 4: Decimal("0.73"),
    5: Decimal("0.66"), 50: Decimal("0.145"), 94: Decimal("1.13"), 119: Decimal("0.093"),
    127: Decimal("0.25"), 148: Decimal("0.095"),
}  # fmt: skip
"""The sandbox's own rates, for the tenant that converts foreign money."""

CARRIERS: dict[str, tuple[str, ...]] = {
    "UPS": ("UPSGround", "UPS2ndDayAir", "UPSNextDayAir", "UPSStandard"),
    "FedEx": ("FedExGround", "FedEx2Day", "FedExHomeDelivery"),
    "USPS": ("USPSPriority", "USPSFirstClass", "USPSParcelSelect"),
    "DHL": ("DHLExpressWorldwide", "DHLParcel"),
    "Other": ("Standard", "Express"),
}
