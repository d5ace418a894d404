"""What a product is in SellerCloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bmsc.domain.ids import Sku, SkuKey


@dataclass(frozen=True)
class Product:
    """A SellerCloud catalog row, reduced to the fields in use.

    `available` is None when the row says nothing believable; `columns` maps a case-folded custom column
    name to its raw value, and is None when the row carried no columns at all.
    """

    sku: Sku
    company_id: int
    name: str
    active: bool
    available: int | None
    shadow_of: Sku | None = None
    is_kit: bool = False
    is_matrix_parent: bool = False
    columns: Mapping[str, object] | None = field(default=None)


@dataclass(frozen=True)
class ProductsAnswer:
    """Which products SellerCloud returned, and which SKUs it gave no believable answer about."""

    found: Mapping[SkuKey, Product]
    unknown: frozenset[SkuKey]
