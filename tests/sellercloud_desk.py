"""A small tenant with a settable clock and a client that has already fetched its token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from bmsc.sandbox.sellercloud.routes import blueprint
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches
from bmsc.sandbox.sellercloud.tenant import Tenant

NOON = datetime(2026, 1, 5, 17, 0, 0, 123000, tzinfo=UTC)  # noon in New York
COMPANY, OTHER_COMPANY = 163, 164

ADDRESS = {
    "FirstName": "Ana",
    "LastName": "Lopez",
    "Address": "Calle 1",
    "Address2": "2B",
    "City": "Madrid",
    "ZipCode": "28001",
    "Country": "ES",
    "Phone": "600000000",
}


class Desk:
    """Everything a test needs to call the tenant."""

    def __init__(self, **switches: Any) -> None:
        self.now = NOON
        self.switches = SellerCloudSwitches()
        for name, value in switches.items():
            setattr(self.switches, name, value)
        self.tenant = Tenant(lambda: self.now, self.switches)
        self._fill()
        app = Flask("sandbox")
        app.register_blueprint(blueprint(self.tenant))
        self._client = app.test_client()
        self.token = ""
        self.log_in()

    def _fill(self) -> None:
        self.tenant.add_company(COMPANY, "Refurb")
        self.tenant.add_company(OTHER_COMPANY, "Wholesale")
        self.tenant.define_column("BACKMARKET_ENABLED_US", 4, "BM enabled US")
        self.tenant.define_column("BACKMARKET_PRICE_US", 2, "BM price US")
        self.tenant.define_column("BACKMARKET_ID", 0)
        self.tenant.define_column("BACKMARKET_GRADE", 1)
        self.add("PHONE-A", quantity=9, columns={"BACKMARKET_ENABLED_US": True, "BACKMARKET_PRICE_US": "319.90"})
        self.add("PHONE-B", quantity=4)

    def add(self, sku: str, *, quantity: int = 0, company_id: int = COMPANY, **facts: Any) -> None:
        """Add a product worth 300."""
        name = facts.pop("name", f"Name of {sku}")
        self.tenant.add_product(
            sku, company_id=company_id, name=name, quantity=quantity, price=Decimal("300.00"), **facts
        )

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def log_in(self) -> None:
        """Fetch a token."""
        credentials = {"Username": self.tenant.username, "Password": self.tenant.password}
        self.token = self.call("POST", "token", json=credentials).json["access_token"]

    def call(self, method: str, path: str, **rest: Any) -> TestResponse:
        """Call a path below /rest/api."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._client.open(f"/rest/api/{path}", method=method, headers=headers, **rest)

    def get(self, path: str, **query: Any) -> Any:
        """Read a path, which must answer 200; query names are prefixed with `model.`."""
        answer = self.call("GET", path, query_string={f"model.{name}": value for name, value in query.items()})
        assert answer.status_code == 200, answer.text
        return answer.json

    def bare(self, path: str, **query: Any) -> Any:
        """Read a path whose query names have no prefix."""
        answer = self.call("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def put(self, path: str, body: Any) -> TestResponse:
        """Change something."""
        return self.call("PUT", path, json=body)

    def create(self, number: str = "BM-1", **changes: Any) -> TestResponse:
        """Ask for a new order, with whole sections of the body replaced by name."""
        return self.call("POST", "Orders", json={**order_body(number), **changes})

    def created(self, number: str = "BM-1", **changes: Any) -> int:
        """Create an order, which must be taken."""
        answer = self.create(number, **changes)
        assert answer.status_code == 200, answer.text
        return int(answer.json)

    def pay(self, order_id: int, amount: str = "638.00") -> TestResponse:
        """Record a payment by method 6 (Other)."""
        body = {"Amount": float(amount), "PaymentMethod": 6, "ReferenceNumber": "BM-1"}
        return self.put(f"Orders/{order_id}/ReceiveManualPayment", body)

    def row(self, sku: str) -> Any:
        """Read the catalogue row of one product."""
        (row,) = self.get("Catalog", sKU=sku, activeStatus=-1)["Items"]
        return row

    def order_ids(self, **query: Any) -> list[int]:
        """List orders and give their ids."""
        return [row["ID"] for row in self.get("Orders", **query)["Items"]]


def order_body(number: str) -> dict[str, Any]:
    """The body of an order of two PHONE-A at 319.00."""
    product = {"ProductID": "phone-a", "Qty": 2, "SitePrice": 319.0, "ReferenceID": "55501", "FinalValueFee": 31.9}
    return {
        "CustomerDetails": {"Email": "ana@example.test", "FirstName": "Ana", "LastName": "Lopez"},
        "OrderDetails": order_details(number),
        "Products": [product],
        "ShippingAddress": ADDRESS,
        "BillingAddress": ADDRESS,
    }


def order_details(number: str, **changes: Any) -> dict[str, Any]:
    """The OrderDetails section in euros."""
    return {
        "CompanyID": COMPANY,
        "Channel": 6,
        "OrderSourceOrderID": number,
        "OrderDate": "2026-01-05T09:30:00",
        "CurrencyCode": 3,
        **changes,
    }
