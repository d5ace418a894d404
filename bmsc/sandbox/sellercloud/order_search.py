"""Which orders does a query for the order list mean, and in which order?

The preset windows (`dateRange` and its kin) and the warehouse, ASIN and picklist filters are not played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bmsc.sandbox.sellercloud.codes import PAYMENT_FILTERS, PaymentStatus, Relationship
from bmsc.sandbox.sellercloud.order_book import OrderBook
from bmsc.sandbox.sellercloud.orders import Order
from bmsc.sandbox.sellercloud.query import Query
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

Test = Callable[[Order], bool]

ALL = -1
PAYMENT_NAMES = {status.name.replace("_", "").casefold(): int(status) for status in PaymentStatus}

SORT_KEYS: dict[int, Callable[[Order], tuple[object, int]]] = {
    0: lambda order: (0, order.id),
    1: lambda order: (order.ordered_at, order.id),
    2: lambda order: (order.status, order.id),
    3: lambda order: (order.shipped_at.timestamp() if order.shipped_at else 0.0, order.id),
    4: lambda order: (order.shipping_status, order.id),
}


def search(book: OrderBook, query: Query, switches: SellerCloudSwitches) -> list[Order]:
    """Give every listed order that the query means, newest first unless it says otherwise."""
    tests = [test for test in _tests(query, switches) if test is not None]
    found = [order for order in _candidates(book, query) if all(test(order) for test in tests)]
    key = SORT_KEYS.get(query.integer("orderBy") or 0, SORT_KEYS[0])
    return sorted(found, key=key, reverse=not query.flag("isAscending"))


def _candidates(book: OrderBook, query: Query) -> Iterable[Order]:
    if ids := query.integers("orderIDs"):
        return book.listed_among(ids)
    if numbers := query.texts("orderSourceOrderIDList"):
        return book.listed_numbered(numbers)
    return book.listed_all()


def _tests(query: Query, switches: SellerCloudSwitches) -> Iterable[Test | None]:
    numbers = frozenset(number.casefold() for number in query.texts("orderSourceOrderIDList"))
    yield (lambda order: order.number.casefold() in numbers) if numbers else None
    yield _among(switches.visible_companies, lambda order: order.company_id)
    yield _among(query.integers("companyID"), lambda order: order.company_id)
    yield _status(query.integers("orderStatus"), switches)
    yield _among(query.integers("shippingStatus"), lambda order: order.shipping_status)
    yield _payment(query.integers("paymentStatus", PAYMENT_NAMES))
    yield _among(query.integers("channel"), lambda order: order.channel)
    yield _among(query.integers("userID"), lambda order: order.customer.id)
    yield _child(query.integer("hasParentOrder"))
    yield from _dates(query)
    yield from _words(query)


def _among(wanted: Iterable[int], value: Callable[[Order], int]) -> Test | None:
    choices = frozenset(wanted) - {ALL}
    return (lambda order: value(order) in choices) if choices else None


def _status(wanted: list[int], switches: SellerCloudSwitches) -> Test | None:
    if wanted:
        choices = frozenset(wanted)  # -1 is Canceled here, not "all"
        return lambda order: order.status in choices
    hidden = frozenset(switches.unlisted_statuses)
    return (lambda order: order.status not in hidden) if hidden else None


def _payment(wanted: list[int]) -> Test | None:
    if not wanted or ALL in wanted:
        return None
    choices = frozenset().union(*(PAYMENT_FILTERS.get(code, frozenset({code})) for code in wanted))
    return lambda order: order.payment_status in choices


def _child(wanted: int | None) -> Test | None:
    if wanted not in (0, 1):
        return None
    kinds = {Relationship.PARENT, Relationship.SPLIT_FROM}
    return lambda order: any(tie.kind in kinds for tie in order.relations) == bool(wanted)


def _dates(query: Query) -> Iterable[Test | None]:
    created, updated = query.between("createdOn"), query.between("lastUpdated")
    ordered = query.between("order", start="FromDate", end="ToDate")
    shipped = query.between("ship", start="FromDate", end="ToDate")
    yield (lambda order: created.holds(order.created_at)) if created else None
    yield (lambda order: updated.holds(order.updated_at)) if updated else None
    yield (lambda order: ordered.holds(order.ordered_at)) if ordered else None
    yield (lambda order: shipped.holds(order.shipped_at)) if shipped else None


def _words(query: Query) -> Iterable[Test | None]:
    tracking, serial, keyword = (_folded(query.text(name)) for name in ("trackingNumber", "serialNumber", "keyword"))
    skus = frozenset(sku.casefold() for sku in query.texts("sKU"))
    yield (lambda order: tracking in map(str.casefold, order.tracking_numbers)) if tracking else None
    yield (lambda order: any(entry.serial.casefold() == serial for entry in order.serials)) if serial else None
    yield (lambda order: any(line.sku.casefold() in skus for line in order.lines)) if skus else None
    yield (lambda order: keyword in _loose_text(order)) if keyword else None


def _folded(text: str | None) -> str:
    return (text or "").casefold()


def _loose_text(order: Order) -> str:
    customer = order.customer
    words = [str(order.id), order.number, customer.first_name, customer.last_name, customer.email]
    return "\n".join([*words, *order.tracking_numbers, *(line.sku for line in order.lines)]).casefold()
