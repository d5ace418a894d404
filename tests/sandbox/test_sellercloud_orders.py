"""Listing orders: filters, order, casing, width, lag and spelling."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sellercloud_desk import COMPANY, OTHER_COMPANY, Desk, order_details


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def three(desk: Desk) -> tuple[int, int, int]:
    """An unpaid order of ours, a later one that is paid, and a cancelled one of another company."""
    first = desk.created("BM-1")
    desk.wait(1500)
    second = desk.created("BM-2")
    desk.pay(second)
    desk.wait(1500)
    third = desk.created("BM-3", OrderDetails=order_details("BM-3", CompanyID=OTHER_COMPANY, Channel=21))
    desk.tenant.cancel(third)
    return first, second, third


@pytest.mark.parametrize(("query", "found"), [
    ({}, [2, 1, 0]),
    ({"orderBy": 0, "isAscending": "true"}, [0, 1, 2]),
    ({"orderIDs": [5012345, 5012347]}, [2, 0]),
    ({"orderSourceOrderIDList": ["bm-1", "BM-3", "BM-9"]}, [2, 0]),
    ({"orderSourceOrderIDList": "BM-1,BM-2"}, [1, 0]),
    ({"orderSourceOrderID": "BM-1"}, [2, 1, 0]),
    ({"companyID": COMPANY}, [1, 0]),
    ({"companyID": [COMPANY, OTHER_COMPANY]}, [2, 1, 0]),
    ({"orderStatus": -1}, [2]),
    ({"orderStatus": [2, 3]}, [1, 0]),
    ({"paymentStatus": 30}, [1]),
    ({"paymentStatus": "Charged"}, [1]),
    ({"paymentStatus": 11}, [2, 0]),
    ({"paymentStatus": 713}, [1]),
    ({"paymentStatus": -1}, [2, 1, 0]),
    ({"shippingStatus": 3}, []),
    ({"channel": 6}, [1, 0]),
    ({"sKU": "PHONE-A"}, [2, 1, 0]),
    ({"sKU": "PHONE-B"}, []),
    ({"keyword": "m-2"}, [1]),
    ({"keyword": "ANA@"}, [2, 1, 0]),
    ({"createdOnFrom": "2026-01-05T12:10:00"}, [2, 1]),
    ({"createdOnTo": "01/05/2026 12:10"}, [0]),
    ({"lastUpdatedFrom": "2026-01-05T17:40:00Z"}, [2]),
    ({"orderFromDate": "2026/1/6"}, []),
    ({"orderToDate": "2026/1/6"}, [2, 1, 0]),
    ({"trackingNumber": "1Z"}, []),
    ({"hasParentOrder": 1}, []),
])  # fmt: skip
def test_filters(desk: Desk, three: tuple[int, int, int], query: dict[str, Any], found: list[int]) -> None:
    assert desk.order_ids(**query) == [three[position] for position in found]


def test_a_date_that_is_none_is_refused(desk: Desk) -> None:
    assert desk.call("GET", "Orders", query_string={"model.createdOnFrom": "soon"}).status_code == 400


@pytest.mark.parametrize(("inclusive", "count"), [(True, 1), (False, 0)])
def test_the_edges_of_date_filters(inclusive: bool, count: int) -> None:
    desk = Desk(date_filters_inclusive=inclusive)
    desk.created()
    assert len(desk.order_ids(createdOnFrom="2026-01-05T12:00:00.123")) == count


def test_cancelled_orders_may_be_left_out_of_lists_that_do_not_ask_for_them(three: tuple[int, ...], desk: Desk) -> None:
    desk.switches.unlisted_statuses = [-1]
    assert desk.order_ids(orderSourceOrderIDList="BM-3") == []
    assert desk.order_ids(orderStatus=-1) == [three[2]]
    assert desk.get(f"Orders/{three[2]}")["Statuses"]["OrderStatus"] == -1


def test_list_and_single_have_their_own_keys(desk: Desk) -> None:
    order_id = desk.created()
    (row,) = desk.get("Orders")["Items"]
    single = desk.get(f"Orders/{order_id}")
    assert row["OrderSourceOrderID"] == single["OrderDetails"]["OrderSourceOrderId"] == "BM-1"
    assert row["CompanyID"] == single["OrderDetails"]["CompanyId"]
    assert row["OrderCurrencyCode"] == single["OrderDetails"]["CurrencyCode"] == 3
    assert row["StatusCode"] == single["Statuses"]["OrderStatus"]
    assert "ShippingDetails" not in row
    assert {"ReferenceID", "QtyShipped"} & single["OrderItems"][0].keys() == set()
    assert row["Items"][0]["QtyShipped"] == 0
    assert row["Items"][0]["ProductIDOriginal"] == "phone-a"


def test_rows_have_their_full_width_with_empty_values(desk: Desk) -> None:
    desk.created()
    (row,) = desk.get("Orders")["Items"]
    assert (len(row), len(row["Items"][0])) == (66, 161)
    assert (row["DeliveryDate"], row["Dropship"], row["IsGiftOrder"], row["AllTrackingNumbers"]) == (None, 0, False, [])


def test_rows_may_be_narrow() -> None:
    desk = Desk(row_width="known")
    desk.created()
    (row,) = desk.get("Orders")["Items"]
    assert "Dropship" not in row
    assert "OrderSourceOrderID" in row


def test_the_list_lags_and_the_single_read_does_not() -> None:
    desk = Desk(order_list_lag_seconds=60)
    order_id = desk.created()
    assert desk.order_ids() == []
    desk.wait(60)
    assert desk.order_ids() == [order_id]
    desk.tenant.cancel(order_id)
    assert desk.get(f"Orders/{order_id}")["Statuses"]["OrderStatus"] == -1
    assert desk.get("Orders")["Items"][0]["StatusCode"] == 2
    assert desk.order_ids(orderStatus=-1) == []
    desk.wait(60)
    assert desk.get("Orders")["Items"][0]["StatusCode"] == -1


@pytest.mark.parametrize(("style", "created", "missing"), [
    ({}, "2026-01-05T12:00:00.123", None),
    ({"date_fraction": "none", "null_dates": "minimum"}, "2026-01-05T12:00:00", "0001-01-01T00:00:00"),
    ({"date_fraction": "seven", "time_zone": "UTC"}, "2026-01-05T17:00:00.1230000", None),
    ({"date_style": "utc_z"}, "2026-01-05T17:00:00.123Z", None),
    ({"date_style": "offset"}, "2026-01-05T12:00:00.123-05:00", None),
])  # fmt: skip
def test_dates(style: dict[str, str], created: str, missing: str | None) -> None:
    desk = Desk(**style)
    desk.created()
    (row,) = desk.get("Orders")["Items"]
    assert (row["CreatedOn"], row["ShipDate"]) == (created, missing)


def test_money_may_be_text() -> None:
    desk = Desk(money_as_text=True)
    order_id = desk.created()
    assert desk.get(f"Orders/{order_id}")["TotalInfo"]["GrandTotal"] == "638.0000"
    assert desk.get("Orders")["Items"][0]["Items"][0]["SitePrice"] == "319.0000"


@pytest.mark.parametrize("status", [404, 500])
def test_a_missing_order(status: int) -> None:
    answer = Desk(missing_order_status=status).call("GET", "Orders/7")
    assert (answer.status_code, answer.json) == (status, {"Message": "Could not find or load record with ID 7!"})


def test_a_missing_order_may_be_null() -> None:
    assert Desk(missing_order_status=200).call("GET", "Orders/7").text == "null"


def test_prices_survive_the_wire_to_the_cent(desk: Desk) -> None:
    desk.tenant.add_order("FTP-1", COMPANY, lines=[("PHONE-A", 3, Decimal("33.33")), ("GHOST", 1, Decimal("0.01"))])
    answer = desk.call("GET", "Orders")
    assert '"GrandTotal":100.0' in answer.text
    assert '"SitePrice":33.33' in answer.text
    assert answer.json["Items"][0]["PaymentStatus"] == 30
