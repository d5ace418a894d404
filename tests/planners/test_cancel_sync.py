"""What a cancellation on one side means on the other: every line state, status and shipping status has its cell."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from builders import NOW, a_line, a_twin, an_order, settings
from msgspec.structs import replace

from bmsc.domain.ids import SellerCloudOrderId, Sku
from bmsc.domain.orders import (
    BackMarketOrder,
    LineState,
    OrderState,
    OrderStatus,
    SellerCloudItem,
    SellerCloudOrder,
    ShippingStatus,
)
from bmsc.domain.plan import EndLine, Plan
from bmsc.domain.settings import CancelSettings, FromBackMarket
from bmsc.planners import guards
from bmsc.planners.cancel_facts import CancelFacts, StrayFacts, SyncFacts
from bmsc.planners.cancel_sync import GUARD, guarded, plan
from bmsc.planners.guards import GuardMemory, Limit
from bmsc.planners.order_facts import LookUp

US = settings()
CANCELLING = replace(US, cancel=CancelSettings(FromBackMarket.CANCEL))
OTHER = SellerCloudOrderId(7)

IN_STEP, BUT_SHIPPED, UNCLEAR = "skip in_step", "skip cancelled_but_shipped", "hold shipping_status"
SHIPPED_STATUSES = {ShippingStatus.PARTIALLY_SHIPPED, ShippingStatus.FULLY_SHIPPED}


def by_status(when_cancelled: dict[ShippingStatus, str]) -> dict[OrderStatus, dict[ShippingStatus, str]]:
    """Give the rows of a live line: only a cancelled order asks how it stands with shipping."""
    living = dict.fromkeys(ShippingStatus, IN_STEP)
    odd = dict.fromkeys(ShippingStatus, "skip not_cancelled")
    return {
        OrderStatus.CANCELED: when_cancelled,
        OrderStatus.SHOPPING_CART: odd,
        OrderStatus.IN_PROCESS: living,
        OrderStatus.COMPLETED: living,
        OrderStatus.PROBLEM: living,
        OrderStatus.ON_HOLD: living,
        OrderStatus.QUOTE: odd,
        OrderStatus.VOID: dict.fromkeys(ShippingStatus, "hold void_in_sellercloud"),
        OrderStatus.UNHEARD_OF: odd,
    }


def cancelled(unshipped: str) -> dict[ShippingStatus, str]:
    return {
        ShippingStatus.UNKNOWN: UNCLEAR,
        ShippingStatus.UNSHIPPED: unshipped,
        ShippingStatus.PARTIALLY_SHIPPED: BUT_SHIPPED,
        ShippingStatus.FULLY_SHIPPED: BUT_SHIPPED,
        ShippingStatus.READY_FOR_PICKUP: UNCLEAR,
    }


WAITING = by_status(cancelled("skip not_confirmed"))
DEAD = {status: dict.fromkeys(ShippingStatus, "skip cancelled_already") for status in OrderStatus}
TABLE = {
    LineState.NEW: WAITING,
    LineState.PAID: by_status(cancelled("cancel_line")),
    LineState.ACCEPTED: by_status(cancelled("refund_line")),
    LineState.SHIPPED: by_status(dict.fromkeys(ShippingStatus, BUT_SHIPPED)),
    LineState.CANCELLED: DEAD,
    LineState.REFUNDED_BEFORE_SHIPPING: DEAD,
    LineState.REFUNDED: DEAD,
    LineState.NOT_PAID: DEAD,
    LineState.PENDING: WAITING,
    LineState.ON_HOLD: WAITING,
    LineState.UNHEARD_OF: WAITING,
}
CELLS = list(product(LineState, OrderStatus, ShippingStatus))


def accepted(*lines: object, **fields: object) -> BackMarketOrder:
    its = list(lines) or [a_line(state=LineState.ACCEPTED)]
    return an_order(lines=its, **{"state": OrderState.TO_SHIP, **fields})  # type: ignore[arg-type]


def gone(order: BackMarketOrder, **fields: object) -> SellerCloudOrder:
    return a_twin(order, **{"status": OrderStatus.CANCELED, **fields})


def decided(order: BackMarketOrder, *matches: SellerCloudOrder, look_up: LookUp | None = None) -> Plan:
    verdict = look_up or (LookUp.FOUND if matches else LookUp.ABSENT)
    return plan(SyncFacts((CancelFacts(order, verdict, matches, NOW),)), US)


def answer(result: Plan) -> str:
    kinds = [action.kind.value for action in result.actions]
    told = [f"skip {fact.reason}" for fact in result.skips] + [f"hold {fact.reason}" for fact in result.holds]
    return " ".join([*kinds, *told])


def alerts(result: Plan) -> list[str]:
    return [alert.reason for alert in result.alerts]


def test_no_cell_is_missing() -> None:
    assert set(TABLE) == set(LineState)
    assert all(set(row) == set(OrderStatus) for row in TABLE.values())
    assert all(set(cell) == set(ShippingStatus) for row in TABLE.values() for cell in row.values())


def test_every_cell() -> None:
    wrong = {}
    for line_state, status, shipping in CELLS:
        order = accepted(a_line(state=line_state))
        result = decided(order, a_twin(order, status=status, shipping_status=shipping))
        wanted = TABLE[line_state][status][shipping]
        told = alerts(result) == (["cancelled_but_shipped"] if wanted == BUT_SHIPPED else [])
        if answer(result) != wanted or not told:
            wrong[line_state.name, status.name, shipping.name] = answer(result)
    assert not wrong


ONE = accepted()
LEFT_TO_A_PERSON = {
    "absent": ((), "skip not_in_sellercloud"),
    "merged: related, cancelled": ((gone(ONE, related=(OTHER,)),), "hold related_orders"),
    "relations nobody shows": ((gone(ONE, related=None),), "hold related_orders"),
    "duplicate, one alive": ((gone(ONE), a_twin(ONE, id=OTHER)), "hold several_sellercloud_orders"),
    "duplicate, both alive": ((a_twin(ONE), a_twin(ONE, id=OTHER)), "hold several_sellercloud_orders"),
    "duplicate, one void": ((gone(ONE), a_twin(ONE, id=OTHER, status=OrderStatus.VOID)), "hold void_in_sellercloud"),
    "duplicate, one merged": ((gone(ONE), gone(ONE, id=OTHER, related=(OTHER,))), "hold related_orders"),
    "another company": ((gone(ONE, company_id=164),), "hold other_company"),
    "ours and another company's": ((gone(ONE), gone(ONE, id=OTHER, company_id=164)), "hold other_company"),
    "both cancelled": ((gone(ONE), gone(ONE, id=OTHER)), "refund_line"),
    "split, alive, the other half elsewhere": (
        (a_twin(ONE, related=(OTHER,), items=(SellerCloudItem(1, Sku("B"), 1),)),),
        "hold related_orders",
    ),
    "a replacement is related to it": ((a_twin(ONE, related=(OTHER,)),), IN_STEP),
}


@pytest.mark.parametrize(("matches", "wanted"), LEFT_TO_A_PERSON.values(), ids=LEFT_TO_A_PERSON.keys())
def test_nothing_ends_but_what_is_surely_cancelled(matches: tuple[SellerCloudOrder, ...], wanted: str) -> None:
    result = decided(ONE, *matches)
    assert answer(result) == wanted
    assert all(fact.detail for fact in (*result.skips, *result.holds))


def test_an_answer_that_cannot_be_believed() -> None:
    assert answer(decided(ONE, look_up=LookUp.UNPROVEN)) == "skip absence_unproven"


def test_each_sku_once_by_the_state_of_its_lines() -> None:
    order = accepted(
        a_line("A", state=LineState.ACCEPTED),
        a_line("A", state=LineState.ACCEPTED),
        a_line("B", state=LineState.PAID),
        a_line("C", state=LineState.CANCELLED),
        a_line("D", state=LineState.ON_HOLD),
        state=OrderState.TO_ACCEPT,
    )
    ends = [action for action in decided(order, gone(order)).actions if isinstance(action, EndLine)]
    assert [(one.kind.value, one.sku, len(one.line_ids)) for one in ends] == [
        ("refund_line", "A", 2),
        ("cancel_line", "B", 1),
    ]


def test_two_lines_of_one_sku_in_different_states_are_never_guessed() -> None:
    order = accepted(
        a_line("A", state=LineState.ACCEPTED), a_line("A", state=LineState.PAID), state=OrderState.TO_ACCEPT
    )
    assert answer(decided(order, gone(order))) == "hold same_sku_lines"


def test_the_message_to_the_buyer() -> None:
    choices = replace(US, cancel=CancelSettings(message="Sorry. " * 100))
    (action,) = plan(SyncFacts((CancelFacts(ONE, LookUp.FOUND, (gone(ONE),)),)), choices).actions
    assert isinstance(action, EndLine)
    assert len(action.message) == 500


def test_lines_removed_or_lowered_while_the_order_lives() -> None:
    order = accepted(a_line("A", state=LineState.ACCEPTED), a_line("B", state=LineState.ACCEPTED, quantity=3))
    removed = decided(order, a_twin(order, items=(SellerCloudItem(1, Sku("B"), 3),)))
    lowered = decided(order, a_twin(order, items=(SellerCloudItem(1, Sku("A"), 1), SellerCloudItem(2, Sku("B"), 1))))
    for result, units in ((removed, "1 x a"), (lowered, "2 x b")):
        assert answer(result) == IN_STEP
        assert alerts(result) == ["lines_differ"]
        assert units in result.alerts[0].detail


def test_a_line_that_back_market_refunded_is_to_be_removed() -> None:
    order = accepted(a_line("A", state=LineState.ACCEPTED), a_line("B", state=LineState.REFUNDED_BEFORE_SHIPPING))
    assert alerts(decided(order, a_twin(order))) == ["line_to_remove"]


DEAD_THERE = accepted(a_line(state=LineState.CANCELLED), state=OrderState.FINISHED)
SHIPPED_THERE = accepted(a_line(state=LineState.SHIPPED), state=OrderState.FINISHED)
REFUNDED_THERE = accepted(a_line(state=LineState.REFUNDED), state=OrderState.FINISHED)
OPEN_TWIN = a_twin(DEAD_THERE)
STRAYS = {
    "cancelled there, open here": (StrayFacts(DEAD_THERE, (OPEN_TWIN,)), "cancelled_on_backmarket", True),
    "alive there": (StrayFacts(SHIPPED_THERE, (a_twin(SHIPPED_THERE),)), "", False),
    "moved between two reads": (StrayFacts(ONE, (a_twin(ONE),)), "", False),
    "cancelled on both": (StrayFacts(DEAD_THERE, (gone(DEAD_THERE),)), "", False),
    "reported shipped, cancelled since": (
        StrayFacts(SHIPPED_THERE, (gone(SHIPPED_THERE),)),
        "cancelled_after_shipping",
        False,
    ),
    "one cancelled, one open": (
        StrayFacts(DEAD_THERE, (gone(DEAD_THERE, id=OTHER), OPEN_TWIN)),
        "cancelled_on_backmarket",
        False,
    ),
    "merged": (StrayFacts(DEAD_THERE, (replace(OPEN_TWIN, related=(OTHER,)),)), "cancelled_on_backmarket", False),
    "relations nobody shows": (
        StrayFacts(DEAD_THERE, (replace(OPEN_TWIN, related=None),)),
        "cancelled_on_backmarket",
        False,
    ),
    "refunded after it had arrived": (
        StrayFacts(REFUNDED_THERE, (a_twin(REFUNDED_THERE),)),
        "cancelled_on_backmarket",
        False,
    ),
    "shipped by now": (
        StrayFacts(DEAD_THERE, (replace(OPEN_TWIN, shipping_status=ShippingStatus.FULLY_SHIPPED),)),
        "cancelled_after_shipping",
        False,
    ),
}


@pytest.mark.parametrize(("stray", "told", "cancels"), STRAYS.values(), ids=STRAYS.keys())
def test_the_other_direction(stray: StrayFacts, told: str, cancels: bool) -> None:
    assert alerts(plan(SyncFacts((), (stray,)), US)) == ([told] if told else [])
    wished = plan(SyncFacts((), (stray,)), CANCELLING)
    assert [action.kind.value for action in wished.actions] == (["cancel_sc_order"] if cancels else [])
    assert alerts(wished) == ([told] if told and not cancels else [])


def many(count: int) -> Plan:
    orders = [accepted(order_id=number) for number in range(1, count + 1)]
    return plan(SyncFacts(tuple(CancelFacts(order, LookUp.FOUND, (gone(order),)) for order in orders)), US)


def test_the_guard_lets_through_exactly_what_was_listed() -> None:
    limits = {GUARD: Limit(count=20, of=100)}

    def judged(result: Plan, memory: GuardMemory, *, force: bool) -> guards.Judged:
        return guards.judge(result, guarded(result), limits, memory, now=NOW, force=force)

    first = judged(many(30), GuardMemory(), force=False)
    assert Counter(map(type, first.plan.actions)) == Counter()
    assert (first.reports[0].n, len(first.reports[0].subjects)) == (30, 30)
    refused = guards.remembered(GuardMemory(), {}, first.reports, NOW)
    forced = judged(many(31), refused, force=True)
    assert len(forced.plan.chains) == 30
    assert forced.reports[0].subjects == ("order:31",)
    assert judged(many(20), GuardMemory(), force=False).reports == ()


def test_orders_that_back_market_will_be_asked_about_later() -> None:
    assert "7 open" in plan(SyncFacts((), (), unread=7), US).warnings[0]
