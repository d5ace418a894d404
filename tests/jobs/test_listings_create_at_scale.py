"""More candidates than an hour has lines: how many hourly runs it takes, and what is left for `listings sync`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from creation_shop import candidate, catalog_product, create, made
from listing_shop import shown, stock, sync
from shops import Shop

LINES_PER_HOUR, CANDIDATES, CUTS = 80, 400, 10
RUNS = CANDIDATES // (LINES_PER_HOUR // 2)


@pytest.fixture
def busy(shop: Shop) -> Iterator[Shop]:
    """Give a shop with 400 candidates, 200 live listings and 80 lines an hour."""
    budget = f"[backmarket]\nlisting_lines_per_hour = {LINES_PER_HOUR}"
    shop.config.write_text(shop.config.read_text().replace("[backmarket]", budget))
    shop.switch("sellercloud", aggregate_lag_seconds=0)
    shop.switch("backmarket", listing_lines_per_hour=LINES_PER_HOUR)
    for number in range(RUNS * CUTS * 2):
        sku = f"LIVE-{number:04}"
        stock(shop, sku, 5)
        product, prices = catalog_product(shop), {"en-us": Decimal("319.00")}
        shop.world.account.add_listing(sku, product=product, quantity=5, prices=prices)
    for number in range(CANDIDATES):
        candidate(shop, f"NEW-{number:04}", quantity=0)
    sync(shop)
    return shop


def test_the_hours_that_arithmetic_allows_and_no_sync_starved(busy: Shop) -> None:
    began, made_by_hour = busy.world.clock.now(), []
    for hour in range(RUNS):
        busy.advance(max(0.0, hour * 3600 - (busy.world.clock.now() - began).total_seconds()))
        assert create(busy).exit_code == 0
        made_by_hour.append(sum(sku.startswith("NEW") for sku in made(busy)))
        cut = [f"LIVE-{number:04}" for number in range(hour * CUTS, (hour + 1) * CUTS)]
        for sku in cut:
            busy.world.tenant.set_physical(sku, 4)
        sync(busy)
        assert [shown(busy, sku) for sku in cut] == [4] * CUTS
    assert made_by_hour == [LINES_PER_HOUR // 2 * (hour + 1) for hour in range(RUNS)]
    assert not [entry for entry in busy.world.log.entries if entry.status == 429]
    assert list(create(busy).plan.actions) == []
