"""Which identifier is meant: a Back Market order id is never a SellerCloud one."""

from __future__ import annotations

from typing import NewType

OrderId = NewType("OrderId", int)
"""Back Market's `order_id`."""
OrderLineId = NewType("OrderLineId", int)
"""Back Market's order line `id`, from a sequence of its own."""
OrderNumber = NewType("OrderNumber", str)
"""Our prefix + Back Market's order id; SellerCloud keeps it as `OrderSourceOrderID`."""
SellerCloudOrderId = NewType("SellerCloudOrderId", int)
"""SellerCloud's own order `ID`."""
Sku = NewType("Sku", str)
"""A stock keeping unit exactly as one side spells it."""
ListingId = NewType("ListingId", str)
"""Back Market's listing `id`, a UUID: the only form every listing call accepts."""
SkuKey = NewType("SkuKey", str)
"""A SKU folded for comparison: both sides ignore case."""


def sku_key(sku: str) -> SkuKey:
    """Fold a SKU for comparison."""
    return SkuKey(sku.strip().casefold())


def order_number(prefix: str, order_id: OrderId) -> OrderNumber:
    """Name a Back Market order as SellerCloud knows it."""
    return OrderNumber(f"{prefix}{order_id}")


def order_subject(order_id: int) -> str:
    """Name an order in reports, holds, intents and the journal."""
    return f"order:{order_id}"


def sku_subject(sku: str, locale: str | None = None) -> str:
    """Name a SKU, or its price in one market, in reports, holds and the journal."""
    return f"sku:{sku}@{locale}" if locale else f"sku:{sku}"
