"""What Back Market's odd answers become: orders, or a refusal to believe them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from clients.standing import BACKMARKET_URL
from requests_mock import Mocker

from bmsc.clients.backmarket import BackMarketWrites
from bmsc.domain.ids import OrderId, Sku
from bmsc.domain.orders import Address, LineState, OrderState
from bmsc.errors import NotFound, OutcomeUnknown, Refused, RemoteMisbehaved

ORDERS = f"{BACKMARKET_URL}/ws/orders"
ADDRESS: dict[str, Any] = {
    "company": None,
    "first_name": "Ada",
    "last_name": "Exemplar",
    "street": "1 Sample Street",
    "street2": "",
    "postal_code": "90001",
    "country": "US",
    "city": "Los Angeles",
    "state_or_province": "CA",
    "phone": None,
    "email": "shipping_1@example.invalid",
}
LINE: dict[str, Any] = {
    "id": 61234567,
    "state": 1,
    "price": "279.00",
    "shipping_price": "0.00",
    "currency": "USD",
    "listing": "IP13 ",
    "product": "iPhone 13",
    "quantity": 2,
    "sales_taxes": "25.11",
    "imei": "",
    "serial_number": "",
    "orderline_fee": "27.90",
}


def an_order(order_id: int = 60123456, **changes: Any) -> dict[str, Any]:
    order = {
        "order_id": order_id,
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "tracking_number": "",
        "shipper": "UPS Ground",
        "date_creation": "2026-03-02T14:03:11Z",
        "date_payment": "2026-03-02T15:04:13+01:00",
        "state": 1,
        "orderlines": [LINE],
        "price": "279.00",
        "shipping_price": "4.90",
        "currency": "USD",
        "country_code": "en-us",
        "sales_taxes": "25.11",
        "expected_dispatch_date": "2026-03-03T23:59:59Z",
        "is_backship": False,
        "delivery_mode": "HOME_DELIVERY",
    }
    return {**order, **changes}


def a_page(*orders: dict[str, Any], count: int | None = None, following: str | None = None) -> dict[str, Any]:
    return {"json": {"count": len(orders) if count is None else count, "next": following, "results": list(orders)}}


def waiting(backmarket: BackMarketWrites) -> list[int]:
    return [order.id for order in backmarket.orders_in_state(OrderState.TO_ACCEPT)]


def test_an_order_as_recorded(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, [a_page(an_order())])
    (order,) = backmarket.orders_in_state(OrderState.TO_ACCEPT)
    assert (order.id, order.state, order.currency, order.market) == (60123456, OrderState.TO_ACCEPT, "USD", "en-us")
    assert (order.price, order.shipping_price, order.sales_taxes) == tuple(map(Decimal, ("279", "4.90", "25.11")))
    assert order.paid_at == datetime(2026, 3, 2, 14, 4, 13, tzinfo=UTC)
    assert order.expected_dispatch_at == datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC)
    (line,) = order.lines
    assert (line.id, line.sku, line.state, line.quantity) == (61234567, "IP13 ", LineState.PAID, 2)
    assert (line.price, line.fee, line.title) == (Decimal("279.00"), Decimal("27.90"), "iPhone 13")
    assert order.shipping_address.state == "CA"
    assert order.billing_address.phone == ""


def test_what_is_asked(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, [a_page()])
    assert waiting(backmarket) == []
    sent = requests_mock.last_request
    assert sent.qs == {"state": ["1"], "page": ["1"], "page-size": ["50"]}
    assert sent.headers["Authorization"] == "Basic CANARY-token"
    assert sent.headers["Accept-Language"] == "en-us"
    assert sent.headers["User-Agent"].startswith("BM-Example")


def test_pages_are_asked_for_by_our_own_numbers(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    following = "https://www.backmarket.com/bm/elsewhere?page=9"
    first, second = a_page(an_order(1), an_order(2), count=3, following=following), a_page(an_order(2), an_order(3))
    requests_mock.get(ORDERS, [first, second])
    assert waiting(backmarket) == [1, 2, 3]
    assert [sent.qs["page"] for sent in requests_mock.request_history] == [["1"], ["2"]]


def test_a_page_past_the_end_is_the_end(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    again = a_page(an_order(1), count=1)
    gone = {"status_code": 404, "json": {"error": {"code": "x", "message": "Invalid page."}}}
    requests_mock.get(ORDERS, [a_page(an_order(1), count=2, following=f"{ORDERS}?page=2"), gone, again])
    assert waiting(backmarket) == [1]


def test_a_first_page_that_is_missing_is_no_empty_list(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.get(ORDERS, status_code=404, json={"error": {"message": "web services unavailable"}})
    with pytest.raises(NotFound):
        waiting(backmarket)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        pytest.param(a_page(an_order(), following="https://evil.test/ws/orders?page=2"), "evil.test", id="other host"),
        pytest.param(a_page(an_order(state=3)), "ignored the filter", id="state filter ignored"),
        pytest.param(a_page(an_order(), count=9), "counts 9 rows and gives 1", id="short"),
        pytest.param(a_page(count=9), "counts 9 rows and gives 0", id="empty with a count"),
        pytest.param({"json": {"detail": "hello"}}, "without a usable results", id="no envelope"),
        pytest.param({"json": []}, "without the object", id="no object"),
        pytest.param({"json": {"count": 1, "next": None, "results": [None]}}, "without the object", id="a null row"),
    ],
)
def test_lists_that_are_not_believed(
    backmarket: BackMarketWrites, requests_mock: Mocker, page: dict[str, Any], told: str
) -> None:
    requests_mock.get(ORDERS, [page])
    with pytest.raises(RemoteMisbehaved, match=told):
        waiting(backmarket)


REQUIRED = ["order_id", "state", "orderlines", "currency"]
REQUIRED_OF_LINE = ["id", "listing", "state", "quantity", "price"]


@pytest.mark.parametrize("how", ["missing", "null", "odd"])
@pytest.mark.parametrize("field", REQUIRED + [f"orderlines.0.{name}" for name in REQUIRED_OF_LINE])
def test_a_missing_field_is_named_and_no_value_is(
    backmarket: BackMarketWrites, requests_mock: Mocker, field: str, how: str
) -> None:
    line, order = dict(LINE), an_order()
    part, name = (line, field.rpartition(".")[2]) if "." in field else (order, field)
    part[name] = {"missing": None, "null": None, "odd": {"CANARY": "CANARY"}}[how]
    if how == "missing":
        del part[name]
    if part is line:
        order["orderlines"] = [line]
    requests_mock.get(ORDERS, [a_page(order)])
    with pytest.raises(RemoteMisbehaved) as caught:
        waiting(backmarket)
    assert f"usable {field}" in caught.value.message
    assert "GET /ws/orders" in caught.value.message
    assert field == "order_id" or "order 60123456" in caught.value.message
    for private in ("CANARY", "Ada", "Sample"):
        assert private not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("quantity", [0, -1, "1.5"])
def test_a_line_without_units_is_not_believed(
    backmarket: BackMarketWrites, requests_mock: Mocker, quantity: object
) -> None:
    requests_mock.get(ORDERS, [a_page(an_order(orderlines=[{**LINE, "quantity": quantity}]))])
    with pytest.raises(RemoteMisbehaved, match=r"orderlines\.0\.quantity"):
        waiting(backmarket)


def test_null_anywhere_else_is_taken(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    bare = dict.fromkeys(an_order()) | {
        "order_id": "7",
        "state": "1",
        "currency": " usd ",
        "orderlines": [dict.fromkeys(LINE) | {"id": 1, "listing": "A", "state": 77, "quantity": "2", "price": 9.5}],
    }
    requests_mock.get(ORDERS, [a_page(bare)])
    (order,) = backmarket.orders_in_state(OrderState.TO_ACCEPT)
    assert (order.price, order.currency, order.shipping_address) == (Decimal("9.5"), "USD", Address())
    assert order.lines[0].state is LineState.UNHEARD_OF
    assert order.created_at is None


def test_addresses_in_the_published_spelling_and_after_an_erasure(
    backmarket: BackMarketWrites, requests_mock: Mocker
) -> None:
    camel = {"firstName": "Ada", "lastName": "E", "postalCode": "1", "phoneNumber": "2", "state": "NY"}
    erased = dict.fromkeys(ADDRESS, "Deleted")
    requests_mock.get(f"{ORDERS}/7", json=an_order(7, shipping_address=camel, billing_address=erased))
    order = backmarket.order(OrderId(7))
    assert order.shipping_address == Address(first_name="Ada", last_name="E", postal_code="1", phone="2", state="NY")
    assert set(order.billing_address.strings()) == {"Deleted"}


def test_an_unknown_order_state_is_unheard_of(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.get(f"{ORDERS}/7", json=an_order(7, state=42))
    assert backmarket.order(OrderId(7)).state is OrderState.UNHEARD_OF


def test_another_order_than_asked_for_is_not_believed(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.get(f"{ORDERS}/7", json=an_order(8))
    with pytest.raises(RemoteMisbehaved, match="asked for order 7 and gave 8"):
        backmarket.order(OrderId(7))


def test_accepting_a_line(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    accepted = an_order(7, state=3, orderlines=[{**LINE, "state": 2}])
    requests_mock.post(f"{ORDERS}/7", json=accepted)
    order = backmarket.accept_line(OrderId(7), Sku("IP13 "))
    assert requests_mock.last_request.json() == {"order_id": 7, "new_state": 2, "sku": "IP13 "}
    assert order.lines[0].state is LineState.ACCEPTED


@pytest.mark.parametrize(
    "answer",
    [
        {"json": an_order(8)},
        {"json": {}},
        {"text": "null"},
        {"text": "{"},
        {"json": "ok"},
        {"text": ""},
        {"status_code": 502},
    ],
    ids=["another order", "no order", "null", "torn", "a word", "nothing", "502"],
)
def test_an_accept_whose_answer_says_nothing_is_unknown(
    backmarket: BackMarketWrites, requests_mock: Mocker, answer: dict[str, Any]
) -> None:
    requests_mock.post(f"{ORDERS}/7", [answer])
    with pytest.raises(OutcomeUnknown):
        backmarket.accept_line(OrderId(7), Sku("A"))
    assert requests_mock.call_count == 1


def test_a_refused_accept_keeps_the_words_apart(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.post(f"{ORDERS}/7", status_code=400, json={"error": {"code": "x", "message": "sku not found"}})
    with pytest.raises(Refused) as caught:
        backmarket.accept_line(OrderId(7), Sku("A"))
    assert caught.value.words == "sku not found"
