"""What SellerCloud's odd answers become: orders and products, or a refusal to believe them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from clients.standing import COMPANY, SELLERCLOUD_URL, StandingClock
from requests_mock import Mocker

from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.domain.ids import OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.orders import OrderStatus, PaymentStatus, ShippingStatus
from bmsc.errors import NotFound, RemoteMisbehaved

ORDERS = f"{SELLERCLOUD_URL}/api/Orders"
CATALOG = f"{SELLERCLOUD_URL}/api/Catalog"
COMPANIES = f"{SELLERCLOUD_URL}/api/Companies"


def a_row(number: str = "1001", order_id: int = 5, **changes: Any) -> dict[str, Any]:
    row = {
        "ID": order_id,
        "OrderSourceOrderID": number,
        "CompanyID": COMPANY,
        "OrderSource": 6,
        "StatusCode": 2,
        "PaymentStatus": 30,
        "ShippingStatus": 3,
        "GrandTotal": 100.1,
        "OrderCurrencyCode": 0,
        "Items": [
            {"ID": 9, "ProductID": "A", "Qty": 1, "QtyShipped": 1, "ReferenceID": "61", "ProductIDOriginal": "OLD"}
        ],
        "TrackingNumber": "1Z1",
        "AllTrackingNumbers": ["1Z1", " 1Z2 ", None, ""],
        "ShippingCarrier": "UPS",
        "ShippingService": "UPSGround",
        "ShipDate": "2026-03-02T09:00:00",
        "CreatedOn": "2026-03-01T23:30:00.1234567",
        "RelatedOrders": [{"RelatedOrderID": 6, "RelationshipType": 5}],
        "FirstName": "Ada",
        "SomethingNew": {},
    }
    return {**row, **changes}


def single(order_id: int = 5, **changes: Any) -> dict[str, Any]:
    order = {
        "OrderID": order_id,
        "OrderDetails": {
            "CompanyId": COMPANY,
            "OrderSource": 6,
            "OrderSourceOrderId": "1001",
            "CurrencyCode": "EUR",
            "CreatedOn": "2026-03-02T09:00:00",
        },
        "Statuses": {"OrderStatus": 2, "PaymentStatus": 10, "ShippingStatus": 1},
        "OrderItems": [{"ID": 9, "ProductID": "A", "Qty": "2", "ProductIDRequested": "B"}],
        "TotalInfo": {"GrandTotal": "100.10"},
        "PaymentOptions": {"RemainingDues": 100.1, "Total": 100.1},
        "ShippingDetails": {"Carrier": "UPS", "Service": "Ground", "ShipDate": "0001-01-01T00:00:00"},
        "OrderPackages": [{"TrackingNumber": ""}, {"TrackingNumber": "1Z1"}],
        "RelatedOrders": None,
    }
    return {**order, **changes}


def a_page(*rows: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {"json": {"Items": list(rows), "TotalResults": len(rows) if total is None else total}}


def ask(sellercloud: SellerCloudWrites, *numbers: str, beside: Sequence[str] = ()) -> Any:
    companions = [OrderNumber(number) for number in beside]
    return sellercloud.orders_by_number([OrderNumber(number) for number in numbers], beside=companions)


def test_a_list_row(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, [a_page(a_row())])
    (answer,) = ask(sellercloud, "1001")
    (order,) = answer.rows
    assert (order.id, order.number, order.company_id, order.channel) == (5, "1001", COMPANY, 6)
    assert (order.status, order.payment_status) == (OrderStatus.IN_PROCESS, PaymentStatus.CHARGED)
    assert order.shipping_status is ShippingStatus.FULLY_SHIPPED
    assert (order.grand_total, order.currency, order.remaining_dues) == (Decimal("100.1"), "USD", None)
    assert order.tracking_numbers == ("1Z1", "1Z2")
    assert (order.carrier, order.service) == ("UPS", "UPSGround")
    assert order.shipped_at == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert order.created_at == datetime(2026, 3, 2, 4, 30, 0, 123456, tzinfo=UTC)
    assert order.related == (6,)
    assert order.items is not None
    (item,) = order.items
    assert (item.sku, item.quantity, item.quantity_shipped, item.reference_id) == ("A", 1, 1, "61")
    assert item.also_known_as == ("OLD",)


def test_what_is_asked(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, [a_page()])
    (answer,) = ask(sellercloud, "1", "2", "1", beside=["9", "2", "9"])
    assert (answer.asked, answer.rows) == (("1", "2"), ())
    assert requests_mock.last_request.qs == {
        "model.ordersourceorderidlist": ["1", "9", "2"],
        "model.orderby": ["0"],
        "model.isascending": ["true"],
        "model.pagenumber": ["1"],
        "model.pagesize": ["50"],
    }


def test_nothing_to_ask_asks_nothing(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    assert ask(sellercloud, beside=["9"]) == []
    assert requests_mock.call_count == 0


@pytest.mark.parametrize(("length", "batches"), [(8, 3), (60, 6)])
def test_batches_stay_short(sellercloud: SellerCloudWrites, requests_mock: Mocker, length: int, batches: int) -> None:
    requests_mock.get(ORDERS, [a_page()])
    numbers = [f"{number:0{length}}" for number in range(101)]
    answers = ask(sellercloud, *numbers, beside=["sentinel"])
    assert len(answers) == requests_mock.call_count == batches
    assert [number for answer in answers for number in answer.asked] == numbers
    assert max(len(sent.query) for sent in requests_mock.request_history) < 1_950
    assert all("sentinel" in sent.query for sent in requests_mock.request_history)


def test_a_long_answer_is_read_to_its_end(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    pages = [a_page(a_row("1", 1), a_row("1", 2), total=3), a_page(a_row("1", 2), a_row("1", 3), total=3)]
    requests_mock.get(ORDERS, pages)
    (answer,) = ask(sellercloud, "1")
    assert [row.id for row in answer.rows] == [1, 2, 3]


def test_numbers_come_back_in_our_spelling(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, [a_page(a_row(" bm-7 "))])
    (answer,) = ask(sellercloud, "BM-7")
    assert answer.rows[0].number == "BM-7"


@pytest.mark.parametrize(
    ("page", "told"),
    [
        pytest.param(a_page(a_row("999")), "ignored the filter", id="a row nobody asked for"),
        pytest.param(a_page(a_row("1001"), a_row("999")), "ignored the filter", id="one too many"),
        pytest.param(a_page(a_row(OrderSourceOrderID=None)), "ignored the filter", id="no number"),
        pytest.param(a_page(total=3), "counts 3 rows and gives 0", id="empty with a total"),
        pytest.param(a_page(a_row(), total=3), "counts 3 rows and gives 1", id="short"),
        pytest.param({"json": {"Items": None, "TotalResults": 2}}, "counts 2 rows", id="null with a total"),
        pytest.param({"json": {"Items": []}}, "without a usable TotalResults", id="no total"),
        pytest.param({"json": {"Items": {}, "TotalResults": 0}}, "usable Items", id="no list"),
        pytest.param({"json": {"Items": [None], "TotalResults": 1}}, r"usable Items\.0", id="null row"),
        pytest.param({"json": "hello"}, "without the object", id="a word"),
        pytest.param(a_page(a_row(ID=None)), r"usable Items\.0\.ID", id="no id"),
    ],
)
def test_lists_that_are_not_believed(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, page: dict[str, Any], told: str
) -> None:
    requests_mock.get(ORDERS, [page])
    with pytest.raises(RemoteMisbehaved, match=told) as caught:
        ask(sellercloud, "1001")
    assert "Ada" not in str(caught.value)


def test_null_items_of_an_empty_list(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, json={"Items": None, "TotalResults": "0"})
    assert ask(sellercloud, "1")[0].rows == ()


def test_a_row_of_nulls_and_of_texts(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    bare = dict.fromkeys(a_row()) | {"ID": "5", "OrderSourceOrderID": 1001}
    odd = a_row("1001", 6, StatusCode="-1", PaymentStatus=7, ShippingStatus=9, OrderCurrencyCode=9999, GrandTotal="1e9")
    requests_mock.get(ORDERS, [a_page(bare, odd)])
    first, second = ask(sellercloud, "1001")[0].rows
    assert (first.status, first.payment_status) == (OrderStatus.UNHEARD_OF, PaymentStatus.UNHEARD_OF)
    assert (first.shipping_status, first.company_id, first.channel) == (ShippingStatus.UNKNOWN, -1, -1)
    assert (first.items, first.currency, first.related, first.shipped_at) == (None, None, (), None)
    assert (second.status, second.payment_status) == (OrderStatus.CANCELED, PaymentStatus.UNHEARD_OF)
    assert (second.shipping_status, second.currency, second.grand_total) == (ShippingStatus.UNKNOWN, None, None)


def test_a_single_order_has_a_shape_of_its_own(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(f"{ORDERS}/5", json=single())
    order = sellercloud.order(SellerCloudOrderId(5))
    assert (order.number, order.company_id, order.currency) == ("1001", COMPANY, "EUR")
    assert (order.grand_total, order.remaining_dues) == (Decimal("100.10"), Decimal("100.1"))
    assert (order.status, order.shipping_status) == (OrderStatus.IN_PROCESS, ShippingStatus.UNSHIPPED)
    assert (order.tracking_numbers, order.shipped_at, order.related) == (("1Z1",), None, ())
    assert order.items is not None
    (item,) = order.items
    assert (item.quantity, item.reference_id, item.quantity_shipped, item.also_known_as) == (2, None, None, ("B",))


def test_a_single_order_without_its_lesser_parts(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    bare = {name: single()[name] for name in ("OrderID", "OrderDetails", "Statuses")}
    requests_mock.get(f"{ORDERS}/5", json={**bare, "TotalInfo": None})
    order = sellercloud.order(SellerCloudOrderId(5))
    assert (order.items, order.grand_total, order.remaining_dues, order.related) == (None, None, None, None)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (single(6), "asked for order 5 and gave 6"),
        (single(Statuses=None), r"\(order 5\) came without a usable Statuses"),
        (single(OrderDetails=None), "OrderDetails"),
        ({}, "OrderID, OrderDetails, Statuses"),
        ([], "without the object"),
    ],
)
def test_single_orders_that_are_not_believed(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, answer: object, told: str
) -> None:
    requests_mock.get(f"{ORDERS}/5", json=answer)
    with pytest.raises(RemoteMisbehaved, match=told):
        sellercloud.order(SellerCloudOrderId(5))


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 404},
        {"text": "null"},
        {"status_code": 500, "json": {"Message": "Could not find or load record with ID 5!"}},
    ],
    ids=["404", "null", "500"],
)
def test_a_missing_order(sellercloud: SellerCloudWrites, requests_mock: Mocker, answer: dict[str, Any]) -> None:
    requests_mock.get(f"{ORDERS}/5", [answer])
    with pytest.raises(NotFound):
        sellercloud.order(SellerCloudOrderId(5))


def test_the_company_s_orders_are_readable(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, [a_page(a_row("any"), total=9000)])
    sellercloud.company_orders_readable()
    assert requests_mock.last_request.qs["model.companyid"] == [str(COMPANY)]
    assert requests_mock.last_request.qs["model.pagesize"] == ["1"]
    requests_mock.get(ORDERS, [a_page()])
    sellercloud.company_orders_readable()


@pytest.mark.parametrize(
    ("page", "told"),
    [(a_page(total=4), "counts 4 orders and gives none"), (a_page(a_row(CompanyID=9)), "ignored the filter")],
)
def test_the_company_s_orders_are_not_readable(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, page: dict[str, Any], told: str
) -> None:
    requests_mock.get(ORDERS, [page])
    with pytest.raises(RemoteMisbehaved, match=told):
        sellercloud.company_orders_readable()


def a_product(sku: str = "A", **changes: Any) -> dict[str, Any]:
    return {"ID": sku, "CompanyID": COMPANY, "ProductName": "Phone", "Status": 1, "InventoryAvailableQty": 5, **changes}


def products(sellercloud: SellerCloudWrites, *skus: str) -> Any:
    return sellercloud.products([Sku(sku) for sku in skus])


def test_products_by_list(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    columns = [{"ColumnName": " BackMarket_ID ", "Value": 7}, {"ColumnName": None, "Value": 1}]
    rows = [a_product("a ", CustomColumns=columns, IsKit="True"), a_product("A"), a_product("b", ShadowOf="P")]
    requests_mock.get(CATALOG, [a_page(*rows), a_page(total=3)])
    answer = products(sellercloud, "A", "B", "C", "a", " ")
    assert (sorted(answer.found), answer.unknown) == (["a", "b"], frozenset())
    first = answer.found["a"]
    assert (first.sku, first.available, first.active, first.is_kit) == ("a ", 5, True, True)
    assert first.columns == {"backmarket_id": 7}
    assert (answer.found["b"].shadow_of, answer.found["b"].columns) == ("P", None)
    asked = requests_mock.request_history[0].qs
    assert set(asked) == {"model.sku", "model.activestatus", "model.pagenumber", "model.pagesize"}
    assert asked["model.activestatus"] == ["-1"]


@pytest.mark.parametrize(
    ("fields", "available"),
    [
        ({"InventoryAvailableQty": "7.0"}, 7),
        ({"InventoryAvailableQty": None, "AggregateQty": "3"}, 3),
        ({"InventoryAvailableQty": "", "AggregateQty": 3}, 3),
        ({"InventoryAvailableQty": 0, "AggregateQty": 3}, 0),
        ({"InventoryAvailableQty": -2}, -2),
        ({"InventoryAvailableQty": "many", "AggregateQty": 3}, None),
        ({"InventoryAvailableQty": 1.5}, None),
        ({"InventoryAvailableQty": 10**12}, None),
        ({"InventoryAvailableQty": True}, None),
        ({"InventoryAvailableQty": {}}, None),
        ({"InventoryAvailableQty": None}, None),
    ],
)
def test_available_units(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, fields: dict[str, Any], available: int | None
) -> None:
    requests_mock.get(CATALOG, [a_page(a_product(**fields))])
    assert products(sellercloud, "A").found["a"].available == available


@pytest.mark.parametrize(
    ("fields", "active"),
    [
        ({"Status": 1}, True),
        ({"Status": "0"}, False),
        ({"Status": None}, True),
        ({"Status": None, "ActiveStatus": "Inactive"}, False),
        ({"Status": None, "ActiveStatus": "Active"}, True),
    ],
)
def test_active_products(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, fields: dict[str, Any], active: bool
) -> None:
    requests_mock.get(CATALOG, [a_page(a_product(**fields))])
    assert products(sellercloud, "A").found["a"].active is active


def test_products_nobody_asked_for_are_not_believed(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(CATALOG, [a_page(a_product("A"), a_product("Z"))])
    with pytest.raises(RemoteMisbehaved, match="ignored the filter"):
        products(sellercloud, "A")


def test_products_counted_and_not_given_are_unknown(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(CATALOG, [a_page(total=2)])
    answer = products(sellercloud, "A", "B")
    assert (answer.found, answer.unknown) == ({}, {"a", "b"})
    requests_mock.get(CATALOG, [a_page(a_product("A"), total=2)])
    answer = products(sellercloud, "A", "B")
    assert (set(answer.found), answer.unknown) == ({"a"}, {"b"})


def test_a_sku_with_a_comma_is_searched_and_compared_exactly(
    sellercloud: SellerCloudWrites, requests_mock: Mocker
) -> None:
    requests_mock.get(CATALOG, [a_page(a_product("A,1-LONG"), total=2), a_page(a_product("a,1"), total=2)])
    answer = products(sellercloud, "A,1")
    assert (answer.found["a,1"].sku, answer.unknown) == ("a,1", frozenset())
    assert requests_mock.last_request.qs["model.keyword"] == ["a,1"]
    requests_mock.get(CATALOG, [a_page(a_product("A,1-LONG"))])
    assert products(sellercloud, "A,1") == type(answer)({}, frozenset())


def test_a_search_with_too_many_hits_leaves_the_sku_unknown(
    sellercloud: SellerCloudWrites, requests_mock: Mocker
) -> None:
    hits = [[a_product(f"A,1-{page}-{row}") for row in range(50)] for page in range(9)]
    requests_mock.get(CATALOG, [a_page(*rows, total=450) for rows in hits])
    assert products(sellercloud, "A,1").unknown == {"a,1"}
    assert requests_mock.call_count == 4


def test_very_long_skus_are_not_listed(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    long = "x" * 300
    requests_mock.get(CATALOG, [a_page(a_product(long))])
    assert long in products(sellercloud, long).found
    assert "model.keyword" in requests_mock.last_request.qs


def test_many_products_go_in_short_queries(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(CATALOG, [a_page()])
    products(sellercloud, *(f"SKU/{number} é" for number in range(120)))
    assert requests_mock.call_count == 3
    assert max(len(sent.query) for sent in requests_mock.request_history) < 1_950


def test_reads_wait_out_a_passing_fault(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, clock: StandingClock
) -> None:
    requests_mock.get(ORDERS, [{"status_code": 502, "text": "<html>"}, a_page()])
    assert ask(sellercloud, "1")[0].rows == ()
    assert clock.sleeps == [1]


def test_an_odd_line_hides_its_orders_lines_and_no_other_order(
    sellercloud: SellerCloudWrites, requests_mock: Mocker
) -> None:
    requests_mock.get(ORDERS, **a_page(a_row(Items=[{"ProductID": "A"}])))
    ((row,),) = (answer.rows for answer in ask(sellercloud, "1001"))
    assert row.items is None
