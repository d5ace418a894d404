"""How does an order change when it is shipped, brought back, split or merged?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bmsc.sandbox.sellercloud.codes import OrderStatus, Relationship, ShippingStatus
from bmsc.sandbox.sellercloud.orders import CENT, ZERO, Order, OrderLine, Package, Payment


def shipped(order: Order, package: Package, *, carrier: str, service: str, at: datetime) -> Order:
    """Give the order fully shipped, with this package in the place of the one with its id."""
    return replace(
        order,
        lines=tuple(replace(line, shipped=line.quantity) for line in order.lines),
        packages=_with_package(order.packages, package),
        status=OrderStatus.COMPLETED,
        shipping_status=ShippingStatus.FULLY_SHIPPED,
        carrier=carrier or order.carrier,
        service=service or order.service,
        shipped_at=at,
    )


def partly_shipped(order: Order, package: Package, *, carrier: str, service: str, at: datetime) -> Order:
    """Give the order with its first line shipped, or half of it when there is no other."""
    first, *others = order.lines
    units = first.quantity if others else first.quantity // 2
    return replace(
        order,
        lines=(replace(first, shipped=units), *others),
        packages=_with_package(order.packages, package),
        shipping_status=ShippingStatus.PARTIALLY_SHIPPED,
        carrier=carrier or order.carrier,
        service=service or order.service,
        shipped_at=at,
    )


def unshipped(order: Order) -> Order:
    """Give the order as if it had never left, its parcels without tracking numbers."""
    return replace(
        order,
        lines=tuple(replace(line, shipped=0) for line in order.lines),
        packages=tuple(Package(package.id) for package in order.packages),
        status=OrderStatus.IN_PROCESS,
        shipping_status=ShippingStatus.UNSHIPPED,
        shipped_at=None,
    )


def split(order: Order, child: Order, *, line_id: int, at: datetime) -> tuple[Order, Order]:
    """Move the last line, or half of the only one, to a child. Raises ValueError for a single unit.

    The fees stay with the parent; money that was received in full follows the lines.
    """
    kept, moved = _parted(order.lines)
    moved = replace(moved, id=line_id)
    parent = replace(order, lines=kept).related_to(child.id, Relationship.SPLIT_TO, at)
    child = replace(child, lines=(moved,), own_tax=ZERO, shipping_fee=ZERO, handling_fee=ZERO, insurance_fee=ZERO)
    child = replace(child, serials=(), relations=()).related_to(order.id, Relationship.SPLIT_FROM, at)
    return _sharing_payments(parent, child)


def merged(first: Order, second: Order, joint: Order, at: datetime) -> Order:
    """Give one order with the lines, payments and fees of both."""
    joint = replace(
        joint,
        lines=first.lines + second.lines,
        payments=first.payments + second.payments,
        shipping_fee=first.shipping_fee + second.shipping_fee,
        own_tax=first.own_tax + second.own_tax,
        relations=(),
    )
    return joint.related_to(first.id, Relationship.CHILD, at).related_to(second.id, Relationship.CHILD, at)


def _with_package(packages: tuple[Package, ...], package: Package) -> tuple[Package, ...]:
    if all(other.id != package.id for other in packages):
        return (*packages, package)
    return tuple(package if other.id == package.id else other for other in packages)


def _parted(lines: tuple[OrderLine, ...]) -> tuple[tuple[OrderLine, ...], OrderLine]:
    *others, last = lines
    if others:
        return tuple(others), last
    if last.quantity < 2:
        raise ValueError("an order of a single unit cannot be split")
    moved = last.quantity // 2
    tax = (last.tax * moved / last.quantity).quantize(CENT)
    kept = replace(last, quantity=last.quantity - moved, tax=last.tax - tax)
    return (kept,), replace(last, quantity=moved, tax=tax)


def _sharing_payments(parent: Order, child: Order) -> tuple[Order, Order]:
    if parent.received < parent.total + child.total:
        return parent, replace(child, payments=())
    return replace(parent, payments=_payment_of(parent)), replace(child, payments=_payment_of(child))


def _payment_of(order: Order) -> tuple[Payment, ...]:
    return (replace(order.payments[0], amount=order.total),)
