"""What both platforms are told and asked once an order is on its way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from clients.standing import BACKMARKET_URL, COMPANY, SELLERCLOUD_URL
from msgspec.structs import replace
from requests_mock import Mocker

from bmsc.clients.backmarket import BackMarketWrites
from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.domain.ids import OrderId, OrderLineId, SellerCloudOrderId, Sku
from bmsc.domain.orders import OrderStatus, ShippingStatus
from bmsc.domain.shipments import NotedSerial, Parcel, UnitSerial
from bmsc.errors import OutcomeUnknown, RemoteMisbehaved

ORDER = f"{BACKMARKET_URL}/ws/orders/7"
LIST = f"{SELLERCLOUD_URL}/api/Orders"
ANSWER = {
    "order_id": 7,
    "state": 9,
    "currency": "USD",
    "orderlines": [{"id": 1, "listing": "A", "state": 3, "quantity": 1, "price": "1.00"}],
}
IMEI = UnitSerial("490154203237518")
BARE = Parcel("1Z999", "UPS")
FULL = replace(BARE, tracking_url="https://t.example/1Z999", shipped_at=datetime(2026, 3, 2, 15, tzinfo=UTC))
BARE_BODY = {"order_id": 7, "new_state": 3, "tracking_number": "1Z999", "shipper": "UPS"}
FULL_BODY = BARE_BODY | {"tracking_url": "https://t.example/1Z999", "date_shipping": "2026-03-02T15:00:00Z"}
PARCELS = {
    "nothing that is not known": (BARE, None, BARE_BODY),
    "all": (FULL, None, FULL_BODY),
    "an IMEI": (BARE, IMEI, BARE_BODY | {"imei": IMEI.text}),
    "a serial number": (BARE, UnitSerial("F2LX"), BARE_BODY | {"serial_number": "F2LX"}),
}


@pytest.mark.parametrize(("parcel", "serial", "body"), PARCELS.values(), ids=PARCELS.keys())
def test_a_shipment(
    backmarket: BackMarketWrites, requests_mock: Mocker, parcel: Parcel, serial: UnitSerial | None, body: dict[str, Any]
) -> None:
    requests_mock.post(ORDER, json=ANSWER)
    assert backmarket.ship_order(OrderId(7), parcel, serial).lines[0].state == 3
    assert requests_mock.last_request.json() == body


def test_the_end_of_a_line(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.post(ORDER, json=ANSWER)
    backmarket.cancel_line(OrderId(7), Sku("A"))
    assert requests_mock.last_request.json() == {"order_id": 7, "new_state": 4, "sku": "A"}
    backmarket.refund_line(OrderId(7), Sku("A"), message="Sorry.")
    assert requests_mock.last_request.json() == {"order_id": 7, "new_state": 5, "sku": "A", "return_message": "Sorry."}


@pytest.mark.parametrize("answer", [{"json": {"imei": IMEI.text}}, {"text": ""}], ids=["echoed", "empty"])
def test_a_serial_of_a_line(backmarket: BackMarketWrites, requests_mock: Mocker, answer: dict[str, Any]) -> None:
    requests_mock.patch(f"{BACKMARKET_URL}/ws/orderlines/61", **answer)
    backmarket.register_serial(OrderLineId(61), IMEI)
    assert requests_mock.last_request.json() == {"imei": IMEI.text}


def test_a_lost_answer_is_not_known(backmarket: BackMarketWrites, requests_mock: Mocker) -> None:
    requests_mock.post(ORDER, status_code=502)
    with pytest.raises(OutcomeUnknown):
        backmarket.ship_order(OrderId(7), BARE)
    assert requests_mock.call_count == 1


def row(**fields: Any) -> dict[str, Any]:
    plain = {"ID": 5, "OrderSourceOrderID": " 7 ", "CompanyID": COMPANY, "OrderSource": 6, "StatusCode": 2}
    return plain | {"ShippingStatus": 1, "PaymentStatus": 30, "Items": []} | fields


def test_orders_of_the_company(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(LIST, json={"Items": [row()], "TotalResults": 1})
    since = datetime(2026, 3, 2, 15, tzinfo=UTC)
    (order,) = sellercloud.company_orders(
        6, OrderStatus.IN_PROCESS, shipping=ShippingStatus.UNSHIPPED, updated_since=since
    )
    assert order.number == "7"
    asked = requests_mock.last_request.qs
    wanted = {"companyid": "163", "channel": "6", "orderstatus": "2", "shippingstatus": "1"}
    assert {name: asked[f"model.{name}"] for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert asked["model.lastupdatedfrom"] == ["2026-03-02t10:00:00"]


STRANGE = {
    "company": {"CompanyID": 1},
    "channel": {"OrderSource": 4},
    "status": {"StatusCode": 3},
    "shipping": {"ShippingStatus": 3},
}


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE.keys())
def test_a_filter_that_was_ignored(
    sellercloud: SellerCloudWrites, requests_mock: Mocker, strange: dict[str, int]
) -> None:
    requests_mock.get(LIST, json={"Items": [row(**strange)], "TotalResults": 1})
    with pytest.raises(RemoteMisbehaved, match="ignored the filter"):
        sellercloud.company_orders(6, OrderStatus.IN_PROCESS, shipping=ShippingStatus.UNSHIPPED)


def test_serials(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    rows = [{"OrderID": 5, "ProductID": "A", "SerialNumber": 123, "OrderItemID": 9, "KitItemID": 0}, {"ProductID": "B"}]
    requests_mock.get(f"{LIST}/Serials", json=rows)
    found = sellercloud.serials(SellerCloudOrderId(5))
    assert found == [NotedSerial("123", Sku("A"), 9), NotedSerial("", Sku("B"), 0)]
    assert requests_mock.last_request.qs == {"id": ["5"]}


def test_serials_that_are_no_list(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.get(f"{LIST}/Serials", json={"Items": []})
    with pytest.raises(RemoteMisbehaved):
        sellercloud.serials(SellerCloudOrderId(5))


def test_the_notice(sellercloud: SellerCloudWrites, requests_mock: Mocker) -> None:
    requests_mock.put(f"{LIST}/Statuses", text="")
    sellercloud.mark_channel_notified(SellerCloudOrderId(5))
    assert requests_mock.last_request.json() == {"OrderIDs": [5], "Action": 0}
