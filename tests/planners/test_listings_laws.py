"""What holds for `listings sync` whatever the facts: laws over random shops."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from builders import COMPANY, NOW, a_line, a_listing, a_row, a_twin, an_order, seen, settings, sync_facts
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bmsc.domain.ids import Sku, sku_key
from bmsc.domain.listing_actions import SetPrice, SetQuantity
from bmsc.domain.listings import KnownListing, Listing, Offer
from bmsc.domain.plan import Plan
from bmsc.domain.settings import GuardsSettings, Market, Settings
from bmsc.planners import listings_sync
from bmsc.planners.guards import GuardMemory
from bmsc.planners.listing_facts import SyncFacts, SyncMemory
from bmsc.planners.order_facts import LookUp

MARKETS = (Market("fr-fr", "FR", "EUR"), Market("en-gb", "GB", "GBP"))
CHOSEN = replace(settings(), markets=MARKETS, guards=GuardsSettings(max_zeroed_percent=100, max_sold_out_percent=100))
HAND = GuardMemory(ran_live=True)
SKUS = ("A", "B", "SHADOW", "KITTY")
UNITS = st.integers(-2, 9)
CELLS = st.sampled_from(["319.00", "300", 310, "", None, "x", "1.299,00", 0, "999.005", "5000"])
PRICES = st.sampled_from([None, Decimal("319.00"), Decimal("300.00"), Decimal("100.00")])
SWITCHES = st.sampled_from([True, True, True, "N", None, "maybe"])


@st.composite
def shops(draw: st.DrawFn) -> SyncFacts:
    """Draw a shop of four SKUs, one of them a shadow, with orders and a memory."""
    listings, rows, known = [], [], {}
    unread: dict[str, set[str]] = {"unknown": set(), "unproven": set(), "absent": set()}
    for sku in SKUS:
        offers = (Offer("fr-fr", draw(PRICES), "EUR", Decimal(999)), Offer("en-gb", draw(PRICES), "GBP", Decimal(999)))
        listing = a_listing(sku, draw(st.none() | UNITS), offers=offers)
        listings.append(listing)
        if draw(st.booleans()):
            falls = ((NOW - timedelta(minutes=draw(st.integers(0, 20))), draw(st.integers(1, 3))),)
            known[listing.id] = KnownListing(
                managed=draw(st.booleans()),
                seen=draw(st.none() | UNITS),
                falls=draw(st.sampled_from([(), falls])),
                available=draw(st.none() | UNITS),
                uncounted=draw(st.integers(0, 3)),
            )
        where = draw(st.sampled_from(["row"] * 6 + list(unread)))
        if where != "row":
            unread[where].add(sku_key(sku))
            continue
        cells: dict[str, Any] = {"ENABLED_FR": draw(SWITCHES), "ENABLED_GB": draw(SWITCHES)}
        cells |= {"PRICE_FR": draw(CELLS), "PRICE_GB": draw(CELLS)}
        cells |= {"SAFETY_QTY": draw(st.sampled_from([None, 0, 2, "two"])), "GRADE": draw(st.sampled_from([None, "1"]))}
        row = a_row(sku, draw(st.none() | UNITS), **cells)
        facts = {"active": draw(st.sampled_from([True] * 5 + [False]))}
        facts["company_id"] = draw(st.sampled_from([COMPANY] * 5 + [COMPANY + 1]))
        facts["shadow_of"] = Sku("A") if sku == "SHADOW" else None
        rows.append(replace(row, **facts))
    catalog = {name: frozenset(keys) for name, keys in unread.items()}
    orders = tuple(draw(orders_of(number)) for number in range(draw(st.integers(0, 3))))
    memory = SyncMemory(seen_at=NOW - timedelta(minutes=5))
    return sync_facts(listings, rows, catalog=catalog, orders=orders, known=known, memory=memory)


@st.composite
def orders_of(draw: st.DrawFn, number: int) -> Any:
    """Draw an open order of some age that SellerCloud has, lacks, or is silent about."""
    moment = NOW - timedelta(minutes=draw(st.integers(0, 30)))
    line = a_line(draw(st.sampled_from(SKUS)), quantity=draw(st.integers(1, 2)))
    order = an_order(number, [line], created_at=moment, paid_at=moment)
    return draw(
        st.sampled_from(
            [seen(order), seen(order, a_twin(order, created_at=moment)), seen(order, look_up=LookUp.UNPROVEN)]
        )
    )


def plan(facts: SyncFacts, chosen: Settings = CHOSEN) -> Plan:
    """Plan a run that no guard withholds anything from."""
    reckoned = listings_sync.reckon(facts, chosen, HAND)
    return listings_sync.plan(reckoned, chosen, HAND, now=facts.now, force=False).plan


def done(facts: SyncFacts) -> SyncFacts:
    """Give the facts after everything was written and remembered."""
    reckoned = listings_sync.reckon(facts, CHOSEN, HAND)
    after = {one.id: one for one in facts.listings}
    for action in plan(facts).actions:
        assert isinstance(action, SetQuantity | SetPrice)
        after[action.listing_id] = _written(after[action.listing_id], action)
    known = dict(facts.known)
    for one in reckoned.listings:
        fallen, row = reckoned.falls.get(one.listing.id), known.get(one.listing.id, KnownListing())
        row = replace(row, seen=after[one.listing.id].quantity, falls=fallen.falls if fallen else ())
        if one.terms:
            row = replace(row, available=one.terms.available, uncounted=one.terms.uncounted)
        known[one.listing.id] = replace(row, managed=row.managed or bool(one.enabled))
    memory = SyncMemory(reckoned.followed.orders, facts.now)
    return replace(facts, listings=tuple(after.values()), known=known, memory=memory)


def _written(listing: Listing, action: SetQuantity | SetPrice) -> Listing:
    price = action.price
    if price is not None:
        offers = (replace(one, price=price.price) if one.locale == price.locale else one for one in listing.offers)
        listing = replace(listing, offers=tuple(offers))
    return replace(listing, quantity=action.quantity) if isinstance(action, SetQuantity) else listing


@given(shops())
def test_a_second_run_plans_nothing(facts: SyncFacts) -> None:
    assert not list(plan(done(facts)).actions)


@given(shops(), st.randoms())
def test_the_order_of_the_facts_does_not_change_the_plan(facts: SyncFacts, dice: random.Random) -> None:
    listings, rows, orders = list(facts.listings), list(facts.catalog.products.items()), list(facts.orders)
    for facts_of_one_kind in (listings, rows, orders):
        dice.shuffle(facts_of_one_kind)
    catalog = replace(facts.catalog, products=dict(rows))
    shuffled = replace(facts, listings=tuple(listings), catalog=catalog, orders=tuple(orders))
    assert plan(shuffled) == plan(facts)


@given(shops())
def test_nothing_is_taken_off_sale_without_a_reason(facts: SyncFacts) -> None:
    for one in listings_sync.reckon(facts, CHOSEN, HAND).listings:
        key = sku_key(one.listing.sku)
        if key in facts.catalog.unknown | facts.catalog.unproven:
            assert one.quantity is None
        elif one.quantity == 0 and one.listing.offered:
            row, known = facts.catalog.find(one.listing.sku), facts.known.get(one.listing.id)
            absent = key in facts.catalog.absent
            off = row is not None and known is not None and known.managed
            sold_out = one.terms is not None and one.terms.high == 0
            assert absent or off or sold_out


@given(shops())
def test_no_more_is_offered_than_there_is(facts: SyncFacts) -> None:
    reckoned = {one.listing.id: one for one in listings_sync.reckon(facts, CHOSEN, HAND).listings}
    for action in plan(facts).actions:
        if isinstance(action, SetQuantity):
            terms = reckoned[action.listing_id].terms
            most = 0 if terms is None else max(0, terms.available - terms.in_flight)
            assert 0 <= action.quantity <= most
            if action.raises:
                assert terms is not None
                assert action.quantity == terms.low <= max(0, most - terms.unsettled)


@given(shops())
def test_no_price_but_what_the_column_says(facts: SyncFacts) -> None:
    currencies = {market.locale: market for market in MARKETS}
    for action in plan(facts).actions:
        assert isinstance(action, SetQuantity | SetPrice)
        if (price := action.price) is None:
            continue
        market, row = currencies[price.locale], facts.catalog.find(action.sku)
        assert row is not None
        assert row.columns is not None
        assert Decimal(str(row.columns[market.price_column.casefold()])) == price.price
        assert price.currency == market.currency
        assert 0 < price.price <= Decimal(999)
        assert row.columns[market.enabled_column.casefold()] is True
        if price.before:
            assert abs(price.price - price.before) / price.before <= Decimal("0.3")


@given(shops())
def test_nothing_appears_before_its_prices_are_right(facts: SyncFacts) -> None:
    listings = {one.id: one for one in facts.listings}
    for action in plan(facts).actions:
        assert isinstance(action, SetQuantity | SetPrice)
        before = listings[action.listing_id]
        after = listings[action.listing_id] = _written(before, action)
        if before.offered == 0 < after.offered:
            row = facts.catalog.find(action.sku)
            assert row is not None
            for market in MARKETS:
                cell, offer = (row.columns or {})[market.price_column.casefold()], after.offer(market.locale)
                if (row.columns or {})[market.enabled_column.casefold()] is True:
                    assert offer is not None
                    assert offer.price is not None
                    assert not cell or offer.price == Decimal(str(cell))


@given(shops())
def test_the_urgent_goes_first(facts: SyncFacts) -> None:
    stages = [chain.stage for chain in plan(facts).chains]
    assert stages == sorted(stages)
    quantities = [one for one in plan(facts).actions if isinstance(one, SetQuantity)]
    raised = [one.raises for one in quantities]
    assert raised == sorted(raised)
