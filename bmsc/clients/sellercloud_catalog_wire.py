"""What SellerCloud's products and companies look like on the wire."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from bmsc.clients import moments
from bmsc.clients.sellercloud_wire import NOBODY
from bmsc.clients.wire import Flag, RequiredText, RequiredWhole, Rows, Text, Whole, Wire, whole
from bmsc.domain.ids import Sku
from bmsc.domain.listings import Part, Product

_MOST_UNITS = 10_000_000
_DISABLED = 0
_MAIN_COMPONENT = 1
_INACTIVE_WORDS = frozenset({"inactive", "disabled", "no", "false", "0"})


class Column(Wire):
    """A custom column of one product; the value may be of any type."""

    ColumnName: Text = ""
    Value: Any = None


class ChildProduct(Wire):
    """A product that goes into a kit."""

    ChildProductId: Text = ""
    PerKitQty: Whole = None


class CatalogRow(Wire):
    """A product as `GET /api/Catalog` shows it; its SKU is the `ID`."""

    ID: RequiredText
    CompanyID: Whole = None
    ProductName: Text = ""
    Status: Whole = None
    ActiveStatus: Text = ""
    InventoryAvailableQty: Any = None
    AggregateQty: Any = None
    ShadowOf: Text = ""
    IsKit: Flag = False
    IsMatrixParent: Flag = False
    CustomColumns: list[Column] | None = None
    ChildProducts: Rows[ChildProduct] = ()
    InventoryDependantOption: Whole = None
    LastModifiedDate: Any = None
    LastAggregateDate: Any = None

    def to_domain(self, zone: tzinfo) -> Product:
        """Give the product; dates without an offset are those of `zone`."""
        return Product(
            sku=Sku(self.ID),
            company_id=NOBODY if self.CompanyID is None else self.CompanyID,
            name=self.ProductName,
            active=self._is_active(),
            available=self._available(),
            shadow_of=Sku(self.ShadowOf.strip()) if self.ShadowOf.strip() else None,
            is_kit=self.IsKit,
            is_matrix_parent=self.IsMatrixParent,
            columns=self._columns(),
            parts=self._parts(),
            edited_at=moments.read(self.LastModifiedDate, zone),
            counted_at=moments.read(self.LastAggregateDate, zone),
        )

    def _parts(self) -> tuple[Part, ...]:
        """Give the parts whose stock decides the kit's: none, the main one, or all."""
        if not self.IsKit or not self.InventoryDependantOption:
            return ()
        named = [part for part in self.ChildProducts if part.ChildProductId.strip()]
        parts = tuple(Part(Sku(part.ChildProductId.strip()), part.PerKitQty or 1) for part in named)
        return parts[:1] if self.InventoryDependantOption == _MAIN_COMPONENT else parts

    def _is_active(self) -> bool:
        """Only a row that says so is inactive: the newer `ActiveStatus` is a word, the older `Status` a number."""
        if self.Status is not None:
            return self.Status != _DISABLED
        return self.ActiveStatus.strip().casefold() not in _INACTIVE_WORDS

    def _available(self) -> int | None:
        first = self.InventoryAvailableQty
        units = whole(self.AggregateQty if first is None or first == "" else first)
        return units if units is not None and abs(units) <= _MOST_UNITS else None

    def _columns(self) -> dict[str, object] | None:
        if self.CustomColumns is None:
            return None
        named = [(column.ColumnName.strip().casefold(), column.Value) for column in self.CustomColumns]
        return {name: value for name, value in named if name}


class CatalogPage(Wire):
    """The envelope of `GET /api/Catalog`."""

    Items: list[CatalogRow] | None = None
    TotalResults: RequiredWhole
