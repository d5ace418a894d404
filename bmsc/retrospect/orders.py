"""How many orders came each day, and how long did each take from payment to SellerCloud, acceptance and tracking?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct, field

from bmsc.retrospect.measures import Lengths, lengths
from bmsc.retrospect.records import OrderMet, OrderStep
from bmsc.retrospect.window import Window

_GOOD = frozenset({"applied", "already"})
_ENDS = frozenset({"cancel_line", "refund_line", "cancel_sc_order"})
_WORST = 3
SPANS = {
    "paid_to_sellercloud": ("paid", "in_sellercloud"),
    "sellercloud_to_accepted": ("in_sellercloud", "accepted"),
    "accepted_to_tracking": ("accepted", "shipped"),
    "paid_to_tracking": ("paid", "shipped"),
}
"""Each span with the two moments it lies between."""


class DayOfOrders(Struct, frozen=True):
    """The orders that were paid on one day."""

    day: date
    orders: int
    units: int


class Worst(Struct, frozen=True):
    """An order that took long, by its Back Market number."""

    order_id: int
    seconds: float


class DayOfSpan(Struct, frozen=True):
    """How long it took the orders that were paid on one day."""

    day: date
    took: Lengths


class Span(Struct, frozen=True):
    """How long one part of the road took: over all, day by day of payment, and the slowest first."""

    name: str
    all: Lengths
    days: tuple[DayOfSpan, ...]
    worst: tuple[Worst, ...]


class OrderFigures(Struct, frozen=True):
    """The orders that were paid within the window.

    `adopted` stood in SellerCloud without us; `on_their_way` counts those neither shipped nor cancelled by where
    they stand; `unmet` were shipped or accepted by us without ever having waited for us.
    """

    days: tuple[DayOfOrders, ...]
    spans: tuple[Span, ...]
    orders: int = 0
    units: int = 0
    adopted: int = 0
    cancelled: int = 0
    on_their_way: Mapping[str, int] = field(default_factory=dict)
    unmet: int = 0


class _Road(Struct):
    """The moments of one order as far as the journal tells them."""

    paid: datetime
    units: int
    perhaps: datetime | None = None
    """When a creation was tried that got no answer."""
    in_sellercloud: datetime | None = None
    accepted: datetime | None = None
    shipped: datetime | None = None
    adopted: bool = False
    ended: bool = False

    def seconds(self, begin: str, end: str) -> float | None:
        began, ended = getattr(self, begin), getattr(self, end)
        return max(0.0, (ended - began).total_seconds()) if began and ended else None

    @property
    def stands(self) -> str:
        if self.accepted:
            return "accepted"
        return "in_sellercloud" if self.in_sellercloud or self.adopted else "paid"


class OrdersTally:
    """Follows every order that was paid within a window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._roads: dict[int, _Road] = {}
        self._elsewhere: set[int] = set()
        self._unmet: set[int] = set()

    def met(self, record: OrderMet) -> None:
        """Take an order in; one whose payment Back Market does not date counts from when it was met."""
        paid = record.paid_at or record.at
        if paid not in self._window:
            self._elsewhere.add(record.order_id)
        elif record.order_id not in self._roads:
            self._roads[record.order_id] = _Road(paid, sum(line.quantity for line in record.lines))

    def step(self, record: OrderStep) -> None:
        """Take what was done about an order."""
        road = self._roads.get(record.order_id)
        if road is None:
            if record.order_id not in self._elsewhere and record.at in self._window:
                self._unmet.add(record.order_id)
        elif record.undone:
            road.ended = True
        elif record.kind == "create_order" and record.outcome == "unknown":
            road.perhaps = record.at
        elif record.outcome in _GOOD:
            _walk(road, record)

    def figures(self) -> OrderFigures:
        """Count and measure."""
        roads = self._roads.values()
        standing = Counter(road.stands for road in roads if not (road.shipped or road.ended))
        return OrderFigures(
            days=tuple(self._days()),
            spans=tuple(self._span(name) for name in SPANS),
            orders=len(self._roads),
            units=sum(road.units for road in roads),
            adopted=sum(road.adopted for road in roads),
            cancelled=sum(road.ended and not road.shipped for road in roads),
            on_their_way=dict(standing),
            unmet=len(self._unmet),
        )

    def _days(self) -> Iterator[DayOfOrders]:
        orders, units = Counter[date](), Counter[date]()
        for road in self._roads.values():
            orders[road.paid.date()] += 1
            units[road.paid.date()] += road.units
        for day in self._window.days:
            yield DayOfOrders(day, orders[day], units[day])

    def _span(self, name: str) -> Span:
        begin, end = SPANS[name]
        days: dict[date, list[float]] = defaultdict(list)
        found: list[tuple[float, int]] = []
        for order_id, road in self._roads.items():
            seconds = road.seconds(begin, end)
            if seconds is not None:
                days[road.paid.date()].append(seconds)
                found.append((seconds, order_id))
        by_day = tuple(DayOfSpan(day, lengths(days[day])) for day in sorted(days))
        return Span(name, lengths(seconds for seconds, _ in found), by_day, _worst(found))


def _walk(road: _Road, record: OrderStep) -> None:
    """Note the moment of a step; a road with several lines is as far as its last one."""
    match record.kind:
        case "create_order":
            road.in_sellercloud = road.in_sellercloud or record.at
        case "adopt_order" if record.ours:
            road.in_sellercloud = road.in_sellercloud or road.perhaps or record.at
        case "adopt_order":
            road.adopted = True
        case "accept_line":
            road.accepted = record.at
        case "ship_order":
            road.shipped = record.at
        case kind if kind in _ENDS:
            road.ended = True


def _worst(found: Sequence[tuple[float, int]]) -> tuple[Worst, ...]:
    slowest = sorted(found, key=lambda one: (-one[0], one[1]))[:_WORST]
    return tuple(Worst(order_id, seconds) for seconds, order_id in slowest)
