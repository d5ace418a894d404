"""Which price is asked: every cell of the table, and answers in the shape Back Market sends them."""

# ruff: noqa: E501 - a case is a line
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from builders import NOW, settings
from msgspec.structs import replace
from reprice_cases import HTML, NO_ANSWER, OURS, SILENT, THEIRS, facts_of, item, money, outcome, remembers, shop

from bmsc.domain.ids import Sku, sku_key
from bmsc.domain.repricing import Contest, Floor, Place
from bmsc.planners import reprice, reprice_facts, reprice_gates, reprice_memory
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reckoning import Rule
from bmsc.planners.reprice_decision import decide, key_of
from bmsc.planners.reprice_table import TABLE, Move, possible
from bmsc.planners.whose_row import Aliases, Missing

CLIMB = {"winning": "climb"}
COOL = {"cooldown_minutes": 60}


class TestTable:
    """The table is data: one cell for every situation, and no other."""

    @pytest.mark.parametrize("key", sorted(possible()), ids="-".join)
    def test_every_situation_has_one_action_and_one_reason(self, key: tuple[Floor, Contest, Place]) -> None:
        assert TABLE[key].reason

    def test_there_is_no_cell_that_no_situation_reaches(self) -> None:
        assert set(TABLE) == possible()

    def test_without_a_minimum_the_default_is_the_only_price(self) -> None:
        moves = {cell.move for (floor, *_), cell in TABLE.items() if floor is Floor.UNSET}
        assert moves == {Move.DEFAULT, Move.LEAVE}

    def test_nothing_but_a_believed_answer_moves_a_price_to_the_buybox(self) -> None:
        assert {key[1] for key, cell in TABLE.items() if cell.move is Move.BUYBOX} == {Contest.LOSING}


