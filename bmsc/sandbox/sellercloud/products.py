"""What is a product, a custom column, a warehouse and a company inside the sandbox's tenant?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bmsc.sandbox.sellercloud.codes import BACK_MARKET, WEBSITE, KitMode


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A place where units lie; only those of sellable ones count as available."""

    id: int
    name: str
    sellable: bool = True
    is_default: bool = False
    type: int = 0


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the tenant."""

    id: int
    name: str
    currency: str = "USD"
    disabled: bool = False
    is_default: bool = False
    channels: tuple[int, ...] = (WEBSITE,)


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A custom column that the tenant has defined for its products."""

    id: int
    name: str
    data_type: int
    display_name: str


@dataclass(frozen=True, slots=True)
class Part:
    """A product that goes so many times into one kit."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Count:
    """The units of one product at one moment: by warehouse, and how many are promised to orders."""

    physical: Mapping[int, int] = field(default_factory=dict)
    reserved: int = 0


@dataclass(slots=True)
class Shelf:
    """A product's true count, and the older one that the tenant's aggregates still show."""

    true: Count
    shown: Count
    shown_since: datetime
    pending: list[tuple[datetime, Count]] = field(default_factory=list)

    def change(self, count: Count, at: datetime) -> None:
        """Take over a new true count; the aggregates learn of it later."""
        self.true = count
        self.pending.append((at, count))

    def settle(self, now: datetime, lag_seconds: float) -> None:
        """Let the aggregates take over every change that is old enough."""
        while self.pending and (now - self.pending[0][0]).total_seconds() >= lag_seconds:
            self.shown_since, self.shown = self.pending.pop(0)


@dataclass(slots=True)
class Product:
    """A product; `columns` holds the merchant's values by folded column name."""

    sku: str
    company_id: int
    name: str
    price: Decimal
    shelf: Shelf
    created_at: datetime
    modified_at: datetime
    columns: dict[str, object] = field(default_factory=dict)
    shadow_of: str | None = None
    parts: tuple[Part, ...] = ()
    kit_mode: int = KitMode.INDEPENDENT
    is_kit: bool = False
    is_matrix_parent: bool = False
    active: bool = True
    channels: tuple[int, ...] = (WEBSITE,)
    upc: str = ""

    @property
    def key(self) -> str:
        """The id as it is compared: without case."""
        return self.sku.casefold()

    @property
    def on_native_back_market(self) -> bool:
        """Whether SellerCloud's own Back Market channel is switched on for it."""
        return BACK_MARKET in self.channels
