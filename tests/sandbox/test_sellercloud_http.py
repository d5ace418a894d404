"""The tenant behind real HTTP: reason phrases, empty bodies, one connection for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from sellercloud_desk import order_body

from bmsc.sandbox.serve import Running, start


@pytest.fixture
def running() -> Iterator[Running]:
    with start(shop="empty") as sandbox:
        with sandbox.world.lock:
            sandbox.world.tenant.add_company(163, "Refurb")
            sandbox.world.tenant.add_product("PHONE-A", company_id=163, name="Phone", quantity=5)
        yield sandbox


def test_an_order_from_token_to_parcel(running: Running) -> None:
    tenant, api = running.world.tenant, f"{running.url}/rest/api"
    with requests.Session() as session:
        refused = session.get(f"{api}/Orders", timeout=5)
        assert (refused.status_code, refused.reason) == (401, "Invalid token")
        credentials = {"Username": tenant.username, "Password": tenant.password}
        token = session.post(f"{api}/token", json=credentials, timeout=5).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"

        order_id = session.post(f"{api}/Orders", json=order_body("BM-1"), timeout=5).json()
        payment = {"Amount": 638.0, "PaymentMethod": 6, "ReferenceNumber": "BM-1"}
        paid = session.put(f"{api}/orders/{order_id}/receivemanualpayment", json=payment, timeout=5)
        assert (paid.status_code, paid.content) == (200, b"")
        parcel = {"OrderID": order_id, "ShippingCarrier": "UPS", "ShippingService": "UPSGround", "TrackingNumber": "1Z"}
        assert session.put(f"{api}/Orders/ShippingStatus", json=parcel, timeout=5).content == b""

        query = {"model.orderSourceOrderIDList": ["BM-1", "BM-2"], "model.companyID": 163}
        (row,) = session.get(f"{api}/Orders", params=query, timeout=5).json()["Items"]
        assert (row["ID"], row["StatusCode"], row["PaymentStatus"], row["TrackingNumber"]) == (order_id, 3, 30, "1Z")
    assert tenant.true_sellable("PHONE-A") == 3
