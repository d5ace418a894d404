"""By how many units Back Market's own quantity fell without an order to explain it: orders hide at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from bmsc.domain.ids import ListingId, SkuKey, sku_key
from bmsc.domain.listings import KnownListing, Listing
from bmsc.domain.orders import BackMarketOrder
from bmsc.planners.listing_facts import SyncFacts

Fall = tuple[datetime, int]
"""When a fall was noticed, and of how many units."""


class Fallen(Struct, frozen=True):
    """A listing's unexplained falls within the window; `fresh` units more than the last run knew of, or fewer."""

    falls: tuple[Fall, ...]
    fresh: int

    @property
    def units(self) -> int:
        """Count the units of all falls."""
        return _units(self.falls)


def falls_of(facts: SyncFacts, settle: timedelta) -> dict[ListingId, Fallen]:
    """Give the falls of every listing that has any, or had."""
    since, late = _sold(_placed_since(facts)), _sold(_come_late(facts))
    found = {}
    for listing in facts.listings:
        key, known = sku_key(listing.sku), facts.known.get(listing.id)
        old = list(_remembered(known, facts.now, settle))
        falls = [*old, (facts.now, _fall(listing, known, since[key]))]
        left = tuple(_unexplained(falls, late[key]))
        if left or old:
            found[listing.id] = Fallen(left, _units(left) - _units(old))
    return found


def _remembered(known: KnownListing | None, now: datetime, settle: timedelta) -> Iterable[Fall]:
    """Give the falls that still count; what a clock that was ahead has dated counts as of now."""
    falls = known.falls if known else ()
    return ((min(at, now), units) for at, units in falls if is_recent(at, now, settle))


def _units(falls: Iterable[Fall]) -> int:
    return sum(units for _, units in falls)


def _fall(listing: Listing, known: KnownListing | None, sold: int) -> int:
    if known is None or known.seen is None or listing.quantity is None:
        return 0
    return max(0, known.seen - listing.quantity - sold)


def _unexplained(falls: Iterable[Fall], units: int) -> Iterable[Fall]:
    """Take units off the oldest falls: an order that shows late is what Back Market had hidden."""
    for moment, fallen in falls:
        explained = min(units, fallen)
        units -= explained
        if fallen > explained:
            yield moment, fallen - explained


def _placed_since(facts: SyncFacts) -> Iterable[BackMarketOrder]:
    last = facts.memory.seen_at
    orders = (seen.order for seen in facts.orders)
    return (order for order in orders if last and order.created_at is not None and order.created_at > last)


def _come_late(facts: SyncFacts) -> Iterable[BackMarketOrder]:
    """Give the orders that were placed before listings were last read, and show only now."""
    last = facts.memory.seen_at
    orders = (seen.order for seen in facts.orders if seen.order.id not in facts.memory.orders)
    return (order for order in orders if last and order.created_at is not None and order.created_at <= last)


def _sold(orders: Iterable[BackMarketOrder]) -> Counter[SkuKey]:
    sold: Counter[SkuKey] = Counter()
    for order in orders:
        for line in order.lines:
            sold[sku_key(line.sku)] += line.quantity
    return sold


def is_recent(moment: datetime | None, now: datetime, settle: timedelta) -> bool:
    """Say whether SellerCloud's numbers may still lag behind a moment."""
    return moment is not None and now - moment < settle
