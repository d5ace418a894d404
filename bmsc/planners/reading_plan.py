"""How much of both sides one run of `listings sync` reads: everything, or what changed and the oldest part."""

from __future__ import annotations

import math
from datetime import timedelta

from msgspec import Struct

ROWS_A_REQUEST = 50
SHARE = 0.6
"""Of the interval and of the hour's SellerCloud requests; the rest is for writes and for the other commands."""
REQUESTS_A_LINE = 3
"""A listing read again, a last look before units appear, and the line."""
LONGEST_SWEEP = timedelta(minutes=45)
"""Reading gives way to lines that wait only as long as every listing is still read within it."""
CHANGES_SHARE = 0.5
"""Of a run's SellerCloud requests at most this much goes into changes, so that the sweep always gets on."""


class Size(Struct, frozen=True):
    """What there is to read: Back Market's own count, and how many markets show prices we may write."""

    listings: int
    markets: int = 1

    @property
    def pages(self) -> int:
        """Count the requests that read every listing once in one market."""
        return -(-self.listings // ROWS_A_REQUEST)


class Means(Struct, frozen=True):
    """What one run has for reading: seconds, requests a second on each side, and its part of the hour's requests."""

    seconds: float
    backmarket_per_second: float
    sellercloud_per_second: float
    sellercloud_requests: int
    runs_a_sweep: int = 1
    """In how many runs every listing must have been read."""
    lines_left: int = 0
    """How many lines the last run had no time for."""

    @property
    def backmarket_requests(self) -> int:
        """Count the pages there is time for."""
        return int(self.seconds * self.backmarket_per_second)

    def part_of(self, pages: int) -> int:
        """Count the pages to read of more than there is time for: fewer where lines wait."""
        needed = -(-pages // self.runs_a_sweep)
        return min(self.backmarket_requests, max(needed, self.backmarket_requests - REQUESTS_A_LINE * self.lines_left))

    @property
    def sellercloud_batches(self) -> int:
        """Count the batches there is time and budget for."""
        return min(int(self.seconds * self.sellercloud_per_second), self.sellercloud_requests)


class ReadingPlan(Struct, frozen=True):
    """How many pages of each market, and how many batches of rows; None reads all of them."""

    pages: int | None
    batches: int | None
    reason: str = ""
    seconds: float = math.inf
    """After so long no more of the oldest rows are asked for: a platform may be slower than anybody has measured."""

    @property
    def is_whole(self) -> bool:
        """Say whether both sides are read in full."""
        return self.pages is None and self.batches is None

    @property
    def most_changes(self) -> int:
        """Count the requests that may go into reading what changed."""
        return int((self.batches or 0) * CHANGES_SHARE)


def means(
    interval: timedelta,
    *,
    backmarket_per_second: float,
    sellercloud_per_second: float,
    sellercloud_per_hour: int,
    lines_left: int = 0,
) -> Means:
    """Give a run its share of an interval and of an hour."""
    seconds = interval.total_seconds()
    return Means(
        seconds=seconds * SHARE,
        backmarket_per_second=backmarket_per_second,
        sellercloud_per_second=sellercloud_per_second,
        sellercloud_requests=int(sellercloud_per_hour * SHARE * seconds / 3600),
        runs_a_sweep=max(1, LONGEST_SWEEP // interval),
        lines_left=lines_left,
    )


def choose(size: Size, has: Means) -> ReadingPlan:
    """Read in full while it fits; beyond that as much as fits, each side for itself."""
    every = size.pages * size.markets
    pages = None if every <= has.backmarket_requests else has.part_of(every) // size.markets
    batches = None if size.pages <= has.sellercloud_batches else has.sellercloud_batches
    pages = None if pages is None else max(1, pages)
    batches = None if batches is None else max(1, batches)
    return ReadingPlan(pages, batches, _reason(size, has, pages, batches), has.seconds)


def _reason(size: Size, has: Means, pages: int | None, batches: int | None) -> str:
    wanted = f"{size.listings} listings"
    market = "all pages" if pages is None else f"{pages} of {size.pages} pages, oldest first"
    cloud = "all rows" if batches is None else f"changes and the oldest rows, {batches} of {size.pages} requests"
    markets = "" if size.markets == 1 else f" in {size.markets} markets"
    return f"{wanted}: Back Market {market}{markets}; SellerCloud {cloud}; {has.seconds:.0f} s of reading"
