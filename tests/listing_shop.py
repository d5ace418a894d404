"""How a test puts SKUs on both shelves: products with their columns in SellerCloud, listings on Back Market."""

from __future__ import annotations

from typing import Any

from shops import COMPANY, Shop

from bmsc.domain.outcome import RunReport
from bmsc.sandbox.backmarket.listings import CatalogProduct
from bmsc.sandbox.backmarket.listings import Listing as Shown

PRICE = "319.00"
MARKETS = """
[[markets]]
locale = "en-gb"
suffix = "GB"
currency = "GBP"
"""


def stock(shop: Shop, sku: str, units: int, **cells: Any) -> None:
    """Add a product of our company that is enabled in the US at 319.00; keywords overwrite cells."""
    facts = {name: cells.pop(name) for name in ("company_id", "shadow_of", "parts", "active") if name in cells}
    columns = {"ENABLED_US": True, "PRICE_US": PRICE, **cells}
    with shop.world.lock:
        shop.world.tenant.add_product(
            sku,
            name=sku,
            quantity=units,
            columns={f"BACKMARKET_{name}": value for name, value in columns.items()},
            **{"company_id": COMPANY, **facts},
        )


def listed(shop: Shop, sku: str, quantity: int, **facts: Any) -> Shown:
    """List a SKU at 319.00."""
    prices = facts.pop("prices", {"en-us": PRICE})
    with shop.world.lock:
        return shop.world.account.add_listing(sku, product=phone(shop), quantity=quantity, prices=prices, **facts)


def phone(shop: Shop) -> CatalogProduct:
    """Give the one product of Back Market's catalog that every listing of the tests is."""
    account = shop.world.account
    return account.find_product(PHONE) or account.add_product("Phone", product_id=PHONE)


PHONE = "cea70000-0000-4000-8000-0000000000b2"


def both(shop: Shop, sku: str, units: int, quantity: int, **cells: Any) -> Shown:
    """Put a SKU on both shelves."""
    stock(shop, sku, units, **cells)
    return listed(shop, sku, quantity)


def sync(shop: Shop, **scope: Any) -> RunReport:
    """Run `listings sync`."""
    return shop.run("listings sync", **scope)


def settle(shop: Shop) -> None:
    """Let a first live run go by, so that percent limits are what the configuration says."""
    sync(shop)
    shop.world.log.clear()


def shown(shop: Shop, sku: str) -> int:
    """Give the quantity Back Market shows."""
    with shop.world.lock:
        return shop.world.account.skus[sku.casefold()].quantity


def sent(shop: Shop) -> list[dict[str, Any]]:
    """Give the bodies of the listing lines since the log was last cleared, in the order they arrived."""
    lines = (entry for entry in shop.world.log.mutating() if "/ws/listings/" in entry.path)
    return [entry.body for entry in lines if entry.applied]


def reasons(report: RunReport) -> dict[str, str]:
    """Give each subject that was left alone with its reason."""
    skips = {skip.subject: skip.reason for skip in report.plan.skips}
    return skips | {told.fact.subject: told.fact.reason for told in (*report.holds, *report.alerts)}
