"""Which sold units SellerCloud does not show as taken yet, and which it has only just been told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bmsc.domain.ids import ListingId, OrderId, Sku, SkuKey, sku_key
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.planners.listing_facts import Catalog, FollowedOrder, SeenOrder, SyncFacts, SyncMemory
from bmsc.planners.order_facts import LookUp
from bmsc.planners.whose_row import Aliases, pools_of

Units = Mapping[SkuKey, int]


@dataclass(frozen=True)
class Followed:
    """The open orders as they now stand, and those nobody may judge in this run."""

    orders: Mapping[OrderId, FollowedOrder]
    doubtful: frozenset[OrderId] = frozenset()


@dataclass(frozen=True)
class Taken:
    """Units per pool: `in_flight` lower what is offered, `unsettled` only keep it from being raised."""

    in_flight: Units
    recent: Units
    fallen: Units

    def unsettled(self, pool: SkuKey) -> int:
        """Give the units of a pool that SellerCloud's aggregates may not know of yet."""
        return max(self.recent.get(pool, 0), self.fallen.get(pool, 0))


def follow(facts: SyncFacts, settle: timedelta) -> Followed:
    """Judge every open order, and keep those that have gone for as long as SellerCloud may lag."""
    before = facts.memory.orders
    now_open = {seen.order.id: _follow(seen, before.get(seen.order.id), facts.now) for seen in facts.orders}
    gone = {} if facts.narrowed else _gone(before, now_open.keys(), facts.now, settle)
    doubtful = frozenset(
        seen.order.id
        for seen in facts.orders
        if seen.look_up is LookUp.UNPROVEN and now_open[seen.order.id].covered_at is None
    )
    return Followed({**gone, **_finished(facts), **now_open}, doubtful)


def _follow(seen: SeenOrder, before: FollowedOrder | None, now: datetime) -> FollowedOrder:
    units = _units(seen.order)
    if before is not None and before.covered_at is not None:
        return FollowedOrder(units, before.covered_at)
    paid = [twin for twin in seen.twins if twin.is_paid and not twin.is_cancelled]
    if not paid:
        return FollowedOrder(units)
    return FollowedOrder(units, now if before is not None else _covered_since(seen.order, paid, now))


def _covered_since(order: BackMarketOrder, twins: Iterable[SellerCloudOrder], now: datetime) -> datetime:
    moments = [order.paid_at, *(twin.created_at for twin in twins)]
    return min(now, max((moment for moment in moments if moment), default=now))


def _finished(facts: SyncFacts) -> dict[OrderId, FollowedOrder]:
    """Take a parcel of the last minutes as sold just now: SellerCloud may not have counted it yet."""
    return {order.id: FollowedOrder(_units(order), facts.now) for order in facts.finished if order.live_lines}


def _units(order: BackMarketOrder) -> tuple[tuple[Sku, int], ...]:
    return tuple((line.sku, line.quantity) for line in order.live_lines)


def _gone(
    before: Mapping[OrderId, FollowedOrder], still: Iterable[OrderId], now: datetime, settle: timedelta
) -> dict[OrderId, FollowedOrder]:
    """Keep orders that left the open states: shipped or cancelled, SellerCloud's numbers follow later."""
    left = {order_id: before[order_id] for order_id in before.keys() - set(still)}
    dated = {order_id: replace(old, covered_at=old.covered_at or now) for order_id, old in left.items()}
    return {order_id: old for order_id, old in dated.items() if _recent(old.covered_at, now, settle)}


def taken(
    followed: Followed,
    falls: Mapping[ListingId, int],
    listings: Iterable[Listing],
    catalog: Catalog,
    aliases: Aliases,
    *,
    now: datetime,
    settle: timedelta,
) -> Taken:
    """Count units per pool. Orders in doubt are unsettled: they keep from raising and never lower."""
    in_flight: Counter[SkuKey] = Counter()
    recent: Counter[SkuKey] = Counter()
    for order_id, order in followed.orders.items():
        if order.covered_at is None and order_id not in followed.doubtful:
            in_flight.update(_in_pools(order.units, catalog, aliases))
        elif order.covered_at is None or _recent(order.covered_at, now, settle):
            recent.update(_in_pools(order.units, catalog, aliases))
    fallen: Counter[SkuKey] = Counter()
    for listing in listings:
        if units := falls.get(listing.id, 0):
            fallen.update(_in_pools([(listing.sku, units)], catalog, aliases))
    return Taken(in_flight, recent, fallen)


def new_fall(listing: Listing, known: KnownListing | None, sold_since: Units) -> int:
    """Tell by how many units Back Market's quantity fell since we last saw it, beyond what orders explain."""
    if known is None or known.seen is None or listing.quantity is None:
        return 0
    return max(0, known.seen - listing.quantity - sold_since.get(sku_key(listing.sku), 0))


def sold_since(orders: Iterable[SeenOrder], memory: SyncMemory) -> Counter[SkuKey]:
    """Count the units of orders that were placed since listings were last read."""
    sold: Counter[SkuKey] = Counter()
    for seen in orders:
        placed, last = seen.order.created_at, memory.seen_at
        if placed is not None and last is not None and placed > last:
            for line in seen.order.lines:
                sold[sku_key(line.sku)] += line.quantity
    return sold


def falls_of(facts: SyncFacts, settle: timedelta) -> dict[ListingId, tuple[tuple[datetime, int], ...]]:
    """Give each listing's unexplained falls within the window, this run's included."""
    sold = sold_since(facts.orders, facts.memory)
    found = {}
    for listing in facts.listings:
        known = facts.known.get(listing.id)
        fresh = new_fall(listing, known, sold)
        old = tuple(fall for fall in known.falls if _recent(fall[0], facts.now, settle)) if known else ()
        if falls := (*old, (facts.now, fresh)) if fresh else old:
            found[listing.id] = falls
    return found


def _in_pools(units: Iterable[tuple[Sku, int]], catalog: Catalog, aliases: Aliases) -> Counter[SkuKey]:
    counted: Counter[SkuKey] = Counter()
    for sku, quantity in units:
        for pool, each in pools_of(sku, catalog, aliases).items():
            counted[pool] += quantity * each
    return counted


def _recent(moment: datetime | None, now: datetime, settle: timedelta) -> bool:
    return moment is not None and now - moment < settle


def is_settled(order: FollowedOrder | None, since: datetime) -> bool:
    """Say whether SellerCloud has shown an order as paid for so long that its numbers know of it."""
    return order is not None and order.covered_at is not None and order.covered_at < since


def orders_to_look_up(orders: Iterable[BackMarketOrder], memory: SyncMemory) -> Iterator[BackMarketOrder]:
    """Give the orders whose payment in SellerCloud we have not seen yet."""
    for order in orders:
        known = memory.orders.get(order.id)
        if known is None or known.covered_at is None:
            yield order
