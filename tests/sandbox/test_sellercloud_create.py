"""Creating orders: what is checked, what is kept, what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from sellercloud_desk import ADDRESS, OTHER_COMPANY, Desk, order_body, order_details


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_new_order_is_answered_with_its_bare_number(desk: Desk) -> None:
    answer = desk.create()
    assert answer.text == "5012345"
    assert answer.mimetype == "application/json"


def test_a_new_order_starts_unpaid_and_unshipped(desk: Desk) -> None:
    order = desk.get(f"Orders/{desk.created()}")
    statuses = order["Statuses"]
    assert [statuses[key] for key in ("OrderStatus", "PaymentStatus", "ShippingStatus")] == [2, 10, 1]
    assert order["OrderDetails"]["OrderSourceOrderId"] == "BM-1"
    assert order["OrderDetails"]["OrderDate"] == "2026-01-05T09:30:00"
    assert order["OrderDetails"]["CreatedOn"] == "2026-01-05T12:00:00.123"
    assert order["PaymentOptions"]["RemainingDues"] == 638.0


def test_three_address_vocabularies(desk: Desk) -> None:
    desk.created(ShippingAddress={**ADDRESS, "AddressLine1": "lost", "PostalCode": "lost"})
    (row,) = desk.get("Orders")["Items"]
    read = row["ShippingAddress"]
    keys = ("StreetLine1", "StreetLine2", "PostalCode", "PhoneNumber", "CountryCode")
    assert [read[key] for key in keys] == ["Calle 1", "2B", "28001", "600000000", "ES"]


@pytest.mark.parametrize("section", ["CustomerDetails", "OrderDetails", "ShippingAddress", "BillingAddress"])
def test_required_sections(desk: Desk, section: str) -> None:
    answer = desk.create(**{section: None})
    assert answer.status_code == 400
    assert answer.json["ModelState"] == {f"model.{section}": [f"The {section} field is required."]}
    assert not desk.tenant.orders


def test_one_address_is_enough_for_some_tenants() -> None:
    desk = Desk(required_addresses="shipping")
    order = desk.get(f"Orders/{desk.created(BillingAddress=None)}")
    assert order["BillingAddress"]["City"] == "Madrid"


@pytest.mark.parametrize("details", [{"CompanyID": None}, {"Channel": None}])
def test_company_and_channel_are_required(desk: Desk, details: dict[str, Any]) -> None:
    assert desk.create(OrderDetails=order_details("BM-1", **details)).status_code == 400


def test_an_unknown_company_is_a_business_refusal(desk: Desk) -> None:
    assert desk.create(OrderDetails=order_details("BM-1", CompanyID=999)).status_code == 500


@pytest.mark.parametrize("name", ["", " ", "-"])
def test_refused_last_names(name: str) -> None:
    desk = Desk(refused_last_names=["-"])
    answer = desk.create(CustomerDetails={"Email": "a@example.test", "FirstName": "Cher", "LastName": name})
    assert (answer.status_code, answer.json) == (500, {"Message": "Customer's last name is not valid"})


def test_an_existing_customer_needs_no_name(desk: Desk) -> None:
    desk.created(CustomerDetails={"ID": 77})
    assert desk.order_ids(userID=77) == [5012345]


@pytest.mark.parametrize(("scope", "details", "status"), [
    ("company_channel", {}, 500),
    ("company_channel", {"Channel": 21}, 200),
    ("company_channel", {"CompanyID": OTHER_COMPANY}, 200),
    ("company", {"Channel": 21}, 500),
    ("tenant", {"CompanyID": OTHER_COMPANY}, 500),
    ("allowed", {}, 200),
])  # fmt: skip
def test_duplicate_numbers(scope: str, details: dict[str, Any], status: int) -> None:
    desk = Desk(duplicate_numbers=scope)
    desk.created()
    answer = desk.create(OrderDetails=order_details("BM-1", **details))
    assert answer.status_code == status
    assert ("already exists" in answer.text) == (status == 500)


@pytest.mark.parametrize(("product", "words"), [
    ({"ProductID": "NOPE", "Qty": 1}, "Product NOPE does not exist."),
    ({"ProductID": "PHONE-A", "Qty": 0}, "Quantity of product PHONE-A is not valid."),
    ({"ProductID": "", "Qty": 1}, "Product ID is not valid."),
])  # fmt: skip
def test_lines_that_are_refused(desk: Desk, product: dict[str, Any], words: str) -> None:
    answer = desk.create(Products=[product])
    assert (answer.status_code, answer.json["Message"]) == (500, words)
    assert not desk.tenant.orders


def test_an_unknown_sku_may_be_accepted() -> None:
    desk = Desk(unknown_sku="accept")
    order = desk.get(f"Orders/{desk.created(Products=[{'ProductID': 'NOPE', 'Qty': 1}])}")
    assert order["OrderItems"][0]["ItemProductIdExists"] is False


def test_a_sku_of_another_company_may_be_refused() -> None:
    desk = Desk(other_company_sku="refuse")
    assert desk.create(OrderDetails=order_details("BM-1", CompanyID=OTHER_COMPANY)).status_code == 500


def test_an_omitted_price_is_the_catalogues(desk: Desk) -> None:
    order = desk.get(f"Orders/{desk.created(Products=[{'ProductID': 'PHONE-A', 'Qty': 1}])}")
    assert order["TotalInfo"]["GrandTotal"] == 300.0


@pytest.mark.parametrize(("kind", "total"), [(0, 90.0), (1, 81.0)])
def test_discounts(desk: Desk, kind: int, total: float) -> None:
    product = {"ProductID": "PHONE-A", "Qty": 1, "SitePrice": 100, "DiscountValue": 10 + 9 * kind, "DiscountType": kind}
    assert desk.get(f"Orders/{desk.created(Products=[product])}")["TotalInfo"]["GrandTotal"] == total


@pytest.mark.parametrize(("kept", "reference"), [(True, "55501"), (False, None)])
def test_reference_id(kept: bool, reference: str | None) -> None:
    desk = Desk(reference_id_kept=kept)
    desk.created()
    assert desk.get("Orders")["Items"][0]["Items"][0]["ReferenceID"] == reference


@pytest.mark.parametrize(("treatment", "code", "total"), [
    ("kept", 3, 638.0),
    ("dropped", 0, 638.0),
    ("converted", 0, 689.04),
    ("converted_keep_code", 3, 689.04),
])  # fmt: skip
def test_foreign_currency(treatment: str, code: int, total: float) -> None:
    desk = Desk(currency=treatment)
    order = desk.get(f"Orders/{desk.created()}")
    assert (order["OrderDetails"]["CurrencyCode"], order["TotalInfo"]["GrandTotal"]) == (code, total)


@pytest.mark.parametrize(("exempt", "honoured", "tax"), [(False, True, 51.04), (True, True, 0.0), (True, False, 51.04)])
def test_a_tax_of_the_tenants_own(exempt: bool, honoured: bool, tax: float) -> None:
    desk = Desk(own_tax_rate="0.08", tax_exempt_honoured=honoured)
    order = desk.get(f"Orders/{desk.created(OrderDetails=order_details('BM-1', TaxExempt=exempt))}")
    assert order["TotalInfo"]["Tax"] == tax
    assert order["PaymentOptions"]["RemainingDues"] == 638.0 + tax


@pytest.mark.parametrize(("kept", "total"), [(True, 650.5), (False, 638.0)])
def test_line_tax(kept: bool, total: float) -> None:
    desk = Desk(line_tax_kept=kept)
    product = {**order_body("BM-1")["Products"][0], "LineTaxTotal": 12.5}
    assert desk.get(f"Orders/{desk.created(Products=[product])}")["TotalInfo"]["GrandTotal"] == total


def test_shipping_belongs_to_the_total(desk: Desk) -> None:
    order = desk.get(f"Orders/{desk.created(ShippingMethodDetails={'ShippingFee': '4.99'})}")
    assert order["TotalInfo"] | {"Shipping": 4.99, "GrandTotal": 642.99} == order["TotalInfo"]


def test_dates_of_the_body_may_have_a_blank_or_an_offset(desk: Desk) -> None:
    for number, text in [("1", "2026-01-05 09:30:00"), ("2", "2026-01-05T14:30:00Z"), ("3", "01/05/2026 09:30")]:
        order_id = desk.created(OrderDetails=order_details(number, OrderDate=text))
        assert desk.get(f"Orders/{order_id}")["OrderDetails"]["OrderDate"] == "2026-01-05T09:30:00"


@pytest.mark.parametrize("document", ["[]", "{", '"x"', ""])
def test_bodies_that_are_no_objects(desk: Desk, document: str) -> None:
    answer = desk.call("POST", "Orders", data=document, content_type="application/json")
    assert answer.status_code == 400


def test_wrong_types_are_refused(desk: Desk) -> None:
    assert desk.create(Products=[{"ProductID": "PHONE-A", "Qty": "two"}]).status_code == 400
    assert desk.create(Products=[{"ProductID": "PHONE-A", "Qty": 1.5}]).status_code == 400
    assert desk.create(Products="PHONE-A").status_code == 400
    assert desk.create(OrderDetails=order_details("BM-1", OrderDate="soon")).status_code == 400


def test_a_disabled_company_takes_no_orders(desk: Desk) -> None:
    desk.tenant.disable_company(163)
    assert desk.create().json == {"Message": "Company is not valid."}
    assert desk.get("Companies", companyID=163)["Items"][0]["IsDisabled"] is True


def test_a_currency_without_a_rate_cannot_be_converted() -> None:
    desk = Desk(currency="converted")
    assert desk.create(OrderDetails=order_details("BM-1", CurrencyCode=75)).status_code == 500
