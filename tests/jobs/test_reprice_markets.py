"""`reprice` in several markets at once, over real HTTP: each with its own columns, currency, rivals and memory."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from listing_shop import reasons, stock
from price_shop import product_of, questions, reprice
from shops import Shop

from bmsc.errors import ExitCode
from bmsc.sandbox.backmarket.listings import CatalogProduct

EUROPE = (("fr-fr", "FR", "EUR"), ("en-gb", "GB", "GBP"), ("sv-se", "SE", "SEK"))
CELLS = {
    "ENABLED_FR": True,
    "PRICE_FR": "319.00",
    "MIN_PRICE_FR": "280.00",
    "ENABLED_GB": True,
    "PRICE_GB": "279.00",
    "MIN_PRICE_GB": "240.00",
    "ENABLED_SE": True,
    "PRICE_SE": "3590.00",
    "MIN_PRICE_SE": "3100.00",
}
SHOWN = {"fr-fr": "319.00", "en-gb": "279.00", "sv-se": "3590.00"}
LISTING = "/ws/listings/"


def open_in(shop: Shop, *markets: tuple[str, str, str], more: str = "") -> None:
    """Define the columns of markets of the account's zone, configure them, and switch repricing on."""
    for _, suffix, _ in markets:
        for name, kind in (("ENABLED", 4), ("PRICE", 2), ("MIN_PRICE", 2)):
            shop.world.tenant.define_column(f"BACKMARKET_{name}_{suffix}", kind)
    (locale, suffix, currency), *others = markets
    tables = "".join(
        f'\n[[markets]]\nlocale = "{one}"\nsuffix = "{name}"\ncurrency = "{money}"\n' for one, name, money in others
    )
    shop.configure(f"{tables}\n[reprice]\nenabled = true\n{more}\n", locale=locale, suffix=suffix, currency=currency)


@pytest.fixture
def europe(shop: Shop) -> Shop:
    """Give a shop that sells in France, the United Kingdom and Sweden."""
    shop.world.account.settle_in("EU")
    open_in(shop, *EUROPE)
    return shop


def priced(shop: Shop, sku: str, shown: dict[str, str] | None = None, **cells: Any) -> None:
    """Put a SKU of a product of its own on both shelves."""
    product: CatalogProduct = cells.pop("product", None) or product_of(shop, sku)
    stock(shop, sku, 5, **(cells if "ENABLED_JP" in cells else CELLS | cells))
    with shop.world.lock:
        shop.world.account.add_listing(sku, product=product, quantity=5, prices=shown or SHOWN)


def rival(shop: Shop, sku: str, locale: str, price: str) -> None:
    """Let another seller offer the same product in one market."""
    with shop.world.lock:
        account = shop.world.account
        account.add_rival(account.skus[sku.casefold()].product, locale, grade="GOOD", price=Decimal(price))


def asked(shop: Shop, sku: str) -> dict[str, str]:
    """Give the price that buyers of each market see."""
    with shop.world.lock:
        offers = shop.world.account.skus[sku.casefold()].offers
        return {locale: str(offer.price) for locale, offer in offers.items() if offer.price is not None}


def written(shop: Shop) -> dict[str, dict[str, Any]]:
    """Give what was written since the log was last cleared, by market."""
    lines = [entry for entry in shop.writes() if entry.path.startswith(LISTING)]
    assert len({entry.headers["Accept-Language"] for entry in lines}) == len(lines)
    return {entry.headers["Accept-Language"]: entry.body for entry in lines}


def test_each_market_follows_its_own_buybox_in_its_own_currency(europe: Shop) -> None:
    priced(europe, "A1")
    rival(europe, "A1", "fr-fr", "300.00")
    rival(europe, "A1", "en-gb", "200.00")
    rival(europe, "A1", "sv-se", "3333.00")
    assert reprice(europe).exit_code == ExitCode.DONE
    assert written(europe) == {
        "fr-fr": {"price": "299.99", "currency": "EUR"},
        "sv-se": {"price": "3332.99", "currency": "SEK"},
    }
    assert asked(europe, "A1") == {"fr-fr": "299.99", "en-gb": "279.00", "sv-se": "3332.99"}
    assert len(questions(europe)) == 1
    europe.world.log.clear()
    assert reasons(reprice(europe)) == {f"sku:A1@{locale}": "in_step" for locale in SHOWN}
    assert written(europe) == {}


