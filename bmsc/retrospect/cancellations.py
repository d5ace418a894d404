"""How many orders were cancelled, from which side, and what became of them?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from bmsc.retrospect.records import FactTold, OrderStep
from bmsc.retrospect.window import Window

CAUSES = {
    "sellercloud_before_acceptance": "cancelled in SellerCloud before it was accepted: cancelled on Back Market",
    "sellercloud_after_acceptance": "cancelled in SellerCloud after it was accepted: refunded on Back Market",
    "buyer_before_acceptance": "cancelled by the buyer before it was accepted: cancelled in SellerCloud",
    "backmarket_undone": "cancelled or refunded on Back Market: cancelled in SellerCloud",
    "backmarket_told": "cancelled or refunded on Back Market while open in SellerCloud: told, left to a person",
    "left_the_house": "cancelled on one side when it had left the house: told, left to a person",
}
"""Each cause with what it means; both platforms keep their people's own reasons to themselves."""
_STEPS = {
    ("cancel sync", "cancel_line"): "sellercloud_before_acceptance",
    ("cancel sync", "refund_line"): "sellercloud_after_acceptance",
    ("cancel sync", "cancel_sc_order"): "backmarket_undone",
    ("orders pull", "cancel_sc_order"): "buyer_before_acceptance",
}
_TOLD = {
    "cancelled_on_backmarket": "backmarket_told",
    "cancelled_after_shipping": "left_the_house",
    "cancelled_but_shipped": "left_the_house",
}


class Cause(Struct, frozen=True):
    """One cause with its orders, by their Back Market numbers, oldest first."""

    name: str
    meaning: str
    orders: tuple[int, ...]


class DayOfCancellations(Struct, frozen=True):
    """How many orders of each cause fell on a day."""

    day: date
    orders: Mapping[str, int]


class CancellationFigures(Struct, frozen=True):
    """Cancellations by cause, and day by day."""

    days: tuple[DayOfCancellations, ...]
    causes: tuple[Cause, ...]

    @property
    def orders(self) -> int:
        """Count the orders; one that met two causes counts once."""
        return len({order for cause in self.causes for order in cause.orders})


class CancellationsTally:
    """Notes the first day of each order's cancellation, by cause."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._found: dict[str, dict[int, date]] = defaultdict(dict)

    def step(self, record: OrderStep) -> None:
        """Take what was done about an order."""
        if record.undone:
            self._note("buyer_before_acceptance", record.order_id, record.at)
        elif record.outcome == "applied" and (cause := _STEPS.get((record.command, record.kind))):
            self._note(cause, record.order_id, record.at)

    def told(self, record: FactTold) -> None:
        """Take what a person was told."""
        room, _, name = record.subject.partition(":")
        if room == "order" and name.isdecimal() and record.reason in _TOLD:
            self._note(_TOLD[record.reason], int(name), record.first_seen or record.at)

    def figures(self) -> CancellationFigures:
        """Count."""
        by_day: dict[date, Counter[str]] = defaultdict(Counter)
        for cause, orders in self._found.items():
            for day in orders.values():
                by_day[day][cause] += 1
        return CancellationFigures(
            tuple(DayOfCancellations(day, dict(by_day[day])) for day in self._window.days),
            tuple(Cause(name, CAUSES[name], tuple(self._found[name])) for name in CAUSES if self._found.get(name)),
        )

    def _note(self, cause: str, order_id: int, at: datetime) -> None:
        if at in self._window:
            self._found[cause].setdefault(order_id, at.date())
