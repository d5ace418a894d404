"""The catalogue: scope, filters, views, custom columns and edits."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest
from sellercloud_desk import COMPANY, OTHER_COMPANY, Desk


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.add("SHADOW", shadow_of="PHONE-A", company_id=OTHER_COMPANY)
    desk.add("BUNDLE", parts=[("PHONE-B", 1)])
    desk.add("RETIRED", active=False, name="An old thing")
    return desk


def found(desk: Desk, **query: Any) -> list[str]:
    return [row["ID"] for row in desk.get("Catalog", **query)["Items"]]


def column(desk: Desk, name: str, sku: str = "PHONE-A") -> Any:
    rows = [row for row in desk.row(sku)["CustomColumns"] if row["ColumnName"] == name]
    return rows[0]["Value"] if rows else "absent"


@pytest.mark.parametrize(("query", "skus"), [
    ({}, "PHONE-A PHONE-B SHADOW BUNDLE"),
    ({"activeStatus": -1}, "PHONE-A PHONE-B SHADOW BUNDLE RETIRED"),
    ({"activeStatus": 0}, "RETIRED"),
    ({"companyID": COMPANY}, "PHONE-A PHONE-B BUNDLE"),
    ({"companyID": [COMPANY, OTHER_COMPANY]}, "PHONE-A PHONE-B SHADOW BUNDLE"),
    ({"displayShadows": 0}, "PHONE-A PHONE-B BUNDLE"),
    ({"displayShadows": 1}, "SHADOW"),
    ({"displayShadows": 2}, "PHONE-A"),
    ({"displayShadows": 3}, "PHONE-B BUNDLE"),
    ({"selectedKits": 0}, "PHONE-A SHADOW"),
    ({"selectedKits": 1}, "BUNDLE"),
    ({"selectedKits": 2}, "PHONE-B"),
    ({"kitType": 2}, "BUNDLE"),
    ({"keyword": "hone-b"}, "PHONE-B"),
    ({"keyword": "old thing", "activeStatus": -1}, "RETIRED"),
    ({"sKU": "phone-b,NOPE,retired"}, "PHONE-B"),
    ({"sKU": "phone-b,retired", "activeStatus": -1}, "PHONE-B RETIRED"),
    ({"physicalQtyFrom": 5}, "PHONE-A"),
    ({"physicalQtyTo": 4, "sKU": "PHONE-A,PHONE-B"}, "PHONE-B"),
    ({"search": "PHONE-A"}, "PHONE-A PHONE-B SHADOW BUNDLE"),
])  # fmt: skip
def test_filters(desk: Desk, query: dict[str, Any], skus: str) -> None:
    assert found(desk, **query) == skus.split()


def test_the_default_scope_differs_between_tenants(desk: Desk) -> None:
    desk.switches.default_companies = "default"
    desk.switches.default_active = "all"
    assert found(desk) == ["PHONE-A", "PHONE-B", "BUNDLE", "RETIRED"]
    desk.switches.default_shadows = "hidden"
    desk.switches.default_companies = "all"
    assert "SHADOW" not in found(desk)
    desk.switches.default_active = "active"
    desk.switches.sku_list_ignores_active = True
    assert found(desk, sKU="RETIRED") == ["RETIRED"]


def test_rows_have_their_full_width(desk: Desk) -> None:
    row = desk.row("PHONE-A")
    assert len(row) == 188
    assert (row["CompanyID"], row["SitePrice"], row["BackmarketEnabled"], row["UPC"]) == (COMPANY, 300.0, False, None)
    assert row["EnabledOnChannels"] == [6]
    desk.tenant.set_channels("PHONE-A", [6, 80])
    assert desk.row("PHONE-A")["BackmarketEnabled"] is True


@pytest.mark.parametrize(("case", "sku"), [("upper", "MIXED-CASE"), ("lower", "mixed-case"), ("kept", "Mixed-Case")])
def test_ids_may_come_in_another_case(case: str, sku: str) -> None:
    desk = Desk(product_id_case=case)
    desk.add("Mixed-Case")
    assert desk.row("mixed-CASE")["ID"] == sku


def test_products_move_between_companies_and_states(desk: Desk) -> None:
    found(desk, companyID=COMPANY)
    desk.tenant.set_company("PHONE-B", OTHER_COMPANY)
    desk.tenant.set_active("BUNDLE", active=False)
    assert found(desk, companyID=COMPANY) == ["PHONE-A"]
    desk.tenant.remove_product("PHONE-A")
    assert found(desk, companyID=COMPANY) == []


def test_views_are_the_only_filter_on_a_column(desk: Desk) -> None:
    view = desk.tenant.add_view("Back Market", company_id=COMPANY, column="BACKMARKET_ENABLED_US")
    assert desk.bare("Catalog/Views") == [{"ID": view, "Name": "Back Market"}]
    rows = desk.bare("Catalog/GetAllByView", viewID=view, pageNumber=1, pageSize=50)
    assert [row["ID"] for row in rows["Items"]] == ["PHONE-A"]
    assert desk.call("GET", "Catalog/GetAllByView", query_string={"viewID": view}).status_code == 400
    missing = {"viewID": 9, "pageNumber": 1, "pageSize": 1}
    assert desk.call("GET", "Catalog/GetAllByView", query_string=missing).status_code == 500


@pytest.mark.parametrize(("style", "value"), [
    ("title", "True"), ("json", True), ("lower", "true"), ("number", 1), ("digit", "1"), ("letter", "Y"),
    ("word", "Yes"), ("padded", " True "), ("garbage", "#N/A"),
])  # fmt: skip
def test_boolean_encodings(desk: Desk, style: Any, value: object) -> None:
    desk.switches.boolean_encoding = style
    shown = column(desk, "BACKMARKET_ENABLED_US")
    assert (shown, type(shown)) == (value, type(value))


@pytest.mark.parametrize(("style", "value"), [
    ("number", 319.9), ("text", "319.90"), ("scaled", "319.9000"), ("comma", "319,90"), ("padded", " 319.90 "),
    ("garbage", "#N/A"),
])  # fmt: skip
def test_decimal_encodings(desk: Desk, style: Any, value: object) -> None:
    desk.switches.decimal_encoding = style
    assert column(desk, "BACKMARKET_PRICE_US") == value


def test_one_column_may_have_its_own_encoding(desk: Desk) -> None:
    desk.switches.column_encodings = {"backmarket_enabled_us": "word"}
    assert column(desk, "BACKMARKET_ENABLED_US") == "Yes"


def test_what_a_person_typed_goes_out_as_typed(desk: Desk) -> None:
    desk.tenant.set_column("PHONE-A", "BACKMARKET_PRICE_US", "12,50 EUR")
    desk.tenant.set_column("PHONE-A", "BACKMARKET_ENABLED_US", "perhaps")
    desk.tenant.set_column("PHONE-A", "BACKMARKET_GRADE", "good")
    names = ("BACKMARKET_PRICE_US", "BACKMARKET_ENABLED_US", "BACKMARKET_GRADE")
    assert [column(desk, name) for name in names] == ["12,50 EUR", "perhaps", "good"]


@pytest.mark.parametrize(("style", "values"), [
    ("null", [None, None]), ("omitted", ["absent", "absent"]), ("empty", ["", ""]), ("sentinel", ["0.00", "0"]),
])  # fmt: skip
def test_unset_columns(desk: Desk, style: Any, values: list[object]) -> None:
    desk.switches.unset_columns = style
    shown = [column(desk, name, "PHONE-B") for name in ("BACKMARKET_PRICE_US", "BACKMARKET_GRADE")]
    assert shown == values


@pytest.mark.parametrize(("style", "value"), [("missing", "no key"), ("null", None), ("empty", [])])
def test_the_columns_key_itself(desk: Desk, style: Any, value: object) -> None:
    desk.switches.columns_key = style
    assert desk.row("PHONE-A").get("CustomColumns", "no key") == value


def test_columns_can_be_hidden_and_redefined(desk: Desk) -> None:
    desk.switches.hidden_columns = ["backmarket_id"]
    assert column(desk, "BACKMARKET_ID") == "absent"
    desk.tenant.define_column("BACKMARKET_PRICE_US", 0)
    assert column(desk, "BACKMARKET_PRICE_US") == "319.90"


@pytest.mark.parametrize(("style", "value"), [("own", None), ("parent", "True")])
def test_columns_of_shadows(desk: Desk, style: Any, value: object) -> None:
    desk.switches.shadow_columns = style
    assert column(desk, "BACKMARKET_ENABLED_US", "SHADOW") == value


def test_the_endpoint_of_one_product_has_its_own_spelling(desk: Desk) -> None:
    rows = desk.bare("Products/CustomColumns", productID="phone-a")
    assert (rows[0]["Value"], rows[0]["DataType"], rows[0]["IsDropdownColumn"]) == (1, 4, False)
    desk.switches.single_columns_shape = "object"
    assert desk.bare("Products/CustomColumns", productID="phone-a") == rows[0]


def test_columns_are_written_by_name(desk: Desk) -> None:
    desk.wait(60)
    edits = [
        {"ColumnName": "backmarket_price_us", "Value": 299.5},
        {"ColumnName": "BACKMARKET_ENABLED_US", "Value": ""},
    ]
    assert desk.put("Products/CustomColumns", {"ProductID": "PHONE-A", "CustomColumns": edits}).data == b""
    assert (column(desk, "BACKMARKET_PRICE_US"), column(desk, "BACKMARKET_ENABLED_US")) == (299.5, None)
    assert desk.row("PHONE-A")["LastModifiedDate"] == "2026-01-05T12:01:00.123"
    desk.switches.column_edit_moves_modified = False
    desk.wait(60)
    desk.tenant.set_column("PHONE-A", "BACKMARKET_ID", "77")
    assert desk.row("PHONE-A")["LastModifiedDate"] == "2026-01-05T12:01:00.123"


@pytest.mark.parametrize(("style", "status"), [("refuse_500", 500), ("refuse_400", 400), ("ignore", 200)])
def test_unknown_columns(desk: Desk, style: Any, status: int) -> None:
    desk.switches.unknown_column = style
    edit = {"ProductID": "PHONE-A", "CustomColumns": [{"ColumnName": "BM Price", "Value": 1}]}
    assert desk.put("Products/CustomColumns", edit).status_code == status


def test_column_edits_that_are_refused(desk: Desk) -> None:
    null = {"ProductID": "PHONE-A", "CustomColumns": [{"ColumnName": "BACKMARKET_ID", "Value": None}]}
    assert desk.put("Products/CustomColumns", null).status_code == 500
    assert desk.put("Products/CustomColumns", {"ProductID": "NOPE"}).status_code == 404
    desk.switches.unknown_product_status = 500
    assert desk.put("Products/CustomColumns", {"ProductID": "NOPE"}).status_code == 500
    with pytest.raises(ValueError, match="NO_SUCH"):
        desk.add("X", columns={"NO_SUCH": 1})


def test_basics_can_be_edited(desk: Desk) -> None:
    edit = {"ProductID": "PHONE-A", "SitePrice": 310.5, "IsActive": False, "ProductName": "New name"}
    assert desk.put("Catalog/BasicInfo", edit).data == b""
    row = desk.row("PHONE-A")
    assert (row["SitePrice"], row["Status"], row["ProductName"]) == (310.5, 0, "New name")
    assert desk.bare("Catalog/Prices", productID="PHONE-A")["SitePrice"] == 310.5


def test_switches_refuse_names_and_values_that_do_not_exist(desk: Desk) -> None:
    with pytest.raises(ValueError, match="reserve_at"):
        desk.switches.reserve_at = "never"  # type: ignore[assignment]
    with pytest.raises(ValueError, match="no switch"):
        desk.switches.colour = "red"


def test_a_page_of_many_products_is_cheap(desk: Desk) -> None:
    for number in range(20_000):
        desk.add(f"MANY-{number}", quantity=number % 7)
    desk.get("Catalog", pageSize=50)  # the population is looked through once
    started = perf_counter()
    for number in range(1, 11):
        desk.get("Catalog", pageSize=50, pageNumber=number * 30)
    assert perf_counter() - started < 1
