"""What `listings sync` decides: worked cases, one line each, and laws that hold whatever the facts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from builders import COMPANY, NOW, a_line, a_listing, a_row, a_twin, an_order, seen, settings, sync_facts
from msgspec.structs import replace

from bmsc.domain.grades import Grade
from bmsc.domain.ids import OrderId, Sku, sku_key
from bmsc.domain.listing_actions import SetPrice, SetQuantity, Urgency
from bmsc.domain.listings import KnownListing, Listing, Offer, Part, Product
from bmsc.domain.orders import OrderState, PaymentStatus
from bmsc.domain.plan import Plan
from bmsc.domain.settings import ListingsSettings, ListingUpdate, Market, RepriceSettings, Settings, WhenDisabled
from bmsc.planners import following, listings_sync
from bmsc.planners.guards import GuardMemory, Judged
from bmsc.planners.listing_facts import FollowedOrder, SyncFacts, SyncMemory
from bmsc.planners.order_facts import LookUp

OLD_HAND = GuardMemory(ran_live=True)
EU = (Market("fr-fr", "FR", "EUR"), Market("en-gb", "GB", "GBP"))


def plan(facts: SyncFacts, chosen: Settings | None = None, memory: GuardMemory = OLD_HAND, **how: Any) -> Judged:
    chosen, force = chosen or settings(), how.get("force", False)
    reckoned = listings_sync.reckon(facts, chosen, memory, force=force)
    return listings_sync.plan(reckoned, chosen, memory, now=facts.now, force=force)


def written(found: Plan) -> str:
    """Tell what would be sent, one word a line sent: `5`, `319.00@en-us`, or both with a plus."""
    words = []
    for action in found.actions:
        price = getattr(action, "price", None)
        told = [str(action.quantity)] if isinstance(action, SetQuantity) else []
        words.append("+".join([*told, *([f"{price.price}@{price.locale}"] if price else [])]))
    return " ".join(words)


def reasons(found: Plan) -> set[str]:
    return {one.reason for one in (*found.skips, *found.holds)}


@dataclass(frozen=True)
class Case:
    """One shop, what is written, and the reason that must be among those given."""

    listings: list[Listing]
    rows: list[Product]
    sent: str
    reason: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def listing_settings(**fields: Any) -> dict[str, Any]:
    return {"listings": ListingsSettings(**fields)}


def managed(*listings: Listing) -> dict[str, Any]:
    return {"known": {one.id: KnownListing(managed=True, seen=one.quantity) for one in listings}}


def in_flight(quantity: int = 1, sku: str = "IP13", **fields: Any) -> dict[str, Any]:
    return {"orders": (seen(an_order(1, [a_line(sku, quantity=quantity)], **fields)),)}


def paid(minutes_ago: int, quantity: int = 1) -> dict[str, Any]:
    moment = NOW - timedelta(minutes=minutes_ago)
    order = an_order(1, [a_line(quantity=quantity)], paid_at=moment, created_at=moment)
    return {"orders": (seen(order, a_twin(order, created_at=moment)),)}


def remembered(**fields: Any) -> dict[str, Any]:
    return {"known": {a_listing().id: KnownListing(**fields)}}


SHADOW = a_row("IP13", 0, shadow_of=Sku("PARENT"))
BETWEEN = a_row("PARENT", 0, shadow_of=Sku("GRAND"))
KIT = a_row("IP13", 3, is_kit=True, parts=(Part(Sku("PHONE"), 1), Part(Sku("CASE"), 2)))
UNREAD = {"catalog": {"absent": frozenset(), "unknown": frozenset({sku_key("IP13")})}}
EUROPE = {"markets": EU}


def european(quantity: int, french: str | None = "319.00", british: str | None = "289.00") -> Listing:
    prices = (("fr-fr", french, "EUR"), ("en-gb", british, "GBP"))
    offers = tuple(Offer(locale, Decimal(price) if price else None, currency) for locale, price, currency in prices)
    return a_listing(quantity=quantity, offers=offers)


def in_europe(available: int = 5, **cells: Any) -> Product:
    usual = {"ENABLED_FR": 1, "ENABLED_GB": 1, "PRICE_FR": "319.00", "PRICE_GB": "289.00"}
    return a_row(available=available, **(usual | cells))


CASES = {
    # whose row
    "both sides agree": Case([a_listing()], [a_row()], "", "in_step"),
    "the SKU in another case": Case([a_listing("ip13", 3)], [a_row("IP13")], "5"),
    "an alias": Case([a_listing("OLD", 3)], [a_row()], "5", settings={"sku_aliases": {"old": "IP13"}}),
    "a shadow of a parent of ours": Case([a_listing()], [SHADOW, a_row("PARENT", 7)], "7"),
    "a shadow of another company's parent": Case([a_listing()], [SHADOW, a_row("PARENT", 2, company_id=9)], "2"),
    "a shadow whose parent is unreadable": Case([a_listing()], [SHADOW], "", "unknown"),
    "a parent without a quantity": Case([a_listing()], [SHADOW, a_row("PARENT", None)], "", "unknown"),
    "a shadow of a shadow": Case([a_listing()], [SHADOW, BETWEEN, a_row("GRAND", 7)], "7"),
    "a shadow of a shadow whose parent is unreadable": Case([a_listing()], [SHADOW, BETWEEN], "", "unknown"),
    "shadows in a ring": Case([a_listing()], [SHADOW, replace(BETWEEN, shadow_of=Sku("IP13"))], "", "unknown"),
    "a shadow of a shadow, sold from its grandparent": Case(
        [a_listing()], [SHADOW, BETWEEN, a_row("GRAND", 5)], "4", facts=in_flight(sku="GRAND")
    ),
    "an unreadable parent, own units": Case([a_listing()], [replace(SHADOW, available=2)], "2"),
    "an unreadable parent, units in warehouses": Case(
        [a_listing()], [SHADOW], "4", facts={"catalog": {"in_warehouses": {sku_key("IP13"): 4}}}
    ),
    "an unreadable parent, warehouses empty": Case(
        [a_listing()], [SHADOW], "0", facts={"catalog": {"in_warehouses": {sku_key("IP13"): 0}}}
    ),
    "a SKU of another company": Case([a_listing()], [a_row(available=0, company_id=COMPANY + 1)], "", "other_company"),
    "an answer that cannot be believed": Case([a_listing()], [a_row("OTHER")], "", "unknown", facts=UNREAD),
    "a row without a quantity": Case([a_listing()], [a_row(available=None)], "", "unknown"),
    "a row without custom columns": Case([a_listing()], [a_row(available=0, columns=None), a_row("X")], "", "unknown"),
    "columns that nobody shows": Case([a_listing()], [a_row(available=0, columns={})], "", "unknown"),
    "Back Market says no quantity": Case([a_listing(quantity=None)], [a_row()], "", "unknown"),
    # absent
    "proved absent": Case([a_listing()], [a_row("OTHER")], "0"),
    "proved absent, at 0 already": Case([a_listing(quantity=0)], [a_row("OTHER")], "", "not_in_sellercloud"),
    "not returned by an empty answer": Case(
        [a_listing()], [], "", "absence_unproven",
        facts={"catalog": {"absent": frozenset(), "unproven": frozenset({sku_key("IP13")})}},
    ),
    # quantity
    "more in stock": Case([a_listing(quantity=3)], [a_row(available=8)], "8"),
    "less in stock": Case([a_listing(quantity=9)], [a_row(available=4)], "4"),
    "sold out": Case([a_listing()], [a_row(available=0)], "0"),
    "negative stock": Case([a_listing()], [a_row(available=-3)], "0"),
    "oversold on Back Market, no stock": Case([a_listing(quantity=-1)], [a_row(available=0)], "", "in_step"),
    "oversold on Back Market, new stock": Case([a_listing(quantity=-1)], [a_row(available=2)], "2"),
    "safety quantity": Case([a_listing()], [a_row(SAFETY_QTY=2)], "3"),
    "safety as text": Case([a_listing()], [a_row(SAFETY_QTY=" 2 ")], "3"),
    "safety larger than stock": Case([a_listing()], [a_row(SAFETY_QTY=9)], "0"),
    "safety of 0 beats the default": Case(
        [a_listing()], [a_row(SAFETY_QTY=0)], "", "in_step", settings=listing_settings(safety_quantity=2)
    ),
    "the default safety": Case([a_listing()], [a_row()], "3", settings=listing_settings(safety_quantity=2)),
    "at most so many": Case([a_listing()], [a_row(available=50)], "10", settings=listing_settings(max_quantity=10)),
    # sold units
    "an order in flight": Case([a_listing()], [a_row()], "4", facts=in_flight()),
    "two units in flight": Case([a_listing()], [a_row()], "3", facts=in_flight(2)),
    "in flight, taken by Back Market": Case([a_listing(quantity=4)], [a_row()], "", "in_step", facts=in_flight()),
    "in flight, pending": Case([a_listing()], [a_row()], "4", facts=in_flight(state=OrderState.PENDING)),
    "accepted by hand, unknown to SellerCloud": Case(
        [a_listing()], [a_row()], "4", facts=in_flight(state=OrderState.TO_SHIP)
    ),
    "in flight, in another case": Case([a_listing()], [a_row()], "4", facts=in_flight(sku="ip13")),
    "an unpaid twin": Case(
        [a_listing()], [a_row()], "4",
        facts={"orders": (seen(an_order(1), a_twin(an_order(1), payment_status=PaymentStatus.NO_PAYMENT)),)},
    ),
    "paid there a moment ago, not raised": Case([a_listing(quantity=4)], [a_row()], "", "settling", facts=paid(5)),
    "paid there a moment ago, still lowered": Case([a_listing(quantity=7)], [a_row()], "5", facts=paid(5)),
    "paid there long ago, raised": Case([a_listing(quantity=4)], [a_row()], "5", facts=paid(16)),
    "an unexplained fall, not raised": Case(
        [a_listing(quantity=3)], [a_row()], "", "settling", facts={"known": {a_listing().id: KnownListing(seen=5)}}
    ),
    "a fall and a raise beyond it": Case(
        [a_listing(quantity=3)], [a_row(available=9)], "7", facts={"known": {a_listing().id: KnownListing(seen=5)}}
    ),
    "a fall of long ago": Case(
        [a_listing(quantity=3)], [a_row()], "5",
        facts={"known": {a_listing().id: KnownListing(seen=3, falls=((NOW - timedelta(minutes=15), 2),))}},
    ),
    "capped, with plenty left, raised at once after a sale": Case(
        [a_listing(quantity=9)], [a_row(available=50)], "10", facts=paid(5), settings=listing_settings(max_quantity=10)
    ),
    "hidden and paid units are different ones": Case(
        [a_listing(quantity=3)], [a_row()], "", "settling", facts=paid(5) | remembered(seen=4)
    ),
    "paid there, its stock not counted yet": Case(
        [a_listing()], [a_row()], "4", facts=paid(5) | remembered(available=5)
    ),
    "paid there, its stock counted": Case(
        [a_listing(quantity=4)], [a_row(available=4)], "", "in_step", facts=paid(5) | remembered(available=5)
    ),
    "paid there long ago: counted whatever the number says": Case(
        [a_listing()], [a_row()], "", "in_step", facts=paid(16) | remembered(available=5, uncounted=1)
    ),
    "a hidden sale of another listing": Case(
        [a_listing("IP13", 5), a_listing("TWIN", 4)], [a_row(), a_row("TWIN", 0, shadow_of=Sku("IP13"))], "4",
        facts={"known": {a_listing(sku).id: KnownListing(seen=5, available=5) for sku in ("IP13", "TWIN")}},
    ),
    "an order that nobody could look up": Case(
        [a_listing()], [a_row()], "", "in_step",
        facts={"orders": (seen(an_order(1, [a_line()]), look_up=LookUp.UNPROVEN),)},
    ),
    "two listings on one pool": Case(
        [a_listing("IP13", 5), a_listing("TWIN", 5)], [a_row(), a_row("TWIN", 0, shadow_of=Sku("IP13"))], "4 4",
        facts=in_flight(),
    ),
    "a kit": Case([a_listing(quantity=1)], [KIT], "3"),
    "a kit whose part was sold": Case([a_listing(quantity=3)], [KIT], "1", facts=in_flight(3, "CASE")),
    # enabled
    "disabled, managed before": Case([a_listing()], [a_row(ENABLED_US=False)], "0", facts=managed(a_listing())),
    "disabled, never managed": Case([a_listing()], [a_row(ENABLED_US="N")], "", "never_managed"),
    "not set, managed before": Case([a_listing()], [a_row(ENABLED_US="")], "0", facts=managed(a_listing())),
    "disabled, zero": Case(
        [a_listing()], [a_row(ENABLED_US="0")], "0", settings=listing_settings(when_disabled=WhenDisabled.ZERO)
    ),
    "disabled, ignore": Case(
        [a_listing()], [a_row(ENABLED_US=0)], "", "ignored", facts=managed(a_listing()),
        settings=listing_settings(when_disabled=WhenDisabled.IGNORE),
    ),
    "an inactive product": Case([a_listing()], [a_row(active=False)], "0", facts=managed(a_listing())),
    "an inactive product with a bad cell": Case(
        [a_listing()], [a_row(active=False, SAFETY_QTY="two")], "0", facts=managed(a_listing())
    ),
    "disabled with a bad cell, managed before": Case(
        [a_listing()], [a_row(ENABLED_US="N", GRADE="B-stock")], "0", facts=managed(a_listing())
    ),
    "disabled with a bad cell, never managed": Case(
        [a_listing()], [a_row(available=0, ENABLED_US="N", GRADE="B-stock")], "", "never_managed"
    ),
    "one switch off, the other neither yes nor no": Case(
        [european(5)], [in_europe(ENABLED_FR="N", ENABLED_GB="maybe")], "", "bad_cell", settings=EUROPE,
        facts=managed(european(5)),
    ),
    "neither yes nor no": Case([a_listing(quantity=3)], [a_row(ENABLED_US="maybe")], "", "bad_cell"),
    "neither yes nor no, and sold out": Case([a_listing()], [a_row(available=0, ENABLED_US="maybe")], "0", "bad_cell"),
    "enabled in one of two markets": Case(
        [european(5, french="300.00", british="250.00")], [in_europe(ENABLED_GB="False")], "319.00@fr-fr",
        settings=EUROPE,
    ),
    # price
    "a dearer price": Case([a_listing(price="300.00")], [a_row()], "319.00@en-us"),
    "a price as a number": Case([a_listing(price="300.00")], [a_row(PRICE_US=Decimal("319.0"))], "319.00@en-us"),
    "a price as text with zeros": Case([a_listing(price="300.00")], [a_row(PRICE_US=" 319.0000 ")], "319.00@en-us"),
    "a price and a quantity in one line": Case([a_listing(price="300.00", quantity=7)], [a_row()], "5+319.00@en-us"),
    "above Back Market's maximum": Case([a_listing(price="990.00")], [a_row(PRICE_US="1000")], "", "above_max_price"),
    "above Back Market's maximum already": Case(
        [a_listing(price="1000.00")], [a_row(PRICE_US="1000")], "", "above_max_price"
    ),
    "above one market's maximum already, from 0": Case(
        [a_listing(quantity=0, price="1000.00")], [a_row(PRICE_US="1000")], "5", "above_max_price"
    ),
    "a price with 3 decimals": Case([a_listing(quantity=3)], [a_row(PRICE_US="319.005")], "", "bad_cell"),
    "1.299,00": Case([a_listing(quantity=3)], [a_row(PRICE_US="1.299,00")], "", "bad_cell"),
    "price 0": Case([a_listing(quantity=3)], [a_row(PRICE_US=0)], "", "bad_cell"),
    "a negative price": Case([a_listing()], [a_row(PRICE_US="-5")], "", "bad_cell"),
    "an empty price": Case([a_listing(quantity=3)], [a_row(PRICE_US="")], "5", "no_price"),
    "an empty price, none on Back Market": Case(
        [a_listing(quantity=0, price=None)], [a_row(PRICE_US=None)], "", "price_not_right"
    ),
    "a bad price, and sold out": Case([a_listing()], [a_row(available=0, PRICE_US="x")], "0", "bad_cell"),
    "a bad grade, and the default safety": Case(
        [a_listing()], [a_row(GRADE="B-stock")], "3", "bad_cell", settings=listing_settings(safety_quantity=2)
    ),
    "a bad safety quantity": Case([a_listing(quantity=3)], [a_row(SAFETY_QTY="two")], "", "bad_cell"),
    "a negative safety quantity": Case([a_listing(quantity=3)], [a_row(SAFETY_QTY=-1)], "", "bad_cell"),
    "a jump of a price": Case([a_listing(price="200.00")], [a_row()], "", "price_change"),
    "a price where there was none": Case([a_listing(price=None)], [a_row()], "319.00@en-us"),
    "a price that Back Market did not show": Case(
        [replace(european(0), offers=european(0).offers[:1])], [in_europe()], "", "price_not_right", settings=EUROPE
    ),
    "a price that Back Market did not show, on sale": Case(
        [replace(european(9), offers=european(9).offers[:1])], [in_europe()], "5", "unknown", settings=EUROPE
    ),
    "another currency on Back Market": Case(
        [a_listing(offers=(Offer("en-us", Decimal(300), "EUR"),))], [a_row()], "", "currency_differs"
    ),
    "quantities only": Case(
        [a_listing(price="300.00", quantity=3)], [a_row()], "5",
        settings=listing_settings(update=ListingUpdate.QUANTITY),
    ),
    "repricing rules the prices": Case(
        [a_listing(price="300.00", quantity=3)], [a_row()], "5", settings={"reprice": RepriceSettings(enabled=True)}
    ),
    "from 0 with its price in one line": Case([a_listing(quantity=0, price="300.00")], [a_row()], "5+319.00@en-us"),
    "from 0 in two markets, prices first": Case(
        [european(0, "300.00", "280.00")], [in_europe()], "319.00@fr-fr 5+289.00@en-gb", settings=EUROPE
    ),
    "never from 0 with a held price": Case(
        [a_listing(quantity=0, price="200.00")], [a_row()], "", "price_not_right"
    ),
    # identity
    "another grade": Case([a_listing(quantity=0)], [a_row(GRADE="1")], "", "grade_differs"),
    "another grade, on sale": Case([a_listing(quantity=3)], [a_row(GRADE="VERY_GOOD")], "5", "grade_differs"),
    "the same grade as a word": Case([a_listing(quantity=0)], [a_row(GRADE="Good")], "5"),
    "another product": Case([a_listing(quantity=0)], [a_row(ID="761586")], "", "product_differs"),
    "the same product by its page": Case(
        [a_listing(quantity=0)],
        [a_row(ID="https://www.backmarket.com/en-us/p/phone/CEA70000-0000-4000-8000-0000000000B2?l=12")],
        "5",
    ),
    "a product nobody can read": Case([a_listing(quantity=0)], [a_row(ID="the blue one")], "", "bad_cell"),
}  # fmt: skip


def test_there_are_sixty_worked_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_worked_cases(case: Case) -> None:
    judged = plan(sync_facts(case.listings, case.rows, **case.facts), replace(settings(), **case.settings))
    assert written(judged.plan) == case.sent
    assert case.reason in reasons(judged.plan) | {""}
    if not case.sent and not case.reason:
        assert not list(judged.plan.actions)


@pytest.mark.parametrize("yes", [True, "True", "true", 1, "1", "Y", "yes", " YES ", "on"])
@pytest.mark.parametrize("no", [False, "False", 0, "0", "N", "no", "off"])
def test_every_spelling_of_yes_and_no(yes: object, no: object) -> None:
    facts = sync_facts([a_listing("A", 1), a_listing("B", 1)], [a_row("A", ENABLED_US=yes), a_row("B", ENABLED_US=no)])
    judged = plan(facts, replace(settings(), listings=ListingsSettings(when_disabled=WhenDisabled.ZERO)))
    assert written(judged.plan) == "0 5"


def a_shop(count: int, **fields: Any) -> SyncFacts:
    listings = [a_listing(f"S{n:03}") for n in range(count)]
    return sync_facts(listings, [a_row(f"S{n:03}") for n in range(count)], **fields)


def sold_out(facts: SyncFacts, count: int, available: int = 0) -> SyncFacts:
    rows = {
        key: replace(row, available=available) if n < count else row
        for n, (key, row) in enumerate(facts.catalog.products.items())
    }
    return replace(facts, catalog=replace(facts.catalog, products=rows))


def disabled(facts: SyncFacts, count: int) -> SyncFacts:
    rows = {
        key: replace(row, active=False) if n < count else row
        for n, (key, row) in enumerate(facts.catalog.products.items())
    }
    known = {one.id: KnownListing(managed=True, seen=one.quantity) for one in facts.listings}
    return replace(facts, known=known, catalog=replace(facts.catalog, products=rows))


class TestOrderOfUrgency:
    """To zero, down, dearer, cheaper, up."""

    def test_stages(self) -> None:
        listings = [
            a_listing("UP", 2),
            a_listing("CHEAPER", price="330.00"),
            a_listing("DEARER", price="300.00"),
            a_listing("DOWN", 9),
            a_listing("ZERO"),
        ]
        rows = [a_row(one.sku, 0 if one.sku == "ZERO" else 5) for one in listings]
        found = plan(sync_facts(listings, rows)).plan
        assert [chain.subject.partition(":")[2].partition("@")[0] for chain in found.chains] == [
            "ZERO", "DOWN", "DEARER", "CHEAPER", "UP",
        ]  # fmt: skip
        assert [chain.stage for chain in found.chains] == list(Urgency)

    def test_a_price_of_another_market_does_not_hold_up_lowering(self) -> None:
        facts = sync_facts([european(9, "300.00", "280.00")], [in_europe()])
        found = plan(facts, replace(settings(), markets=EU)).plan
        assert written(found) == "5+319.00@fr-fr 289.00@en-gb"


class TestGuards:
    """How much of the shop one day may change."""

    def test_zero_stock_for_everything_is_withheld_and_nothing_is_raised(self) -> None:
        facts = a_shop(100)
        facts = replace(facts, listings=(replace(facts.listings[99], quantity=1), *facts.listings[:99]))
        judged = plan(sold_out(facts, 99))
        assert not judged.plan.chains
        assert [(report.name, report.n) for report in judged.reports] == [("sold_out", 99), ("raised", 1)]

    def test_decreases_that_are_not_in_doubt_go_out(self) -> None:
        facts = sold_out(a_shop(100), 50)
        facts = replace(facts, listings=(*facts.listings[:99], replace(facts.listings[99], quantity=9)))
        assert written(plan(facts).plan) == "5"

    @pytest.mark.parametrize(("count", "withheld"), [(10, 0), (11, 11)])
    def test_disabled_listings(self, count: int, withheld: int) -> None:
        judged = plan(disabled(a_shop(100), count))
        assert sum(len(report.subjects) for report in judged.reports) == withheld
        assert len(list(judged.plan.actions)) == count - withheld

    @pytest.mark.parametrize(("ran_live", "count"), [(False, 4), (True, 4)])
    def test_the_first_live_run_allows_three(self, ran_live: bool, count: int) -> None:
        judged = plan(sold_out(a_shop(100), count), memory=GuardMemory(ran_live=ran_live))
        assert bool(judged.reports) is not ran_live

    def test_a_drip_trips_by_the_sum_of_a_day(self) -> None:
        earlier = [(NOW - timedelta(hours=hour), f"sku:GONE{hour}-{n}") for hour in (1, 23, 25) for n in range(5)]
        memory = replace(OLD_HAND, done={"zeroed": earlier})
        assert not plan(disabled(a_shop(100), 1), memory=memory).reports
        assert plan(disabled(a_shop(100), 2), memory=memory).reports

    def test_force_passes_only_what_was_refused(self) -> None:
        refused = {"zeroed": [f"sku:S{n:03}" for n in range(20)]}
        judged = plan(disabled(a_shop(100), 20), memory=replace(OLD_HAND, refused=refused), force=True)
        assert len(list(judged.plan.actions)) == 20
        judged = plan(disabled(a_shop(100), 60), memory=replace(OLD_HAND, refused=refused), force=True)
        assert len(list(judged.plan.actions)) == 20
        assert len(judged.reports[0].subjects) == 40

    def test_a_catalog_of_another_company_is_in_doubt(self) -> None:
        facts = a_shop(40)
        rows = {key: replace(row, company_id=9) for key, row in facts.catalog.products.items()}
        judged = plan(replace(facts, catalog=replace(facts.catalog, products=rows)))
        assert [report.name for report in judged.reports] == ["in_doubt"]
        assert not judged.plan.chains

    @pytest.mark.parametrize("managed", [False, True])
    def test_rows_that_lost_their_columns_are_in_doubt(self, managed: bool) -> None:
        facts = a_shop(40)
        bare = list(facts.catalog.products)[:20]
        rows = {
            key: replace(row, columns=None, available=9) if key in bare else replace(row, available=9)
            for key, row in facts.catalog.products.items()
        }
        known = {one.id: KnownListing(managed=managed, seen=one.quantity) for one in facts.listings}
        judged = plan(replace(facts, catalog=replace(facts.catalog, products=rows), known=known))
        assert [report.name for report in judged.reports] == (["in_doubt", "raised"] if managed else [])
        assert written(judged.plan) == ("" if managed else " ".join(["9"] * 20))

    def test_a_price_jump_passes_once_a_person_has_seen_it(self) -> None:
        facts = sync_facts([a_listing(price="200.00")], [a_row()])
        memory = replace(OLD_HAND, refused={"price_change": ["sku:IP13@en-us"]})
        assert written(plan(facts, memory=memory).plan) == ""
        assert written(plan(facts, memory=memory, force=True).plan) == "319.00@en-us"

    def test_only_a_jump_that_was_shown_passes(self) -> None:
        """Whoever was shown a price above the maximum has not seen what the cell says a run later."""
        held = [
            sync_facts([a_listing()], [a_row(PRICE_US="1000")]),
            sync_facts([a_listing(offers=(Offer("en-us", Decimal(300), "EUR"),))], [a_row()]),
            sync_facts([a_listing(price="200.00")], [a_row()]),
        ]
        shown = [listings_sync.price_holds(listings_sync.reckon(facts, settings(), OLD_HAND)) for facts in held]
        assert shown == [[], [], ["sku:IP13@en-us"]]


class TestFollowedOrders:
    """What is remembered of orders between runs."""

    def test_known_as_paid_is_not_in_flight_whatever_the_look_up_says(self) -> None:
        covered = FollowedOrder(((Sku("IP13"), 1),), NOW - timedelta(hours=1))
        memory = SyncMemory({OrderId(1): covered})
        facts = sync_facts([a_listing()], [a_row()], memory=memory, **in_flight())
        assert written(plan(facts).plan) == ""

    def test_an_order_that_left_is_unsettled_for_a_while(self) -> None:
        memory = SyncMemory({OrderId(1): FollowedOrder(((Sku("IP13"), 1),))})
        facts = sync_facts([a_listing(quantity=4)], [a_row()], memory=memory)
        assert reasons(plan(facts).plan) == {"settling"}
        later = listings_sync.reckon(facts, settings(), OLD_HAND).followed
        assert later.orders[OrderId(1)].left_at == NOW
        facts = replace(facts, memory=SyncMemory(later.orders), now=NOW + timedelta(minutes=16))
        assert written(plan(facts).plan) == "5"

    def test_an_order_that_one_answer_left_out_is_in_flight_again(self) -> None:
        """A list may come back empty by mistake, and whole again in the next run."""
        memory = SyncMemory({OrderId(1): FollowedOrder(((Sku("IP13"), 1),), left_at=NOW - timedelta(minutes=5))})
        facts = sync_facts([a_listing()], [a_row()], memory=memory, **in_flight())
        assert [order.id for order in following.orders_to_look_up([one.order for one in facts.orders], memory)] == [1]
        assert written(plan(facts).plan) == "4"
        assert listings_sync.reckon(facts, settings(), OLD_HAND).followed.orders[OrderId(1)].left_at is None

    def test_a_fall_that_an_order_explains_is_none(self) -> None:
        known = {a_listing().id: KnownListing(seen=5)}
        memory = SyncMemory(seen_at=NOW - timedelta(minutes=5))
        facts = sync_facts([a_listing(quantity=4)], [a_row()], known=known, memory=memory, **in_flight())
        assert not listings_sync.reckon(facts, settings(), OLD_HAND).falls
        blind = replace(facts, orders=())
        assert listings_sync.reckon(blind, settings(), OLD_HAND).falls[a_listing().id].units == 1

    def test_a_sold_unit_is_taken_off_once_from_sale_to_count(self) -> None:
        """Hidden on Back Market, then shown there, then paid in SellerCloud, then counted there."""
        sold, last = an_order(1, [a_line()], created_at=NOW - timedelta(minutes=1)), NOW
        known = {a_listing(sku).id: KnownListing(seen=5, available=5) for sku in ("IP13", "TWIN")}
        rows = {
            available: [a_row(available=available), a_row("TWIN", 0, shadow_of=Sku("IP13"))] for available in (4, 5)
        }
        memory = SyncMemory(seen_at=NOW - timedelta(minutes=5))
        offered = {"IP13": 4, "TWIN": 5}
        for available, orders in [(5, ()), (5, (seen(sold),)), (5, (seen(sold, a_twin(sold)),)), (4, (seen(sold),))]:
            last += timedelta(minutes=5)
            listings = [a_listing(sku, quantity) for sku, quantity in offered.items()]
            facts = sync_facts(listings, rows[available], now=last, known=known, memory=memory, orders=orders)
            reckoned = listings_sync.reckon(facts, settings(), OLD_HAND)
            offered |= {one.listing.sku: one.quantity for one in reckoned.listings if one.quantity is not None}
            assert offered == {"IP13": 4, "TWIN": 4}
            known = {
                one.listing.id: KnownListing(
                    seen=4, falls=fallen.falls if (fallen := reckoned.falls.get(one.listing.id)) else (),
                    available=one.terms.available, uncounted=one.terms.uncounted,
                )
                for one in reckoned.listings if one.terms
            }  # fmt: skip
            memory = SyncMemory(reckoned.followed.orders, last)


def test_the_order_of_the_facts_does_not_change_the_plan() -> None:
    dice = random.Random(7)
    facts = sold_out(a_shop(60), 20, available=3)
    for number in range(5):
        listings, rows = list(facts.listings), list(facts.catalog.products.items())
        dice.shuffle(listings)
        dice.shuffle(rows)
        shuffled = replace(facts, listings=tuple(listings), catalog=replace(facts.catalog, products=dict(rows)))
        assert plan(shuffled) == plan(facts), number


def test_after_what_was_sent_a_second_run_plans_nothing() -> None:
    facts = sync_facts([case.listings[0] for case in list(CASES.values())[:1]], [a_row(available=2)])
    (action,) = plan(facts).plan.actions
    assert isinstance(action, SetQuantity | SetPrice)
    after = replace(facts, listings=(replace(facts.listings[0], quantity=2),))
    assert not list(plan(after).plan.actions)
    assert after.listings[0].grade is Grade.GOOD
