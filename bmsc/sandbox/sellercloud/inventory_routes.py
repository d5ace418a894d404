"""How is the stock of products and warehouses read over the API?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.answers import Answer
from bmsc.sandbox.sellercloud.catalog_routes import asked_product, find_product, population_of, product_filter
from bmsc.sandbox.sellercloud.catalog_rows import inventory_row, product_columns
from bmsc.sandbox.sellercloud.catalog_shapes import WAREHOUSE_ROW
from bmsc.sandbox.sellercloud.pages import page_of
from bmsc.sandbox.sellercloud.products import Warehouse
from bmsc.sandbox.sellercloud.routing import Call, Route
from bmsc.sandbox.sellercloud.shape import Row, full
from bmsc.sandbox.sellercloud.tenant import Tenant

YES, NO = 1, 2


def _list(call: Call) -> Answer:
    call.query.require_model()
    tenant, query = call.tenant, call.query
    population = population_of(query, tenant, active=None, shadows=None)
    found = tenant.catalogue.select(product_filter(query, population, skus=query.texts("inventoryID")))
    return page_of(found, query, tenant.switches, render=lambda product: inventory_row(tenant, product))


def _details(call: Call) -> Answer:
    tenant = call.tenant
    product = find_product(tenant, asked_product(call))
    row, count = inventory_row(tenant, product), tenant.stockroom.shown(tenant.stockroom.holder(product))
    sellable = tenant.stockroom.sellable_units(count)
    return Answer(
        {
            "General": {"ProductID": row["ID"], "ProductName": row["ProductName"], "CompanyID": row["CompanyID"]},
            "Identifiers": {"UPC": row["UPC"]},
            "Metrics": {},
            "Inventory": {
                "AggregateQty": str(tenant.stockroom.shown_sellable(product)),
                "PhysicalInventory": str(sellable),
                "NonSellableQty": str(sum(count.physical.values()) - sellable),
                "ReservedQtyTotal": count.reserved,
                "UnshippedQty": count.reserved,
                "PendingReservedQty": 0,
                "FBAReservedQty": 0,
                "OnOrderQty": 0,
                "QtyPerCase": 0,
            },
            "Images": [],
            "CustomColumns": product_columns(tenant, product),
            "NotesCount": 0,
            "IsModified": False,
        }
    )


def _by_warehouse(call: Call) -> Answer:
    """A shadow shows its parent's units here, whatever its catalogue row says."""
    tenant = call.tenant
    product = find_product(tenant, asked_product(call))
    wanted = call.query.integer("warehouseID")
    count = tenant.stockroom.shown(tenant.stockroom.holder(product))
    rows: list[Row] = []
    for warehouse_id, units in sorted(count.physical.items()):
        reserved = count.reserved if warehouse_id == tenant.stockroom.default_warehouse.id else 0
        quantities: Row = {"AvailableQty": units - reserved, "PhysicalQty": units, "WarehouseID": warehouse_id}
        if wanted in (None, warehouse_id):
            rows.append({"ProductID": tenant.wire.product_id(product.sku), **quantities})
    return Answer(_shaped(tenant, rows))


def _shaped(tenant: Tenant, rows: list[Row]) -> object:
    shape = tenant.switches.warehouses_shape
    if shape == "wrapped":
        return {"Items": rows}
    return rows[0] if shape == "object" and rows else rows


def _warehouses(call: Call) -> Answer:
    query, tenant = call.query, call.tenant
    ids, name = query.integers("warehouseIds"), (query.text("name") or "").casefold()
    kind, default, sellable = (query.integer(key) for key in ("warehouseType", "isDefault", "isSellable"))
    found = [
        house
        for house in tenant.stockroom.warehouses.values()
        if (not ids or house.id in ids)
        and name in house.name.casefold()
        and kind in (None, house.type)
        and _is_asked(default, fact=house.is_default)
        and _is_asked(sellable, fact=house.sellable)
    ]
    return page_of(found, query, tenant.switches, render=lambda house: _warehouse_row(tenant, house))


def _is_asked(choice: int | None, *, fact: bool) -> bool:
    return {YES: fact, NO: not fact}.get(choice or 0, True)


def _warehouse_row(tenant: Tenant, house: Warehouse) -> Row:
    known: Row = {
        "ID": house.id,
        "Name": house.name,
        "IsDefault": house.is_default,
        "WarehouseType": house.type,
        "IsSellAble": house.sellable,
        "CreatedOn": tenant.wire.date(None),
    }
    return full(WAREHOUSE_ROW, tenant.switches.row_width, known)


ROUTES = (
    Route("GET", "Inventory", _list),
    Route("GET", "Inventory/Details", _details),
    Route("GET", "Inventory/Warehouses", _by_warehouse),
    Route("GET", "Warehouses", _warehouses),
)
