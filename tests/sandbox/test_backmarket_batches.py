"""CSV batches and their tasks, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from backmarket_desk import Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.serve import Running

PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
HEADER = "sku,product_id,quantity,price,grade,currency,warranty_delay"
NEW = f"{HEADER}\nNEW-1,{PRODUCT},0,150.00,GOOD,USD,12\n"


def body(catalog: str, **changes: Any) -> dict[str, Any]:
    return {"catalog": catalog, "quotechar": '"', "delimiter": ",", "encoding": "utf-8", **changes}


def hand_in(seller: Caller, catalog: str = NEW) -> int:
    answer = seller.post("listings", body(catalog))
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["bodymessage"]
    return number


def finished(seller: Caller, box: Running, catalog: str = NEW) -> dict[str, Any]:
    number = hand_in(seller, catalog)
    box.world.clock.advance(25)
    task: dict[str, Any] = seller.get(f"tasks/{number}").json()
    return task


def test_a_task_waits_runs_and_creates(seller: Caller, account: Account, box: Running) -> None:
    number = hand_in(seller)
    assert seller.get(f"tasks/{number}").json() == {
        "task_id": number,
        "action_status": 0,
        "last_action_error": None,
        "result": {},
        "statuscode": 200,
    }
    box.world.clock.advance(6)
    assert seller.get(f"tasks/{number}").json()["action_status"] == 2
    assert seller.get("listings/detail", sku="NEW-1").status_code == 404
    box.world.clock.advance(20)
    row = seller.get("listings/detail", sku="new-1").json()
    task = seller.get(f"tasks/{number}").json()
    assert task["action_status"] == 9
    assert task["result"]["product_success"]["NEW-1"]["listing_id"] == row["listing_id"]
    assert (row["grade"], row["quantity"], row["price"], row["product_id"]) == ("GOOD", 0, "150.00", PRODUCT)
    assert row["comment"].startswith("Fully tested")
    assert row["publication_state"] == 3


def test_a_known_sku_is_updated(seller: Caller, account: Account, box: Running) -> None:
    task = finished(seller, box, "sku,quantity,price\r\nphone-a,2,\r\n")
    assert task["result"]["product_errors"] == {}
    assert (account.skus["phone-a"].quantity, len(account.listings)) == (2, 2)


def test_rows_fail_one_by_one(seller: Caller, account: Account, box: Running) -> None:
    rows = [
        "BAD-PRODUCT,nowhere,0,150.00,GOOD,USD,12",
        f"BAD-GRADE,{PRODUCT},0,150.00,SHINY,USD,12",
        f"BAD-PRICE,{PRODUCT},0,cheap,GOOD,USD,12",
        f"BAD-WARRANTY,{PRODUCT},0,150.00,GOOD,USD,6",
        f"BAD-CURRENCY,{PRODUCT},0,150.00,GOOD,EUR,12",
        f"FINE,{PRODUCT},0,150.00,9,USD,24",
    ]
    task = finished(seller, box, "\n".join([HEADER, *rows]))
    assert task["action_status"] == 9
    assert list(task["result"]["product_success"]) == ["FINE"]
    assert len(task["result"]["product_errors"]) == 5
    assert account.skus["fine"].grade == "PREMIUM"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [("text", str), ("list", list), ("fields", dict)],
)
def test_errors_have_the_shape_of_the_switch(
    seller: Caller, account: Account, box: Running, shape: Any, kind: type
) -> None:
    account.switches.task_error_shape = shape
    task = finished(seller, box, f"{HEADER}\nBAD,{PRODUCT},0,0,GOOD,USD,12\n")
    assert isinstance(task["result"]["product_errors"]["BAD"], kind)


@pytest.mark.parametrize(("end", "status"), [("failed", 8), ("three", 3), ("seven", 7), ("stuck", 2), ("lost", None)])
def test_other_ends(seller: Caller, account: Account, box: Running, end: Any, status: int | None) -> None:
    account.switches.task_end = end
    number = hand_in(seller)
    box.world.clock.advance(25)
    answer = seller.get(f"tasks/{number}")
    assert answer.json().get("action_status") == status
    assert (answer.json().get("last_action_error") is not None) == (status == 8)
    assert "new-1" not in account.skus


def test_a_lost_task_may_have_been_carried_out(seller: Caller, account: Account, box: Running) -> None:
    account.switches.task_end, account.switches.unfinished_applied = "lost", "all"
    number = hand_in(seller)
    box.world.clock.advance(25)
    assert seller.get(f"tasks/{number}").status_code == 404
    assert "new-1" in account.skus


@pytest.mark.parametrize("key", ["catalog", "quotechar", "delimiter", "encoding"])
def test_a_missing_key_is_a_bare_string(seller: Caller, key: str) -> None:
    whole = body(NEW)
    del whole[key]
    answer = seller.post("listings", whole)
    assert (answer.status_code, answer.json()) == (400, f"parameter {key} not found")
    assert seller.post("listings", {**body(NEW), key: ""}).status_code == 400


@pytest.mark.parametrize("change", [{"encoding": "klingon"}, {"delimiter": ";"}])
def test_what_cannot_be_read_fails_as_a_whole(seller: Caller, box: Running, change: dict[str, str]) -> None:
    number = seller.post("listings", body(NEW, **change)).json()["bodymessage"]
    box.world.clock.advance(25)
    task = seller.get(f"tasks/{number}").json()
    assert task["action_status"] == 8
    assert task["last_action_error"]


def test_lines_are_counted_together_with_single_writes(seller: Caller, account: Account) -> None:
    account.switches.listing_lines_per_hour = 3
    rows = "\n".join(f"PHONE-A,{number}" for number in range(3))
    url = f"listings/{account.skus['phone-a'].id}"
    assert seller.post(url, {"quantity": 1}).status_code == 200
    assert seller.post("listings", body(f"sku,quantity\n{rows}")).status_code == 429
    assert seller.post("listings", body("sku,quantity\nPHONE-A,1\nPHONE-B,1")).status_code == 200
    assert seller.post(url, {"quantity": 1}).status_code == 429


def test_a_batch_has_a_longest_length(seller: Caller) -> None:
    rows = "\n".join(["PHONE-A,1"] * 15_001)
    assert seller.post("listings", body(f"sku,quantity\n{rows}")).status_code == 400


def test_an_old_listing_may_be_handed_back(seller: Caller, account: Account, box: Running) -> None:
    account.switches.old_listing_handed_back = True
    account.skus["phone-b"].quantity = 0
    task = finished(seller, box)
    assert task["result"]["product_success"]["NEW-1"]["listing_id"] == account.skus["phone-b"].listing_id
    assert "new-1" not in account.skus


def test_success_may_be_a_lie(seller: Caller, account: Account, box: Running) -> None:
    account.switches.task_marks = "all_success"
    task = finished(seller, box, f"{HEADER}\nBAD,{PRODUCT},0,0,GOOD,USD,12\n")
    assert task["result"]["product_errors"] == {}
    number = task["result"]["product_success"]["BAD"]["listing_id"]
    assert seller.get(f"listings/{number}").status_code == 404
