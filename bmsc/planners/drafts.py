"""What SellerCloud is told about a Back Market order, and what its total must then be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from bmsc.domain.ids import OrderNumber, Sku, SkuKey, order_number, sku_key
from bmsc.domain.money import SELLERCLOUD_CURRENCY, split_units
from bmsc.domain.orders import BackMarketOrder, DraftItem, OrderDraft, OrderLine, SellerCloudItem
from bmsc.domain.settings import SalesTax

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

NO_EMAIL_DOMAIN = "backmarket.invalid"
"""A reserved top level domain: mail to it can reach nobody."""


def number_of(order: BackMarketOrder, settings: Settings) -> OrderNumber:
    """Name the order as SellerCloud knows it."""
    return order_number(settings.orders.order_number_prefix, order.id)


def sellercloud_sku(sku: Sku, settings: Settings) -> Sku:
    """Translate a Back Market SKU through the configured aliases, whatever their case."""
    key = sku_key(sku)
    return next((Sku(target) for alias, target in settings.sku_aliases.items() if sku_key(alias) == key), sku)


def both_names(sku: Sku, settings: Settings) -> str:
    """Name a SKU as Back Market does, and beside it as SellerCloud does where an alias says otherwise."""
    other = sellercloud_sku(sku, settings)
    return str(sku) if sku_key(other) == sku_key(sku) else f"{sku} (in SellerCloud {other})"


def draft_of(order: BackMarketOrder, settings: Settings) -> OrderDraft:
    """Draw up the SellerCloud order for the lines that are still wanted."""
    include_tax = settings.orders.sales_tax is SalesTax.INCLUDE
    items = [item for line in order.live_lines for item in _items(line, order, settings, with_tax=include_tax)]
    return OrderDraft(
        number=number_of(order, settings),
        company_id=settings.sellercloud.company_id,
        channel=settings.sellercloud.channel,
        currency=order.currency,
        items=tuple(items),
        shipping_fee=_shipping(order),
        tax_exempt=not include_tax,
        ordered_at=order.created_at,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        email=order.shipping_address.email or order.billing_address.email or _placeholder(order),
        promised_at=order.expected_dispatch_at,
    )


def currency_known(order: BackMarketOrder) -> bool:
    """Say whether SellerCloud has a number for the order's currency."""
    return order.currency in SELLERCLOUD_CURRENCY


def sums_disagree(order: BackMarketOrder) -> bool:
    """Say whether Back Market's order price is not the sum of its lines (looked at while all are wanted)."""
    if len(order.live_lines) != len(order.lines):
        return False
    return sum((line.price for line in order.lines), Decimal(0)) != order.price


def wanted_units(lines: Iterable[OrderLine], settings: Settings) -> Counter[SkuKey]:
    """Count units per SellerCloud SKU."""
    units: Counter[SkuKey] = Counter()
    for line in lines:
        units[sku_key(sellercloud_sku(line.sku, settings))] += line.quantity
    return units


def present_units(items: Iterable[SellerCloudItem], wanted: Counter[SkuKey]) -> Counter[SkuKey]:
    """Count units per SKU of a SellerCloud order; a replaced SKU counts as the one it stood for."""
    units: Counter[SkuKey] = Counter()
    for item in items:
        names = [sku_key(name) for name in (item.sku, *item.also_known_as)]
        units[next((name for name in names if name in wanted), names[0])] += item.quantity
    return units


def _items(line: OrderLine, order: BackMarketOrder, settings: Settings, *, with_tax: bool) -> list[DraftItem]:
    parts = split_units(line.price, line.quantity, order.currency)
    return [
        DraftItem(
            sku=sellercloud_sku(line.sku, settings),
            quantity=quantity,
            unit_price=price,
            tax=line.sales_taxes if with_tax and first else Decimal(0),
            fee=line.fee if first else Decimal(0),
            reference_id=str(line.id),
            title=line.title,
        )
        for first, (quantity, price) in zip((True, False), parts, strict=False)
    ]


def _shipping(order: BackMarketOrder) -> Decimal:
    if len(order.live_lines) == len(order.lines):
        return order.shipping_price
    return sum((line.shipping_price for line in order.live_lines), Decimal(0))


def _placeholder(order: BackMarketOrder) -> str:
    return f"order-{order.id}@{NO_EMAIL_DOMAIN}"