# (name, answer, choices, listing fields and columns, memory, price written, reason); the default is 319, the minimum 280
Case = tuple[str, Any, dict[str, Any], dict[str, Any], Any, str | None, str]
NONE = remembers()
CASES: list[Case] = [
    # losing: where the buybox lies
    ("between", [item("299.99")], {}, {}, NONE, "299.99", "buybox"),
    ("one cent below the default", [item("318.99")], {}, {}, NONE, "318.99", "buybox"),
    ("equal to the default", [item("319.00")], {}, {"price": "310.00"}, NONE, "319.00", "buybox"),
    ("equal to the default, there already", [item("319.00")], {}, {}, NONE, None, "in_step"),
    ("equal to the minimum", [item("280.00")], {}, {}, NONE, "280.00", "buybox"),
    ("one cent below the minimum", [item("279.99")], {}, {"price": "300.00"}, NONE, "319.00", "buybox_below_minimum"),
    ("below the minimum, at the default", [item("250.00")], {}, {}, NONE, None, "in_step"),
    ("below, to the minimum", [item("250.00")], {"below_minimum": "minimum"}, {}, NONE, "280.00", "buybox_below_minimum"),
    ("below, held", [item("250.00")], {"below_minimum": "hold"}, {"price": "300.00"}, NONE, None, "in_step"),
    ("below, held above the default", [item("250.00")], {"below_minimum": "hold"}, {"price": "330.00"}, NONE, "319.00", "buybox_below_minimum"),
    ("above the default", [item("340.00")], {}, {"price": "300.00"}, NONE, "319.00", "buybox_above_default"),
    ("above the default, there already", [item("340.00")], {}, {}, NONE, None, "in_step"),
    ("a buybox of one cent", [item("0.01")], {"below_minimum": "minimum"}, {}, NONE, "280.00", "buybox_below_minimum"),
    ("there already", [item("299.99")], {}, {"price": "299.99"}, NONE, None, "in_step"),
    ("more decimals than cents", [item("299.9999")], {}, {}, NONE, "299.99", "buybox"),
    ("more decimals, at the minimum", [item("280.009")], {}, {}, NONE, "280.00", "buybox"),
    ("a number without decimals", [item("300")], {}, {}, NONE, "300.00", "buybox"),
    ("a JSON number", [item(300.5)], {}, {}, NONE, "300.50", "buybox"),
    ("winner unknown", [item("299.99", winner=None)], {}, {}, NONE, "299.99", "buybox"),
    ("a dearer price wins for a better seller", [item("305.00", winner="290.00")], {}, {}, NONE, "305.00", "buybox"),
    # no minimum
    ("no minimum", [item("250.00")], {}, {"MIN_PRICE_US": None, "price": "300.00"}, NONE, "319.00", "no_minimum"),
    ("no minimum, empty text", [item("250.00")], {}, {"MIN_PRICE_US": ""}, NONE, None, "in_step"),
    ("no minimum, winning", [item("300.00", True)], CLIMB, {"MIN_PRICE_US": None, "price": "300.00"}, NONE, "319.00", "no_minimum"),
    ("no minimum, no data", NO_ANSWER, {"no_data": "hold"}, {"MIN_PRICE_US": None, "price": "300.00"}, NONE, "319.00", "no_minimum"),
    ("no minimum, not asked", None, {}, {"MIN_PRICE_US": None, "price": "300.00"}, NONE, "319.00", "no_minimum"),
    # winning
    ("winning, held", [item("299.00", True)], {}, {"price": "299.00"}, NONE, None, "in_step"),
    ("winning, price to win differs", [item("312.00", True)], {}, {"price": "299.00"}, NONE, None, "in_step"),
    ("winning at the default", [item("319.00", True)], CLIMB, {}, NONE, None, "in_step"),
    ("winning, climbs", [item("299.00", True)], CLIMB, {"price": "299.00"}, NONE, "304.98", "climb"),
    ("winning at the minimum, climbs", [item("280.00", True)], CLIMB, {"price": "280.00"}, NONE, "285.60", "climb"),
    ("winning, climbs no farther than the default", [item("318.00", True)], CLIMB, {"price": "318.00"}, NONE, "319.00", "climb"),
    ("winning, a step is a cent at least", [item("0.60", True)], CLIMB, {"price": "0.60", "PRICE_US": "0.90", "MIN_PRICE_US": "0.50"}, NONE, "0.61", "climb"),
    ("winning, no price to win", [item(None, True, price_to_win=...)], CLIMB, {"price": "299.00"}, NONE, "304.98", "climb"),
    ("winning below a raised minimum", [item("260.00", True)], {}, {"price": "260.00"}, NONE, "280.00", "winning_below_minimum"),
    ("winning above a lowered default", [item("330.00", True)], {}, {"price": "330.00"}, NONE, "319.00", "winning_above_default"),
    ("climbing waits out the cooldown", [item("299.00", True)], CLIMB | COOL, {"price": "299.00"}, remembers(written="299.00", changed_minutes_ago=59), None, "cooldown"),
    ("climbing after the cooldown", [item("299.00", True)], CLIMB | COOL, {"price": "299.00"}, remembers(written="299.00", changed_minutes_ago=60), "304.98", "climb"),
    ("lost after a climb", [item("303.00")], CLIMB, {"price": "304.98"}, remembers(written="304.98", won_at="299.00", climbed=True), "299.00", "climb_lost"),
    ("lost after a climb to a cheaper rival", [item("290.00")], CLIMB, {"price": "304.98"}, remembers(written="304.98", won_at="299.00", climbed=True), "290.00", "climb_lost"),
    ("lost after a climb, within the cooldown", [item("303.00")], CLIMB | COOL, {"price": "304.98"}, remembers(written="304.98", won_at="299.00", climbed=True, changed_minutes_ago=1), "299.00", "climb_lost"),
    ("a lost climb is not tried again at once", [item("299.00", True)], CLIMB, {"price": "299.00"}, remembers(climb_lost_at=NOW - timedelta(hours=3)), None, "in_step"),
    # no data
    ("no data", NO_ANSWER, {}, {"price": "300.00"}, NONE, "319.00", "no_data"),
    ("no data, held", NO_ANSWER, {"no_data": "hold"}, {"price": "300.00"}, NONE, None, "in_step"),
    ("no data, held, below a raised minimum", NO_ANSWER, {"no_data": "hold"}, {"price": "270.00"}, NONE, "280.00", "no_data"),
    ("empty answer", [], {}, {"price": "300.00"}, NONE, "319.00", "no_data_about_us"),
    ("only somebody else's row", [item("299.99", listing_id=THEIRS)], {}, {"price": "300.00"}, NONE, "319.00", "no_data_about_us"),
    ("our row is not the first", [item("200.00", listing_id=THEIRS), item("299.99")], {}, {}, NONE, "299.99", "buybox"),
    ("our market is not the first", [item("200.00", market="FR", money_in="EUR"), item("299.99")], {}, {}, NONE, "299.99", "buybox"),
    ("other market only", [item("299.99", market="GB", money_in="GBP")], {}, {"price": "300.00"}, NONE, "319.00", "no_data_in_market"),
    ("our id in capitals", [item("299.99", listing_id=OURS.upper())], {}, {}, NONE, "299.99", "buybox"),
    # what cannot be believed
    ("a web page", HTML, {}, {"price": "330.00"}, NONE, None, "unreadable_answer"),
    ("no answer at all", SILENT, {}, {"price": "300.00"}, NONE, None, "no_answer"),
    ("no answer at all, above a lowered default", SILENT, {}, {"price": "330.00"}, NONE, "319.00", "no_answer"),
    ("no answer, no minimum", SILENT, {}, {"price": "300.00", "MIN_PRICE_US": None}, NONE, "319.00", "no_minimum"),
    ("losing without a price to win", [item(None)], {}, {}, NONE, None, "unreadable_answer"),
    ("price to win missing", [item(None, price_to_win=...)], {}, {}, NONE, None, "unreadable_answer"),
    ("price to win empty", [item("")], {}, {}, NONE, None, "unreadable_answer"),
    ("price to win zero", [item("0.00")], {}, {}, NONE, None, "unreadable_answer"),
    ("price to win no number", [item("n/a")], {}, {}, NONE, None, "unreadable_answer"),
    ("nobody says who wins", [item("299.99", None)], {}, {}, NONE, None, "unreadable_answer"),
    ("buybox in another currency", [item("299.99", money_in="EUR")], {}, {}, NONE, None, "currency_differs"),
    ("not asked yet", None, {}, {}, NONE, None, "not_asked"),
    ("not asked, outside its bounds", None, {}, {"price": "270.00"}, NONE, "280.00", "not_asked"),
    # offline
    ("offline", None, {}, {"publication_state": 3, "price": "300.00"}, NONE, "319.00", "offline"),
    ("price missing in the market", None, {}, {"publication_state": 0, "price": "0.00"}, NONE, "319.00", "offline"),
    ("waiting for validation", None, {}, {"publication_state": 1, "price": "300.00"}, NONE, "319.00", "offline"),
    ("no stock", None, {}, {"quantity": 0, "price": "300.00"}, NONE, "319.00", "no_stock"),
    ("oversold", None, {}, {"quantity": -1}, NONE, None, "in_step"),
    # the ceiling
    ("ceiling below the default", NO_ANSWER, {}, {"price": "290.00", "max_price": 300}, NONE, "300.00", "no_data"),
    ("ceiling below the buybox", [item("310.00")], {}, {"max_price": 305.5, "price": "290.00"}, NONE, "305.50", "buybox"),
    ("ceiling with half cents", NO_ANSWER, {}, {"price": "290.00", "max_price": "300.005"}, NONE, "300.00", "no_data"),
    ("ceiling below the minimum", [item("299.99")], {}, {"max_price": 279}, NONE, None, "above_max_price"),
    ("ceiling below a fixed price", [item("299.99")], {}, {"max_price": 318, "MIN_PRICE_US": None}, NONE, None, "above_max_price"),
    # columns
    ("no default", [item("299.99")], {}, {"PRICE_US": None}, NONE, None, "no_default"),
    ("minimum above default", [item("299.99")], {}, {"MIN_PRICE_US": "320.00"}, NONE, None, "minimum_above_default"),
    ("minimum equals default", [item("299.99")], {}, {"MIN_PRICE_US": "319.00", "price": "300.00"}, NONE, "319.00", "buybox_below_minimum"),
    ("minimum is no number", [item("299.99")], {}, {"MIN_PRICE_US": "abc"}, NONE, None, "bad_cell"),
    ("minimum with a comma", [item("299.99")], {}, {"MIN_PRICE_US": "280,00"}, NONE, None, "bad_cell"),
    ("minimum of nothing", [item("299.99")], {}, {"MIN_PRICE_US": "0"}, NONE, None, "bad_cell"),
    ("negative minimum", [item("299.99")], {}, {"MIN_PRICE_US": "-5"}, NONE, None, "bad_cell"),
    ("default of nothing", [item("299.99")], {}, {"PRICE_US": "0"}, NONE, None, "bad_cell"),
    ("default with three decimals", [item("299.99")], {}, {"PRICE_US": "319.001"}, NONE, None, "bad_cell"),
    ("enabled is nonsense", [item("299.99")], {}, {"ENABLED_US": "perhaps"}, NONE, None, "bad_cell"),
    ("default a hundred times its last value", [item("299.99")], {}, {"PRICE_US": "31900.00"}, remembers(default="319.00"), None, "column_moved"),
    ("default up 30 percent", [item("299.99")], {}, {"PRICE_US": "414.70"}, remembers(default="319.00"), "299.99", "buybox"),
    ("default up a little more", [item("299.99")], {}, {"PRICE_US": "414.71"}, remembers(default="319.00"), None, "column_moved"),
    ("minimum down by half", [item("299.99")], {}, {"MIN_PRICE_US": "140.00"}, remembers(minimum="280.00"), None, "column_moved"),
    ("a minimum appears", [item("299.99")], {}, {"MIN_PRICE_US": "159.50"}, remembers(default="319.00"), "299.99", "buybox"),
    ("a minimum appears below half the default", [item("299.99")], {}, {"MIN_PRICE_US": "159.49"}, remembers(default="319.00"), None, "column_moved"),
    ("an empty minimum becomes a cent", [item("0.05")], {}, {"MIN_PRICE_US": "0.01"}, remembers(default="319.00"), None, "column_moved"),
    ("a minimum comes back", [item("299.99")], {}, {}, remembers(default="319.00", minimum="290.00"), "299.99", "buybox"),
    # other hands
    ("somebody else, a little", [item("299.99")], {}, {"price": "250.00"}, remembers(written="319.00"), "299.99", "buybox"),
    ("somebody else, 40 percent", [item("299.99")], {}, {"price": "191.40"}, remembers(written="319.00"), "299.99", "buybox"),
    ("somebody else, more", [item("299.99")], {}, {"price": "191.39"}, remembers(written="319.00"), None, "changed_elsewhere"),
    ("a write without an answer that arrived", [item("299.99")], {}, {"price": "150.00", "MIN_PRICE_US": "100.00"}, remembers(written="319.00", unsure="150.00"), "299.99", "buybox"),
    ("BackPricer in the listing", [item("299.99")], {}, {"min_price": "290.00"}, NONE, None, "backpricer"),
    ("BackPricer in the answer", [item("299.99", min_price=money("290.00"))], {}, {}, NONE, None, "backpricer"),
    ("BackPricer overridden", [item("299.99")], {"backpricer": "override"}, {"min_price": "290.00"}, NONE, "299.99", "buybox"),
    ("listing in another currency", [item("299.99")], {}, {"currency": "EUR"}, NONE, None, "currency_differs"),
    # pace
    ("buybox waits out the cooldown", [item("299.99")], COOL, {"price": "305.00"}, remembers(written="305.00", changed_minutes_ago=30), None, "cooldown"),
    ("a bound does not wait", [item("299.99")], COOL, {"price": "325.00"}, remembers(written="325.00", changed_minutes_ago=30), "299.99", "buybox"),
    ("six changes a day", [item("299.99")], COOL, {"price": "305.00"}, remembers(written="305.00", changed_minutes_ago=90, changes=((NOW - timedelta(hours=2), Decimal(300)),) * 6), None, "enough_for_today"),
]  # fmt: skip


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    assert len({case[0] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_recorded_shapes(case: Case) -> None:
    _, answer, choices, parts, memory, price, reason = case
    assert outcome(answer, choices, memory=memory, **parts) == (price, reason)


def test_the_cases_reach_every_cell_that_a_listing_with_a_price_can_reach() -> None:
    reached = {key_of(facts_of(case[1], case[4], **case[3])) for case in CASES}
    with_minimum = {key for key in TABLE if key[0] is Floor.SET}
    missing = with_minimum - reached
    assert missing == {
        (Floor.SET, Contest.WINNING, Place.NOWHERE),  # nobody wins without a price
        (Floor.SET, Contest.SIBLING_WINS, Place.NOWHERE),  # below
    }


def test_a_sibling_that_wins_is_not_undercut() -> None:
    facts = replace(facts_of([item("299.99")]), sibling="OTHER")
    assert decide(facts, shop()).reason == "in_step"
    outside = replace(facts, shown=Decimal("325.00"))
    assert decide(outside, shop()).price == Decimal("319.00")
    assert decide(replace(facts, shown=None), shop()).price == Decimal("319.00")


def test_a_column_that_moved_is_not_taken_for_granted_behind_another_gate() -> None:
    """Else the held run after the mended currency would take the hundredfold default as it stands."""
    memory = remembers(default="319.00", minimum="280.00")
    held = facts_of([item("299.99")], memory, currency="EUR", PRICE_US="31900.00")
    decision = decide(held, shop())
    after = replace(facts_of([item("299.99")], PRICE_US="31900.00"), memory=reprice_memory.seen(memory, held, decision))
    assert decision.held
    assert decide(after, shop()).reason == "column_moved"


def test_every_gate_can_shut() -> None:
    shut = {case[6] for case in CASES}
    assert {reason for reason, _ in reprice_gates.GATES} <= shut


@pytest.mark.parametrize(
    ("price", "memory"), [("100.00", remembers(written="319.00")), ("319.00", remembers(default="600"))]
)
def test_what_a_person_has_seen_may_pass(price: str, memory: Any) -> None:
    held = facts_of([item("299.99")], memory, price=price)
    assert decide(held, shop()).held
    assert decide(replace(held, acknowledged=True), shop()).price == Decimal("299.99")


def test_a_drip_of_small_cuts_is_a_cut() -> None:
    facts = facts_of([item("299.99")], price="305.00")
    assert not reprice.is_cut(facts, Decimal("299.99"))
    dripped = replace(facts, memory=remembers(changes=((NOW - timedelta(hours=5), Decimal(319)),)))
    assert reprice.is_cut(dripped, Decimal("299.99"))
    old = replace(facts, memory=remembers(changes=((NOW - timedelta(hours=25), Decimal(319)),)))
    assert not reprice.is_cut(old, Decimal("299.99"))


@pytest.mark.parametrize("missing", Missing)
def test_a_row_that_is_missing_has_the_reason_that_listings_sync_gives(missing: Missing) -> None:
    key = frozenset({sku_key("A1")})
    groups = {Missing.ABSENT: "absent", Missing.UNPROVEN: "unproven", Missing.UNKNOWN: "unknown"}
    found = reprice_facts.read_columns(Sku("A1"), Catalog(**{groups[missing]: key}), Aliases(settings()), settings())
    assert isinstance(found, reprice_facts.Unruled)
    assert found.reason in {Rule.ABSENT, Rule.UNPROVEN, Rule.UNKNOWN}
    assert found.reason == missing
