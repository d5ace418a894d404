"""Which waiting orders are written, and why the others are not."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from builders import NOW, a_line, a_product, a_twin, an_order, facts_of, pull_facts, settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bmsc.domain.ids import OrderLineId, SellerCloudOrderId
from bmsc.domain.memory import KnownOrder
from bmsc.domain.money import split_units
from bmsc.domain.orders import LineState, OrderState, OrderStatus, PaymentStatus, SellerCloudItem, ShippingStatus
from bmsc.domain.plan import Plan
from bmsc.domain.settings import MoneyMismatch, OnShortStock, SalesTax
from bmsc.planners import drafts, existing_order
from bmsc.planners.order_facts import LookUp, OpenWrite, OrderFacts, OrphanFacts
from bmsc.planners.orders_pull import plan

US = settings()


def kinds(plan: Plan) -> list[str]:
    return [action.kind.value for action in plan.actions]


def reasons(plan: Plan) -> list[str]:
    return [fact.reason for fact in (*plan.holds, *plan.skips, *plan.alerts)]


def decided(one: OrderFacts, **facts: object) -> tuple[list[str], list[str]]:
    result = plan(pull_facts(one, **facts), US)
    return kinds(result), reasons(result)


NEW = an_order()
TWO = an_order(lines=[a_line("A"), a_line("B")])
KNOWN = KnownOrder(first_seen=NOW - timedelta(hours=1), sellercloud_id=a_twin(NEW).id, created_by_us=True)
STARTED = OpenWrite(since=NOW - timedelta(minutes=15))
CREATE = ["create_order", "pay_order", "accept_line"]

TABLE = {
    "absent: created, paid, accepted": (facts_of(NEW), CREATE, []),
    "absent, two SKUs: each accepted once": (facts_of(TWO), [*CREATE, "accept_line"], []),
    "absent, one SKU on two lines: accepted once": (facts_of(an_order(lines=[a_line("A"), a_line("A")])), CREATE, []),
    "not paid yet: waits": (facts_of(an_order(lines=[a_line(state=LineState.NEW)])), [], ["not_confirmed"]),
    "one line waits for a partner: the whole order waits": (
        facts_of(an_order(lines=[a_line("A"), a_line("B", state=LineState.ON_HOLD)])),
        [],
        ["not_confirmed"],
    ),
    "a line state nobody has heard of: held": (
        facts_of(an_order(lines=[a_line(state=LineState.UNHEARD_OF)])),
        [],
        ["unknown_line_state"],
    ),
    "all cancelled: nothing": (facts_of(an_order(lines=[a_line(state=LineState.CANCELLED)])), [], ["nothing_wanted"]),
    "finished order: nothing": (facts_of(an_order(state=OrderState.FINISHED)), [], ["not_waiting"]),
    "accepted by hand: not ours to create": (facts_of(an_order(state=OrderState.TO_SHIP)), [], ["not_waiting"]),
    "accepted by hand, asked for by name: created": (
        facts_of(
            an_order(state=OrderState.TO_SHIP, lines=[a_line(state=LineState.ACCEPTED)]),
            asked_for=True,
        ),
        ["create_order", "pay_order"],
        [],
    ),
    "answer not to be believed: held": (facts_of(NEW, look_up=LookUp.UNPROVEN), [], ["absence_unproven"]),
    "deleted in SellerCloud: held": (facts_of(NEW, look_up=LookUp.DELETED), [], ["deleted_in_sellercloud"]),
    "deleted in SellerCloud, asked for by name: created": (
        facts_of(NEW, look_up=LookUp.DELETED, asked_for=True),
        CREATE,
        [],
    ),
    "create of unknown outcome, first look: held": (facts_of(NEW, open_create=STARTED), [], ["outcome_unknown"]),
    "create of unknown outcome with words: held with them": (
        facts_of(NEW, open_create=replace(STARTED, words="no")),
        [],
        ["refused_by_sellercloud"],
    ),
    "create of unknown outcome, absent 9 minutes: held": (
        facts_of(NEW, open_create=STARTED, known=KnownOrder(NOW, absent_since=NOW - timedelta(minutes=9))),
        [],
        ["outcome_unknown"],
    ),
    "create of unknown outcome, absent 10 minutes: created": (
        facts_of(NEW, open_create=STARTED, known=KnownOrder(NOW, absent_since=NOW - timedelta(minutes=10))),
        CREATE,
        [],
    ),
    "create of unknown outcome, absence proved before it began: held": (
        facts_of(NEW, open_create=STARTED, known=KnownOrder(NOW, absent_since=NOW - timedelta(minutes=20))),
        [],
        ["outcome_unknown"],
    ),
    "create of unknown outcome, absent 10 minutes but not proved now: held": (
        facts_of(
            NEW,
            look_up=LookUp.UNPROVEN,
            open_create=STARTED,
            known=KnownOrder(NOW, absent_since=NOW - timedelta(minutes=10)),
        ),
        [],
        ["absence_unproven"],
    ),
    "currency SellerCloud has no number for: held": (facts_of(an_order(currency="RON")), [], ["unknown_currency"]),
    "Back Market's own sums differ: held": (facts_of(an_order(price=Decimal("1.00"))), [], ["backmarket_sums_differ"]),
    "exists, paid: adopted and accepted": (facts_of(NEW, a_twin(NEW)), ["adopt_order", "accept_line"], []),
    "exists, known, paid: accepted": (facts_of(NEW, a_twin(NEW), known=KNOWN), ["accept_line"], []),
    "exists, unpaid: paid": (
        facts_of(NEW, a_twin(NEW, payment_status=PaymentStatus.NO_PAYMENT), known=KNOWN),
        ["pay_order", "accept_line"],
        [],
    ),
    "exists, partly paid: the dues are paid": (
        facts_of(NEW, a_twin(NEW, payment_status=PaymentStatus.PARTIAL_PAYMENT), known=KNOWN),
        ["pay_order", "accept_line"],
        [],
    ),
    "exists, refunded: held": (
        facts_of(NEW, a_twin(NEW, payment_status=PaymentStatus.FULLY_REFUNDED)),
        [],
        ["payment_status"],
    ),
    "payment of unknown outcome 15 minutes ago, unpaid: paid": (
        facts_of(NEW, a_twin(NEW, payment_status=PaymentStatus.NO_PAYMENT), known=KNOWN, open_payment=STARTED),
        ["pay_order", "accept_line"],
        [],
    ),
    "payment of unknown outcome just now, unpaid: held": (
        facts_of(
            NEW, a_twin(NEW, payment_status=PaymentStatus.NO_PAYMENT), known=KNOWN, open_payment=OpenWrite(since=NOW)
        ),
        [],
        ["outcome_unknown"],
    ),
    "cancelled in SellerCloud: left to cancel sync": (
        facts_of(NEW, a_twin(NEW, status=OrderStatus.CANCELED)),
        [],
        ["cancelled_in_sellercloud"],
    ),
    "void in SellerCloud: held": (facts_of(NEW, a_twin(NEW, status=OrderStatus.VOID)), [], ["sellercloud_status"]),
    "on hold in SellerCloud: held": (
        facts_of(NEW, a_twin(NEW, status=OrderStatus.ON_HOLD)),
        [],
        ["sellercloud_status"],
    ),
    "in another company: held": (facts_of(NEW, a_twin(NEW, company_id=200)), [], ["other_company"]),
    "two under one number: held": (
        facts_of(NEW, a_twin(NEW), a_twin(NEW, id=SellerCloudOrderId(7))),
        [],
        ["several_sellercloud_orders"],
    ),
    "lines hidden: held": (facts_of(NEW, a_twin(NEW, items=None)), [], ["lines_unreadable"]),
    "lacks a line: held": (facts_of(TWO, a_twin(TWO, items=a_twin(TWO).items[:1])), [], ["lines_differ"]),
    "ours, totals differ: held": (
        facts_of(NEW, a_twin(NEW, grand_total=Decimal("300.00"))),
        [],
        ["money_mismatch"],
    ),
    "ours, currency differs: held": (facts_of(NEW, a_twin(NEW, currency="EUR")), [], ["money_mismatch"]),
    "another hand's, totals differ: only an alert": (
        facts_of(NEW, a_twin(NEW, grand_total=Decimal("300.00"), items=(SellerCloudItem(1, NEW.lines[0].sku, 1),))),
        ["adopt_order", "accept_line"],
        ["money_differs"],
    ),
}


@pytest.mark.parametrize(("one", "actions", "why"), TABLE.values(), ids=TABLE.keys())
def test_decision(one: OrderFacts, actions: list[str], why: list[str]) -> None:
    assert decided(one) == (actions, why)


def test_unknown_foreign_and_unreadable_products_hold_their_order() -> None:
    assert decided(facts_of(NEW), products={}) == ([], ["unknown_sku"])
    assert decided(facts_of(NEW), products={"ip13": a_product(company_id=200)}) == ([], ["sku_of_other_company"])
    assert decided(facts_of(NEW), products={}, unreadable=frozenset({"ip13"})) == ([], ["product_unreadable"])


def test_an_alias_names_the_product() -> None:
    aliased = replace(US, sku_aliases={"IP13": "IPHONE-13"})
    result = plan(pull_facts(facts_of(NEW), products={"iphone-13": a_product("IPHONE-13")}), aliased)
    assert kinds(result) == CREATE
    assert next(result.actions).draft.items[0].sku == "IPHONE-13"
    assert "1 x IP13 (in SellerCloud IPHONE-13)" in next(result.actions).detail


def test_a_run_in_which_every_order_is_another_companys_says_so_once() -> None:
    theirs = {"ip13": a_product(company_id=200)}
    waiting = facts_of(an_order(3, lines=[a_line(state=LineState.NEW)]))
    one, two, twin = an_order(1), an_order(2), a_twin(an_order(2), company_id=200)
    odd, ours = facts_of(one), facts_of(an_order(4, lines=[a_line("B")]))
    agree = plan(pull_facts(odd, facts_of(two, twin), waiting, products=theirs), US)
    assert sorted(reasons(agree)) == ["company_mismatch", "not_confirmed", "other_company", "sku_of_other_company"]
    assert "than 163" in agree.alerts[0].detail
    assert reasons(plan(pull_facts(odd, waiting, products=theirs), US)) == ["sku_of_other_company", "not_confirmed"]
    legacy = facts_of(an_order(5, lines=[a_line("LEGACY")]))
    assert "company_mismatch" in reasons(plan(pull_facts(odd, facts_of(two, twin), legacy, products=theirs), US))
    mixed = plan(pull_facts(odd, facts_of(two, twin), ours, products=theirs | {"b": a_product("B")}), US)
    assert "company_mismatch" not in reasons(mixed)


def test_only_existing_creates_and_pays_nothing() -> None:
    unpaid = a_twin(NEW, payment_status=PaymentStatus.NO_PAYMENT)
    assert decided(facts_of(NEW), only_existing=True) == ([], ["not_in_sellercloud"])
    assert decided(facts_of(NEW, unpaid), only_existing=True) == ([], ["not_paid_in_sellercloud"])
    assert decided(facts_of(NEW, a_twin(NEW)), only_existing=True) == (["adopt_order", "accept_line"], [])


def test_a_line_cancelled_before_create_is_left_out() -> None:
    order = an_order(lines=[a_line("A"), a_line("B", state=LineState.CANCELLED, price="50.00")])
    result = plan(pull_facts(facts_of(order)), US)
    assert [item.sku for item in next(result.actions).draft.items] == ["A"]
    assert next(result.actions).draft.total == Decimal("279.00")


def test_a_line_cancelled_after_create_is_named_and_the_rest_accepted() -> None:
    order = an_order(lines=[a_line("A"), a_line("B", state=LineState.CANCELLED)])
    result = plan(pull_facts(facts_of(order, a_twin(order), known=replace(KNOWN, sellercloud_id=a_twin(order).id))), US)
    assert (kinds(result), reasons(result)) == (["accept_line"], ["line_to_remove"])
    assert "1 x b" in result.alerts[0].detail


def test_a_mismatch_may_be_waved_through() -> None:
    lenient = settings(money_mismatch=MoneyMismatch.WARN)
    result = plan(pull_facts(facts_of(NEW, a_twin(NEW, grand_total=Decimal(1)))), lenient)
    assert (kinds(result), reasons(result)) == (["adopt_order", "accept_line"], ["money_differs"])


def test_two_orders_for_one_remaining_unit_oldest_first() -> None:
    older, newer = an_order(2), an_order(1)
    strict = settings(on_short_stock=OnShortStock.HOLD)
    facts = pull_facts(facts_of(newer), facts_of(older), products={"ip13": a_product(available=1)})
    result = plan(facts, strict)
    assert [chain.subject for chain in result.chains] == ["order:2"]
    assert [(hold.subject, hold.reason) for hold in result.holds] == [("order:1", "short_stock")]


def test_a_shadow_shares_its_parents_units() -> None:
    strict = settings(on_short_stock=OnShortStock.HOLD)
    products = {"shadow": a_product("SHADOW", available=0, shadow_of="IP13"), "ip13": a_product(available=1)}
    facts = pull_facts(facts_of(an_order(lines=[a_line("SHADOW")])), products=products)
    assert kinds(plan(facts, strict)) == CREATE


def test_the_first_order_of_each_currency_goes_alone() -> None:
    orders = [an_order(n, currency=currency) for n, currency in ((4, "EUR"), (3, "USD"), (2, "EUR"), (1, "USD"))]
    result = plan(pull_facts(*map(facts_of, orders), proven_currencies=frozenset()), US)
    told = {chain.subject: (chain.proves, chain.needs) for chain in result.chains}
    assert told == {
        "order:4": ("currency:EUR", None),
        "order:3": ("currency:USD", None),
        "order:2": (None, "currency:EUR"),
        "order:1": (None, "currency:USD"),
    }
    assert len({chain.stage for chain in result.chains}) == 3


def test_while_the_first_is_held_only_its_currency_waits() -> None:
    euro, dollar = an_order(2, currency="EUR"), an_order(1, currency="USD")
    held = an_order(3, currency="EUR")
    facts = pull_facts(
        facts_of(held, a_twin(held, grand_total=Decimal(1))),
        facts_of(euro),
        facts_of(dollar),
        proven_currencies=frozenset(),
    )
    result = plan(facts, US)
    assert [chain.subject for chain in result.chains] == ["order:1"]
    assert reasons(result) == ["money_mismatch", "waits_for_first_order"]


def test_an_unknown_market_is_only_a_warning() -> None:
    result = plan(pull_facts(facts_of(an_order(market="fr-fr"))), US)
    assert kinds(result) == CREATE
    assert "fr-fr" in result.warnings[0]


def test_an_order_of_ours_whose_buyer_cancelled_is_undone_unless_it_has_left() -> None:
    gone = an_order(lines=[a_line(state=LineState.CANCELLED)], state=OrderState.FINISHED)
    undone = plan(pull_facts(orphans=(OrphanFacts(gone, a_twin(gone)),)), US)
    shipped = a_twin(gone, shipping_status=ShippingStatus.FULLY_SHIPPED)
    told = plan(pull_facts(orphans=(OrphanFacts(gone, shipped),)), US)
    assert kinds(undone) == ["cancel_sc_order"]
    assert (kinds(told), reasons(told)) == ([], ["cancelled_after_shipping"])


def test_orders_are_decided_alike_in_whatever_order_they_arrive() -> None:
    ones = [facts_of(an_order(n)) for n in range(1, 6)]
    assert plan(pull_facts(*ones), US) == plan(pull_facts(*reversed(ones)), US)


amounts = st.decimals("0.01", "9999.99", places=2)


@given(total=amounts, quantity=st.integers(1, 50), currency=st.sampled_from(["USD", "EUR", "GBP"]))
def test_a_split_line_sums_to_its_total(total: Decimal, quantity: int, currency: str) -> None:
    parts = split_units(total, quantity, currency)
    assert sum(count * price for count, price in parts) == total
    assert sum(count for count, _ in parts) == quantity
    assert len(parts) <= 2


@given(
    lines=st.lists(st.tuples(amounts, st.integers(1, 9), amounts, amounts), min_size=1, max_size=4),
    include=st.booleans(),
)
def test_the_draft_totals_what_the_buyer_paid(
    lines: list[tuple[Decimal, int, Decimal, Decimal]], include: bool
) -> None:
    order = an_order(
        lines=[
            a_line(f"S{n}", price=price, quantity=quantity, shipping_price=shipping, sales_taxes=tax)
            for n, (price, quantity, shipping, tax) in enumerate(lines)
        ]
    )
    tax = SalesTax.INCLUDE if include else SalesTax.EXCLUDE
    draft = drafts.draft_of(order, settings(sales_tax=tax))
    assert draft.total == order.price + order.shipping_price + (order.sales_taxes if include else 0)
    assert draft.tax_exempt is not include


def test_three_at_one_hundred() -> None:
    assert split_units(Decimal("100.00"), 3, "USD") == ((1, Decimal("33.34")), (2, Decimal("33.33")))


REFERENCES = {
    "our line ids": (["7001", "7002"], True, True),
    "nothing, as where a company does not keep them": ([None, None], False, True),
    "empty text": (["", ""], False, True),
    "somebody else's": (["A-1", "A-2"], False, False),
    "ours on one line only": (["7001", None], False, False),
}


@pytest.mark.parametrize(("references", "ours", "ours_once_begun"), REFERENCES.values(), ids=list(REFERENCES))
def test_who_made_an_order(references: list[str | None], ours: bool, ours_once_begun: bool) -> None:
    order = an_order(lines=[a_line(id=OrderLineId(7001)), a_line(id=OrderLineId(7002))])
    twin = a_twin(order)
    items = (replace(item, reference_id=one) for item, one in zip(twin.items or (), references, strict=True))
    facts = OrderFacts(order, LookUp.FOUND, (replace(twin, items=tuple(items)),))
    assert existing_order.made_by_us(facts, facts.matches[0]) is ours
    begun = replace(facts, open_create=STARTED)
    assert existing_order.made_by_us(begun, begun.matches[0]) is ours_once_begun
