"""The witness of the simulation sees each broken promise, and only those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from simulation.merchant import NONSENSE
from simulation.people import People
from simulation.scenario import CHOICES, scenario_of
from simulation.truth import bounds_in, product_of, sellable
from simulation.witness import Witness
from werkzeug.test import Client, TestResponse

from bmsc.sandbox.app import create_app
from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.sellercloud.codes import OrderStatus
from bmsc.sandbox.world import World

COMPANY = 163
SKU, SHADOW = "IPH12-64-BLK-A", "IPH13-128-BLU-A-BM"
PRICE, MINIMUM = "239.00", "215.00"
SWITCHES: dict[str, dict[str, Any]] = {
    "sellercloud": {"own_tax_rate": 0, "currency": "kept", "unlisted_statuses": (), "aggregate_lag_seconds": 0},
    "backmarket": {"order_list_lag_seconds": 0, "listing_lag_seconds": 0},
}
PLAIN = replace(
    scenario_of(0),
    shop="us",
    switches=SWITCHES,
    chosen={**{name: choices[0] for name, choices in CHOICES.items()}, "orders.on_short_stock": "hold"},
    reprices=True,
)
BACKMARKET = {
    "Authorization": "Basic c2FuZGJveC10b2tlbg==",
    "User-Agent": "BM-Test-x;a@b.c",
    "Accept-Language": "en-us",
}


@dataclass
class Court:
    """A world without a program in it, its witness, and a hand that writes as the program would."""

    world: World
    people: People
    witness: Witness
    client: Client

    def backmarket(self, method: str, path: str, **body: Any) -> TestResponse:
        """Ask Back Market."""
        return self.client.open(f"/ws/{path}", method=method, headers=BACKMARKET, json=body or None)

    def sellercloud(self, method: str, path: str, body: Any = None) -> TestResponse:
        """Ask SellerCloud."""
        login = {"Username": self.world.tenant.username, "Password": self.world.tenant.password}
        token = self.client.post("/rest/api/token", json=login).get_json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.open(f"/rest/api/{path}", method=method, headers=headers, json=body)

    def order(self, *skus: str) -> int:
        """Let a buyer order one phone, or those named, and let the program see it."""
        order_id = self.world.account.place_order([(sku, 1) for sku in skus or (SKU,)], totals={SKU: PRICE})
        self.backmarket("GET", f"orders/{order_id}")
        return order_id

    def carry_over(self, order_id: int, *, paid: bool = True, sku: str = SKU) -> int:
        """Put the order into SellerCloud, and let the program see it."""
        twin = self.world.tenant.add_order(str(order_id), COMPANY, lines=[(sku, 1, Decimal(PRICE))], paid=paid)
        self.read(twin)
        return twin

    def read(self, twin: int) -> None:
        """Let the program see a SellerCloud order."""
        assert self.sellercloud("GET", f"Orders/{twin}").status_code == 200

    def read_columns(self, sku: str = SKU) -> None:
        """Let the program see a product."""
        assert self.sellercloud("GET", f"Catalog?model.sKU={sku}&model.activeStatus=-1").status_code == 200

    def create(self, order_id: int, *, sku: str = SKU, company: int = COMPANY) -> None:
        """Create the order as the program would."""
        name = {"FirstName": "A", "LastName": "B", "Address": "C", "City": "D", "Country": "US", "ZipCode": "1"}
        details = {"CompanyID": company, "Channel": 6, "OrderSourceOrderID": str(order_id), "CurrencyCode": 1}
        line = {"ProductID": sku, "Qty": 1, "SitePrice": float(PRICE), "ReferenceID": "1"}
        customer = {"Email": "a@b.c", "FirstName": "A", "LastName": "B"}
        body = {"CustomerDetails": customer, "OrderDetails": details, "Products": [line]}
        self.sellercloud("POST", "Orders", {**body, "ShippingAddress": name, "BillingAddress": name})

    def pay(self, twin: int, amount: str = PRICE) -> None:
        """Pay as the program would."""
        body = {"Amount": float(amount), "PaymentMethod": 6, "ReferenceNumber": "1"}
        self.sellercloud("PUT", f"Orders/{twin}/ReceiveManualPayment", body)

    def move(self, order_id: int, state: int, **more: Any) -> None:
        """Accept, ship, cancel or refund as the program would."""
        self.backmarket("POST", f"orders/{order_id}", new_state=state, sku=SKU, **more)

    def accepted(self) -> tuple[int, int]:
        """Give an order that is accepted, and its twin."""
        order_id = self.order()
        twin = self.carry_over(order_id)
        self.move(order_id, 2)
        self.sold()
        assert self.now() == []
        return order_id, twin

    def write(self, sku: str = SKU, **body: Any) -> None:
        """Write a listing as the program would."""
        self.backmarket("POST", f"listings/{self.world.account.skus[sku.casefold()].id}", **body)

    def now(self) -> list[str]:
        """Name the promises that are broken."""
        return [broken.promise for broken in self.witness.now()]

    def sold(self) -> None:
        """Take the unit that was bought off sale."""
        self.world.account.skus[SKU.casefold()].quantity = 8

    def at_rest(self, **told: set[str]) -> set[str]:
        """Name the promises that are broken at rest, by what was told (`_` stands for a colon)."""
        facts = {subject.replace("_", ":"): reasons for subject, reasons in told.items()}
        return {broken.promise for broken in self.witness.at_rest(facts, forgot=False)}


@pytest.fixture
def court(tmp_path: Path) -> Court:
    clock = SandboxClock(tmp_path / "clock")
    clock.set(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    world = World(clock, shop="us")
    world.switches.sellercloud.duplicate_numbers = "allowed"
    people = People(world, "us")
    for order in list(world.account.orders.values()):
        del world.account.orders[order.order_id]
    _set_right(world)
    return Court(world, people, Witness(world, people.deeds, PLAIN), Client(create_app(world)))


def _set_right(world: World) -> None:
    """Let every listing offer what there is, at its default price."""
    for listing in world.account.listings.values():
        product = product_of(world, listing.sku)
        cells = product.columns if product else {}
        listing.quantity = max(0, sellable(world, listing.sku, "us") - cells.get("backmarket_safety_qty", 0))
        if bounds := bounds_in(cells, "US"):
            listing.offers["en-us"].price = bounds[1]


def named(court: Court, order_id: int) -> dict[str, set[str]]:
    """Tell of an order what the last runs said."""
    return {f"now_order_{order_id}": {"in_step"}}


class TestOrdersInSellerCloud:
    """One order, one payment, nothing undone that is wanted."""

    def test_all_is_well(self, court: Court) -> None:
        order_id = court.order()
        court.create(order_id)
        (twin,) = court.world.tenant.orders_by_number(str(order_id))
        court.pay(twin.id)
        court.read(twin.id)
        court.move(order_id, 2)
        assert court.now() == []
        court.sold()
        assert court.at_rest(**named(court, order_id)) == set()

    def test_two_orders(self, court: Court) -> None:
        order_id = court.order()
        for _ in range(2):
            court.create(order_id)
        assert "one SellerCloud order per order" in court.now()

    def test_two_payments(self, court: Court) -> None:
        twin = court.carry_over(court.order(), paid=False)
        court.pay(twin, "100.00")
        assert court.now() == []
        court.pay(twin, "139.00")
        assert "one payment per order" in court.now()

    def test_too_much(self, court: Court) -> None:
        court.pay(court.carry_over(court.order(), paid=False), "240.00")
        assert court.now() == ["never paid too much"]

    @pytest.mark.parametrize("wrong", [{"sku": "IPH12-64-BLK-B"}, {"company": 164}, {}])
    def test_what_nobody_bought(self, court: Court, wrong: dict[str, Any]) -> None:
        court.create(court.order() if wrong else 4711, **wrong)
        assert len(court.now()) == 1

    def test_not_shown_as_paid(self, court: Court) -> None:
        order_id = court.order()
        court.witness.begin(together=False)
        court.create(order_id)
        assert court.now() == ["no write to a subject the rules do not name"]

    def test_cancelled_and_wanted(self, court: Court) -> None:
        twin = court.carry_over(court.order())
        court.sellercloud("PUT", "Orders/StatusCode", {"Orders": [twin], "Status": -1})
        assert court.now() == ["nothing cancelled that somebody waits for"]

    def test_cancelled_and_shipped(self, court: Court) -> None:
        order_id = court.order()
        twin = court.carry_over(order_id)
        court.world.tenant.ship(twin, carrier="UPS", service="", tracking="1Z1")
        court.read(twin)
        court.people.buyers.cancel(order_id, one_line=False)
        court.sellercloud("PUT", "Orders/StatusCode", {"Orders": [twin], "Status": -1})
        assert court.now() == ["nothing cancelled that was shipped"]

    def test_another_call(self, court: Court) -> None:
        twin = court.carry_over(court.order())
        court.sellercloud("PUT", "Orders/Statuses", {"Orders": [twin]})
        assert court.now() == ["no write to a subject the rules do not name"]


class TestAcceptance:
    """Accepted last."""

    def test_and_absent(self, court: Court) -> None:
        court.move(court.order(), 2)
        assert court.now() == ["nothing accepted that SellerCloud lacks"]

    def test_and_not_paid(self, court: Court) -> None:
        order_id = court.order()
        court.carry_over(order_id, paid=False)
        court.move(order_id, 2)
        assert court.now() == ["never accepted before paid"]

    def test_and_nothing_due(self, court: Court) -> None:
        order_id = court.order()
        court.read(court.world.tenant.add_order(str(order_id), COMPANY, lines=[(SKU, 1, Decimal(0))]))
        court.move(order_id, 2)
        assert court.now() == []
        assert "exactly one payment per accepted order" not in court.at_rest(**named(court, order_id))

    def test_and_another_phone(self, court: Court) -> None:
        order_id = court.order()
        court.carry_over(order_id, sku="IPH12-64-BLK-B")
        court.move(order_id, 2)
        assert court.now() == ["nothing accepted that SellerCloud lacks"]

    def test_staff_may_accept_what_they_like(self, court: Court) -> None:
        order_id = court.order()
        with court.people.deeds.at_work():
            court.move(order_id, 2)
        assert court.now() == []


class TestShippingAndEnding:
    """Nothing shipped that was cancelled, nothing ended that was shipped."""

    def test_shipped(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.ship(twin, carrier="UPS", service="", tracking=" 1Z\u200e1")
        court.read(twin)
        court.move(order_id, 3, tracking_number="1Z1", shipper="UPS")
        assert court.now() == []
        assert court.at_rest() == set()
        court.world.tenant.set_tracking(twin, "1Z2")
        assert court.at_rest() == {"tracking equal on both sides"}

    @pytest.mark.parametrize("number", ["1Z2", "1Z1 "])
    def test_another_number(self, court: Court, number: str) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.ship(twin, carrier="UPS", service="", tracking="1Z1")
        court.read(twin)
        court.move(order_id, 3, tracking_number=number, shipper="UPS")
        assert court.now() == ["tracking equal on both sides"]

    def test_not_left(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.set_tracking(twin, "1Z1")
        court.read(twin)
        court.move(order_id, 3, tracking_number="1Z1", shipper="UPS")
        assert court.now() == ["nothing shipped that has not left when last read"]

    def test_cancelled(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.ship(twin, carrier="UPS", service="", tracking="1Z1")
        court.world.tenant.cancel(twin)
        court.read(twin)
        court.move(order_id, 3, tracking_number="1Z1", shipper="UPS")
        assert court.now() == ["nothing shipped that was cancelled when last read"]

    def test_ended(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.cancel(twin)
        court.read(twin)
        court.move(order_id, 5)
        assert court.now() == []

    def test_ended_and_alive(self, court: Court) -> None:
        order_id, _ = court.accepted()
        court.move(order_id, 5)
        assert court.now() == ["nothing ended that SellerCloud has not cancelled"]

    def test_ended_and_shipped_since_it_was_read(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.cancel(twin)
        court.read(twin)
        court.world.tenant.ship(twin, carrier="UPS", service="", tracking="1Z1")
        court.move(order_id, 5)
        assert court.now() == ["nothing cancelled that was shipped"]


class TestListings:
    """Within the columns as they were last read."""

    @pytest.mark.parametrize(("price", "fine"), [(PRICE, True), (MINIMUM, True), ("214.99", False), ("239.01", False)])
    def test_bounds(self, court: Court, price: str, fine: bool) -> None:
        court.read_columns()
        court.write(price=price, currency="USD")
        assert (court.now() == []) is fine

    def test_bounds_of_the_slice(self, court: Court) -> None:
        court.read_columns()
        court.world.tenant.set_column(SKU, "BACKMARKET_MIN_PRICE_US", "230.00")
        court.write(price="220.00", currency="USD")
        assert court.now() == []
        court.read_columns()
        court.write(price="220.00", currency="USD")
        assert court.now() == ["no price outside the bounds read in its slice"]

    def test_unread(self, court: Court) -> None:
        court.write(price=PRICE, currency="USD")
        assert court.now() == ["no price outside the bounds read in its slice"]

    @pytest.mark.parametrize(
        ("sku", "units", "fine"),
        [(SKU, 3, True), ("IPAD9-64-SLV-A", 0, False), ("IPAD9-64-SLV-B", 1, False), ("LEGACY-IPAD6-32-GLD", 0, True)],
    )
    def test_units(self, court: Court, sku: str, units: int, fine: bool) -> None:
        court.read_columns(sku)
        court.write(sku, quantity=units)
        assert (court.now() == []) is fine

    @pytest.mark.parametrize(
        ("when_disabled", "cell", "units", "fine"),
        [
            ("ignore", NONSENSE, 2, True),
            ("ignore", NONSENSE, 0, True),
            ("ignore", NONSENSE, 99, False),
            ("ignore", "False", 0, False),
            ("ignore", "False", 2, False),
            ("zero_if_managed", "False", 0, True),
            ("zero_if_managed", "False", 2, False),
            ("zero_if_managed", NONSENSE, 2, True),
        ],
    )
    def test_not_on_sale(self, court: Court, when_disabled: str, cell: str, units: int, fine: bool) -> None:
        shop = replace(PLAIN, chosen={**PLAIN.chosen, "listings.when_disabled": when_disabled})
        court = replace(court, witness=Witness(court.world, court.people.deeds, shop))
        court.world.tenant.set_column(SKU, "BACKMARKET_ENABLED_US", cell)
        court.read_columns()
        court.write(quantity=units)
        assert (court.now() == []) is fine

    def test_another_field(self, court: Court) -> None:
        court.read_columns()
        court.write(comment="as new")
        assert court.now() == ["no write to a subject the rules do not name"]

    @pytest.mark.parametrize(("sku", "price", "broken"), [("XPS13-I7-16-512-A", "559.00", 0), (SKU, PRICE, 1)])
    def test_new_ones(self, court: Court, sku: str, price: str, broken: int) -> None:
        court.read_columns(sku)
        catalog = f"sku,quantity,price\n{sku},0,{price}\n"
        court.backmarket("POST", "listings", catalog=catalog, quotechar='"', delimiter=",", encoding="utf-8")
        assert court.now() == ["no listing is made twice"] * broken


class TestOffers:
    """Never more than there is for longer than the window."""

    @staticmethod
    def offer(court: Court, sku: str, units: int) -> None:
        court.world.account.skus[sku.casefold()].quantity = units

    def looks(self, court: Court, minutes: Iterable[int]) -> list[str]:
        found = []
        for some in minutes:
            court.world.clock.advance(60 * some)
            found += court.now()
        return found

    def test_the_window(self, court: Court) -> None:
        self.offer(court, SKU, 9)
        assert self.looks(court, (0, 20)) == []
        court.world.tenant.set_physical(SKU, 8)
        assert self.looks(court, (0, 10)) == []
        assert self.looks(court, (10,)) == ["never more offered than there is for longer than the window"]

    def test_what_failed_begins_it_anew(self, court: Court) -> None:
        self.offer(court, SKU, 10)
        assert self.looks(court, (0, 10)) == []
        court.witness.disturbed()
        assert self.looks(court, (10,)) == []

    def test_a_unit_that_was_bought_is_none_to_sell(self, court: Court) -> None:
        self.offer(court, SHADOW, 12)
        assert self.looks(court, (0, 20)) == []
        court.order("IPH13-128-BLU-A")
        assert self.looks(court, (0, 20)) == ["never more offered than there is for longer than the window"]


class TestAtRest:
    """Nothing is lost, in doubt or forgotten."""

    def test_waits_and_nobody_says_why(self, court: Court) -> None:
        order_id = court.order()
        court.sold()
        assert court.at_rest() == {"nothing is lost", "what was bought is made"}
        assert court.at_rest(**{f"now_order_{order_id}": {"outcome_unknown"}}) == {
            "nothing stays in doubt",
            "what was bought is made",
        }
        assert court.at_rest(**{f"now_order_{order_id}": {"short_stock"}}) == set()

    def test_a_second_order_counts_unless_no_list_shows_it_and_nobody_was_shown_it(self, court: Court) -> None:
        order_id, _ = court.accepted()
        copy = court.world.tenant.add_order(str(order_id), COMPANY, lines=[(SKU, 1, Decimal(PRICE))], paid=True)
        court.world.tenant.set_status(copy, OrderStatus.CANCELED)
        second = "exactly one SellerCloud order per accepted order"
        assert second in court.at_rest(**named(court, order_id))
        hides = {**SWITCHES, "sellercloud": {**SWITCHES["sellercloud"], "unlisted_statuses": (-1,)}}
        court.witness = Witness(court.world, court.people.deeds, replace(PLAIN, switches=hides))
        court.witness.orders.accepted.add(order_id)
        court.witness.orders.known.add(copy)
        assert second in court.at_rest(**named(court, order_id))
        court.witness.forgets()
        assert second not in court.at_rest(**named(court, order_id))

    def test_a_parcel_of_what_was_split_off_counts(self, court: Court) -> None:
        order_id, _ = court.accepted()
        two = court.world.tenant.add_order(str(order_id), COMPANY, lines=[(SKU, 2, Decimal(PRICE))], paid=True)
        part = court.world.tenant.split(two)
        court.world.tenant.ship(part, carrier="UPS", service="", tracking="1Z1")
        court.witness.orders.told[order_id] = "1Z1"
        court.world.account.orders[order_id].tracking_number = "1Z1"
        assert "tracking equal on both sides" not in court.at_rest(**named(court, order_id))
        court.world.account.orders[order_id].tracking_number = "1Z2"
        assert "tracking equal on both sides" in court.at_rest(**named(court, order_id))

    def test_made_and_not_accepted(self, court: Court) -> None:
        order_id = court.order()
        court.carry_over(order_id)
        court.sold()
        assert court.at_rest(**named(court, order_id)) == {"what stands in SellerCloud is accepted"}

    def test_left_and_not_told(self, court: Court) -> None:
        order_id, twin = court.accepted()
        assert court.at_rest(**named(court, order_id)) == set()
        court.world.tenant.ship(twin, carrier="UPS", service="", tracking="1Z1")
        assert court.at_rest(**named(court, order_id)) == {"what has left is told"}

    def test_cancelled_there_and_still_open_here(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.cancel(twin)
        TestOffers.offer(court, SKU, 9)
        assert court.at_rest(**named(court, order_id)) == {"what SellerCloud cancelled is ended"}

    def test_cancelled_here_and_still_alive_there(self, court: Court) -> None:
        order_id = court.order()
        court.carry_over(order_id)
        court.people.buyers.cancel(order_id, one_line=False)
        court.sold()
        assert court.at_rest() == {"what the buyer cancelled is undone or told"}
        assert court.at_rest(**{f"order_{order_id}": {"cancelled_on_backmarket"}}) == set()

    def test_accepted_and_gone(self, court: Court) -> None:
        order_id, twin = court.accepted()
        court.world.tenant.edit_line(twin, court.world.tenant.orders[twin].lines[0].id, quantity=0)
        assert "every unit bought is in SellerCloud" in court.at_rest(**named(court, order_id))

    def test_offered_and_not_there(self, court: Court) -> None:
        TestOffers.offer(court, SKU, 10)
        assert court.at_rest() == {"at rest no more is offered than there is"}

    def test_there_and_not_offered(self, court: Court) -> None:
        TestOffers.offer(court, SKU, 8)
        assert court.at_rest() == {"at rest all there is is offered"}
        assert court.at_rest(**{f"now_sku_{SKU}": {"price_not_right"}}) == set()

    def test_priced_out_of_bounds(self, court: Court) -> None:
        court.world.account.skus[SKU.casefold()].offers["en-us"].price = Decimal("1.00")
        assert court.at_rest() == {"at rest every price is within its bounds"}
        assert court.at_rest(**{f"now_sku_{SKU}@en-us": {"bad_cell"}}) == set()
