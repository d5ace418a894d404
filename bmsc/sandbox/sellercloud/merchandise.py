"""What does the merchant keep in the tenant: companies, columns, products, stock?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bmsc.sandbox.sellercloud.catalogue import CatalogFilter, Catalogue, Population
from bmsc.sandbox.sellercloud.codes import WEBSITE, KitMode
from bmsc.sandbox.sellercloud.columns import ColumnWriter
from bmsc.sandbox.sellercloud.held_clock import HeldClock
from bmsc.sandbox.sellercloud.products import (
    ColumnDefinition,
    Company,
    Count,
    Part,
    Product,
    Shelf,
    Warehouse,
)
from bmsc.sandbox.sellercloud.stock import Stockroom
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches
from bmsc.sandbox.sellercloud.wire import Wire

MAIN_WAREHOUSE = Warehouse(1, "Main", is_default=True)
UNTESTED_WAREHOUSE = Warehouse(2, "Untested", sellable=False, type=2)
FIRST_COLUMN_ID = 41


class Merchandise:
    """The tenant's goods, and the edits that a merchant makes to them by hand."""

    def __init__(self, clock: Callable[[], datetime], switches: SellerCloudSwitches) -> None:
        self.clock = HeldClock(clock)
        self.switches = switches
        self.wire = Wire(switches)
        self.column_writer = ColumnWriter(switches)
        self.clear_merchandise()

    def clear_merchandise(self) -> None:
        """Forget every company, column, view and product."""
        self.products: dict[str, Product] = {}
        self.stockroom = Stockroom(self.products, self.clock, self.switches)
        for warehouse in (MAIN_WAREHOUSE, UNTESTED_WAREHOUSE):
            self.stockroom.warehouses[warehouse.id] = warehouse
        self.catalogue = Catalogue(self.stockroom, self.products)

    def add_company(
        self,
        company_id: int,
        name: str,
        *,
        currency: str = "USD",
        disabled: bool = False,
        channels: Sequence[int] = (WEBSITE,),
    ) -> None:
        """Add a company; the first one is the default company."""
        is_default = not self.catalogue.companies
        company = Company(company_id, name, currency, disabled, is_default, tuple(channels))
        self.catalogue.companies[company_id] = company

    def define_column(self, name: str, data_type: int, display_name: str | None = None) -> None:
        """Define a custom column for every product, or redefine its type and label."""
        known = self.catalogue.columns.get(name.casefold())
        column_id = known.id if known else FIRST_COLUMN_ID + len(self.catalogue.columns)
        label = display_name or name.replace("_", " ").capitalize()
        self.catalogue.columns[name.casefold()] = ColumnDefinition(column_id, name, data_type, label)

    def add_view(self, name: str, *, company_id: int, column: str | None = None, value: str = "true") -> int:
        """Save a view of a company's active products, of those only whose column holds a value."""
        filled = (column.casefold(), value.casefold()) if column else None
        return self.catalogue.save_view(name, CatalogFilter(Population(frozenset({company_id})), column=filled))

    def add_product(  # noqa: PLR0913
        self,
        sku: str,
        *,
        company_id: int,
        name: str,
        quantity: int,
        columns: Mapping[str, object] | None = None,
        shadow_of: str | None = None,
        is_kit: bool = False,
        parts: Sequence[tuple[str, int]] = (),
        kit_mode: int | None = None,
        is_matrix_parent: bool = False,
        active: bool = True,
        price: Decimal | None = None,
        channels: Sequence[int] = (WEBSITE,),
        upc: str = "",
    ) -> Product:
        """Add a product with units in the default warehouse. A shadow holds none of its own.

        A kit with parts takes its quantity from all of them unless `kit_mode` says otherwise.
        """
        if sku.casefold() in self.products:
            raise ValueError(f"product {sku} exists already")
        now = self.clock()
        count = Count({MAIN_WAREHOUSE.id: 0 if shadow_of else quantity})
        derived = KitMode.ALL_COMPONENTS if parts else KitMode.INDEPENDENT
        product = Product(
            sku=sku,
            company_id=company_id,
            name=name,
            price=price if price is not None else Decimal(0),
            shelf=Shelf(count, count, now),
            created_at=now,
            modified_at=now,
            columns=self._keyed(columns or {}),
            shadow_of=shadow_of,
            parts=tuple(Part(part, number) for part, number in parts),
            kit_mode=derived if kit_mode is None else kit_mode,
            is_kit=is_kit or bool(parts),
            is_matrix_parent=is_matrix_parent,
            active=active,
            channels=tuple(channels),
            upc=upc,
        )
        self.products[product.key] = product
        self.catalogue.changed()
        return product

    def remove_product(self, sku: str) -> None:
        """Delete a product for good."""
        del self.products[sku.casefold()]
        self.catalogue.changed()

    def product(self, sku: str) -> Product:
        """Give a product by its id, whatever its case. Raises KeyError."""
        return self.products[sku.casefold()]

    def true_sellable(self, sku: str) -> int:
        """Give what may still be sold of a SKU now, before any lag; negative when oversold."""
        return self.stockroom.true_sellable(sku)

    def shown_sellable(self, sku: str) -> int:
        """Give the available quantity that the lagging aggregates show of a SKU."""
        return self.stockroom.shown_sellable(self.product(sku))

    def set_physical(self, sku: str, quantity: int, *, warehouse_id: int = MAIN_WAREHOUSE.id) -> None:
        """Count the units of a product anew. Raises ValueError for a shadow, which holds none."""
        product = self.product(sku)
        if product.shadow_of:
            raise ValueError(f"{sku} is a shadow: its units are those of {product.shadow_of}")
        self.stockroom.set_physical(product, quantity, warehouse_id)

    def set_column(self, sku: str, column: str, value: object) -> None:
        """Edit one custom column; None and "" clear it. Raises KeyError for an undefined column."""
        product = self.product(sku)
        key = self.catalogue.columns[column.casefold()].name.casefold()
        if value is None or value == "":
            product.columns.pop(key, None)
        else:
            product.columns[key] = value
        self._touch(product, moves=self.switches.column_edit_moves_modified)

    def set_price(self, sku: str, price: Decimal) -> None:
        """Edit the site price."""
        product = self.product(sku)
        product.price = price
        self._touch(product, moves=self.switches.price_edit_moves_modified)

    def set_active(self, sku: str, *, active: bool) -> None:
        """Switch a product on or off."""
        product = self.product(sku)
        product.active = active
        self._moved(product)

    def set_company(self, sku: str, company_id: int) -> None:
        """Move a product to another company."""
        product = self.product(sku)
        product.company_id = company_id
        self._moved(product)

    def set_channels(self, sku: str, channels: Sequence[int]) -> None:
        """Choose the channels that SellerCloud itself publishes a product on."""
        product = self.product(sku)
        product.channels = tuple(channels)
        self._touch(product, moves=True)

    def rename_product(self, sku: str, name: str) -> None:
        """Edit a product's name."""
        product = self.product(sku)
        product.name = name
        self._moved(product)

    def disable_company(self, company_id: int, *, disabled: bool = True) -> None:
        """Switch a company off, or on again."""
        company = self.catalogue.companies[company_id]
        self.catalogue.companies[company_id] = replace(company, disabled=disabled)

    def sees(self, company_id: int) -> bool:
        """Say whether the calling user is assigned to a company."""
        return not self.switches.visible_companies or company_id in self.switches.visible_companies

    def _moved(self, product: Product) -> None:
        self._touch(product, moves=True)
        self.catalogue.changed()

    def _touch(self, product: Product, *, moves: bool) -> None:
        if moves:
            product.modified_at = self.clock()

    def _keyed(self, columns: Mapping[str, object]) -> dict[str, object]:
        unknown = [name for name in columns if name.casefold() not in self.catalogue.columns]
        if unknown:
            raise ValueError(f"no custom column is called {', '.join(unknown)}")
        return {name.casefold(): value for name, value in columns.items() if value not in (None, "")}
