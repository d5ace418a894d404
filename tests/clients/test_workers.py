"""How many requests are under way at SellerCloud at once: more where it bears them, fewer where it does not."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import builders
import pytest
from clients.test_over_http import Keys
from msgspec.structs import replace
from shops import Shop

from bmsc.clients import connect
from bmsc.clients.http import Road
from bmsc.clients.sellercloud_stock import SellerCloudStock
from bmsc.clients.workers import Workers
from bmsc.domain.ids import Sku
from bmsc.planners import crew
from bmsc.state.clock import FileClock

SECONDS = 0.2
"""Of one answer: long beside what a busy machine adds to it."""
MOST = 8


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "QUICK_SECONDS", SECONDS / 4)


def read(shop: Shop, batches: int, *, most: int = MOST, per_hour: int = 10_800) -> None:
    """Read so many batches of rows."""
    settings = builders.settings()
    cloud = replace(
        settings.sellercloud,
        base_url=f"{shop.running.url}/rest",
        username="integration@example.test",
        concurrency=most,
        requests_per_hour=per_hour,
    )
    road = Road(clock=FileClock(shop.folder / "clock"))
    _, reads, _ = connect.both(replace(settings, sellercloud=cloud), Keys(), shop.folder / "cache", road)
    stock = SellerCloudStock(reads, columns=frozenset())
    assert len(list(stock.rows(Sku(f"S{number}") for number in range(50 * batches)))) == batches


def crowd(shop: Shop) -> int:
    """Give the most that were under way at once, once the first half of them was over."""
    crowds = shop.world.backlog.crowds
    return max(crowds[len(crowds) // 2 :])


def catalog(shop: Shop) -> list[datetime]:
    return [datetime.fromisoformat(one.at) for one in shop.requests("sellercloud") if one.path.endswith("/Catalog")]


def test_a_slow_tenant_that_bears_it_is_asked_as_much_at_once_as_is_allowed(shop: Shop) -> None:
    shop.switch("sellercloud", answer_seconds=SECONDS)
    read(shop, 60)
    assert crowd(shop) == MOST


def test_a_tenant_whose_answers_take_longer_the_more_it_is_asked_is_asked_less(shop: Shop) -> None:
    shop.switch("sellercloud", answer_seconds=SECONDS, answers_at_once=2)
    read(shop, 40, most=16)
    assert crowd(shop) <= 5


def test_never_more_than_is_allowed(shop: Shop) -> None:
    shop.switch("sellercloud", answer_seconds=SECONDS / 10)
    read(shop, 30, most=2)
    assert crowd(shop) <= 2


def test_a_throttle_halves_what_is_under_way(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.switch("sellercloud", answer_seconds=SECONDS)
    shop.world.faults.add("throttle", path="/Catalog", skip=27)
    with caplog.at_level(logging.INFO, logger="bmsc.http"):
        read(shop, 32)
    sizes = [(int(size), why) for size, why in re.findall(r"SellerCloud: (\d+) requests at once.*, (.*)", caplog.text)]
    (at,) = (number for number, (_, why) in enumerate(sizes) if why == "since it throttles")
    assert sizes[at][0] == sizes[at - 1][0] // 2


def test_more_at_once_are_not_more_in_an_hour(shop: Shop) -> None:
    share = 1000
    burst, apart = share // 5, 3600 / (share - share // 5)
    read(shop, burst + 40, per_hour=share)
    taken = catalog(shop)
    assert len(taken) == burst + 40
    assert all(number <= burst + (at - taken[0]).total_seconds() / apart for number, at in enumerate(taken, start=1))


def test_those_who_are_throttled_together_count_once() -> None:
    workers = Workers("SellerCloud", most=8)
    before = list(places(workers, 7, beside=True))[-1]
    with workers.place("GET") as one, workers.place("GET") as other, workers.place("GET") as late:
        one.throttled = other.throttled = True
        late.seconds = 60.0
    assert workers.allowed == before // 2


def test_who_waits_for_its_share_gets_no_more_places() -> None:
    """More at once would leave no sooner."""
    workers = Workers("SellerCloud", most=8)
    for _ in range(9):
        with workers.place("GET") as place:
            place.seconds, place.had_to_wait = 1.0, True
    assert workers.allowed == 1


def places(workers: Workers, count: int, *, beside: bool = False) -> Iterator[int]:
    """Have places, one at a time or as many as there are, and tell how many there are after each."""
    for _ in range(count):
        with ExitStack() as stack:
            for _ in range(workers.allowed if beside else 1):
                stack.enter_context(workers.place("GET")).seconds = 1.0
        yield workers.allowed


def test_who_never_fills_the_places_gets_no_more() -> None:
    assert list(places(Workers("SellerCloud", most=8), 9)) == [2] * 9
    assert list(places(Workers("SellerCloud", most=5), 6, beside=True)) == [2, 4, 4, 5, 5, 5]


def test_answers_that_say_nothing_change_nothing() -> None:
    workers = Workers("SellerCloud", most=8)
    for _ in range(9):
        with workers.place("GET"):
            pass
    assert workers.allowed == 1
    assert list(places(workers, 1)) == [2]
