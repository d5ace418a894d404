"""What SellerCloud is told, digit by digit, and what its yes is worth."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from clients.standing import COMPANY, SELLERCLOUD_URL
from msgspec.structs import replace
from requests_mock import Mocker

from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.clients.sellercloud_bodies import full_name
from bmsc.domain.ids import OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.orders import Address, DraftItem, OrderDraft
from bmsc.errors import OutcomeUnknown

ORDERS = f"{SELLERCLOUD_URL}/api/Orders"
ADDRESS = Address(
    first_name="Ada",
    last_name="Exemplar",
    company="Works",
    street="1 Sample Street",
    street2="Flat 2",
    city="Los Angeles",
    postal_code="90001",
    state="CA",
    country="US",
    phone="\u202a+1 213\u202c 555",
    email="shipping_1@example.invalid",
)
DRAFT = OrderDraft(
    number=OrderNumber("BM-60123456"),
    company_id=COMPANY,
    channel=6,
    currency="EUR",
    items=(
        DraftItem(Sku("A"), 1, Decimal("33.34"), Decimal("0.10"), Decimal("10.00"), "61", "Phone " * 90),
        DraftItem(Sku("A"), 2, Decimal("33.33"), Decimal(0), Decimal(0), "61", ""),
    ),
    shipping_fee=Decimal("4.90"),
    tax_exempt=True,
    ordered_at=datetime(2026, 3, 2, 3, 15, 0, 5, tzinfo=UTC),
    shipping_address=ADDRESS,
    billing_address=Address(),
    email="shipping_1@example.invalid",
    promised_at=datetime(2026, 7, 2, 3, 15, tzinfo=UTC),
)


def test_the_body_of_a_new_order(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.post(ORDERS, json=5012345)
    assert sellercloud.create_order(DRAFT) == 5012345
    sent = requests_mock.last_request
    address = {
        "FirstName": "Ada",
        "LastName": "Exemplar",
        "Business": "Works",
        "Address": "1 Sample Street",
        "Address2": "Flat 2",
        "City": "Los Angeles",
        "State": "CA",
        "ZipCode": "90001",
        "Country": "US",
        "Phone": "+1 213 555",
    }
    assert sent.json() == {
        "CustomerDetails": {
            "Email": "shipping_1@example.invalid",
            "FirstName": "Ada",
            "LastName": "Exemplar",
            "Business": "Works",
        },
        "OrderDetails": {
            "CompanyID": COMPANY,
            "Channel": 6,
            "OrderSourceOrderID": "BM-60123456",
            "CurrencyCode": 3,
            "TaxExempt": True,
            "OrderDate": "2026-03-01T22:15:00",
        },
        "Products": [
            {
                "ProductID": "A",
                "Qty": 1,
                "SitePrice": 33.34,
                "ReferenceID": "61",
                "LineTaxTotal": 0.10,
                "FinalValueFee": 10.00,
                "ProductName": ("Phone " * 90)[:255],
            },
            {
                "ProductID": "A",
                "Qty": 2,
                "SitePrice": 33.33,
                "ReferenceID": "61",
                "LineTaxTotal": 0,
                "FinalValueFee": 0,
            },
        ],
        "ShippingAddress": address,
        "BillingAddress": address,
        "ShippingMethodDetails": {"ShippingFee": 4.90, "PromiseDate": "2026-07-01T23:15:00"},
    }
    assert '"SitePrice": 33.34' in sent.text
    assert '"ShippingFee": 4.90' in sent.text


def test_what_is_not_known_is_left_out(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.post(ORDERS, json=1)
    billing = replace(ADDRESS, first_name="Bill", last_name="")
    sellercloud.create_order(replace(DRAFT, ordered_at=None, promised_at=None, billing_address=billing))
    body = requests_mock.last_request.json()
    assert "OrderDate" not in body["OrderDetails"]
    assert body["ShippingMethodDetails"] == {"ShippingFee": 4.90}
    assert (body["BillingAddress"]["FirstName"], body["BillingAddress"]["LastName"]) == ("Bill", "Bill")


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("Ada", "Exemplar", ("Ada", "Exemplar")),
        (" Ada Maria Exemplar ", " ", ("Ada Maria", "Exemplar")),
        ("Ada", "", ("Ada", "Ada")),
        ("", "Exemplar", ("-", "Exemplar")),
        ("", "", ("-", "-")),
        ("Deleted", "Deleted", ("Deleted", "Deleted")),
    ],
)
def test_no_name_is_ever_empty(first: str, last: str, names: tuple[str, str]) -> None:
    assert full_name(Address(first_name=first, last_name=last)) == names


@pytest.mark.parametrize("answer", [5, "5", {"ID": 5}, {"OrderID": "5"}])
def test_answers_that_name_the_order(sellercloud: SellerCloudWrites, requests_mock: Mocker, answer: object) -> None:
    requests_mock.post(ORDERS, json=answer)
    assert sellercloud.create_order(DRAFT) == 5


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"text": "null"}, ""),
        ({"text": ""}, ""),
        ({"json": 0}, ""),
        ({"json": True}, ""),
        ({"json": []}, ""),
        ({"json": {"Success": False, "Message": "Company is closed"}}, "Company is closed"),
        ({"status_code": 500, "json": {"Message": "Order already exists"}}, "Order already exists"),
        ({"status_code": 502, "text": "<html><title>Bad gateway</title>"}, ""),
    ],
)
def test_answers_that_do_not(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, answer: dict[str, Any], words: str
) -> None:
    requests_mock.post(ORDERS, [answer])
    with pytest.raises(OutcomeUnknown) as caught:
        sellercloud.create_order(DRAFT)
    assert caught.value.words == words
    assert requests_mock.call_count == 1


def test_a_payment(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.put(f"{ORDERS}/5/ReceiveManualPayment", text="")
    sellercloud.receive_payment(SellerCloudOrderId(5), Decimal("104.90"), reference="BM-7")
    assert '"Amount": 104.90' in requests_mock.last_request.text
    assert requests_mock.last_request.json() == {
        "Amount": 104.9,
        "PaymentMethod": 6,
        "ReferenceNumber": "BM-7",
        "Notes": "Back Market order BM-7",
    }


@pytest.mark.parametrize(("answer", "done"), [([5], True), (["5"], True), ([], False), ([4], False)])
def test_a_cancellation(sellercloud: SellerCloudWrites, requests_mock: Mocker, answer: object, done: bool) -> None:
    requests_mock.put(f"{ORDERS}/StatusCode", json=answer)
    assert sellercloud.cancel_order(SellerCloudOrderId(5)) is done
    assert requests_mock.last_request.json() == {"Orders": [5], "Status": -1}


@pytest.mark.parametrize("text", ["", "null", '"Success"', '{"Message": "x"}'])
def test_a_cancellation_that_names_no_orders(sellercloud: SellerCloudWrites, requests_mock: Mocker, text: str) -> None:
    requests_mock.put(f"{ORDERS}/StatusCode", text=text)
    with pytest.raises(OutcomeUnknown):
        sellercloud.cancel_order(SellerCloudOrderId(5))
