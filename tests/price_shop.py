"""How a test puts prices, rivals and bounds in place, and reprices over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from listing_shop import stock
from shops import Shop

from bmsc.domain.outcome import RunReport
from bmsc.sandbox.backmarket.listings import CatalogProduct
from bmsc.sandbox.backmarket.listings import Listing as Shown


def on(shop: Shop, more: str = "") -> None:
    """Switch repricing on, with further keys of its table."""
    shop.configure(f"\n[reprice]\nenabled = true\n{more}\n")


def priced(shop: Shop, sku: str, price: str = "319.00", *, minimum: str | None = "280.00", **cells: Any) -> Shown:
    """Put a SKU of a product of its own on both shelves: default 319.00, minimum 280.00, five units."""
    product = cells.pop("product", None) or product_of(shop, sku)
    stock(shop, sku, 5, MIN_PRICE_US=minimum, **cells)
    with shop.world.lock:
        prices = {"en-us": price}
        return shop.world.account.add_listing(sku, product=product, quantity=5, prices=prices)


def product_of(shop: Shop, sku: str) -> CatalogProduct:
    """Add a product of Back Market's catalog."""
    with shop.world.lock:
        return shop.world.account.add_product(f"Phone {sku}", max_prices={"en-us": Decimal(999)})


def rival(shop: Shop, sku: str, price: str, **facts: Any) -> None:
    """Let another seller offer the same product."""
    with shop.world.lock:
        product = shop.world.account.skus[sku.casefold()].product
        facts = {"grade": "GOOD", "price": Decimal(price), **facts}
        shop.world.account.add_rival(product, "en-us", **facts)


def reprice(shop: Shop, **scope: Any) -> RunReport:
    """Run `reprice`."""
    return shop.run("reprice", **scope)


def accustom(shop: Shop) -> None:
    """Let a first live run go by, so that percent limits are what the configuration says."""
    reprice(shop, skus=())
    shop.world.log.clear()


def asked(shop: Shop, sku: str) -> str:
    """Give the price that buyers see."""
    with shop.world.lock:
        return str(shop.world.account.skus[sku.casefold()].offers["en-us"].price)


def questions(shop: Shop) -> list[str]:
    """Give the paths of the questions about competitors since the log was last cleared."""
    return [entry.path for entry in shop.world.log.entries if "/competitors/" in entry.path]
