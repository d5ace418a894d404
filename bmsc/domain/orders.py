"""What an order is on each side, and what its states mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import asdict

from bmsc.domain.ids import OrderId, OrderLineId, OrderNumber, SellerCloudOrderId, Sku


class OrderState(IntEnum):
    """Back Market's order state: it follows from the lines and cannot be set."""

    NEW = 0
    TO_ACCEPT = 1
    TO_SHIP = 3
    NOT_PAID = 8
    FINISHED = 9
    PENDING = 10
    UNHEARD_OF = -1


class LineState(IntEnum):
    """Back Market's order line state: the unit that moves."""

    NEW = 0
    PAID = 1
    ACCEPTED = 2
    SHIPPED = 3
    CANCELLED = 4
    REFUNDED_BEFORE_SHIPPING = 5
    REFUNDED = 6
    NOT_PAID = 7
    PENDING = 8
    ON_HOLD = 9
    UNHEARD_OF = -1


WAITING_LINE_STATES = frozenset({LineState.NEW, LineState.PENDING, LineState.ON_HOLD, LineState.UNHEARD_OF})
"""Lines whose payment somebody still has to confirm, or that say something we do not know."""
DEAD_LINE_STATES = frozenset(
    {LineState.CANCELLED, LineState.REFUNDED_BEFORE_SHIPPING, LineState.REFUNDED, LineState.NOT_PAID}
)


_ONCE_ACCEPTED = frozenset(
    {LineState.ACCEPTED, LineState.SHIPPED, LineState.REFUNDED_BEFORE_SHIPPING, LineState.REFUNDED}
)


class OrderStatus(IntEnum):
    """SellerCloud's order status (StatusCode)."""

    CANCELED = -1
    SHOPPING_CART = 1
    IN_PROCESS = 2
    COMPLETED = 3
    PROBLEM = 100
    ON_HOLD = 200
    QUOTE = 300
    VOID = 999
    UNHEARD_OF = -999


class PaymentStatus(IntEnum):
    """SellerCloud's payment status of an order."""

    NO_PAYMENT = 10
    AUTHORIZED = 20
    CHARGED = 30
    UNCLEARED = 40
    PARTIALLY_REFUNDED = 50
    FULLY_REFUNDED = 60
    PARTIAL_PAYMENT = 70
    EBAY_PAID = 80
    PAYMENT_ERROR = 99
    UNHEARD_OF = -999


PAID_STATUSES = frozenset({PaymentStatus.CHARGED, PaymentStatus.EBAY_PAID})
WORKABLE_STATUSES = frozenset({OrderStatus.IN_PROCESS, OrderStatus.COMPLETED})


class ShippingStatus(IntEnum):
    """SellerCloud's shipping status of an order."""

    UNKNOWN = 0
    UNSHIPPED = 1
    PARTIALLY_SHIPPED = 2
    FULLY_SHIPPED = 3
    READY_FOR_PICKUP = 4


