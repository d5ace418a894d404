"""How a test puts products that are to become listings into SellerCloud."""

from __future__ import annotations

from typing import Any

from shops import COMPANY, Shop

from bmsc.domain.outcome import RunReport
from bmsc.sandbox.backmarket.listings import CatalogProduct
from bmsc.sandbox.backmarket.listings import Listing as Shown

PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
CELLS = {
    "ENABLED_US": True,
    "PRICE_US": "319.00",
    "ID": PRODUCT,
    "GRADE": "2",
    "WARRANTY_DELAY": 24,
}


def catalog_product(shop: Shop) -> CatalogProduct:
    """Give the product of Back Market's catalog that the candidates name."""
    account = shop.world.account
    return account.find_product(PRODUCT) or account.add_product("iPhone 13", product_id=PRODUCT, backmarket_id=761585)


def candidate(shop: Shop, sku: str, **cells: Any) -> None:
    """Add a product with every column filled in; keywords overwrite cells, None empties one."""
    facts = {
        name: cells.pop(name)
        for name in ("company_id", "shadow_of", "parts", "active", "is_matrix_parent", "quantity")
        if name in cells
    }
    filled = {name: value for name, value in (CELLS | cells).items() if value is not None}
    with shop.world.lock:
        catalog_product(shop)
        shop.world.tenant.add_product(
            sku,
            name=f"Phone {sku}",
            columns={f"BACKMARKET_{name}": value for name, value in filled.items()},
            **{"company_id": COMPANY, "quantity": 3, **facts},
        )


def create(shop: Shop, **scope: Any) -> RunReport:
    """Run `listings create`."""
    return shop.run("listings create", **scope)


def made(shop: Shop) -> dict[str, Shown]:
    """Give Back Market's listings by SKU."""
    with shop.world.lock:
        return {listing.sku: listing for listing in shop.world.account.listings.values()}


def batches(shop: Shop) -> list[str]:
    """Give the CSVs that were handed in since the log was last cleared, whatever became of them."""
    entries = shop.world.log.entries
    return [
        entry.body["catalog"] for entry in entries if entry.method == "POST" and entry.path.endswith("/ws/listings")
    ]


def reasons(report: RunReport) -> dict[str, str]:
    """Give each subject that was left alone with its reason."""
    skips = {skip.subject: skip.reason for skip in report.plan.skips}
    return skips | {told.fact.subject: told.fact.reason for told in (*report.holds, *report.alerts)}


def outcomes(report: RunReport) -> dict[str, str]:
    """Give each action's subject with its outcome."""
    return {result.action.subject: result.outcome.verdict.value for result in report.results}


def later(shop: Shop) -> None:
    """Let an hour pass, as cron does."""
    shop.advance(3600)
