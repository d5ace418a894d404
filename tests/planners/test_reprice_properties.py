"""Whatever the market, the merchant and the configuration say: a price that comes out lies within its bounds."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests_mock
from builders import NOW, settings
from clients.standing import BACKMARKET_URL, StandingClock
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from msgspec.structs import replace
from reprice_cases import OURS, facts_of

from bmsc.clients.backmarket_listings import BackMarketListings
from bmsc.clients.backmarket_prices import BackMarketPrices
from bmsc.clients.credentials import FixedHeader
from bmsc.clients.http import Http, Road
from bmsc.domain.ids import ListingId, Sku
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.money import cent, decimals
from bmsc.domain.repricing import Answer, Bounds, Contest, Decision, MarketFacts, PriceLimits, PriceMemory
from bmsc.domain.settings import (
    BackPricer,
    BelowMinimum,
    GuardsSettings,
    Market,
    NoData,
    RepriceSettings,
    Settings,
    Winning,
)
from bmsc.errors import Refused
from bmsc.planners import reprice_decision
from bmsc.planners.reprice_decision import decide
from bmsc.planners.reprice_table import TABLE

CURRENCIES = ("USD", "EUR", "SEK", "JPY", "KWD")
"""Two decimals, none, and three."""


def amounts(places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(1, 10**6).map(lambda number: Decimal(number).scaleb(-places))


MOMENTS = st.integers(0, 3000).map(lambda minutes: NOW - timedelta(minutes=minutes))


@st.composite
def situations(draw: st.DrawFn) -> MarketFacts:
    currency = draw(st.sampled_from(CURRENCIES))
    column, any_price = amounts(decimals(currency)), amounts(draw(st.integers(0, 4)))
    near = draw(column)

    def close(to: Decimal) -> Decimal:
        factor = Decimal(draw(st.integers(60, 140))) / 100
        return max(cent(currency), (to * factor).quantize(cent(currency)))

    memory = PriceMemory(
        default=draw(st.none() | column),
        minimum=draw(st.none() | column),
        written=draw(st.none() | column | st.just(near)),
        written_at=draw(st.none() | MOMENTS),
        unsure=draw(st.none() | any_price),
        won_at=draw(st.none() | any_price),
        climbed=draw(st.booleans()),
        climb_lost_at=draw(st.none() | MOMENTS),
        changes=tuple(draw(st.lists(st.tuples(MOMENTS, any_price), max_size=8))),
    )
    default = draw(st.none() | column | st.just(close(near)))
    return MarketFacts(
        now=NOW,
        sku=Sku("A"),
        listing_id=ListingId(OURS),
        locale="en-us",
        currency=currency,
        bounds=Bounds(default, draw(st.none() | column | st.just(close(near))), draw(st.sampled_from(["", "", "bad"]))),
        shown=draw(st.none() | any_price | st.just(near)),
        shown_currency=draw(st.sampled_from([currency, currency, currency, "CHF"])),
        max_price=draw(st.none() | any_price | st.just(close(near))),
        min_price=draw(st.none() | st.none() | any_price),
        units=draw(st.integers(-1, 5)),
        online=draw(st.booleans()),
        answer=Answer(
            draw(st.sampled_from(Contest)),
            price_to_win=draw(st.none() | any_price | st.just(close(near))),
            winner_price=draw(st.none() | any_price),
            min_price=draw(st.none() | st.none() | any_price),
        ),
        sibling=draw(st.sampled_from(["", "B"])),
        memory=memory,
        acknowledged=draw(st.booleans()),
    )


CHOICES = st.builds(
    RepriceSettings,
    enabled=st.just(True),
    below_minimum=st.sampled_from(BelowMinimum),
    no_data=st.sampled_from(NoData),
    winning=st.sampled_from(Winning),
    climb_percent=st.integers(1, 100),
    cooldown_minutes=st.sampled_from([0, 60, 240]),
    backpricer=st.sampled_from(BackPricer),
)


def configured(choices: RepriceSettings, limit: int) -> Settings:
    return replace(settings(), reprice=choices, guards=GuardsSettings(max_price_change_percent=limit))


def check(facts: MarketFacts, decision: Decision) -> None:
    price = decision.price
    if price is None:
        return
    assert facts.bounds.default is not None
    assert not facts.bounds.problem
    assert price <= facts.bounds.default
    assert price >= (facts.bounds.default if facts.bounds.minimum is None else facts.bounds.minimum)
    assert facts.max_price is None or price <= facts.max_price
    assert price > 0
    assert price == price.quantize(cent(facts.currency))
    assert price != facts.shown


@effort(max_examples=1500, deadline=None)
@given(situations(), CHOICES, st.sampled_from([30, 10_000_000]))
def test_no_price_leaves_the_planner_outside_its_bounds(
    facts: MarketFacts, choices: RepriceSettings, limit: int
) -> None:
    check(facts, decide(facts, configured(choices, limit)))


@effort(max_examples=500, deadline=None)
@given(situations(), CHOICES)
def test_every_situation_finds_its_cell(facts: MarketFacts, choices: RepriceSettings) -> None:
    if facts.bounds.default is None or (facts.bounds.minimum or 0) > facts.bounds.default:
        return
    if facts.answer.contest is Contest.SIBLING_WINS:
        return
    assert reprice_decision.key_of(facts) in TABLE


@effort(max_examples=300, deadline=None)
@given(situations(), CHOICES)
def test_the_same_facts_give_the_same_decision_and_a_written_price_needs_no_other(
    facts: MarketFacts, choices: RepriceSettings
) -> None:
    ours = configured(replace(choices, winning=Winning.HOLD), 10_000_000)
    decision = decide(facts, ours)
    assert decide(facts, ours) == decision
    if decision.price is not None:
        memory = replace(facts.memory, climbed=False, written=decision.price, written_at=NOW)
        after = replace(facts, shown=decision.price, memory=memory)
        if after.contest is Contest.LOSING:
            check(after, decide(after, ours))
        elif after.contest is not Contest.WINNING:
            assert decide(after, ours).price is None


def test_deleting_the_planners_clamp_fails_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The property bites: without the clamp a climb runs over the default."""
    facts = facts_of(None, price="318.00")
    facts = replace(facts, answer=Answer(Contest.WINNING))
    monkeypatch.setattr(reprice_decision, "clamp", lambda price, _: price)
    with pytest.raises(AssertionError):
        check(facts, decide(facts, configured(RepriceSettings(winning=Winning.CLIMB), 30)))


