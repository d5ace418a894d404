"""Which sold units SellerCloud does not show as taken yet, and which it has only just been told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import ListingId, OrderId, Sku, SkuKey, sku_key
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.planners.falls import Fallen, is_recent
from bmsc.planners.listing_facts import Catalog, FollowedOrder, SeenOrder, SyncFacts, SyncMemory
from bmsc.planners.order_facts import LookUp
from bmsc.planners.whose_row import Aliases, pools_of, share

Units = Mapping[SkuKey, int]


class Followed(Struct, frozen=True):
    """The open orders as they now stand, and those nobody may judge in this run."""

    orders: Mapping[OrderId, FollowedOrder]
    doubtful: frozenset[OrderId] = frozenset()
    newly_paid: frozenset[OrderId] = frozenset()
    """Orders that no earlier run saw as paid in SellerCloud, or as gone."""


class Taken(Struct, frozen=True):
    """Units per pool: `in_flight` lower what is offered, `unsettled` only keep it from being raised.

    `fresh` are the units that became unsettled since the last run, fewer those that are in flight instead.
    """

    in_flight: Units
    recent: Units
    fallen: Units
    fresh: Units

    def unsettled(self, pool: SkuKey) -> int:
        """Give the units of a pool that SellerCloud's aggregates may not know of yet."""
        return self.recent.get(pool, 0) + self.fallen.get(pool, 0)


def follow(facts: SyncFacts, aliases: Aliases, settle: timedelta) -> Followed:
    """Judge every open order, and keep those that have gone for as long as SellerCloud may lag."""
    before = {order_id: _no_later(order, facts.now) for order_id, order in facts.memory.orders.items()}
    now_open = {seen.order.id: _follow(seen, before.get(seen.order.id), facts.now) for seen in facts.orders}
    gone = _gone(before, now_open.keys(), facts.now, settle)
    doubtful = frozenset(
        seen.order.id
        for seen in facts.orders
        if seen.look_up is LookUp.UNPROVEN and now_open[seen.order.id].covered_at is None
    )
    followed = {
        order_id: replace(order, pools=_pools(order, before.get(order_id), facts.catalog, aliases))
        for order_id, order in {**gone, **_finished(facts), **now_open}.items()
    }
    paid_before = {order_id for order_id, order in before.items() if order.counted_since is not None}
    paid = {order_id for order_id, order in followed.items() if order.counted_since is not None}
    return Followed(followed, doubtful, frozenset(paid - paid_before))


def _no_later(order: FollowedOrder, now: datetime) -> FollowedOrder:
    """Take what a clock that was ahead has dated as of now, so that it settles."""
    moments = [moment and min(moment, now) for moment in (order.covered_at, order.left_at)]
    return replace(order, covered_at=moments[0], left_at=moments[1])


def _follow(seen: SeenOrder, before: FollowedOrder | None, now: datetime) -> FollowedOrder:
    units = units_of(seen.order)
    if before is not None and before.covered_at is not None:
        return FollowedOrder(units, before.covered_at)
    paid = [twin for twin in seen.twins if twin.is_paid and not twin.is_cancelled]
    if not paid:
        return FollowedOrder(units)
    return FollowedOrder(units, now if before is not None else _covered_since(seen.order, paid, now))


def _pools(
    order: FollowedOrder, before: FollowedOrder | None, catalog: Catalog, aliases: Aliases
) -> tuple[tuple[SkuKey, int], ...]:
    """Resolve the units as far as this run has read; else as an earlier one did."""
    if all(catalog.find(aliases.resolve(sku)) for sku, _ in order.units):
        return tuple(_in_pools(order.units, catalog, aliases).items())
    return before.pools if before else ()


def _covered_since(order: BackMarketOrder, twins: Iterable[SellerCloudOrder], now: datetime) -> datetime:
    moments = [order.paid_at, *(twin.created_at for twin in twins)]
    return min(now, max((moment for moment in moments if moment), default=now))


def _finished(facts: SyncFacts) -> dict[OrderId, FollowedOrder]:
    """Take a parcel of the last minutes as sold just now: SellerCloud may not have counted it yet."""
    return {order.id: FollowedOrder(units_of(order), facts.now) for order in facts.finished if order.live_lines}


def units_of(order: BackMarketOrder) -> tuple[tuple[Sku, int], ...]:
    """Give the units that are still wanted, line by line."""
    return tuple((line.sku, line.quantity) for line in order.live_lines)


def _gone(
    before: Mapping[OrderId, FollowedOrder], still: Iterable[OrderId], now: datetime, settle: timedelta
) -> dict[OrderId, FollowedOrder]:
    """Keep orders that left the open states: shipped or cancelled, SellerCloud's numbers follow later."""
    left = {order_id: before[order_id] for order_id in before.keys() - set(still)}
    dated = {order_id: replace(old, left_at=old.left_at or now) for order_id, old in left.items()}
    return {order_id: old for order_id, old in dated.items() if is_recent(old.counted_since, now, settle)}


def taken(
    followed: Followed,
    falls: Mapping[ListingId, Fallen],
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
    fallen: Counter[SkuKey] = Counter()
    fresh: Counter[SkuKey] = Counter()
    for order_id, order in followed.orders.items():
        units = dict(order.pools) or _in_pools(order.units, catalog, aliases)
        if order_id in followed.newly_paid:
            fresh.update(units)
        if order.counted_since is None and order_id not in followed.doubtful:
            in_flight.update(units)
        elif order.counted_since is None or is_recent(order.counted_since, now, settle):
            recent.update(units)
    for listing in listings:
        if found := falls.get(listing.id):
            fallen.update(_in_pools([(listing.sku, found.units)], catalog, aliases))
            fresh.update(_in_pools([(listing.sku, found.fresh)], catalog, aliases))
    return Taken(in_flight, recent, fallen, fresh)


def drawn(sku: Sku, order: FollowedOrder, catalog: Catalog, aliases: Aliases) -> int:
    """Count the units of a SKU that an order takes, of itself or of what it sells from."""
    pools = dict(order.pools) or _in_pools(order.units, catalog, aliases)
    itself = sum(quantity for other, quantity in order.units if sku_key(other) == sku_key(sku))
    return share(pools, pools_of(sku, catalog, aliases)) or itself


def uncounted(known: KnownListing | None, available: int, *, fresh: int, unsettled: int) -> int:
    """Tell how many sold units SellerCloud's available quantity does not show as taken yet.

    Units sold since the last look are missing from it until it falls. A delivery meanwhile hides that fall, which
    errs towards offering too few, and for no longer than the units are unsettled.
    """
    if known is None or known.available is None:
        return 0
    counted = max(0, known.available - available)
    return min(unsettled, max(0, known.uncounted + fresh - counted))


def _in_pools(units: Iterable[tuple[Sku, int]], catalog: Catalog, aliases: Aliases) -> Counter[SkuKey]:
    counted: Counter[SkuKey] = Counter()
    for sku, quantity in units:
        for pool, each in pools_of(sku, catalog, aliases).items():
            counted[pool] += quantity * each
    return counted


def is_settled(order: FollowedOrder | None, since: datetime) -> bool:
    """Say whether an order has been paid or gone for so long that SellerCloud's numbers know of it."""
    return order is not None and order.counted_since is not None and order.counted_since < since


def orders_to_look_up(orders: Iterable[BackMarketOrder], memory: SyncMemory) -> Iterator[BackMarketOrder]:
    """Give the orders whose payment in SellerCloud we have not seen yet."""
    for order in orders:
        known = memory.orders.get(order.id)
        if known is None or known.covered_at is None:
            yield order
