"""What does the whole world look like just now, as plain JSON values?"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket import batches
from bmsc.sandbox.backmarket.listings import Listing

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account
    from bmsc.sandbox.sellercloud.tenant import Tenant
    from bmsc.sandbox.world import World


def snapshot(world: World) -> dict[str, Any]:
    """Show orders, products and listings of both sides, for assertions."""
    batches.work_off(world.account)
    return {
        "now": world.clock.now().isoformat(),
        "backmarket": _backmarket(world.account),
        "sellercloud": _sellercloud(world.tenant),
    }


def plain(value: Any) -> Any:
    """Turn a value into what JSON can say: decimals as text, moments as ISO text."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _backmarket(account: Account) -> dict[str, Any]:
    return {
        "orders": {str(number): plain(order) for number, order in account.orders.items()},
        "listings": {x.sku: listing_facts(x) for x in account.listings.values()},
        "tasks": {str(number): plain(task) for number, task in account.tasks.items()},
    }


def listing_facts(listing: Listing) -> dict[str, Any]:
    """Show one listing with its publication state in every market where it has an offer."""
    states = {locale: listing.publication_state(locale) for locale in listing.offers}
    return {**plain(listing), "publication_states": states}


def _sellercloud(tenant: Tenant) -> dict[str, Any]:
    products = {sku: plain(product) for sku, product in tenant.products.items()}
    for sku, facts in products.items():
        facts["true_sellable"] = tenant.true_sellable(sku)
    orders = {str(number): plain(order) for number, order in tenant.orders.items()}
    return {"orders": orders, "products": products}
