"""Which units are sold: the open orders of Back Market, and what SellerCloud shows of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bmsc.domain.ids import Sku
from bmsc.domain.memory import Sentinel
from bmsc.domain.orders import BackMarketOrder, OrderState
from bmsc.domain.settings import Settings
from bmsc.jobs import look_up
from bmsc.jobs.ports import BackMarketReader, Clock, SellerCloudReader
from bmsc.planners import drafts, following
from bmsc.planners.listing_facts import SeenOrder, SyncMemory
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

    def open(self, memory: SyncMemory, sentinels: tuple[Sentinel, ...]) -> tuple[SeenOrder, ...]:
        """Read every open order, and the SellerCloud orders of those not known to be paid there."""
        orders: dict[int, BackMarketOrder] = {}
        for state in OPEN_STATES:
            orders |= {order.id: order for order in self._backmarket.orders_in_state(state)}
        live = [order for order in orders.values() if order.live_lines]
        unpaid = {order.id: order for order in following.orders_to_look_up(live, memory)}
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
            for order in live
        )

    def just_finished(self, memory: SyncMemory) -> tuple[BackMarketOrder, ...]:
        """Read what was shipped lately, where no earlier run can have followed it: the first, or a lost state."""
        if memory.seen_at is not None:
            return ()
        return tuple(self._backmarket.orders_in_state(OrderState.FINISHED, changed_since=self._settled_before()))

    def unsettled_skus(self, orders: Iterable[SeenOrder], memory: SyncMemory) -> set[Sku]:
        """Name the SKUs of sold units that SellerCloud's numbers may not know of yet."""
        since = self._settled_before()
        return {
            line.sku
            for seen in orders
            if not following.is_settled(memory.orders.get(seen.order.id), since)
            for line in seen.order.live_lines
        }

    def _settled_before(self) -> datetime:
        return self._clock.now() - timedelta(minutes=self._settings.listings.settle_minutes)