class TestLastStep:
    """What stands before the wire, on its own: whatever a planner came up with."""

    @effort(max_examples=400, deadline=None)
    @given(st.data())
    def test_nothing_arrives_outside_the_limits_in_another_currency_or_with_too_many_decimals(
        self, data: st.DataObject
    ) -> None:
        ours, said = data.draw(
            st.tuples(*[st.sampled_from(CURRENCIES)] * 2) | st.sampled_from([(c, c) for c in CURRENCIES])
        )
        near = data.draw(amounts(4))
        some = amounts(4) | st.integers(-20_000, 20_000).map(lambda number: abs(near + Decimal(number).scaleb(-4)))
        limits = PriceLimits(data.draw(some), data.draw(st.none() | some), data.draw(st.none() | some))
        try:
            body = sent(data.draw(some), said, limits, market_currency=ours)
        except Refused:
            assert said != ours or not room(limits, ours)
            return
        assert body.keys() == {"price", "currency"}
        assert isinstance(body["price"], str)
        price = Decimal(body["price"])
        assert -price.as_tuple().exponent == decimals(ours)  # type: ignore[operator]
        assert body["currency"] == ours
        assert 0 < (limits.default if limits.minimum is None else limits.minimum) <= price <= limits.default
        assert limits.max_price is None or price <= limits.max_price

    @pytest.mark.parametrize(
        ("price", "currency", "body"),
        [
            ("319.01", "USD", {"price": "319.00", "currency": "USD"}),
            ("279.99", "GBP", {"price": "280.00", "currency": "GBP"}),
            ("0.01", "EUR", {"price": "280.00", "currency": "EUR"}),
            ("300", "USD", {"price": "300.00", "currency": "USD"}),
            ("300.9", "JPY", {"price": "300", "currency": "JPY"}),
            ("300.0009", "KWD", {"price": "300.000", "currency": "KWD"}),
        ],
    )
    def test_what_arrives_is_text_within_the_limits_and_names_its_currency(
        self, price: str, currency: str, body: dict[str, Any]
    ) -> None:
        assert sent(price, currency, PriceLimits(Decimal(319), Decimal(280), Decimal(999))) == body

    def test_no_room_sends_nothing(self) -> None:
        with pytest.raises(Refused):
            sent("300", "USD", PriceLimits(Decimal(319), Decimal(280), Decimal(279)))

    def test_a_currency_that_is_not_the_markets_sends_nothing(self) -> None:
        with pytest.raises(Refused, match="EUR is not the currency of en-us"):
            sent("300", "EUR", PriceLimits(Decimal(319), Decimal(280), None), market_currency="USD")


def room(limits: PriceLimits, currency: str) -> bool:
    """Say whether any price with the currency's decimals fits: counted out, not rounded."""
    unit = cent(currency)
    low = limits.default if limits.minimum is None else limits.minimum
    high = limits.default if limits.max_price is None else min(limits.default, limits.max_price)
    return (high // unit) * unit >= low > 0


def sent(price: Any, currency: str, limits: PriceLimits, *, market_currency: str = "") -> Any:
    """Write a price on a mocked wire and give the body that arrived; nothing else may arrive."""
    http = Http(
        "Back Market", BACKMARKET_URL, credentials=FixedHeader("Basic x"), road=Road(clock=StandingClock()), headers={}
    )
    with requests_mock.Mocker() as wire:
        answer = {"id": OURS, "listing_id": 1, "sku": "A", "price": str(price), "currency": currency}
        wire.post(f"{BACKMARKET_URL}/ws/listings/{OURS}", json=answer)
        prices = BackMarketPrices(BackMarketListings(http), [Market("en-us", "US", market_currency or currency)])
        try:
            prices.set_price(ListingId(OURS), MarketPrice("en-us", currency, Decimal(price)), limits)
        except Refused:
            assert not wire.called
            raise
        assert wire.last_request.headers["Accept-Language"] == "en-us"
        return wire.last_request.json()