class Address(Struct, frozen=True):
    """Where a parcel or an invoice goes. Never logged, kept or reported."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    postal_code: str = ""
    state: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""

    def strings(self) -> Iterator[str]:
        """Give every filled field that tells who or where the buyer is: it must never appear in an output.

        The code of a state or country tells nobody's whereabouts, and blanking it would blank ordinary words.
        """
        return (value for name, value in asdict(self).items() if value and not _is_code(name, value))


def _is_code(name: str, value: str) -> bool:
    return name in ("state", "country") and len(value.strip()) <= 3


class OrderLine(Struct, frozen=True):
    """One line of a Back Market order. `price` is the total for the whole quantity."""

    id: OrderLineId
    sku: Sku
    state: LineState
    quantity: int
    price: Decimal
    shipping_price: Decimal = Decimal(0)
    sales_taxes: Decimal = Decimal(0)
    fee: Decimal = Decimal(0)
    title: str = ""
    imei: str = ""
    serial_number: str = ""


class BackMarketOrder(Struct, frozen=True):
    """A Back Market order as it stands at one moment."""

    id: OrderId
    state: OrderState
    lines: tuple[OrderLine, ...]
    price: Decimal
    shipping_price: Decimal
    sales_taxes: Decimal
    currency: str
    market: str
    shipping_address: Address
    billing_address: Address
    created_at: datetime | None = None
    paid_at: datetime | None = None
    expected_dispatch_at: datetime | None = None
    shipper: str = ""
    tracking_number: str = ""
    is_backship: bool = False

    @property
    def live_lines(self) -> tuple[OrderLine, ...]:
        """Give the lines nobody has cancelled, refunded or left unpaid."""
        return tuple(line for line in self.lines if line.state not in DEAD_LINE_STATES)

    @property
    def was_accepted(self) -> bool:
        """Say whether any line has been accepted, whatever became of it since."""
        return any(line.state in _ONCE_ACCEPTED for line in self.lines)

    def buyer_strings(self) -> tuple[str, ...]:
        """Give every string that belongs to the buyer, for scrubbing."""
        return (*self.shipping_address.strings(), *self.billing_address.strings())


class UnreadableOrder(Struct, frozen=True):
    """A Back Market order whose row cannot be believed, apart from its number."""

    id: OrderId
    state: OrderState
    why: str


class SellerCloudItem(Struct, frozen=True):
    """One line of a SellerCloud order; None where the answer's shape leaves the field out."""

    id: int
    sku: Sku
    quantity: int
    also_known_as: tuple[Sku, ...] = ()
    reference_id: str | None = None
    quantity_shipped: int | None = None


class SellerCloudOrder(Struct, frozen=True):
    """A SellerCloud order as one answer shows it; None where that answer's shape leaves a field out."""

    id: SellerCloudOrderId
    number: OrderNumber
    company_id: int
    channel: int
    status: OrderStatus
    payment_status: PaymentStatus
    shipping_status: ShippingStatus
    items: tuple[SellerCloudItem, ...] | None
    grand_total: Decimal | None = None
    currency: str | None = None
    remaining_dues: Decimal | None = None
    tracking_numbers: tuple[str, ...] = ()
    carrier: str = ""
    service: str = ""
    shipped_at: datetime | None = None
    created_at: datetime | None = None
    related: tuple[SellerCloudOrderId, ...] | None = None

    @property
    def is_cancelled(self) -> bool:
        """Say whether SellerCloud has set the order to Canceled."""
        return self.status is OrderStatus.CANCELED

    @property
    def is_workable(self) -> bool:
        """Say whether it stands where orders are worked on or done: not cancelled, void, merged or parked."""
        return self.status in WORKABLE_STATUSES

    @property
    def is_shipped(self) -> bool:
        """Say whether any part of the order has left the house."""
        return self.shipping_status in (ShippingStatus.PARTIALLY_SHIPPED, ShippingStatus.FULLY_SHIPPED)

    @property
    def is_paid(self) -> bool:
        """Say whether SellerCloud shows the order as paid in full."""
        return self.payment_status in PAID_STATUSES


class DraftItem(Struct, frozen=True):
    """One line of an order that is about to be created in SellerCloud."""

    sku: Sku
    quantity: int
    unit_price: Decimal
    tax: Decimal
    fee: Decimal
    reference_id: str
    title: str


class OrderDraft(Struct, frozen=True):
    """Everything SellerCloud is told when an order is created."""

    number: OrderNumber
    company_id: int
    channel: int
    currency: str
    items: tuple[DraftItem, ...]
    shipping_fee: Decimal
    tax_exempt: bool
    ordered_at: datetime | None
    shipping_address: Address
    billing_address: Address
    email: str
    promised_at: datetime | None = None

    @property
    def total(self) -> Decimal:
        """Sum what SellerCloud must show as the order's grand total."""
        return sum((item.unit_price * item.quantity + item.tax for item in self.items), self.shipping_fee)


class NumbersAnswer(Struct, frozen=True):
    """One answer to a look-up by order number: what was asked, and every order that came back."""

    asked: tuple[OrderNumber, ...]
    rows: tuple[SellerCloudOrder, ...]
