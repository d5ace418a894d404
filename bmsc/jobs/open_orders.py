"""Which units are sold: the open orders of Back Market, and what SellerCloud shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bmsc.domain.ids import Sku
from bmsc.domain.memory import Sentinel
from bmsc.domain.orders import BackMarketOrder, OrderState
from bmsc.domain.settings import Settings
from bmsc.jobs import look_up
from bmsc.jobs.ports import BackMarketReader, Clock, SellerCloudReader
from bmsc.planners import drafts, following
from bmsc.planners.listing_facts import FollowedOrder, SeenOrder, SyncMemory
from bmsc.planners.order_facts import LookUp

OPEN_STATES = (OrderState.PENDING, OrderState.TO_ACCEPT, OrderState.TO_SHIP)
"""In the order an order passes them, so that one that moves while we read is seen at least once."""


class OpenOrders:
    """Reads the orders whose units SellerCloud may not have counted yet."""

    def __init__(
        self, backmarket: BackMarketReader, sellercloud: SellerCloudReader, settings: Settings, clock: Clock
    ) -> None:
        self._backmarket = backmarket
        self._sellercloud = sellercloud
        self._settings = settings
        self._clock = clock

    def open(self) -> tuple[BackMarketOrder, ...]:
        """Read every open order on Back Market."""
        orders: dict[int, BackMarketOrder] = {}
        for state in OPEN_STATES:
            orders |= {order.id: order for order in self._backmarket.orders_in_state(state)}
        return tuple(order for order in orders.values() if order.live_lines)

    def looked_up(
        self, orders: Sequence[BackMarketOrder], memory: SyncMemory, sentinels: tuple[Sentinel, ...]
    ) -> tuple[SeenOrder, ...]:
        """Read the SellerCloud orders of those not known to be paid there."""
        unpaid = {order.id: order for order in following.orders_to_look_up(orders, memory)}
        numbers = {order_id: drafts.number_of(order, self._settings) for order_id, order in unpaid.items()}
        found = look_up.look_up(self._sellercloud, list(numbers.values()), sentinels)
        return tuple(
            SeenOrder(
                order,
                found.verdicts.get(numbers[order.id], LookUp.UNPROVEN),
                found.rows.get(numbers[order.id], ()),
            )
            if order.id in numbers
            else SeenOrder(order, LookUp.FOUND)
            for order in orders
        )

    def just_finished(self, memory: SyncMemory) -> tuple[BackMarketOrder, ...]:
        """Read what was shipped lately, where no earlier run can have followed it: the first, or a lost state."""
        if memory.seen_at is not None:
            return ()
        return tuple(self._backmarket.orders_in_state(OrderState.FINISHED, changed_since=self._settled_before()))

    def unsettled_skus(self, orders: Iterable[BackMarketOrder], memory: SyncMemory) -> set[Sku]:
        """Name the SKUs of sold units that SellerCloud's numbers may not know of yet."""
        return self.unplaced_skus(orders, memory) | {sku for order in self._unsettled(memory) for sku, _ in order.units}

    def unplaced_skus(self, orders: Iterable[BackMarketOrder], memory: SyncMemory) -> set[Sku]:
        """Name those SKUs of them whose stock no earlier run has found."""
        fresh = (line.sku for order in orders if order.id not in memory.orders for line in order.live_lines)
        unplaced = (order for order in self._unsettled(memory) if not order.pools)
        return {*fresh, *(sku for order in unplaced for sku, _ in order.units)}

    def _unsettled(self, memory: SyncMemory) -> Iterator[FollowedOrder]:
        since = self._settled_before()
        return (order for order in memory.orders.values() if not following.is_settled(order, since))

    def _settled_before(self) -> datetime:
        return self._clock.now() - timedelta(minutes=self._settings.listings.settle_minutes)
