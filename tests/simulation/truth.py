"""What is true on both platforms, whatever anybody was shown or remembers?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from bmsc.sandbox.backmarket.orders import Order
from bmsc.sandbox.goods import ALIAS
from bmsc.sandbox.sellercloud.codes import PaymentType, Relationship
from bmsc.sandbox.sellercloud.orders import Order as Twin
from bmsc.sandbox.sellercloud.products import Product
from bmsc.sandbox.shop import COMPANY_ID, SHOPS
from bmsc.sandbox.world import World

WAITING, TO_SHIP, UNPAID = 1, 3, (0, 10)
PAID, ACCEPTED, SHIPPED, CANCELLED, REFUNDED = 1, 2, 3, 4, 5
DEAD = frozenset({4, 5, 6, 7})
"""Line states in which nobody waits for anything any more."""
CANCELED, VOID = -1, 999
_YES = frozenset({"true", "1", "yes", "y"})
_CENT = Decimal("0.01")
_CHILDREN = frozenset({Relationship.SPLIT_FROM, Relationship.CHILD})
Cells = Mapping[str, object]


def sellercloud_sku(sku: str) -> str:
    """Translate a Back Market SKU as the configuration's alias does, folded."""
    return (ALIAS[1] if sku == ALIAS[0] else sku).casefold()


def orders_in(world: World, *states: int) -> list[int]:
    """List the Back Market orders in some states, oldest first."""
    return [order.order_id for order in world.account.orders.values() if order.state in states]


def live_lines(order: Order) -> list[Any]:
    """Give the lines somebody still waits for, or has been sent."""
    return [line for line in order.lines if line.state not in DEAD]


def twins_of(world: World, order_id: int) -> list[Twin]:
    """List the SellerCloud orders with a Back Market order's number that were made for it.

    What staff split off or merged is no second order.
    """
    twins = world.tenant.orders_by_number(str(order_id))
    return [twin for twin in twins if not any(tie.kind in _CHILDREN for tie in twin.relations)]


def payments_of(twin: Twin) -> int:
    """Count the payments an order received."""
    return sum(payment.type == PaymentType.PAYMENT for payment in twin.payments)


def units_of(lines: Iterable[Any]) -> Counter[str]:
    """Count units by folded SellerCloud SKU."""
    units = Counter[str]()
    for line in lines:
        units[sellercloud_sku(line.sku)] += line.quantity
    return units


def product_of(world: World, sku: str) -> Product | None:
    """Find the product that a Back Market SKU sells."""
    return world.tenant.catalogue.find(sellercloud_sku(sku))


def enabled_in(cells: Cells, shop: str) -> dict[str, str]:
    """Give the markets that a product's columns switch on, as locale and suffix."""
    return {
        front.locale: front.suffix
        for front in SHOPS[shop]
        if str(cells.get(f"backmarket_enabled_{front.suffix}".casefold())).strip().casefold() in _YES
    }


def is_on_sale(product: Product | None, shop: str) -> bool:
    """Say whether the merchant means a product to be sold on Back Market."""
    ours = product is not None and product.active and product.company_id == COMPANY_ID
    return ours and bool(enabled_in(product.columns, shop))


def bounds_in(cells: Cells, suffix: str) -> tuple[Decimal, Decimal] | None:
    """Give the lowest and highest price that columns permit in a market; None when they permit none."""
    highest = amount(cells.get(f"backmarket_price_{suffix}".casefold()))
    if highest is None:
        return None
    minimum = cells.get(f"backmarket_min_price_{suffix}".casefold())
    if minimum is None:
        return highest, highest
    lowest = amount(minimum)
    return None if lowest is None or lowest > highest else (lowest, highest)


def amount(value: object) -> Decimal | None:
    """Read a price to the cent; None for anything else."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 and number == number.quantize(_CENT) else None


def sellable(world: World, sku: str, shop: str, *, whatever_staff_decided: bool = False) -> int:
    """Count the units of a listing that nobody has bought: what may rightly be offered now.

    An order that staff cancelled or parked in SellerCloud, and that Back Market still waits for, may be counted
    either way; `whatever_staff_decided` counts it as bought.
    """
    product = product_of(world, sku)
    if product is None or not is_on_sale(product, shop):
        return 0
    pools = world.tenant.stockroom.pools(product.sku, 1)
    waiting = _unreserved(world, whatever_staff_decided)
    taken = max((-(-waiting[pool] // each) for pool, each in pools.items()), default=0)
    return max(0, world.tenant.true_sellable(product.sku) - taken)


def _unreserved(world: World, whatever_staff_decided: bool) -> Counter[str]:
    """Count the units per pool that were bought, by orders anybody can see, and are not yet kept back for them."""
    waiting = Counter[str]()
    for order in world.account.orders.values():
        if order.state in (WAITING, TO_SHIP, 10) and not _is_settled(world, order, whatever_staff_decided):
            for line in live_lines(order):
                waiting.update(world.tenant.stockroom.pools(sellercloud_sku(line.sku), line.quantity))
    return waiting


def _is_settled(world: World, order: Order, whatever_staff_decided: bool) -> bool:
    """Say whether SellerCloud keeps the units back, or staff decided there that the order is off."""
    twins = world.tenant.orders_by_number(str(order.order_id))
    off = [twin for twin in twins if twin.status in (CANCELED, VOID)]
    return any(twin.payments for twin in twins if twin not in off) or bool(off and not whatever_staff_decided)


def numbered(world: World) -> Iterator[tuple[int, str]]:
    """Give every SellerCloud order's id and number."""
    return ((twin.id, twin.number) for twin in world.tenant.orders.values())
