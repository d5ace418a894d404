"""What is one SellerCloud tenant, and what can people do to it behind the API's back?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count

from bmsc.sandbox.sellercloud import fulfilment
from bmsc.sandbox.sellercloud.access import Access
from bmsc.sandbox.sellercloud.codes import CURRENCIES, WEBSITE, OrderStatus, PaymentType, Relationship
from bmsc.sandbox.sellercloud.commitments import Commitments
from bmsc.sandbox.sellercloud.merchandise import Merchandise
from bmsc.sandbox.sellercloud.order_book import OrderBook
from bmsc.sandbox.sellercloud.orders import (
    ZERO,
    Address,
    Customer,
    Order,
    OrderLine,
    Package,
    Payment,
    Serial,
)
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

FIRST_IDS = {"order": 5_012_345, "line": 9_100_001, "package": 7_200_001, "payment": 3_300_001, "customer": 410_001}
OTHER_METHOD = 6


class Tenant(Merchandise):
    """A tenant in memory: its goods, its orders, its users' tokens."""

    def __init__(self, clock: Callable[[], datetime], switches: SellerCloudSwitches) -> None:
        super().__init__(clock, switches)
        self.username = "integration@example.test"
        self.password = "sandbox-password"
        self.clear()

    def clear(self) -> None:
        """Forget everything but the clock, the switches and the user."""
        self.clear_merchandise()
        self.access = Access(self.clock, self.switches)
        self.book = OrderBook(self.clock, self.switches)
        self._commitments = Commitments(self.stockroom, self.switches)
        self._counters = {kind: count(first) for kind, first in FIRST_IDS.items()}
        self._customers: dict[str, int] = {}

    @property
    def orders(self) -> dict[int, Order]:
        """Every order by its id, as it stands now."""
        return self.book.orders

    def orders_by_number(self, number: str) -> list[Order]:
        """Give the orders that carry an order number, oldest first."""
        return self.book.numbered(number)

    def next_id(self, kind: str) -> int:
        """Give the next free id of orders, lines, packages, payments or customers."""
        return next(self._counters[kind])

    def customer_id(self, email: str) -> int:
        """Give the customer whose address this is, a new one if nobody's."""
        return self._customers.setdefault(email.casefold(), 0) or self._new_customer(email)

    def store(self, order: Order) -> None:
        """Keep a new order or a new version of one, and let the stock follow."""
        self.book.keep(order)
        self._commitments.follow(order)

    def change(self, order: Order, *, moves: bool = True) -> None:
        """Store a changed order; `moves` says whether its last update moves too."""
        self.store(replace(order, updated_at=self.clock()) if moves else order)

    def add_order(  # noqa: PLR0913
        self,
        number: str,
        company_id: int,
        *,
        lines: Iterable[tuple[str, int, Decimal]],
        channel: int = WEBSITE,
        paid: bool = True,
        currency: str = "USD",
        shipping_fee: Decimal = ZERO,
        reference_ids: Sequence[str] = (),
        email: str = "buyer@example.test",
    ) -> int:
        """Put in an order made by something else, its lines as (SKU, quantity, unit price)."""
        now, references = self.clock(), iter(reference_ids)
        address = Address(first_name="Ana", last_name="Lopez", street="Calle 1", city="Madrid", country="ES")
        order = Order(
            id=self.next_id("order"),
            company_id=company_id,
            channel=channel,
            number=number,
            created_at=now,
            ordered_at=now,
            updated_at=now,
            lines=tuple(self._foreign_line(*line, reference=next(references, None)) for line in lines),
            currency=CURRENCIES[currency],
            customer=Customer(self.customer_id(email), email, "Ana", "Lopez"),
            ship_to=address,
            bill_to=address,
            shipping_fee=shipping_fee,
            packages=(Package(self.next_id("package")),),
        )
        self.store(order)
        if paid:
            self.pay(order.id, order.total, reference=number)
        return order.id

    def pay(
        self,
        order_id: int,
        amount: Decimal,
        *,
        method: int = OTHER_METHOD,
        reference: str = "",
        notes: str = "",
        refund: bool = False,
    ) -> None:
        """Record money received, or given back."""
        order = self.orders[order_id]
        kind = PaymentType.REFUND if refund else PaymentType.PAYMENT
        payment = Payment(self.next_id("payment"), amount, method, reference, self.clock(), kind, notes)
        moves = self.switches.payment_moves_last_updated
        self.change(replace(order, payments=(*order.payments, payment)), moves=moves)

    def ship(
        self,
        order_id: int,
        *,
        carrier: str,
        service: str,
        tracking: str,
        ship_date: datetime | None = None,
        partially: bool = False,
        package: Package | None = None,
    ) -> None:
        """Send an order off, or a part of it: its first line, or half of the only one."""
        order = self.orders[order_id]
        sent = package or self.first_package(order)
        sent = replace(sent, tracking=tracking, shipped=True)
        send = fulfilment.partly_shipped if partially else fulfilment.shipped
        changed = send(order, sent, carrier=carrier, service=service, at=ship_date or self.clock())
        self.change(changed, moves=self.switches.shipping_moves_last_updated)

    def set_tracking(self, order_id: int, tracking: str) -> None:
        """Write a tracking number on the first parcel without shipping anything."""
        order = self.orders[order_id]
        packages = (replace(self.first_package(order), tracking=tracking), *order.packages[1:])
        self.change(replace(order, packages=packages), moves=self.switches.shipping_moves_last_updated)

    def first_package(self, order: Order) -> Package:
        """Give the order's first parcel, a new one if it has none."""
        return order.packages[0] if order.packages else Package(self.next_id("package"))

    def unship(self, order_id: int) -> None:
        """Take a shipment back; its units return to the shelf."""
        self.change(fulfilment.unshipped(self.orders[order_id]))

    def cancel(self, order_id: int) -> None:
        """Cancel an order inside SellerCloud; no channel hears of it."""
        self.set_status(order_id, OrderStatus.CANCELED)

    def set_status(self, order_id: int, status: int) -> None:
        """Set the status code of an order."""
        self.change(replace(self.orders[order_id], status=int(status)))

    def mark(self, order_id: int, *, channel_notified: bool | None = None, invoiced: bool | None = None) -> None:
        """Tick or untick what people keep beside the statuses; None leaves a tick alone."""
        order = self.orders[order_id]
        notified = order.channel_notified if channel_notified is None else channel_notified
        billed = order.invoiced if invoiced is None else invoiced
        self.change(replace(order, channel_notified=notified, invoiced=billed))

    def split(self, order_id: int) -> int:
        """Split an order in two and give the child's id. Raises ValueError for a single unit."""
        order, now = self.orders[order_id], self.clock()
        number = {"same": order.number, "suffixed": f"{order.number}-1", "empty": ""}[self.switches.split_number]
        packages = (Package(self.next_id("package")),)
        child = replace(order, id=self.next_id("order"), number=number, created_at=now, packages=packages)
        parent, child = fulfilment.split(order, child, line_id=self.next_id("line"), at=now)
        self.change(parent)
        self.change(child)
        return child.id

    def merge(self, first_id: int, second_id: int) -> int:
        """Merge two orders into a new one and give its id."""
        first, second, now = self.orders[first_id], self.orders[second_id], self.clock()
        numbers = {"first": first.number, "joined": f"{first.number},{second.number}", "empty": ""}
        joint = replace(first, id=self.next_id("order"), number=numbers[self.switches.merge_number], created_at=now)
        for order in (first, second):
            merged = replace(order, status=self.switches.merged_status)
            self.change(merged.related_to(joint.id, Relationship.PARENT, now))
        self.change(fulfilment.merged(first, second, joint, now))
        return joint.id

    def add_serials(self, order_id: int, serials: Iterable[tuple[int, str]]) -> None:
        """Note serial numbers as (order item id, serial number)."""
        order = self.orders[order_id]
        skus = {line.id: line.sku for line in order.lines}
        added = tuple(Serial(skus[line_id], serial, line_id) for line_id, serial in serials)
        self.note_serials(order, added)

    def note_serials(self, order: Order, added: tuple[Serial, ...]) -> None:
        """Note serial numbers, each once."""
        serials = tuple(dict.fromkeys((*order.serials, *added)))
        self.change(replace(order, serials=serials), moves=self.switches.serials_move_last_updated)

    def edit_line(self, order_id: int, line_id: int, *, quantity: int) -> None:
        """Change a line's quantity as a person would; 0 removes the line."""
        order = self.orders[order_id]
        lines = (replace(line, quantity=quantity) if line.id == line_id else line for line in order.lines)
        self.change(replace(order, lines=tuple(line for line in lines if line.quantity)))

    def _foreign_line(self, sku: str, quantity: int, price: Decimal, *, reference: str | None) -> OrderLine:
        product = self.catalogue.find(sku)
        name = product.name if product else ""
        known = product is not None
        return OrderLine(self.next_id("line"), sku, quantity, price, name=name, reference_id=reference, known=known)

    def _new_customer(self, email: str) -> int:
        self._customers[email.casefold()] = self.next_id("customer")
        return self._customers[email.casefold()]
