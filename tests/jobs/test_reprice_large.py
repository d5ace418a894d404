"""Shops too large for the wire of a test: the reading against counted answers, on a clock that only turns move."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from builders import a_listing, a_row, settings
from clients.standing import StandingClock
from msgspec.structs import replace

from bmsc.clients.backmarket import SECONDS_APART
from bmsc.clients.lane import Lane
from bmsc.domain.ids import ListingId, sku_key
from bmsc.domain.listings import CatalogAnswer
from bmsc.domain.repricing import KnownPrices, Standing
from bmsc.jobs.house import House
from bmsc.jobs.reprice_gather import Gathered, Market, RepriceGatherer
from bmsc.sandbox.backmarket.limits import Window


class Crowded:
    """So many listings, online and between their bounds, and a backbox that bans whoever asks too fast."""

    def __init__(self, count: int, clock: Any, folder: Path) -> None:
        online = a_listing("X").offers[0]
        offers = (replace(online, publication_state=2),)
        self.all = [a_listing(f"S{number:05}", offers=offers) for number in range(count)]
        self.clock = clock
        self.lane = Lane(folder / "ledger", clock, seconds_apart=SECONDS_APART)
        self.window = Window(clock.now, seconds=1)
        self.bans = 0
        self.asked: list[ListingId] = []
        self.given: list[str] = []
        self.waited_for: list[int] = []

    def listings(self, locale: str) -> Any:
        return self.all

    def rows(self, skus: Any, *, beside: Any = ()) -> Any:
        asked = list(skus)
        found = {sku_key(sku): a_row(sku, MIN_PRICE_US="280.00") for sku in asked}
        yield CatalogAnswer(found, frozenset(), frozenset(found))

    def standings(self, listing_id: ListingId) -> tuple[Standing, ...]:
        with self.lane.turn(wait_first=lambda: None):
            self.bans += not self.window.take(1, 2)
            self.asked.append(listing_id)
        return ()


def run(shop: Crowded, known: dict[ListingId, KnownPrices], started: datetime) -> Gathered:
    def age_seconds() -> float:
        return float((shop.clock.now() - started).total_seconds())

    house = cast(House, SimpleNamespace(clock=shop.clock, stop=threading.Event(), age_seconds=age_seconds))
    market = Market(cast(Any, shop), cast(Any, shop), cast(Any, shop))
    # One question at a time: with more, neighbours in the queue may overtake each other.
    one = replace(settings(), backmarket=replace(settings().backmarket, concurrency=1))
    return RepriceGatherer(market, one, house, lambda done, total: None).gather(known, {})


def test_two_thousand_listings_within_a_tenth_of_the_bound(tmp_path: Path) -> None:
    clock = StandingClock()
    shop = Crowded(2_000, clock, tmp_path)
    started = clock.now()
    gathered = run(shop, {}, started)
    assert (len(gathered.facts.answers), shop.bans) == (2_000, 0)
    assert (clock.now() - started).total_seconds() <= 2_000 / 2 * 1.1


def test_rows_are_read_while_listings_arrive_and_parents_not_at_all(tmp_path: Path) -> None:
    class Arriving(Crowded):
        def listings(self, locale: str) -> Any:
            for one in self.all:
                self.given.append(one.sku)
                yield one

        def rows(self, skus: Any, *, beside: Any = ()) -> Any:
            for sku in skus:
                self.waited_for.append(len(self.given))
                found = {sku_key(sku): a_row(sku, shadow_of="PARENT")}
                yield CatalogAnswer(found, frozenset(), frozenset(found))

    shop = Arriving(3, StandingClock(), tmp_path)
    run(shop, {}, shop.clock.now())
    assert shop.waited_for == [1, 2, 3]


def test_twenty_thousand_within_four_runs_oldest_first(tmp_path: Path) -> None:
    clock = StandingClock()
    shop = Crowded(20_000, clock, tmp_path)
    known: dict[ListingId, KnownPrices] = {}
    hour = clock.now()
    for _ in range(4):
        gathered = run(shop, known, clock.now())
        assert (clock.now() - hour).total_seconds() < 3_300
        known |= {listing_id: KnownPrices(gathered.facts.now) for listing_id in gathered.facts.answers}
        hour += timedelta(hours=1)
        clock.sleep((hour - clock.now()).total_seconds())
    assert len(known) == 20_000
    assert shop.bans == 0
    assert len(set(shop.asked[:20_000])) == 20_000
