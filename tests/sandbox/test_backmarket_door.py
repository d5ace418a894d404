"""Who gets into the Back Market half, and how often."""

from __future__ import annotations

import requests
from backmarket_desk import AGENT, Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.serve import Running


def test_the_token_is_compared_and_the_scheme_is_not(box: Running, account: Account) -> None:
    url = f"{box.url}/ws/orders"
    headers = {"User-Agent": AGENT}
    assert requests.get(url, headers=headers, timeout=5).status_code == 401
    wrong = requests.get(url, headers={**headers, "Authorization": "Basic nope"}, timeout=5)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "unauthenticated")
    right = requests.get(url, headers={**headers, "Authorization": f"basic {account.token}"}, timeout=5)
    assert right.status_code == 200


def test_a_caller_without_a_name_meets_the_firewall(box: Running, seller: Caller, account: Account) -> None:
    seller.session.headers["User-Agent"] = ""
    answer = seller.get("orders")
    assert (answer.status_code, answer.headers["server"]) == (403, "cloudflare")
    assert "cf-ray" in answer.headers
    seller.session.headers["User-Agent"] = "curl"
    assert seller.get("orders").status_code == 200
    account.switches.user_agent = "official_form"
    assert seller.get("orders").status_code == 403


def test_the_edge_blocks_for_ten_seconds(box: Running, seller: Caller, account: Account) -> None:
    account.switches.edge_requests_per_10s = 5
    assert [seller.get("orders").status_code for _ in range(6)] == [200] * 5 + [429]
    assert seller.get("orders").headers["content-type"].startswith("text/html")
    box.world.clock.advance(9)
    assert seller.get("orders").status_code == 429
    box.world.clock.advance(2)
    assert seller.get("orders").status_code == 200


def test_listings_may_be_a_sensitive_class(seller: Caller, account: Account) -> None:
    account.switches.sensitive_listings = True
    account.switches.sensitive_requests_per_10s = 2
    account.switches.edge_answer = "json"
    account.switches.retry_after = True
    answers = [seller.get("listings") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["error"]["code"] == "E008"
    assert answers[-1].headers["retry-after"] == "10"
    assert seller.get("orders").status_code == 200