def test_what_stops_one_market_stops_no_other(europe: Shop) -> None:
    europe.switch("sellercloud", decimal_encoding="text")
    priced(europe, "BAD", MIN_PRICE_FR="abc", ENABLED_SE=None)
    priced(europe, "OFF", {"fr-fr": "319.00", "en-gb": "279.00"}, PRICE_GB="")
    for sku in ("BAD", "OFF"):
        for locale, price in (("fr-fr", "300.00"), ("en-gb", "260.00"), ("sv-se", "3333.00")):
            rival(europe, sku, locale, price)
    report = reprice(europe)
    assert asked(europe, "BAD") == {"fr-fr": "319.00", "en-gb": "259.99", "sv-se": "3590.00"}
    assert asked(europe, "OFF") == {"fr-fr": "299.99", "en-gb": "279.00", "sv-se": "3590.00"}
    assert reasons(report) == {"sku:BAD@fr-fr": "bad_cell", "sku:OFF@en-gb": "no_default"}


def test_another_hand_in_one_market_is_held_there_alone(europe: Shop) -> None:
    priced(europe, "A1")
    for locale, price in (("fr-fr", "300.00"), ("en-gb", "260.00"), ("sv-se", "3333.00")):
        rival(europe, "A1", locale, price)
    assert reprice(europe).exit_code == ExitCode.DONE
    with europe.world.lock:
        europe.world.account.skus["a1"].offers["en-gb"].price = Decimal("100.00")
        europe.world.account.skus["a1"].offers["fr-fr"].price = Decimal("315.00")
    assert reasons(reprice(europe)) == {"sku:A1@en-gb": "changed_elsewhere", "sku:A1@sv-se": "in_step"}
    assert asked(europe, "A1") == {"fr-fr": "299.99", "en-gb": "100.00", "sv-se": "3332.99"}


def test_a_sibling_wins_in_its_own_market_only(europe: Shop) -> None:
    europe.switch("backmarket", backbox_by="condition")
    product = product_of(europe, "one product")
    priced(europe, "A1", {"fr-fr": "299.00", "en-gb": "279.00"}, product=product)
    priced(europe, "A2", {"fr-fr": "319.00", "en-gb": "279.00"}, product=product)
    rival(europe, "A1", "fr-fr", "305.00")
    rival(europe, "A1", "en-gb", "260.00")
    reprice(europe)
    assert [asked(europe, sku)["fr-fr"] for sku in ("A1", "A2")] == ["299.00", "319.00"]
    assert [asked(europe, sku)["en-gb"] for sku in ("A1", "A2")] == ["259.99", "259.99"]


def test_each_market_climbs_and_falls_back_by_itself(europe: Shop) -> None:
    open_in(europe, *EUROPE, more='winning = "climb"\nclimb_percent = 2')
    priced(europe, "A1", {"fr-fr": "299.00", "en-gb": "250.00", "sv-se": "3200.00"})
    rival(europe, "A1", "fr-fr", "300.00")
    rival(europe, "A1", "en-gb", "400.00")
    rival(europe, "A1", "sv-se", "3100.00")
    seen = []
    for _ in range(3):
        reprice(europe)
        seen.append(asked(europe, "A1"))
        europe.advance(3600)
    assert [one["fr-fr"] for one in seen] == ["304.98", "299.00", "299.00"]
    assert [one["en-gb"] for one in seen] == ["255.00", "260.10", "265.30"]
    assert [one["sv-se"] for one in seen] == ["3590.00", "3590.00", "3590.00"]


def test_a_currency_without_cents(shop: Shop) -> None:
    shop.world.account.settle_in("AP")
    open_in(shop, ("ja-jp", "JP", "JPY"), ("en-au", "AU", "AUD"), more='winning = "climb"\nclimb_percent = 1')
    cells = {"ENABLED_JP": True, "PRICE_JP": "31999", "MIN_PRICE_JP": "28001"}
    cells |= {"ENABLED_AU": True, "PRICE_AU": "499.00", "MIN_PRICE_AU": "400.00"}
    for sku in ("A1", "A2", "A3"):
        priced(shop, sku, {"ja-jp": "31999", "en-au": "499.00"}, **cells)
    rival(shop, "A1", "en-au", "450.50")
    rival(shop, "A1", "ja-jp", "30000.50")
    rival(shop, "A2", "ja-jp", "28001.00")
    shop.world.tenant.set_column("A3", "BACKMARKET_PRICE_JP", "31999.5")
    report = reprice(shop)
    lines = [entry for entry in shop.writes() if entry.headers["Accept-Language"] == "ja-jp"]
    assert [entry.body for entry in lines] == [{"price": "30000", "currency": "JPY"}]
    assert [asked(shop, sku)["en-au"] for sku in ("A1", "A2", "A3")] == ["450.49", "499.00", "499.00"]
    assert reasons(report)["sku:A3@ja-jp"] == "bad_cell"
