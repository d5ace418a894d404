"""The listing paths of the Back Market half, over real HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from backmarket_desk import Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.serve import Running


@pytest.fixture
def european(account: Account) -> Account:
    """The same account in Europe, its first listing priced in France and Britain."""
    account.settle_in("EU")
    listing = account.skus["phone-a"]
    for locale, price in (("fr-fr", "300.00"), ("en-gb", "260.00")):
        offer = listing.offer_to_edit(locale)
        offer.price, offer.comment = Decimal(price), "Testé."
    return account


def listing(seller: Caller, sku: str = "PHONE-A") -> dict[str, Any]:
    answer: dict[str, Any] = seller.get("listings/detail", sku=sku).json()
    return answer


def write(seller: Caller, account: Account, **fields: Any) -> Any:
    return seller.post(f"listings/{account.skus['phone-a'].id}", fields)


class TestRead:
    def test_a_listing_as_recorded(self, seller: Caller, account: Account) -> None:
        account.skus["phone-a"].product.max_prices["en-us"] = Decimal("1175.67")
        row = seller.get("listings").json()["results"][-1]
        assert (row["sku"], row["price"], row["currency"]) == ("PHONE-A", "279.00", "USD")
        assert (row["grade"], row["state"], row["publication_state"]) == ("GOOD", 2, 2)
        assert (row["min_price"], row["max_price"], row["warranty_delay"]) == (None, 1175.67, 12)
        account.switches.max_price = "text"
        assert listing(seller)["max_price"] == "1175.67"

    def test_newest_first_in_pages(self, seller: Caller, account: Account) -> None:
        product = account.skus["phone-a"].product
        for number in range(60):
            account.add_listing(f"X-{number}", product=product)
        page = seller.get("listings", page_size=100).json()
        assert (page["count"], len(page["results"])) == (62, 50)
        numbers = [row["listing_id"] for row in page["results"]]
        assert numbers == sorted(numbers, reverse=True)

    def test_filters(self, seller: Caller, account: Account) -> None:
        def found(**params: Any) -> set[str]:
            return {row["sku"] for row in seller.get("listings", **params).json()["results"]}

        account.skus["phone-b"].quantity = 0
        assert found(publication_state=2) == found(min_quantity=1) == {"PHONE-A"}
        assert found(publication_state=3) == found(max_quantity=0) == {"PHONE-B"}
        account.skus["phone-a"].disabled = True
        assert found() == {"PHONE-B"}
        assert found(publication_state=4) == {"PHONE-A"}
        account.switches.deactivated_listings = "listed"
        assert found(sku="PHONE-B") == {"PHONE-A", "PHONE-B"}
        assert seller.get("listings", publication_state=9).status_code == 400

    def test_one_by_uuid_number_or_sku(self, seller: Caller, account: Account) -> None:
        known = account.skus["phone-a"]
        rows = [
            seller.get(f"listings/{known.id}").json(),
            seller.get(f"listings/{known.listing_id}").json(),
            seller.get("listings/detail", sku="phone-a").json(),
            seller.get("listings/detail", listing_id=known.listing_id).json(),
            seller.get("listings/detail", id=known.id).json(),
        ]
        assert {row["sku"] for row in rows} == {"PHONE-A"}
        assert rows[0]["statuscode"] == 200
        assert seller.get("listings/detail", sku="nope").status_code == 404
        assert seller.get("listings/1").status_code == 404
        assert seller.get("listings/what").status_code == 400
        assert seller.get("listings/detail", listing_id="x").status_code == 400

    def test_the_language_chooses_the_market(self, seller: Caller, european: Account) -> None:
        seen = {}
        for locale in ("fr-fr", "en-gb", "de-de", "xx-xx"):
            seller.session.headers["Accept-Language"] = locale
            row = listing(seller)
            seen[locale] = (row["price"], row["currency"], row["publication_state"], row["quantity"])
        assert seen["fr-fr"] == seen["xx-xx"] == ("300.00", "EUR", 2, 5)
        assert seen["en-gb"] == ("260.00", "GBP", 2, 5)
        assert seen["de-de"] == ("0.00", "EUR", 0, 5)

    def test_what_keeps_a_listing_offline(self, seller: Caller, account: Account) -> None:
        known = account.skus["phone-a"]
        known.product.max_prices["en-us"] = Decimal(200)
        assert listing(seller)["publication_state"] == 3
        known.product.max_prices.clear()
        known.product.unvalidated.add("en-us")
        assert listing(seller)["publication_state"] == 1
        known.offers["en-us"].comment = None
        assert listing(seller)["publication_state"] == 0
        account.switches.comment_needed = False
        assert listing(seller)["publication_state"] == 1


class TestWrite:
    def test_only_what_was_sent_changes(self, seller: Caller, account: Account) -> None:
        row = write(seller, account, quantity="9").json()
        assert (row["quantity"], row["price"], row["statuscode"]) == (9, "279.00", 200)
        assert write(seller, account, price=250.5, currency="USD").json()["price"] == "250.50"
        row = write(seller, account, pub_state=2, sku="Z", grade="FAIR", quantity=0).json()
        assert (row["sku"], row["grade"], row["publication_state"]) == ("PHONE-A", "GOOD", 3)

    @pytest.mark.parametrize(
        "fields",
        [
            {"quantity": -1},
            {"quantity": "many"},
            {"quantity": 1.5},
            {"quantity": None},
            {"quantity": True},
            {"price": "abc", "currency": "USD"},
            {"price": "-5", "currency": "USD"},
            {"price": 0, "currency": "USD"},
            {"price": "NaN", "currency": "USD"},
            {"price": None, "currency": "USD"},
            {"price": "5", "currency": "EUR"},
            {"warranty_delay": 11},
            {"warranty_delay": "long"},
            {"comment": "x" * 501},
            {"comment": 5},
            {"shipper_1": "Pigeon"},
            {"min_price": "200.00"},
        ],
    )
    def test_refusals_are_bare_strings_and_change_nothing(
        self, seller: Caller, account: Account, fields: dict[str, Any]
    ) -> None:
        before = listing(seller)
        answer = write(seller, account, quantity=7, **fields) if "quantity" not in fields else None
        answer = answer or write(seller, account, **fields)
        assert answer.status_code == 400
        assert isinstance(answer.json(), str)
        assert listing(seller) == before

    def test_a_price_needs_its_market_s_currency(self, seller: Caller, european: Account) -> None:
        seller.session.headers["Accept-Language"] = "en-gb"
        assert write(seller, european, price="250.00").status_code == 400
        assert write(seller, european, price="250.00", currency="EUR").status_code == 400
        assert write(seller, european, price="250.00", currency="GBP").status_code == 200
        seller.session.headers["Accept-Language"] = "fr-fr"
        assert write(seller, european, price="290.00").status_code == 200
        prices = {locale: offer.price for locale, offer in european.skus["phone-a"].offers.items()}
        assert prices == {
            "en-us": Decimal("279.00"),
            "en-gb": Decimal("250.00"),
            "fr-fr": Decimal("290.00"),
        }

    def test_the_floor_depends_on_backpricer(self, seller: Caller, account: Account) -> None:
        account.switches.backpricer = "off_ignore"
        assert write(seller, account, min_price="250").json()["min_price"] is None
        account.switches.backpricer = "on"
        assert write(seller, account, min_price="250").json()["min_price"] == "250.00"
        assert write(seller, account, min_price=None).json()["min_price"] is None
        account.switches.min_price_band = "enforced"
        assert write(seller, account, min_price="200").status_code == 400

    def test_shipping_methods_come_and_go(self, seller: Caller, account: Account) -> None:
        fields = {"shipper_2": "UPS", "shipping_price_2": "3.90", "shipping_delay_2": 36}
        row = write(seller, account, **fields).json()
        assert row["shippings"][0]["shipping_price"] == "3.90"
        assert row["shippings_response"] == ["Shipping method 2 updated"]
        assert write(seller, account, shipper_2=None).json()["shippings"] == []

    def test_verbs_bodies_and_strangers(self, seller: Caller, account: Account) -> None:
        url = f"listings/{account.skus['phone-a'].id}"
        assert seller.patch(url, {"quantity": 1}).status_code == 405
        assert seller.post(url, [1]).status_code == 400
        assert seller.post("listings/123", {"quantity": 1}).status_code == 404
        account.switches.listing_writes = "forbidden"
        assert seller.post(url, {"quantity": 1}).status_code == 403

    def test_lines_per_hour(self, seller: Caller, account: Account, box: Running) -> None:
        account.switches.listing_lines_per_hour = 2
        answers = [write(seller, account, quantity=n) for n in (1, 2, 3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[-1].json()["error"]["code"] == "E008"
        box.world.clock.advance(3601)
        assert write(seller, account, quantity=3).status_code == 200

    def test_a_lagging_read_shows_the_former_value(self, seller: Caller, account: Account, box: Running) -> None:
        account.switches.listing_lag_seconds = 30
        assert write(seller, account, quantity=1).json()["quantity"] == 1
        assert listing(seller)["quantity"] == 5
        assert seller.get("listings").json()["results"][-1]["quantity"] == 5
        box.world.clock.advance(31)
        assert listing(seller)["quantity"] == 1
