"""How large a shop is, and how much in it differs: everything the minimum is worked out from."""

from __future__ import annotations

from dataclasses import dataclass

PAGE = 50
"""Rows that either platform gives for one request, and SKUs or numbers one request may name."""
SHADOW_EVERY = 40
CANCELLED_AT_MOST, CONTESTED_AT_MOST, WANTED_AT_MOST = 20, 40, 100


def pages(rows: int) -> int:
    """Count the requests that read so many rows; an empty list is one answer too."""
    return max(1, -(-rows // PAGE))


@dataclass(frozen=True)
class Shape:
    """A shop of so many listings and open orders."""

    listings: int
    orders: int = 0

    @property
    def changed(self) -> int:
        """Count the listings that differ: one in a hundred, three kinds of them."""
        return max(3, self.listings // 100)

    @property
    def every(self) -> int:
        """Count from one listing that differs to the next."""
        return max(1, self.listings // self.changed)

    @property
    def lowered(self) -> int:
        """Count the listings that show too many units."""
        return -(-self.changed // 3)

    @property
    def raised(self) -> int:
        """Count the listings that show too few."""
        return (self.changed + 1) // 3

    @property
    def parents(self) -> int:
        """Count the products that others are shadows of."""
        return sum(self.is_shadow(number) for number in range(self.listings))

    @property
    def cancelled(self) -> int:
        """Count the orders that staff cancel."""
        return min(CANCELLED_AT_MOST, self.orders // 10)

    @property
    def contested(self) -> int:
        """Count the listings that have a rival and a minimum price."""
        return sum(
            self.is_contested(number) for number in range(max(0, self.listings - CONTESTED_AT_MOST), self.listings)
        )

    @property
    def wanted(self) -> int:
        """Count the products that are to be listed."""
        return min(WANTED_AT_MOST, self.listings // 10)

    def kind(self, number: int) -> int:
        """Tell how a listing differs: 0 too many units, 1 too few, 2 another price, -1 not at all."""
        place, rest = divmod(number, self.every)
        return place % 3 if not rest and place < self.changed else -1

    def is_shadow(self, number: int) -> bool:
        """Tell whether a listing sells the stock of another product."""
        return number % SHADOW_EVERY == 7 and self.kind(number) < 0

    def is_contested(self, number: int) -> bool:
        """Tell whether a listing has a rival: the last plain ones."""
        last = min(CONTESTED_AT_MOST, self.listings // 10)
        return number >= self.listings - last and self.is_plain(number)

    def is_plain(self, number: int) -> bool:
        """Tell whether a listing is like most: nothing differs, its stock is its own."""
        return self.kind(number) < 0 and not self.is_shadow(number)

    def sold(self) -> list[int]:
        """Name the listing of each order, from the back, those that are like most."""
        plain = [number for number in range(max(0, self.listings - 2_000), self.listings) if self.is_plain(number)]
        return [plain[-1 - number % len(plain)] for number in range(self.orders)]


@dataclass(frozen=True)
class Limits:
    """What the program is allowed, and how far both platforms are away; latency 0 is a simulated clock."""

    per_10s: int = 150
    per_hour: int = 9_000
    workers: int = 4
    market_seconds: float = 0.05
    cloud_seconds: float = 0.3
    simulated: bool = False

    @property
    def spacing(self) -> float:
        """Give the seconds from one Back Market request to the next that the limit and the workers allow."""
        return max(10 / self.per_10s, self.market_seconds / self.workers)

    @property
    def cloud(self) -> float:
        """Give the seconds each SellerCloud request takes with all workers at it."""
        return self.cloud_seconds / self.workers
