"""How does a product look in the catalogue and in the inventory?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.catalog_shapes import CATALOG_ROW, INVENTORY_ROW
from bmsc.sandbox.sellercloud.products import Count, Product
from bmsc.sandbox.sellercloud.shape import Row, full
from bmsc.sandbox.sellercloud.tenant import Tenant

NO_UNITS = Count()


def catalog_row(tenant: Tenant, product: Product) -> Row:
    """Write the row that GET /Catalog gives."""
    switches = tenant.switches
    known = _identity(tenant, product) | _quantities(tenant, product, shadows=switches.shadow_catalog_quantity)
    known |= _channels(product) | _columns(tenant, product)
    known |= {"ListPrice": tenant.wire.money(product.price), "ActiveStatus": "Active" if product.active else "Inactive"}
    known["DateCreated"] = tenant.wire.date(product.created_at)
    return full(CATALOG_ROW, switches.row_width, known)


def inventory_row(tenant: Tenant, product: Product) -> Row:
    """Write the row that GET /Inventory gives: no channels, and weights as text."""
    switches = tenant.switches
    known = _identity(tenant, product) | _quantities(tenant, product, shadows=switches.shadow_inventory_quantity)
    known |= _columns(tenant, product)
    known |= {"Weight": "0", "ShippingWeight": "0", "CreationDate": tenant.wire.date(product.created_at)}
    return full(INVENTORY_ROW, switches.row_width, known)


def product_columns(tenant: Tenant, product: Product) -> list[Row]:
    """Write a product's custom columns as they go inline into its row."""
    return tenant.column_writer.columns(tenant.catalogue.columns, column_owner(tenant, product).columns)


def column_owner(tenant: Tenant, product: Product) -> Product:
    """Give the product whose column values are shown: a shadow's parent when the tenant does that."""
    return tenant.stockroom.holder(product) if tenant.switches.shadow_columns == "parent" else product


def _identity(tenant: Tenant, product: Product) -> Row:
    wire = tenant.wire
    company = tenant.catalogue.companies.get(product.company_id)
    return {
        "ID": wire.product_id(product.sku),
        "ProductName": product.name,
        "CompanyID": product.company_id,
        "CompanyName": company.name if company else None,
        "UPC": product.upc or None,
        "ShadowOf": wire.product_id(product.shadow_of) if product.shadow_of else None,
        "Status": int(product.active),
        "IsKit": product.is_kit,
        "IsMatrixParent": product.is_matrix_parent,
        "InventoryDependantOption": int(product.kit_mode),
        "IsSellAble": True,
        "SitePrice": wire.money(product.price),
        "SiteCostVisible": True,
        "LastModifiedDate": wire.date(product.modified_at),
        "LastAggregateDate": wire.date(tenant.stockroom.shown_since(product)),
        "ChildProducts": _parts(tenant, product) if tenant.switches.child_products_listed else [],
    }


def _parts(tenant: Tenant, product: Product) -> list[Row]:
    rows: list[Row] = []
    for part in product.parts:
        component = tenant.catalogue.find(part.sku)
        rows.append(
            {
                "ProductId": tenant.wire.product_id(product.sku),
                "ChildProductId": tenant.wire.product_id(part.sku),
                "PerKitQty": part.quantity,
                "ProductName": component.name if component else None,
            }
        )
    return rows


def _quantities(tenant: Tenant, product: Product, *, shadows: str) -> Row:
    switches, room, quantity = tenant.switches, tenant.stockroom, tenant.wire.quantity
    blind = bool(product.shadow_of) and shadows == "zero"
    count = NO_UNITS if blind else room.shown(room.holder(product))
    available = 0 if blind else room.shown_sellable(product)
    if not switches.negative_available:
        available = max(0, available)
    physical, sellable = sum(count.physical.values()), room.sellable_units(count)
    return {
        "InventoryAvailableQty": None if switches.available_quantity_null else quantity(available),
        "AggregateQty": quantity(0 if switches.aggregate_quantity_zero else available),
        "AggregatedQty": quantity(available),
        "PhysicalQty": quantity(physical),
        "AggregatePhysicalQty": quantity(sellable),
        "AggregateNonSellableQty": quantity(physical - sellable),
        "ReservedQty": quantity(count.reserved),
        "OrderReserveTotal": quantity(count.reserved),
        "WarehouseCount": len(count.physical),
    }


def _channels(product: Product) -> Row:
    return {"EnabledOnChannels": product.channels, "BackmarketEnabled": product.on_native_back_market}


def _columns(tenant: Tenant, product: Product) -> Row:
    style = tenant.switches.columns_key
    if style == "missing":
        return {}
    if style == "null":
        return {"CustomColumns": None}
    return {"CustomColumns": [] if style == "empty" else product_columns(tenant, product)}
