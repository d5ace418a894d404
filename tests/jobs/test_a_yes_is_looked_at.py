"""A platform that says yes and shows something else has not done what was asked: told as failed, for every write."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from accepted import accepted, outcomes, ship
from creation_shop import candidate, create
from listing_shop import both, settle, sync
from price_shop import on, priced, reprice, rival
from shops import Shop

from bmsc.domain.lines import LineUse
from bmsc.state.clock import FileClock
from bmsc.state.line_budget import LineBudget


def shows(shop: Shop, path: str, field: str, value: object) -> None:
    """Let Back Market say yes to a POST and show another value than was written."""
    shop.world.faults.add("set_field", method="POST", path=path, args={"field": field, "value": value})


def journaled(shop: Shop, event: str) -> list[dict[str, Any]]:
    """Give the journal's lines of one kind."""
    lines = [line for path in sorted(shop.state_dir.glob("journal-*.jsonl")) for line in path.read_text().splitlines()]
    return [found for line in lines if (found := json.loads(line))["event"] == event]


def still_in(shop: Shop, order_id: int, state: int) -> list[dict[str, Any]]:
    """Give an order's only line as it stood."""
    line = shop.backmarket(order_id).lines[0]
    return [{"id": line.id, "listing": "A", "state": state, "quantity": 1, "price": "100.00"}]


def test_an_acceptance_that_did_not_happen(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shows(shop, "/ws/orders/", "orderlines", still_in(shop, order_id, 1))
    report = shop.pull()
    assert outcomes(report)[-1] == ("accept_line", "failed")
    assert report.exit_code == 3


def test_a_shipment_that_did_not_happen(shop: Shop) -> None:
    order_id = accepted(shop)
    ship(shop, order_id)
    shows(shop, "/ws/orders/", "orderlines", still_in(shop, order_id, 2))
    report = shop.run("tracking push")
    assert outcomes(report)[-1] == ("ship_order", "failed")
    assert report.exit_code == 3


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [({}, "quantity", 5), ({"PRICE_US": "329.00"}, "price", "319.00"), ({"PRICE_US": "329.00"}, "currency", "EUR")],
    ids=["quantity", "price", "currency"],
)
def test_a_listing_line_that_was_not_taken(shop: Shop, cells: dict[str, object], field: str, value: object) -> None:
    both(shop, "X", 5, 5)
    settle(shop)
    if cells:
        shop.world.tenant.set_column("X", "BACKMARKET_PRICE_US", cells["PRICE_US"])
    else:
        shop.world.tenant.set_physical("X", 3)
        shop.advance(60)
    shows(shop, "/ws/listings/", field, value)
    report = sync(shop)
    assert [verdict for _, verdict in outcomes(report)] == ["failed"]
    assert report.exit_code == 3


def test_a_price_that_was_not_taken(shop: Shop) -> None:
    on(shop)
    priced(shop, "A1")
    rival(shop, "A1", "310.00")
    shows(shop, "/ws/listings/", "price", "319.00")
    report = reprice(shop)
    assert outcomes(report) == [("set_price", "failed")]
    assert report.exit_code == 3


def test_a_price_far_off_that_was_not_taken_is_nobody_elses(shop: Shop) -> None:
    on(shop)
    listing = priced(shop, "A1", minimum="100.00")
    rival(shop, "A1", "150.00")
    shown = {"id": listing.id, "listing_id": 1, "sku": "A1", "price": "319.00", "currency": "USD"}
    shop.world.faults.add("status_before", method="POST", path="/ws/listings/", args={"status": 200, "json": shown})
    assert outcomes(reprice(shop)) == [("set_price", "failed")]
    assert [line["outcome"] for line in journaled(shop, "price")] == ["failed"]
    assert outcomes(reprice(shop)) == [("set_price", "applied")]
    assert shop.world.account.skus["a1"].offers["en-us"].price == Decimal("149.99")


def test_a_cut_deeper_than_the_guard_has_seen_is_left_to_the_next_run(shop: Shop) -> None:
    on(shop)
    priced(shop, "A1")
    rival(shop, "A1", "318.00")
    change = {"sku": "A1", "column": "BACKMARKET_PRICE_US", "value": "285.00"}
    shop.world.faults.add(
        "act_after", path="competitors", args={"actor": "merchant", "action": "set_column", "args": change}
    )
    assert outcomes(reprice(shop)) == [("set_price", "deferred")]
    assert shop.world.account.skus["a1"].offers["en-us"].price == 319


def test_the_lines_of_a_batch_are_in_the_ledger(shop: Shop) -> None:
    for number in range(3):
        candidate(shop, f"N{number}")
    create(shop)
    ledger = LineBudget(shop.state_dir / "locks" / "listing-lines", FileClock(shop.folder / "clock"), limit=1900)
    assert ledger.used()[LineUse.CREATE] == 3
