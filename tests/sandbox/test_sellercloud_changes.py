"""Paying, cancelling, shipping, splitting and merging orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sellercloud_desk import COMPANY, Desk, order_details


@pytest.fixture
def desk() -> Desk:
    return Desk()


def ship(desk: Desk, order_id: int, **changes: Any) -> Any:
    body = {
        "OrderID": order_id,
        "ShippingCarrier": "UPS",
        "ShippingService": "UPSGround",
        "TrackingNumber": "1Z999",
        "ShipDate": "2026-01-05T12:00:00",
    }
    return desk.put("Orders/ShippingStatus", {**body, **changes})


def statuses(desk: Desk, order_id: int) -> list[int]:
    read = desk.get(f"Orders/{order_id}")["Statuses"]
    return [read[key] for key in ("OrderStatus", "PaymentStatus", "ShippingStatus")]


def test_a_payment_in_full(desk: Desk) -> None:
    order_id = desk.created()
    answer = desk.pay(order_id)
    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (200, b"", None)
    order = desk.get(f"Orders/{order_id}")
    assert order["PaymentOptions"] | {"Received": 638.0, "RemainingDues": 0.0} == order["PaymentOptions"]
    assert order["Payments"][0]["TransactionReferenceNumber"] == "BM-1"
    assert order["Payments"][0]["PaymentType"] == 2
    assert order["Statuses"]["PaymentStatus"] == 30


def test_a_part_of_the_money_then_the_rest_then_too_much(desk: Desk) -> None:
    order_id = desk.created()
    desk.pay(order_id, "600.00")
    assert statuses(desk, order_id) == [2, 70, 1]
    desk.pay(order_id, "38.00")
    assert statuses(desk, order_id) == [2, 30, 1]
    desk.pay(order_id, "38.00")
    assert desk.get(f"Orders/{order_id}")["PaymentOptions"]["RemainingDues"] == -38.0


def test_refunds_show_in_the_payment_status(desk: Desk) -> None:
    order_id = desk.created()
    desk.pay(order_id)
    desk.tenant.pay(order_id, Decimal(38), refund=True)
    assert statuses(desk, order_id)[1] == 50
    desk.tenant.pay(order_id, Decimal(600), refund=True)
    assert statuses(desk, order_id)[1] == 60


@pytest.mark.parametrize(("body", "status"), [
    ({"Amount": 638, "PaymentMethod": "6", "ReferenceNumber": "R"}, 200),
    ({"Amount": 638, "ReferenceNumber": "R"}, 400),
    ({"Amount": 638, "PaymentMethod": 1, "ReferenceNumber": "R"}, 500),
    ({"Amount": 638, "PaymentMethod": 6}, 500),
    ({"Amount": 638, "PaymentMethod": 4}, 200),
    ({"PaymentMethod": 6, "ReferenceNumber": "R"}, 500),
])  # fmt: skip
def test_payments_are_checked(desk: Desk, body: dict[str, Any], status: int) -> None:
    order_id = desk.created()
    assert desk.put(f"Orders/{order_id}/ReceiveManualPayment", body).status_code == status
    assert (statuses(desk, order_id)[1] == 30) == (status == 200)


@pytest.mark.parametrize(
    ("accepted", "flat", "wrapped"), [("both", 200, 200), ("flat", 200, 400), ("wrapped", 400, 200)]
)
def test_the_payment_body_may_be_wrapped(accepted: str, flat: int, wrapped: int) -> None:
    desk = Desk(payment_body=accepted)
    order_id = desk.created()
    fields = {"Amount": 1, "PaymentMethod": 6, "ReferenceNumber": "R"}
    path = f"Orders/{order_id}/ReceiveManualPayment"
    assert desk.put(path, fields).status_code == flat
    assert desk.put(path, {"OrderID": order_id, "model": fields}).status_code == wrapped


def test_payments_that_some_tenants_refuse() -> None:
    desk = Desk(overpayment_refused=True, payment_of_cancelled_refused=True)
    order_id = desk.created()
    assert desk.pay(order_id, "638.01").status_code == 500
    desk.tenant.cancel(order_id)
    assert desk.pay(order_id, "638.00").status_code == 500
    assert desk.put("Orders/9/ReceiveManualPayment", {"Amount": 1, "PaymentMethod": 4}).status_code == 404


@pytest.mark.parametrize(("moves", "updated"), [(True, "2026-01-05T12:01:00.123"), (False, "2026-01-05T12:00:00.123")])
def test_a_payment_may_or_may_not_move_the_last_update(moves: bool, updated: str) -> None:
    desk = Desk(payment_moves_last_updated=moves)
    order_id = desk.created()
    desk.wait(60)
    desk.pay(order_id)
    assert desk.get(f"Orders/{order_id}")["LastUpdated"] == updated


@pytest.mark.parametrize(("switches", "answered", "changed"), [
    ({}, [0, 1], [0, 1]),
    ({"status_code_answer": "asked"}, [0, 2, 9, 1], [0, 1]),
    ({"status_code_answer": "none"}, [], [0, 1]),
    ({"status_code_changes": "first"}, [0], [0]),
    ({"shipped_can_be_cancelled": True}, [0, 2, 1], [0, 2, 1]),
])  # fmt: skip
def test_cancelling_answers_what_was_changed(switches: dict[str, Any], answered: list[int], changed: list[int]) -> None:
    desk = Desk(**switches)
    ids = {position: desk.created(f"BM-{position}") for position in range(3)} | {9: 999}
    desk.tenant.ship(ids[2], carrier="UPS", service="UPSGround", tracking="1Z")
    answer = desk.put("Orders/StatusCode", {"Orders": [ids[0], ids[2], 999, ids[1]], "Status": -1})
    assert answer.json == [ids[position] for position in answered]
    assert desk.order_ids(orderStatus=-1, isAscending="true") == sorted(ids[position] for position in changed)
    again = desk.put("Orders/StatusCode", {"Orders": [ids[0]], "Status": -1})
    assert again.json == ([ids[0]] if switches.get("status_code_answer") == "asked" else [])


def test_status_codes_that_do_not_exist(desk: Desk) -> None:
    assert desk.put("Orders/StatusCode", {"Orders": [1], "Status": 7}).status_code == 400
    assert desk.put("Orders/StatusCode", {"Status": -1}).status_code == 400


def test_shipping_completes_the_order(desk: Desk) -> None:
    order_id = desk.created()
    assert ship(desk, order_id, TrackingNumber=" 1Z999 ").data == b""
    assert statuses(desk, order_id) == [3, 10, 3]
    (row,) = desk.get("Orders", trackingNumber=" 1Z999 ", shippingStatus=3)["Items"] or desk.get("Orders")["Items"]
    assert (row["ShippingCarrier"], row["ShippingService"]) == ("UPS", "UPSGround")
    assert (row["TrackingNumber"], row["AllTrackingNumbers"]) == (" 1Z999 ", [" 1Z999 "])
    assert row["ShipDate"] == "2026-01-05T12:00:00"
    assert row["Items"][0]["QtyShipped"] == 2
    package = desk.bare("Orders/Packages", id=order_id, pageNumber=1, pageSize=10)
    assert (package["TotalResults"], package["Results"][0]["DeliveryStatus"]) == (1, 1)


@pytest.mark.parametrize(("date", "words"), [
    ("2026-01-05T12:00:01", "Future date is not allowed."),
    ("2026-01-05T11:59:59", "Ship date cannot be before the order's creation."),
])  # fmt: skip
def test_ship_dates_that_are_refused(desk: Desk, date: str, words: str) -> None:
    order_id = desk.created()
    answer = ship(desk, order_id, ShipDate=date)
    assert (answer.status_code, answer.json["Message"]) == (500, words)
    desk.switches.ship_dates_checked = False
    assert ship(desk, order_id, ShipDate=date).status_code == 200


def test_what_else_keeps_an_order_from_shipping(desk: Desk) -> None:
    order_id = desk.created()
    assert ship(desk, order_id, ShippingCarrier=None).status_code == 400
    desk.switches.ship_date_required = True
    assert ship(desk, order_id, ShipDate=None).status_code == 400
    desk.switches.unpaid_shipping_refused = True
    assert ship(desk, order_id).json == {"Message": "Order is not paid."}
    desk.tenant.cancel(order_id)
    assert ship(desk, order_id).json == {"Message": "Order is cancelled."}


def test_a_single_package_completes_the_order_and_later_changes_only_its_tracking(desk: Desk) -> None:
    order_id = desk.created()
    body = {"OrderID": order_id, "TrackingNumber": "A1", "CarrierName": "FedEx", "ShippingMethod": "FedExGround"}
    assert desk.put("Orders/ShippingStatus/SinglePackage", body).status_code == 200
    desk.wait(600)
    assert (
        desk.put("Orders/ShippingStatus/SinglePackage", {"OrderID": order_id, "TrackingNumber": "A2"}).status_code
        == 200
    )
    details = desk.get(f"Orders/{order_id}")
    assert details["ShippingDetails"]["ShipDate"] == "2026-01-05T12:00:00.123"
    assert details["ShippingDetails"]["Carrier"] == "FedEx"
    assert [package["TrackingNumber"] for package in details["OrderPackages"]] == ["A2"]
    assert desk.put("Orders/ShippingStatus/SinglePackage", {"OrderID": order_id, "PackageID": 1}).status_code == 500


def test_a_shipment_can_be_taken_back(desk: Desk) -> None:
    order_id = desk.created()
    ship(desk, order_id)
    assert desk.put("Orders/SetUnshipped", {"Orders": [order_id]}).status_code == 200
    assert statuses(desk, order_id) == [2, 10, 1]
    assert desk.get("Orders")["Items"][0]["AllTrackingNumbers"] == []


def test_a_part_of_an_order_can_be_shipped_behind_the_api(desk: Desk) -> None:
    order_id = desk.created()
    desk.tenant.ship(order_id, carrier="UPS", service="UPSGround", tracking="1Z", partially=True)
    assert statuses(desk, order_id) == [2, 10, 2]
    assert desk.get("Orders")["Items"][0]["Items"][0]["QtyShipped"] == 1


def test_serials_are_kept_once_and_only_read_by_their_own_call(desk: Desk) -> None:
    order_id = desk.created()
    row = {"OrderID": order_id, "ProductID": "PHONE-A", "SerialNumber": "356938035643809"}
    for _ in range(2):
        assert desk.put("Orders/Serials", {"Items": [row]}).data == b""
    (serial,) = desk.bare("Orders/Serials", id=order_id)
    assert serial["OrderItemID"] == desk.get("Orders")["Items"][0]["Items"][0]["ID"]
    assert desk.order_ids(serialNumber="356938035643809") == [order_id]
    desk.tenant.add_serials(order_id, [(serial["OrderItemID"], "SECOND")])
    assert [entry["SerialNumber"] for entry in desk.bare("Orders/Serials", id=order_id)] == [
        "356938035643809",
        "SECOND",
    ]


def test_the_channel_can_be_marked_as_notified(desk: Desk) -> None:
    order_id = desk.created()
    assert desk.put("Orders/Statuses", {"OrderIDs": [order_id], "Action": 0}).status_code == 200
    assert desk.get(f"Orders/{order_id}")["Statuses"]["ChannelNotifiedOfShipping"] is True
    desk.put("Orders/Statuses", {"OrderIDs": [order_id], "Action": 1})
    assert desk.get(f"Orders/{order_id}")["Statuses"]["ChannelNotifiedOfShipping"] is False
    assert "QueuedJobLink" in desk.put("Orders/Statuses", {"OrderIDs": [order_id], "Action": 4}).json
    assert desk.put("Orders/Statuses", {"OrderIDs": [order_id], "Action": 9}).status_code == 400


@pytest.mark.parametrize(("style", "number"), [("same", "BM-1"), ("suffixed", "BM-1-1"), ("empty", "")])
def test_a_split_order(style: str, number: str) -> None:
    desk = Desk(split_number=style)
    order_id = desk.created()
    desk.pay(order_id)
    child_id = desk.tenant.split(order_id)
    child = desk.get(f"Orders/{child_id}")
    assert child["OrderDetails"]["OrderSourceOrderId"] == number
    assert [tie["RelationshipType"] for tie in child["RelatedOrders"]] == [4]
    assert desk.get(f"Orders/{order_id}")["RelatedOrders"][0]["RelationshipType"] == 5
    assert [row["PaymentStatus"] for row in desk.get("Orders")["Items"]] == [30, 30]
    assert desk.tenant.true_sellable("PHONE-A") == 7
    assert desk.order_ids(hasParentOrder=1) == [child_id]


def test_a_single_unit_cannot_be_split(desk: Desk) -> None:
    order_id = desk.tenant.add_order("FTP-1", COMPANY, lines=[("PHONE-A", 1, Decimal(5))])
    with pytest.raises(ValueError, match="single unit"):
        desk.tenant.split(order_id)


@pytest.mark.parametrize(("style", "number"), [("first", "BM-1"), ("joined", "BM-1,BM-2"), ("empty", "")])
def test_merged_orders(style: str, number: str) -> None:
    desk = Desk(merge_number=style)
    first, second = desk.created("BM-1"), desk.created("BM-2")
    for order_id in (first, second):
        desk.pay(order_id)
    joint = desk.tenant.merge(first, second)
    assert desk.get(f"Orders/{joint}")["OrderDetails"]["OrderSourceOrderId"] == number
    assert statuses(desk, joint) == [2, 30, 1]
    assert statuses(desk, first)[0] == 999
    assert desk.get(f"Orders/{second}")["RelatedOrders"][0]["RelatedOrderID"] == joint
    assert desk.tenant.true_sellable("PHONE-A") == 5


def test_a_line_can_be_edited_by_a_person(desk: Desk) -> None:
    order_id = desk.created(OrderDetails=order_details("BM-1"))
    (line,) = desk.tenant.orders[order_id].lines
    desk.tenant.edit_line(order_id, line.id, quantity=1)
    assert desk.tenant.orders[order_id].total == Decimal(319)
    desk.tenant.edit_line(order_id, line.id, quantity=0)
    assert desk.tenant.orders[order_id].lines == ()


def test_an_unpaid_order_of_two_lines_splits_by_line(desk: Desk) -> None:
    lines = [("PHONE-A", 1, Decimal(5)), ("PHONE-B", 1, Decimal(7))]
    order_id = desk.tenant.add_order("FTP-1", COMPANY, lines=lines, paid=False, reference_ids=["1", "2"])
    child_id = desk.tenant.split(order_id)
    skus = [[line.sku for line in desk.tenant.orders[number].lines] for number in (order_id, child_id)]
    assert skus == [["PHONE-A"], ["PHONE-B"]]
    assert statuses(desk, child_id) == [2, 10, 1]


def test_a_tracking_number_may_be_there_before_the_parcel_leaves(desk: Desk) -> None:
    order_id = desk.created()
    desk.tenant.set_tracking(order_id, "1Z")
    assert desk.order_ids(trackingNumber="1z", shippingStatus=1) == [order_id]


def test_invoices_can_be_marked_as_sent(desk: Desk) -> None:
    order_id = desk.created()
    desk.put("Orders/Statuses", {"OrderIDs": [order_id], "Action": 2})
    assert desk.get("Orders")["Items"][0]["InvoicePrinted"] is True
