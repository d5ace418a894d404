"""What is an order inside the sandbox's tenant?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from bmsc.sandbox.sellercloud.codes import (
    OrderStatus,
    PaymentStatus,
    PaymentType,
    Relationship,
    ShippingStatus,
)

ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, as given at creation."""

    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    business: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom the order belongs to."""

    id: int = 0
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    business: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line: so many units of one product. `price` is for one unit, `tax` for the line."""

    id: int
    sku: str
    quantity: int
    price: Decimal
    tax: Decimal = ZERO
    reference_id: str | None = None
    name: str = ""
    fee: Decimal = ZERO
    discount: Decimal = ZERO
    discount_type: int = 0
    notes: str = ""
    warehouse_id: int = 0
    shipped: int = 0
    known: bool = True
    original_sku: str = ""

    @property
    def discounted_price(self) -> Decimal:
        """Price of one unit after the line's discount (type 1 is a percentage)."""
        taken = self.price * self.discount / 100 if self.discount_type == 1 else self.discount
        return (self.price - taken).quantize(CENT) if taken else self.price

    @property
    def total(self) -> Decimal:
        """What the line costs without tax."""
        return self.discounted_price * self.quantity


@dataclass(frozen=True, slots=True)
class Payment:
    """One record of money received or given back."""

    id: int
    amount: Decimal
    method: int
    reference: str
    paid_at: datetime
    type: int = PaymentType.PAYMENT
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """One parcel of an order."""

    id: int
    tracking: str = ""
    shipped: bool = False
    cost: Decimal = ZERO
    measures: tuple[Decimal, Decimal, Decimal, Decimal] = (ZERO, ZERO, ZERO, ZERO)  # length, width, height, weight


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie to another order."""

    order_id: int
    kind: Relationship
    since: datetime


@dataclass(frozen=True, slots=True)
class Serial:
    """The serial number of one unit."""

    sku: str
    serial: str
    line_id: int = 0
    kit_item_id: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """One order at one moment; every change makes a new one."""

    id: int
    company_id: int
    channel: int
    number: str
    created_at: datetime
    ordered_at: datetime
    updated_at: datetime
    lines: tuple[OrderLine, ...]
    currency: int = 0
    status: int = OrderStatus.IN_PROCESS
    shipping_status: int = ShippingStatus.UNSHIPPED
    customer: Customer = Customer()
    ship_to: Address = Address()
    bill_to: Address = Address()
    carrier: str = ""
    service: str = ""
    shipping_fee: Decimal = ZERO
    handling_fee: Decimal = ZERO
    insurance_fee: Decimal = ZERO
    own_tax: Decimal = ZERO
    tax_rate: Decimal = ZERO
    payments: tuple[Payment, ...] = ()
    packages: tuple[Package, ...] = ()
    serials: tuple[Serial, ...] = ()
    relations: tuple[Relation, ...] = ()
    shipped_at: datetime | None = None
    tax_exempt: bool = False
    inventory_disabled: bool = False
    ships_unpaid: bool = False
    channel_notified: bool = False
    invoiced: bool = False

    @property
    def subtotal(self) -> Decimal:
        """The lines without tax."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        """The lines' own tax and what the tenant adds."""
        return sum((line.tax for line in self.lines), self.own_tax)

    @property
    def total(self) -> Decimal:
        """What the buyer owes in all."""
        return self.subtotal + self.tax + self.shipping_fee + self.handling_fee + self.insurance_fee

    @property
    def received(self) -> Decimal:
        """Sum of the payments."""
        return self._sum_of(PaymentType.PAYMENT)

    @property
    def refunded(self) -> Decimal:
        """Sum of the refunds."""
        return self._sum_of(PaymentType.REFUND)

    @property
    def payment_status(self) -> int:
        """Where the order stands with its money."""
        if self.refunded:
            fully = self.refunded >= self.received
            return PaymentStatus.FULLY_REFUNDED if fully else PaymentStatus.PARTIALLY_REFUNDED
        if not self.received:
            return PaymentStatus.NO_PAYMENT
        return PaymentStatus.CHARGED if self.received >= self.total else PaymentStatus.PARTIAL_PAYMENT

    @property
    def tracking_numbers(self) -> tuple[str, ...]:
        """The parcels' tracking numbers that are not blank."""
        return tuple(package.tracking for package in self.packages if package.tracking)

    @property
    def is_shipped(self) -> bool:
        """Whether the order reads as fully shipped."""
        return self.shipping_status == ShippingStatus.FULLY_SHIPPED

    def related_to(self, other: int, kind: Relationship, since: datetime) -> Order:
        """Add a tie to another order."""
        return replace(self, relations=(*self.relations, Relation(other, kind, since)))

    def _sum_of(self, kind: PaymentType) -> Decimal:
        return sum((payment.amount for payment in self.payments if payment.type == kind), ZERO)
