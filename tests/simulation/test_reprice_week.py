"""Seven days of hourly repricing on the shared clock, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from price_shop import asked, on, priced, reprice, rival
from shops import Shop, open_shop

HOURS = 7 * 24


def changes(shop: Shop, sku: str) -> list[Decimal]:
    """Give the prices written since the log was last cleared."""
    identity = shop.world.account.skus[sku.casefold()].id
    found = [entry for entry in shop.world.log.mutating() if entry.path.endswith(identity)]
    return [Decimal(entry.body["price"]) for entry in found]


def test_after_a_rival_leaves_the_price_is_back_at_the_default_within_a_day(shop: Shop) -> None:
    on(shop, 'winning = "climb"\nclimb_percent = 2')
    shop.switch("backmarket", competitors_per_second=0)
    priced(shop, "A1")
    rival(shop, "A1", "285.00")
    lost_hours, back_after = 0, None
    for hour in range(HOURS):
        reprice(shop)
        price = Decimal(asked(shop, "A1"))
        assert Decimal("280.00") <= price <= Decimal("319.00")
        if hour == 100:
            shop.world.act("rivals", "leave", {"sku": "A1"})
        if hour < 100:
            lost_hours += price >= Decimal("285.00")
        elif back_after is None and price == Decimal("319.00"):
            back_after = hour - 100
        shop.advance(3600)
    assert back_after is not None
    assert back_after <= 24
    assert lost_hours <= 25


@pytest.fixture
def two_shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Shop, Shop]]:
    """Give two sellers, each with a platform of its own: what one asks is put into the other's market by the test."""
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    with open_shop(folders[0], monkeypatch) as first, open_shop(folders[1], monkeypatch) as second:
        yield first, second


def test_two_copies_against_each_other(two_shops: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both programs sell one product: each is the other's rival, repriced in turn."""
    first, second = two_shops
    days: dict[tuple[int, int], int] = {}
    for one in two_shops:
        on(one, 'winning = "climb"\nbelow_minimum = "minimum"\ncooldown_minutes = 60')
        one.switch("backmarket", competitors_per_second=0)
        priced(one, "A1")
        rival(one, "A1", "319.00")
    for hour in range(HOURS):
        for number, (me, other) in enumerate(((first, second), (second, first))):
            me.world.act("rivals", "set_price", {"sku": "A1", "price": asked(other, "A1")})
            me.world.log.clear()
            monkeypatch.setenv("BMSC_CLOCK_FILE", str(me.folder / "clock"))
            reprice(me)
            written = changes(me, "A1")
            assert all(Decimal("280.00") <= price <= Decimal("319.00") for price in written)
            days[number, hour // 24] = days.get((number, hour // 24), 0) + len(written)
        for one in two_shops:
            one.advance(3600)
    assert 0 < max(days.values()) <= 6
