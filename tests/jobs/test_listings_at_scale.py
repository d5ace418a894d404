"""Many listings: the sum of requests, the order of writes, a kill in the middle, an hour's budget, a day of runs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter

import pytest
from listing_shop import listed, reasons, sent, settle, shown, stock, sync
from shops import Shop

LISTINGS, CHANGES = 600, 45


def budget(shop: Shop, lines: int) -> None:
    """Configure so many lines an hour."""
    shop.configure("\n[guards]\nmax_sold_out_percent = 100\n")
    text = shop.config.read_text()
    shop.config.write_text(text.replace("[backmarket]", f"[backmarket]\nlisting_lines_per_hour = {lines}"))


def fill(shop: Shop, count: int) -> None:
    """Put SKUs on both shelves, five units each."""
    for number in range(count):
        stock(shop, f"S{number:04}", 5)
        listed(shop, f"S{number:04}", 5)


def change(shop: Shop, count: int) -> None:
    """Let a third be sold out, a third be lowered and a third be raised."""
    for number in range(count):
        shop.world.tenant.set_physical(f"S{number:04}", (0, 3, 9)[number % 3])
    shop.advance(60)


def requests(shop: Shop) -> Counter[str]:
    """Count what was asked, by what it was."""
    found: Counter[str] = Counter()
    for entry in shop.world.log.entries:
        name = f"{entry.method} {entry.path.rsplit('/', 1)[0] if '-' in entry.path else entry.path}"
        found[name.replace("/rest", "")] += 1
    return found


class TestOneRun:
    """What a run over many listings asks, and in which order it writes."""

    @pytest.fixture(autouse=True)
    def _full(self, shop: Shop) -> None:
        shop.configure("\n[guards]\nmax_sold_out_percent = 100\n")
        fill(shop, LISTINGS)
        settle(shop)
        change(shop, CHANGES)

    def test_the_requests_are_the_sum_and_nothing_else(self, shop: Shop) -> None:
        shop.place(("S0599", 1))
        shop.world.log.clear()
        report = sync(shop)
        found = requests(shop)
        look_ups = found.pop("GET /api/Orders")
        assert look_ups <= 3
        assert found == {
            "GET /ws/listings": LISTINGS // 50,
            "GET /api/Catalog": LISTINGS // 50,
            "GET /ws/orders": 3,
            "POST /ws/listings": CHANGES + (shown(shop, "S0599") != 4),
        }
        assert report.counts()["applied"] == CHANGES

    def test_zeroings_and_decreases_before_any_raise(self, shop: Shop) -> None:
        sync(shop)
        quantities = [body["quantity"] for body in sent(shop)]
        assert quantities == [0] * 15 + [3] * 15 + [9] * 15

    def test_killed_in_the_middle_and_run_again(self, shop: Shop) -> None:
        command = [sys.executable, "-m", "bmsc", "listings", "sync", "--quiet", "--config", str(shop.config)]
        with subprocess.Popen([*command, "--state-dir", str(shop.state_dir)], env=os.environ) as process:
            args = {"pid": process.pid}
            shop.world.faults.add("kill_after", method="POST", path="/ws/listings/", skip=19, args=args)
            process.wait(60)
        assert process.returncode == -9
        threading.Event().wait(0.5)  # the lines that were under way when it died still arrive
        first = len(sent(shop))
        assert 20 <= first < CHANGES
        assert sync(shop).exit_code == 0
        assert len(sent(shop)) == CHANGES
        assert [shown(shop, f"S{number:04}") for number in range(3)] == [0, 3, 9]
        shop.world.log.clear()
        assert not list(sync(shop).plan.actions)


def test_an_hour_with_more_changes_than_lines(shop: Shop) -> None:
    budget(shop, 120)
    fill(shop, 300)
    settle(shop)
    change(shop, 300)
    per_hour: list[list[int]] = []
    for _ in range(4):
        shop.world.log.clear()
        for _ in range(6):
            report = sync(shop)
            assert report.exit_code == 0
            shop.advance(600)
        per_hour.append([body["quantity"] for body in sent(shop)])
    assert all(len(hour) <= 120 for hour in per_hour)
    flat = [quantity for hour in per_hour for quantity in hour]
    assert Counter(flat) == {0: 100, 3: 100, 9: 100}
    assert flat == sorted(flat)


def test_decreases_are_not_starved_by_raises_and_prices(shop: Shop) -> None:
    budget(shop, 100)
    fill(shop, 200)
    settle(shop)
    for number in range(200):
        shop.world.tenant.set_column(f"S{number:04}", "BACKMARKET_PRICE_US", "299.00")
    assert sync(shop).counts()["applied"] == 75
    for number in range(25):
        shop.world.tenant.set_physical(f"S{number:04}", 1)
    shop.advance(60)
    report = sync(shop)
    assert report.counts()["applied"] == 25
    assert [shown(shop, f"S{number:04}") for number in range(25)] == [1] * 25
    assert "deferred" in {result.outcome.verdict.value for result in report.results}


def test_a_day_of_all_commands_is_never_banned(shop: Shop) -> None:
    shop.switch("backmarket", listing_lines_per_hour=50)
    budget(shop, 48)
    fill(shop, 60)
    settle(shop)
    for tick in range(48):
        for number in range(0, 60, 2):
            shop.world.tenant.set_physical(f"S{number:04}", 3 + (tick + number) % 5)
        if tick % 2 == 0:
            shop.place((f"S{tick:04}", 1))
        for command in ("orders pull", "tracking push", "cancel sync", "listings sync"):
            shop.run(command)
        shop.advance(1800)
    refused = Counter(entry.status for entry in shop.requests("backmarket") if entry.status not in (200,))
    assert not refused
    assert reasons(sync(shop))


def test_a_hundred_thousand_remembered_listings_are_explained_at_once(shop: Shop) -> None:
    stock(shop, "X", 9)
    listing = listed(shop, "X", 5)
    sync(shop)
    book = shop.state_dir / "listings.jsonl"
    others = (f'{{"id":"{number:032x}","managed":true,"seen":5}}' for number in range(100_000))
    book.write_text("\n".join([*others, book.read_text()]))
    from bmsc.state.listing_book import ListingBook

    row = ListingBook(book, writable=False).one(listing.id)
    assert row is not None
    assert row.written == 9
