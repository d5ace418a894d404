"""Which units has each order promised or carried away?"""

from __future__ import annotations

from collections import Counter

from bmsc.sandbox.sellercloud.codes import UNSOLD_STATUSES, PaymentStatus
from bmsc.sandbox.sellercloud.orders import Order
from bmsc.sandbox.sellercloud.stock import Stockroom
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

PAID = frozenset({PaymentStatus.CHARGED, PaymentStatus.AUTHORIZED, PaymentStatus.EBAY_PAID})


class Commitments:
    """The units that orders hold in reserve or have had shipped, kept in step with the stockroom."""

    def __init__(self, stockroom: Stockroom, switches: SellerCloudSwitches) -> None:
        self._stockroom = stockroom
        self._switches = switches
        self._reserved: dict[int, Counter[str]] = {}
        self._shipped: dict[int, Counter[str]] = {}

    def follow(self, order: Order) -> None:
        """Move the stock by the difference between what the order held and what it holds now."""
        reserved = self._units(order, shipped=False) if self._holds(order) else Counter[str]()
        shipped = Counter[str]() if order.inventory_disabled else self._units(order, shipped=True)
        self._stockroom.take(_difference(shipped, self._shipped.get(order.id, Counter())))
        self._stockroom.reserve(_difference(reserved, self._reserved.get(order.id, Counter())))
        self._reserved[order.id] = reserved
        self._shipped[order.id] = shipped

    def _holds(self, order: Order) -> bool:
        if order.inventory_disabled or order.status in UNSOLD_STATUSES:
            return False
        return self._switches.reserve_at == "create" or order.payment_status in PAID

    def _units(self, order: Order, *, shipped: bool) -> Counter[str]:
        units: Counter[str] = Counter()
        for line in order.lines:
            number = line.shipped if shipped else line.quantity - line.shipped
            units.update(self._stockroom.pools(line.sku, number))
        return units


def _difference(after: Counter[str], before: Counter[str]) -> dict[str, int]:
    moved = {key: after[key] - before[key] for key in after.keys() | before.keys()}
    return {key: units for key, units in moved.items() if units}
