"""True stock, what orders reserve, and the aggregates that lag behind."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sellercloud_desk import COMPANY, Desk, order_details


@pytest.fixture
def desk() -> Desk:
    return Desk()


def available(desk: Desk, sku: str = "PHONE-A") -> int:
    return int(desk.row(sku)["InventoryAvailableQty"])


def test_a_paid_order_reserves_at_once_and_shows_after_the_lag(desk: Desk) -> None:
    order_id = desk.created()
    assert desk.tenant.true_sellable("PHONE-A") == 9
    desk.pay(order_id)
    assert (desk.tenant.true_sellable("PHONE-A"), available(desk)) == (7, 9)
    desk.wait(44)
    assert available(desk) == 9
    desk.wait(1)
    assert available(desk) == 7
    row = desk.row("PHONE-A")
    assert (row["AggregateQty"], row["PhysicalQty"], row["ReservedQty"]) == (7, 9, 2)


def test_some_tenants_reserve_at_creation() -> None:
    desk = Desk(reserve_at="create")
    order_id = desk.created()
    assert desk.tenant.true_sellable("PHONE-A") == 7
    desk.pay(order_id)
    assert desk.tenant.true_sellable("PHONE-A") == 7


def test_shipping_lowers_the_physical_stock(desk: Desk) -> None:
    order_id = desk.created()
    desk.pay(order_id)
    desk.tenant.ship(order_id, carrier="UPS", service="UPSGround", tracking="1Z")
    desk.wait(60)
    row = desk.row("PHONE-A")
    assert (row["InventoryAvailableQty"], row["PhysicalQty"], row["ReservedQty"]) == (7, 7, 0)
    desk.tenant.unship(order_id)
    assert desk.tenant.product("PHONE-A").shelf.true.physical == {1: 9}


@pytest.mark.parametrize("status", [-1, 999])
def test_cancelling_and_voiding_release_the_reserve(desk: Desk, status: int) -> None:
    order_id = desk.created()
    desk.pay(order_id)
    desk.tenant.set_status(order_id, status)
    assert desk.tenant.true_sellable("PHONE-A") == 9
    desk.tenant.set_status(order_id, 2)
    assert desk.tenant.true_sellable("PHONE-A") == 7


def test_orders_without_inventory_count_hold_nothing(desk: Desk) -> None:
    desk.pay(desk.created(OrderDetails=order_details("BM-1", DisableInventoryCount=True)))
    assert desk.tenant.true_sellable("PHONE-A") == 9


def test_oversold_products_go_below_zero(desk: Desk) -> None:
    desk.switches.aggregate_lag_seconds = 0
    desk.tenant.add_order("FTP-1", COMPANY, lines=[("PHONE-B", 6, Decimal(1))])
    assert (desk.tenant.true_sellable("PHONE-B"), available(desk, "PHONE-B")) == (-2, -2)
    desk.switches.negative_available = False
    assert available(desk, "PHONE-B") == 0


def test_units_in_unsellable_warehouses_do_not_count(desk: Desk) -> None:
    desk.tenant.set_physical("PHONE-A", 5, warehouse_id=2)
    desk.wait(60)
    row = desk.row("PHONE-A")
    assert (row["InventoryAvailableQty"], row["PhysicalQty"], row["AggregateNonSellableQty"]) == (9, 14, 5)
    by_warehouse = desk.bare("Inventory/Warehouses", productID="phone-a")
    assert [(entry["WarehouseID"], entry["PhysicalQty"]) for entry in by_warehouse] == [(1, 9), (2, 5)]


def test_stock_moves_the_aggregate_date_and_not_the_modified_date(desk: Desk) -> None:
    desk.wait(100)
    desk.tenant.set_physical("PHONE-B", 11)
    desk.wait(45)
    row = desk.row("PHONE-B")
    assert row["LastModifiedDate"] == "2026-01-05T12:00:00.123"
    assert row["LastAggregateDate"] == "2026-01-05T12:01:40.123"
    found = desk.get("Catalog", lastAggregateFrom="2026-01-05T12:01:00")
    assert [item["ID"] for item in found["Items"]] == ["PHONE-B"]
    assert desk.get("Catalog", lastUpdatedFrom="2026-01-05T12:01:00")["TotalResults"] == 0


@pytest.mark.parametrize(("style", "shown"), [("zero", 0), ("parent", 9)])
def test_shadows(style: str, shown: int) -> None:
    desk = Desk(shadow_catalog_quantity=style, shadow_inventory_quantity=style)
    desk.add("SHADOW", shadow_of="PHONE-A")
    assert desk.row("SHADOW")["InventoryAvailableQty"] == shown
    assert desk.row("SHADOW")["ShadowOf"] == "PHONE-A"
    assert desk.get("Inventory", inventoryID="shadow")["Items"][0]["InventoryAvailableQty"] == shown
    assert desk.bare("Inventory/Warehouses", productID="SHADOW")[0]["AvailableQty"] == 9
    desk.pay(desk.created(Products=[{"ProductID": "SHADOW", "Qty": 2}]), "600.00")
    assert desk.tenant.true_sellable("SHADOW") == desk.tenant.true_sellable("PHONE-A") == 7
    with pytest.raises(ValueError, match="shadow"):
        desk.tenant.set_physical("SHADOW", 3)


def test_a_kit_lives_on_its_parts(desk: Desk) -> None:
    desk.add("BUNDLE", parts=[("PHONE-A", 2), ("PHONE-B", 1)])
    row = desk.row("BUNDLE")
    assert (row["InventoryAvailableQty"], row["InventoryDependantOption"], row["IsKit"]) == (4, 2, True)
    assert [part["ChildProductId"] for part in row["ChildProducts"]] == ["PHONE-A", "PHONE-B"]
    desk.pay(desk.created(Products=[{"ProductID": "BUNDLE", "Qty": 2}]), "600.00")
    assert [desk.tenant.true_sellable(sku) for sku in ("PHONE-A", "PHONE-B", "BUNDLE")] == [5, 2, 2]
    (item,) = desk.get("Orders")["Items"][0]["Items"]
    assert [(part["ProductID"], part["TotalQty"]) for part in item["BundleItems"]] == [("PHONE-A", 4), ("PHONE-B", 2)]


def test_a_kit_may_hang_on_its_main_part_or_on_nothing(desk: Desk) -> None:
    desk.add("MAIN", parts=[("PHONE-A", 2), ("PHONE-B", 1)], kit_mode=1)
    desk.add("ALONE", parts=[("PHONE-A", 2)], kit_mode=0, quantity=3)
    assert (available(desk, "MAIN"), available(desk, "ALONE")) == (4, 3)
    desk.switches.kit_quantity = "own"
    desk.switches.child_products_listed = False
    assert (available(desk, "MAIN"), desk.row("MAIN")["ChildProducts"]) == (0, [])


def test_odd_quantities(desk: Desk) -> None:
    desk.switches.quantities_as_text = True
    assert desk.row("PHONE-A")["InventoryAvailableQty"] == "9"
    desk.switches.available_quantity_null = True
    assert (desk.row("PHONE-A")["InventoryAvailableQty"], desk.row("PHONE-A")["AggregateQty"]) == (None, "9")
    desk.switches.aggregate_quantity_zero = True
    assert desk.row("PHONE-A")["AggregateQty"] == "0"


@pytest.mark.parametrize("shape", ["array", "object", "wrapped"])
def test_shapes_of_the_warehouse_answer(shape: str) -> None:
    row = {"ProductID": "PHONE-A", "AvailableQty": 9, "PhysicalQty": 9, "WarehouseID": 1}
    expected = {"array": [row], "object": row, "wrapped": {"Items": [row]}}
    desk = Desk(warehouses_shape=shape)
    assert desk.bare("Inventory/Warehouses", productID="PHONE-A", warehouseID=1) == expected[shape]
    assert desk.call("GET", "Inventory/Warehouses", query_string={"productID": "NOPE"}).status_code == 500


def test_inventory_rows_and_details(desk: Desk) -> None:
    (row,) = desk.get("Inventory", inventoryID="PHONE-A")["Items"]
    assert {"ListPrice", "EnabledOnChannels", "MerchantSKU"} & row.keys() == set()
    assert row["CustomColumns"][0]["ColumnName"] == "BACKMARKET_ENABLED_US"
    details = desk.bare("Inventory/Details", productID="PHONE-A")
    assert details["Inventory"] | {"AggregateQty": "9", "PhysicalInventory": "9"} == details["Inventory"]


def test_removed_products_leave_their_orders_alone(desk: Desk) -> None:
    order_id = desk.created()
    desk.pay(order_id)
    desk.tenant.remove_product("PHONE-A")
    desk.tenant.cancel(order_id)
    assert desk.get("Orders")["Items"][0]["Items"][0]["ProductID"] == "PHONE-A"
