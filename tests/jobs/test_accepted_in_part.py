"""An order that Back Market lists as to be shipped while one of its lines still waits for acceptance."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from shops import COMPANY, Shop

PAID, ACCEPTED = 1, 2
TO_SHIP = 3


@pytest.fixture
def half(shop: Shop) -> int:
    """Give an order whose second line was not accepted because a connection was cut."""
    shop.switch("backmarket", order_advances="at_first_accept")
    order_id = shop.place(("A", 1), ("B", 1))
    _accept_the_first(shop)
    assert shop.line_states(order_id) == [ACCEPTED, PAID]
    assert shop.backmarket(order_id).state == TO_SHIP
    return order_id


def _accept_the_first(shop: Shop) -> None:
    shop.world.faults.add("cut_before", method="POST", path=r"/ws/orders/\d+$", skip=1)
    assert shop.pull().exit_code == 3


def test_the_next_run_goes_on(shop: Shop, half: int) -> None:
    assert shop.pull().exit_code == 0
    assert shop.line_states(half) == [ACCEPTED, ACCEPTED]
    assert len(shop.twin(half).payments) == 1


def test_also_with_an_order_that_was_adopted(shop: Shop) -> None:
    shop.switch("backmarket", order_advances="at_first_accept", same_sku_lines="first")
    order_id = shop.place(("A", 1), ("A", 2), totals={"A": "100.00"})
    shop.world.actors.other_tool.copies_order(order_id)
    for states in ([ACCEPTED, PAID], [ACCEPTED, ACCEPTED]):
        shop.pull()
        assert shop.line_states(order_id) == states


def test_what_nobody_remembers_is_told_with_the_command_that_goes_on(shop: Shop, half: int) -> None:
    shutil.rmtree(shop.state_dir)
    shop.pull()
    (hold,) = shop.run("tracking push").holds
    assert (hold.fact.subject, hold.fact.reason) == (f"order:{half}", "partly_accepted")
    assert f"bmsc orders pull --order {half}" in hold.fact.detail
    shop.pull(order_ids=(half,))
    assert shop.line_states(half) == [ACCEPTED, ACCEPTED]


@pytest.fixture
def begun(shop: Shop) -> int:
    """Give an order of two lines of one SKU whose creation never arrived, which the program cannot know."""
    shop.switch("backmarket", order_advances="at_first_accept", same_sku_lines="first")
    order_id = shop.place(("A", 1), ("A", 2), totals={"A": "100.00"})
    shop.world.faults.add("cut_before", method="POST", path="/api/Orders$")
    assert shop.pull().exit_code == 3
    return order_id


def _copied(shop: Shop, order_id: int, *references: str) -> None:
    lines = [("A", 1, Decimal("90.00")), ("A", 2, Decimal("50.00"))]
    shop.world.tenant.add_order(str(order_id), COMPANY, lines=lines, reference_ids=references, paid=True)
    shop.advance(700)


def test_what_is_taken_for_an_order_of_unknown_outcome_is_judged_alike_in_every_run(shop: Shop, begun: int) -> None:
    _copied(shop, begun)
    for _ in range(3):
        assert [hold.fact.reason for hold in shop.pull().holds] == ["money_mismatch"]
        assert shop.line_states(begun) == [PAID, PAID]


def test_what_another_tool_made_meanwhile_stays_another_hands(shop: Shop, begun: int) -> None:
    _copied(shop, begun, "theirs 1", "theirs 2")
    for states in ([ACCEPTED, PAID], [ACCEPTED, ACCEPTED]):
        shop.pull()
        assert shop.line_states(begun) == states
