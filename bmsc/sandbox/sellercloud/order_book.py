"""Where are the tenant's orders, and which of their versions does the order list show?"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from bmsc.sandbox.sellercloud.orders import Order
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches


class OrderBook:
    """Every order by id and by number; the list index may lag behind, single reads never do."""

    def __init__(self, clock: Callable[[], datetime], switches: SellerCloudSwitches) -> None:
        self.orders: dict[int, Order] = {}
        self._clock = clock
        self._switches = switches
        self._by_number: defaultdict[str, list[int]] = defaultdict(list)
        self._versions: defaultdict[int, deque[tuple[datetime, Order]]] = defaultdict(deque)

    def keep(self, order: Order) -> None:
        """Store a new order, or a new version of one."""
        if order.id not in self.orders:
            self._by_number[order.number.casefold()].append(order.id)
        self.orders[order.id] = order
        self._versions[order.id].append((self._clock(), order))
        self._forget_superseded(order.id)

    def numbered(self, number: str) -> list[Order]:
        """Give the orders that carry an order number, oldest first."""
        return [self.orders[order_id] for order_id in self._by_number.get(number.casefold(), ())]

    def listed(self, order_id: int) -> Order | None:
        """Give the version of an order that the list shows, None while it is too new."""
        versions = self._versions.get(order_id)
        if not versions:
            return None
        self._forget_superseded(order_id)
        return versions[0][1] if versions[0][0] <= self._horizon() else None

    def listed_among(self, order_ids: Iterable[int]) -> Iterator[Order]:
        """Give the listed versions of some orders."""
        return (order for order in map(self.listed, dict.fromkeys(order_ids)) if order is not None)

    def listed_numbered(self, numbers: Iterable[str]) -> Iterator[Order]:
        """Give the listed versions of the orders with one of these numbers."""
        ids = (order_id for number in numbers for order_id in self._by_number.get(number.casefold(), ()))
        return self.listed_among(ids)

    def listed_all(self) -> Iterator[Order]:
        """Give every listed order."""
        return self.listed_among(self.orders)

    def _forget_superseded(self, order_id: int) -> None:
        versions = self._versions[order_id]
        while len(versions) > 1 and versions[1][0] <= self._horizon():
            versions.popleft()

    def _horizon(self) -> datetime:
        return self._clock() - timedelta(seconds=self._switches.order_list_lag_seconds)
