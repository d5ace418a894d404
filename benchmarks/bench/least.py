"""The fewest requests a command needs, and the seconds they take: from the shop's shape alone, never from a count.

What is added up is what the laws of the program ask for: every page and batch once, in the order in which one must
follow the other, each write once, and one look again before what must not happen twice and rests on old facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.shape import PAGE, Limits, Shape, pages

LONGEST_RUN_SECONDS = 240
"""What a run has not begun by then it leaves to the next one."""
STALE_AFTER_SECONDS = 30
"""Facts older than this are read again before an irreversible write."""
COMPETITORS_A_SECOND = 2
BURST_SHARE = 0.2
SHARE, RUNS_AN_HOUR, INTERVAL_SECONDS = 0.6, 12, 300
"""A run of `listings sync` may read for so much of its interval and of its part of the hour's requests."""
MARKET = frozenset(
    {
        "listing pages",
        "listings read",
        "lines",
        "batches handed in",
        "tasks read",
        "competitors",
        "order pages",
        "orders read",
        "orders moved",
    }
)

NAMES = {"order_look_ups": "order look-ups"}
NUMBERS = min(PAGE, 1_800 // len("model.orderSourceOrderIDList=60100001&"))
"""Order numbers that fit a request: each is a parameter of its own, and an address has an end."""


@dataclass
class Least:
    """What a run cannot do without; each phase waits for the one before it, its requests go out side by side."""

    limits: Limits
    requests: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def phase(self, **counts: int) -> Least:
        """Add requests that both platforms may answer at the same time."""
        return self._add(Counter({NAMES.get(name, name.replace("_", " ")): count for name, count in counts.items()}))

    def chains(self, count: int, market: Sequence[str], cloud: Sequence[str], *, again: Sequence[str] = ()) -> Least:
        """Add so many chains of one request of each name; those begun on old facts read `again` first."""
        paced = len(market) * self.limits.spacing, len(cloud) * self.limits.cloud
        late = sum(self.seconds + number * max(paced) > STALE_AFTER_SECONDS for number in range(count)) if again else 0
        asked = Counter({name: count * [*market, *cloud].count(name) for name in (*market, *cloud)})
        asked.update({name: late * again.count(name) for name in again})
        alone = len(market) * self.limits.market_seconds + len(cloud) * self.limits.cloud_seconds if count else 0.0
        return self._add(asked, at_least=alone)

    def _add(self, asked: Counter[str], *, at_least: float = 0.0) -> Least:
        asked = +asked
        market = sum(count for name, count in asked.items() if name in MARKET)
        asking = asked["competitors"] / COMPETITORS_A_SECOND
        self.requests.update(asked)
        self.seconds += max(self._market(market), self._cloud(asked.total() - market), asking, at_least)
        self.seconds = max(self.seconds, self._hour())
        return self

    @property
    def total(self) -> int:
        """Add all requests up."""
        return self.requests.total()

    def _hour(self) -> float:
        """Give the seconds SellerCloud's hour takes: a fifth of its share at once, the rest spread."""
        burst = int(self.limits.per_hour * BURST_SHARE)
        cloud = sum(count for name, count in self.requests.items() if name not in MARKET)
        return (cloud - burst) * 3600 / (self.limits.per_hour - burst)

    def _market(self, count: int) -> float:
        paced = count * 10 / self.limits.per_10s
        return max(paced, -(-count // self.limits.workers) * self.limits.market_seconds)

    def _cloud(self, count: int) -> float:
        return -(-count // self.limits.workers) * self.limits.cloud_seconds


def _beside_known(numbers: int) -> int:
    """Count the batches in which so many order numbers are looked up, each beside one that is known to be there."""
    return -(-(numbers - 1) // (NUMBERS - 1)) if numbers > 1 else min(numbers, 1)


def pull(shape: Shape, limits: Limits, *, login: bool = True) -> Least:
    """Every order is new, and no number is known to be in SellerCloud: so absence takes two asks."""
    count = shape.orders
    least = Least(limits).phase(order_pages=pages(count))
    if not count:
        return least
    look_up = -(-count // NUMBERS)
    least.phase(logins=int(login)).phase(order_look_ups=look_up).phase(order_look_ups=1).phase(order_look_ups=look_up)
    least.phase(catalog=pages(len(set(shape.sold()))))
    road = (("orders read", "orders moved"), ("orders made", "twins read", "payments", "twins read"))
    again = ("orders read", "order look-ups")
    for some in (1, count - 1):
        # The first order of a shop goes alone.
        least.chains(some, *road, again=again)
    return least


def sync(shape: Shape, limits: Limits, *, first: bool, login: bool = True) -> Least:
    """The first run writes what differs, the next has nothing to do; of a shop too large for one, each its part."""
    most = allotted(limits) * PAGE
    whole = shape.listings <= most
    rows = (
        range(shape.listings)
        if whole
        else range(0 if first else most, min(shape.listings, most if first else 2 * most))
    )
    parents = sum(shape.is_shadow(number) for number in rows)
    least = Least(limits).phase(logins=int(login))
    least.phase(listing_pages=pages(shape.listings), catalog=pages(len(rows)))
    least.phase(catalog=-(-parents // PAGE))
    least.phase(order_pages=2 + pages(shape.orders) + int(first))
    least.phase(order_look_ups=first * _beside_known(shape.orders) + _left_over(shape, limits))
    if first or not whole:
        kinds = Counter(shape.kind(number) for number in rows)
        least.chains(kinds[0], ["lines"], []).chains(kinds[2], ["lines"], [])
        least.chains(kinds[1], ["lines"], [], again=("listings read",))
    return least


def _left_over(shape: Shape, limits: Limits) -> int:
    """Count the look-up of orders that `orders pull` had no time for: nobody knows yet that SellerCloud lacks them."""
    return int(pull(shape, limits).seconds > LONGEST_RUN_SECONDS)


def allotted(limits: Limits) -> int:
    """Count the batches one run may read: a share of the hour, and of its interval at a second each."""
    return int(min(limits.per_hour * SHARE / RUNS_AN_HOUR, INTERVAL_SECONDS * SHARE * limits.workers))


def cancel(shape: Shape, limits: Limits, *, login: bool = True) -> Least:
    """Some of the open orders were cancelled in SellerCloud; lists lag, so each is read by its id before it ends."""
    ended, count = shape.cancelled, shape.orders
    least = Least(limits).phase(logins=int(login)).phase(order_pages=1 + pages(count))
    known = _beside_known(count) + _left_over(shape, limits)
    least.phase(order_look_ups=known).phase(order_look_ups=pages(count - ended) + pages(ended))
    return least.chains(ended, ["orders moved"], ["twins read"])


def push(shape: Shape, limits: Limits, *, login: bool = True) -> Least:
    """Every order that was not cancelled has left; SellerCloud is asked for the serial numbers of each."""
    count = shape.orders - shape.cancelled
    least = Least(limits).phase(order_pages=pages(count))
    if not count:
        return least
    least.phase(logins=int(login)).phase(order_look_ups=_beside_known(count)).phase(serials_read=count)
    return least.chains(count, ["orders moved"], [], again=("orders read", "twins read"))


def create(shape: Shape, limits: Limits, *, login: bool = True) -> Least:
    """The SKUs of Back Market come first, then the catalog; every row is looked up before and read back after."""
    least = Least(limits).phase(listing_pages=pages(shape.listings) + 1)
    least.phase(logins=int(login)).phase(catalog=pages(shape.listings + shape.parents + shape.wanted))
    least.phase(listings_read=shape.wanted).phase(batches_handed_in=1).phase(tasks_read=1)
    return least.phase(listings_read=shape.wanted)


def reprice(shape: Shape, limits: Limits, *, login: bool = True) -> Least:
    """Every contested price moves; the columns of a slice are read again before it is written."""
    count = shape.listings + shape.wanted
    least = Least(limits).phase(logins=int(login)).phase(listing_pages=pages(count), catalog=pages(count))
    # Prices that differ where `listings sync` has not been yet are put right too.
    late = sum(shape.kind(number) == 2 for number in range(2 * allotted(limits) * PAGE, shape.listings))
    moved = shape.contested + late
    return least.phase(competitors=shape.contested).phase(catalog=pages(moved)).phase(lines=moved)
