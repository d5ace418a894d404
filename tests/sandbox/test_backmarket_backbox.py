"""The backbox: who wins, and what it would take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from backmarket_desk import Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.backmarket.backbox import Rival, highest_winning
from bmsc.sandbox.serve import Running


def ask(seller: Caller, account: Account) -> Any:
    return seller.get(f"backbox/v1/competitors/{account.skus['phone-a'].id}")


def rival(account: Account, price: str, grade: str = "GOOD", quality: str = "1") -> None:
    product = account.skus["phone-a"].product
    account.add_rival(product, "en-us", grade=grade, price=Decimal(price), quality=Decimal(quality))


@pytest.mark.parametrize(
    ("price", "quality", "own", "highest"),
    [("270.00", "1", "1", "269.99"), ("270.00", "1.1", "1", "245.45"), ("270.00", "1", "0.9", "242.99")],
)
def test_the_highest_price_that_wins(price: str, quality: str, own: str, highest: str) -> None:
    rivals = [Rival("p", "en-us", "GOOD", Decimal(price), Decimal(quality))]
    assert highest_winning(rivals, Decimal(own)) == Decimal(highest)
    assert highest_winning([], Decimal(own)) is None


def test_losing_and_winning(seller: Caller, account: Account) -> None:
    account.switches.competitors_per_second = 0
    rival(account, "270.00")
    (row,) = ask(seller, account).json()
    assert row["price_to_win"] == {"amount": "269.99", "currency": "USD"}
    assert (row["winner_price"]["amount"], row["is_winning"], row["market"]) == ("270.00", False, "US")
    seller.post(f"listings/{account.skus['phone-a'].id}", {"price": "260.00", "currency": "USD"})
    (row,) = ask(seller, account).json()
    assert (row["price_to_win"]["amount"], row["is_winning"]) == ("260.00", True)
    account.switches.price_to_win_when_winning = "highest_winning"
    assert ask(seller, account).json()[0]["price_to_win"]["amount"] == "269.99"
    account.switches.winner_price_null = True
    assert ask(seller, account).json()[0]["winner_price"] is None


def test_backpricer_sells_for_less_than_the_price(seller: Caller, account: Account) -> None:
    rival(account, "270.00")
    account.skus["phone-a"].offers["en-us"].min_price = Decimal("250.00")
    (row,) = ask(seller, account).json()
    assert (row["is_winning"], row["price"]["amount"]) == (True, "279.00")
    assert (row["winner_price"]["amount"], row["min_price"]["amount"]) == ("269.99", "250.00")


def test_only_the_same_condition_competes(seller: Caller, account: Account) -> None:
    rival(account, "100.00", grade="FAIR")
    assert ask(seller, account).json()[0]["is_winning"]
    account.switches.no_rival = "not_found"
    assert ask(seller, account).status_code == 404


@pytest.mark.parametrize("shape", ["flat", "errors"])
def test_unknown_competitors(seller: Caller, account: Account, shape: Any) -> None:
    account.switches.unknown_competitor = shape
    account.skus["phone-a"].quantity = 0
    answer = ask(seller, account)
    assert answer.status_code == 404
    assert "unknown-competitor" in answer.text
    account.switches.competitors_per_second = 0
    assert seller.get(f"backbox/v1/competitors/{uuid4()}").status_code == 404
    number = account.skus["phone-a"].listing_id
    assert seller.get(f"backbox/v1/competitors/{number}").status_code == 422


def test_a_listing_competes_a_while_after_coming_online(seller: Caller, account: Account, box: Running) -> None:
    url = f"listings/{account.skus['phone-a'].id}"
    seller.post(url, {"quantity": 0})
    seller.post(url, {"quantity": 3})
    assert ask(seller, account).status_code == 404
    box.world.clock.advance(11)
    assert ask(seller, account).status_code == 200


def test_two_questions_a_second(seller: Caller, account: Account, box: Running) -> None:
    assert [ask(seller, account).status_code for _ in range(3)] == [200, 200, 429]
    box.world.clock.advance(1.1)
    assert ask(seller, account).status_code == 200


def test_siblings_may_be_listed_and_prices_may_lag(seller: Caller, account: Account, box: Running) -> None:
    account.switches.competitors_per_second = 0
    account.switches.siblings_listed = True
    assert len(ask(seller, account).json()) == 2
    account.switches.backbox_seconds = 60
    seller.post(f"listings/{account.skus['phone-a'].id}", {"price": "260.00", "currency": "USD"})
    assert ask(seller, account).json()[0]["price"]["amount"] == "279.00"
    box.world.clock.advance(61)
    assert ask(seller, account).json()[0]["price"]["amount"] == "260.00"


def test_the_older_list_is_gone_or_answers_twice(seller: Caller, account: Account) -> None:
    assert seller.get("listings_bi").status_code == 404
    account.switches.listings_bi = "answers"
    assert seller.get("listings_bi").json()["results"][0]["buybox"] is True
    assert [seller.get("listings_bi").status_code for _ in range(2)] == [200, 429]
