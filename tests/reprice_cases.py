"""How a test puts one price before the decision: answers and columns in the shape both sides send."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from builders import NOW, a_row, settings
from msgspec.structs import replace

from bmsc.clients.backmarket_backbox import WireStanding
from bmsc.clients.backmarket_listings import WireListing
from bmsc.domain.ids import ListingId, sku_key
from bmsc.domain.repricing import Contest, Decision, KnownPrices, MarketFacts, PriceMemory, Standing
from bmsc.domain.settings import (
    BackPricer,
    BelowMinimum,
    GuardsSettings,
    NoData,
    RepriceSettings,
    Settings,
    Winning,
)
from bmsc.planners import reprice_facts
from bmsc.planners.listing_facts import Catalog
from bmsc.planners.reprice_decision import decide
from bmsc.planners.reprice_facts import Asked, RepriceFacts

OURS = "5f0c1e52-0000-4000-8000-0000000000a1"
THEIRS = "5f0c1e52-0000-4000-8000-0000000000a2"
PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
NO_ANSWER = Asked(None, Contest.UNKNOWN)
SILENT = Asked(None, Contest.NO_ANSWER, "Back Market failed (503)")
HTML = Asked(None, Contest.UNREADABLE, "a web page came where JSON was expected")


def money(amount: Any, currency: str = "USD") -> Any:
    return None if amount is None else {"amount": amount, "currency": currency}


def item(to_win: Any, winning: Any = False, *, price: str = "319.00", winner: Any = "300.00", **other: Any) -> Any:
    """Give one entry of an answer about competitors; keywords replace or drop (with ...) its keys."""
    currency = other.pop("money_in", "USD")
    row = {
        "listing_id": OURS,
        "product_id": PRODUCT,
        "market": "US",
        "price": money(price, currency),
        "min_price": None,
        "price_to_win": money(to_win, currency),
        "winner_price": money(winner, currency),
        "is_winning": winning,
        **other,
    }
    return {name: value for name, value in row.items() if value is not ...}


def standings(rows: list[Any]) -> tuple[Standing, ...]:
    return tuple(WireStanding.model_validate(row).to_domain() for row in rows)


def listing(**facts: Any) -> Any:
    """Give a listing as `GET /ws/listings` shows it in the US."""
    return {
        "id": OURS,
        "listing_id": 6675437,
        "sku": "IP13",
        "quantity": 3,
        "price": "319.00",
        "currency": "USD",
        "min_price": None,
        "max_price": 999,
        "publication_state": 2,
        "grade": "GOOD",
        "state": 2,
        "product_id": PRODUCT,
        "backmarket_id": 761585,
        **facts,
    }


def facts_of(answer: Any, memory: PriceMemory | None = None, **parts: Any) -> MarketFacts:
    """Give what the planner sees; `PRICE_US=...` sets a column, other keywords set fields of the listing."""
    columns = {"MIN_PRICE_US": "280.00", **{name: parts.pop(name) for name in list(parts) if name.isupper()}}
    found = WireListing.model_validate(listing(**parts)).to_domain("en-us")
    asked = Asked(standings(answer)) if isinstance(answer, list) else answer
    catalog = Catalog({sku_key("IP13"): a_row("IP13", **columns)})
    known = {ListingId(OURS): KnownPrices(markets={"en-us": memory or PriceMemory()})}
    answers = {} if asked is None else {ListingId(OURS): asked}
    facts = RepriceFacts(NOW, (found,), catalog, answers, known)
    prices, _ = reprice_facts.ruled(facts, settings())
    (only,) = prices
    return only


def shop(**choices: Any) -> Settings:
    """Give settings with repricing on."""
    guards = GuardsSettings(max_price_change_percent=choices.pop("max_price_change_percent", 30))
    spelled = {
        "below_minimum": BelowMinimum,
        "no_data": NoData,
        "winning": Winning,
        "backpricer": BackPricer,
    }
    chosen = {name: spelled[name](value) if name in spelled else value for name, value in choices.items()}
    return replace(settings(), reprice=RepriceSettings(enabled=True, **chosen), guards=guards)


def outcome(answer: Any, choices: dict[str, Any] | None = None, **parts: Any) -> tuple[str | None, str]:
    """Give the price that would be written, and the reason."""
    decision: Decision = decide(facts_of(answer, **parts), shop(**(choices or {})))
    return (None if decision.price is None else str(decision.price)), decision.reason


def remembers(**known: Any) -> PriceMemory:
    """Give a memory; amounts as text, `changed_minutes_ago` one write of ours."""
    minutes = known.pop("changed_minutes_ago", None)
    amounts = {name: Decimal(value) if isinstance(value, str) else value for name, value in known.items()}
    if minutes is not None:
        amounts["written_at"] = NOW - timedelta(minutes=minutes)
    return PriceMemory(**amounts)
