"""What becomes of products, batches and setbacks, without any platform."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from builders import NOW, a_listing, a_new, a_row, settings
from msgspec.structs import replace

from bmsc.domain.creations import (
    BrokenBatch,
    CreateListing,
    CreateMemory,
    NewListing,
    OpenBatch,
    Readiness,
    ResolveTask,
    SubmitBatch,
)
from bmsc.domain.grades import Grade
from bmsc.domain.ids import sku_key
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.settings import GuardsSettings, Market
from bmsc.planners import created, listings_create, readiness, setbacks
from bmsc.planners.creation_facts import Candidates, CreateFacts, Shelved
from bmsc.planners.guards import GuardMemory
from bmsc.planners.listings_create import Decided
from bmsc.planners.setbacks import Sorted

PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
GOOD_CELLS = {"ID": PRODUCT, "GRADE": "2", "WARRANTY_DELAY": "12"}


def decide(*ready: NewListing, force: bool = False, limit: int = 500, **fields: object) -> Decided:
    facts = replace(CreateFacts(NOW, Candidates(ready), room=950), **fields)  # type: ignore[arg-type]
    shop = replace(settings(), guards=GuardsSettings(max_created_listings=limit))
    return listings_create.decide(facts, shop, GuardMemory(), force=force)


def handed_in(decided: Decided) -> list[list[str]]:
    actions = decided.judged.plan.actions
    return [[row.sku for row in action.rows] for action in actions if isinstance(action, SubmitBatch)]


class TestReadiness:
    """One product."""

    @pytest.mark.parametrize("cells", [{"ENABLED_US": None}, {"ENABLED_US": "no"}, {"ENABLED_US": 0}])
    def test_not_switched_on(self, cells: dict[str, object]) -> None:
        assert readiness.read(a_row(**GOOD_CELLS | cells), settings()) is None

    def test_ready(self) -> None:
        found = readiness.read(a_row(**GOOD_CELLS), settings())
        assert found == a_new(name="IP13")

    def test_every_defect_is_named_at_once(self) -> None:
        found = readiness.read(a_row(PRICE_US=None, GRADE="x"), settings())
        assert isinstance(found, tuple)
        assert [(one.column.removeprefix("BACKMARKET_"), one.found) for one in found] == [
            ("PRICE_US", None),
            ("ID", None),
            ("GRADE", "x"),
            ("WARRANTY_DELAY", None),
        ]

    @pytest.mark.parametrize("months", ["11", "0", "-12", "12,5", "abc", 121])
    def test_warranties_that_are_none(self, months: object) -> None:
        (defect,) = readiness.read(a_row(**GOOD_CELLS | {"WARRANTY_DELAY": months}), settings())  # type: ignore[misc,union-attr]
        assert defect.remedy == "whole months, 12 or more"

    def test_every_market_that_is_switched_on_needs_its_price(self) -> None:
        both = replace(settings(), markets=(Market("en-us", "US", "USD"), Market("en-gb", "GB", "GBP")))
        (defect,) = readiness.read(a_row(**GOOD_CELLS, ENABLED_GB=True), both)  # type: ignore[misc,union-attr]
        assert (defect.column, defect.found) == ("BACKMARKET_PRICE_GB", None)
        only = readiness.read(a_row(**GOOD_CELLS, ENABLED_GB=False), both)
        assert isinstance(only, NewListing)
        assert [price.locale for price in only.prices] == ["en-us"]

    @pytest.mark.parametrize("sku", ["x" * 201, "a\nb", "a\tb", " a", "a ", "a\x1b[31mb", "a\u200bb", "a\u00a0b"])
    def test_a_sku_that_would_not_come_back_as_it_went(self, sku: str) -> None:
        (defect,) = readiness.read(a_row(sku, **GOOD_CELLS), settings())  # type: ignore[misc,union-attr]
        assert defect.column == "SKU"
        assert str(defect).isprintable()

    def test_the_summary_counts_by_column(self) -> None:
        defects = [*readiness.read(a_row("A"), settings()), *readiness.read(a_row("B", GRADE="x"), settings())]  # type: ignore[misc]
        assert Readiness(tuple(defects), (a_new(),)).summary() == (
            "ready to be listed: 1; with cells to fill in or mend: 2 "
            "(BACKMARKET_ID 2, BACKMARKET_GRADE 2, BACKMARKET_WARRANTY_DELAY 2); --csv FILE lists them"
        )
        assert Readiness().summary() == ""


class TestComparison:
    """What was made, against what was asked for."""

    def test_the_same(self) -> None:
        assert created.identity_differences(a_listing("ip13"), a_new()) == ""
        assert created.identity_differences(a_listing(), a_new(product="761585")) == ""
        assert created.price_difference(a_listing(price="319"), a_new().home) == ""

    @pytest.mark.parametrize(
        ("listing", "told"),
        [
            (a_listing("OTHER"), "its SKU is OTHER"),
            (a_listing(grade=Grade.FAIR), "its grade is FAIR, not GOOD"),
            (a_listing(grade=None), "its grade is not told, not GOOD"),
            (a_listing(product_id="x-y"), f"it sells product x-y, not {PRODUCT}"),
        ],
    )
    def test_one_difference(self, listing: object, told: str) -> None:
        assert created.identity_differences(listing, a_new()) == told  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("listing", "told"),
        [
            (a_listing(price="320.00"), "en-us shows 320.00 USD, not 319.00 USD"),
            (a_listing(price=None), "en-us shows None USD, not 319.00 USD"),
            (a_listing(offers=()), "en-us shows nothing, not 319.00 USD"),
        ],
    )
    def test_another_price(self, listing: object, told: str) -> None:
        assert created.price_difference(listing, a_new().home) == told  # type: ignore[arg-type]


class TestBatches:
    """What is handed in, and what is followed."""

    def test_the_order_of_candidates_does_not_matter(self) -> None:
        ready = [a_new(sku) for sku in ("C", "A", "B")]
        assert handed_in(decide(*ready)) == handed_in(decide(*reversed(ready))) == [["A", "B", "C"]]

    def test_a_batch_carries_15000_lines_at_most(self) -> None:
        ready = [a_new(f"{number:05}") for number in range(15_001)]
        assert [len(rows) for rows in handed_in(decide(*ready, limit=20_000, room=40_000))] == [15_000, 1]

    def test_a_row_takes_a_line_a_market(self) -> None:
        two = (MarketPrice("en-us", "USD", Decimal(1)), MarketPrice("en-gb", "GBP", Decimal(1)))
        assert handed_in(decide(a_new("A", prices=two), a_new("B", prices=two), room=3)) == [["A"]]

    def test_taken_skus_are_no_candidates(self) -> None:
        assert handed_in(decide(a_new("Abc"), shelved=Shelved(frozenset({sku_key("aBC")})))) == []

    def test_the_guard_judges_all_that_is_ready_whatever_there_is_room_for(self) -> None:
        decided = decide(*(a_new(str(number)) for number in range(5)), limit=4, room=1)
        assert handed_in(decided) == []
        assert decided.judged.reports[0].n == 5

    def test_a_running_task_is_asked_and_its_skus_are_in_hand(self) -> None:
        batch = OpenBatch("i", NOW, "en-us", (a_new("A"),), task_id=7)
        decided = decide(a_new("A"), a_new("B"), batches=(batch,))
        kinds = [type(action) for action in decided.judged.plan.actions]
        assert kinds == [ResolveTask, CreateListing, SubmitBatch, CreateListing]
        assert handed_in(decided) == [["B"]]

    @pytest.mark.parametrize(("minutes", "again"), [(0, False), (29, False), (30, True)])
    def test_absence_after_an_unknown_post_is_believed_after_half_an_hour(self, minutes: int, again: bool) -> None:
        batch = OpenBatch("i", NOW - timedelta(minutes=minutes), "en-us", (a_new("A"),))
        decided = decide(a_new("A"), batches=(batch,))
        assert handed_in(decided) == ([["A"]] if again else [])
        assert [hold.reason for hold in decided.judged.plan.holds] == ([] if again else ["outcome_unknown"])
        assert decided.followed.given_up == ((batch,) if again else ())

    def test_what_was_made_by_an_unknown_post_is_compared_and_not_repeated(self) -> None:
        batch = OpenBatch("i", NOW - timedelta(hours=1), "en-us", (a_new("A"), a_new("B")))
        shelved = Shelved(frozenset({sku_key("A")}), met={sku_key("A"): a_listing("A")})
        decided = decide(a_new("B"), batches=(batch,), shelved=shelved)
        assert [action.subject for action in decided.judged.plan.actions] == ["sku:A", "batch:en-us", "sku:B"]

    def test_a_narrowed_run_follows_nothing(self) -> None:
        batch = OpenBatch("i", NOW, "en-us", (a_new("A"), a_new("C")), task_id=7)
        decided = decide(a_new("A"), a_new("B"), batches=(batch,), narrowed=True)
        assert handed_in(decided) == [["B"]]
        assert [skip.subject for skip in decided.judged.plan.skips] == ["sku:A"]


class TestSetbacks:
    """What waits after a refusal."""

    @pytest.mark.parametrize(
        ("reason", "hours", "changed", "again"),
        [
            (setbacks.REFUSED, 23, {}, False),
            (setbacks.REFUSED, 24, {}, True),
            (setbacks.REFUSED, 1, {"warranty_months": 24}, True),
            (setbacks.NOT_CREATED, 0.7, {}, False),
            (setbacks.NOT_CREATED, 0.8, {}, True),
            (setbacks.MISMATCH, 9000, {}, False),
            (setbacks.MISMATCH, 1, {"warranty_months": 24}, False),
            (setbacks.MISMATCH, 1, {"grade": Grade.FAIR}, True),
        ],
    )
    def test_when_it_is_tried_again(self, reason: str, hours: float, changed: dict[str, object], again: bool) -> None:
        setback = setbacks.of(a_new("A"), reason, "words", NOW - timedelta(hours=hours))
        decided = decide(a_new("A", **changed), memory=CreateMemory({sku_key("A"): setback}))
        assert handed_in(decided) == ([["A"]] if again else [])
        assert bool(decided.setbacks.kept) is not again

    def test_those_tried_again_go_last(self) -> None:
        setback = setbacks.of(a_new("A"), setbacks.REFUSED, "words", NOW - timedelta(days=2))
        decided = decide(a_new("A"), a_new("B"), memory=CreateMemory({sku_key("A"): setback}), room=1)
        assert handed_in(decided) == [["B"]]

    def test_a_product_that_is_switched_off_is_forgotten(self) -> None:
        setback = setbacks.of(a_new("A"), setbacks.REFUSED, "words", NOW)
        assert decide(memory=CreateMemory({sku_key("A"): setback})).setbacks == Sorted()

    def test_a_batch_that_failed_as_a_whole_goes_on_in_tenths(self) -> None:
        rows = tuple(a_new(f"N{number:02}") for number in range(25))
        broken = setbacks.of_broken(BrokenBatch(rows, "no"), {}, NOW - timedelta(hours=1))
        decided = decide(*rows, a_new("FRESH"), memory=CreateMemory(broken))
        assert handed_in(decided) == [["FRESH"], *([rows[n].sku, rows[n + 1].sku] for n in range(0, 24, 2)), ["N24"]]
        assert [chain.stage for chain in decided.judged.plan.chains] == [1, *[2] * 13]

    def test_a_row_is_guilty_when_it_is_alone_and_it_was_not_the_first_time(self) -> None:
        alone, before = BrokenBatch((a_new("A"),), "no"), {}
        reasons = []
        for _ in range(4):
            before = setbacks.of_broken(alone, before, NOW)
            reasons.append(before[sku_key("A")].reason)
        assert reasons == [setbacks.NOT_CREATED] * 2 + [setbacks.REFUSED] * 2
        assert '"no"' in before[sku_key("A")].detail
