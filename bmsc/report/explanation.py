"""How one listing's numbers are told, as lines and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from msgspec.structs import asdict

from bmsc.domain.listings import Listing
from bmsc.domain.money import text as amount
from bmsc.domain.repricing import KnownPrices
from bmsc.domain.times import to_text
from bmsc.jobs.explaining import Explanation
from bmsc.planners.listing_facts import FollowedOrder
from bmsc.planners.reckoning import PriceReckoning, QuantityTerms, Rule


def render(told: Explanation) -> str:
    """Write every term, the rule that decided, and what would be sent."""
    return "\n".join([*_head(told), *_quantity(told), *_prices(told), *_memory(told), *_repriced(told)])


def render_json(told: Explanation) -> str:
    """Write the same as one JSON object."""
    one = told.reckoning
    return json.dumps(
        {
            "schema_version": 1,
            "sku": one.listing.sku,
            "sellercloud_sku": one.sellercloud_sku,
            "listing_id": one.listing.id,
            "at": to_text(told.at),
            "enabled": list(one.enabled),
            "quantity": _quantity_json(told),
            "prices": [_price_json(price) for price in one.prices],
            "holds": [{"subject": hold.subject, "reason": hold.reason, "detail": hold.detail} for hold in one.holds],
            "orders": _orders_json(told),
            "last_written": _written_json(told),
            "reprice": _repriced_json(told),
        },
        indent=2,
        default=_plain,
    )


def _head(told: Explanation) -> Iterator[str]:
    one = told.reckoning
    alias = f", in SellerCloud {one.sellercloud_sku}" if one.sellercloud_sku != one.listing.sku else ""
    yield f"{one.listing.sku}{alias}: listing {one.listing.id}"
    yield f"  enabled       {', '.join(one.enabled) or 'in no market'}"


def _quantity(told: Explanation) -> Iterator[str]:
    one = told.reckoning
    yield f"  Back Market   {_units(one.listing.quantity)}"
    if one.terms:
        yield from _terms(one.terms)
    for order_id, drawing in told.orders.items():
        yield f"    order {order_id}: {_units(drawing.takes)}, {_whereabouts(drawing.order)}"
    yield f"  decided by    {one.rule.value}: {one.detail}"
    yield f"  would send    {'no quantity' if one.quantity is None else _units(one.quantity)}"
    for name in told.withheld:
        yield f"  withheld      {name}: the last run held this back; pass it with `bmsc listings sync --force`"


def _units(number: int | None) -> str:
    return "an unknown number of units" if number is None else f"{number} unit{'' if number == 1 else 's'}"


def _whereabouts(order: FollowedOrder) -> str:
    if order.covered_at:
        return f"shown as paid in SellerCloud since {_moment(order.covered_at)}"
    return f"no longer open on Back Market since {_moment(order.left_at)}" if order.left_at else "in flight"


def _terms(terms: QuantityTerms) -> Iterator[str]:
    yield f"  available     {terms.available:>6}  {terms.source}"
    yield f"  - safety      {terms.safety:>6}"
    yield f"  - in flight   {terms.in_flight:>6}  sold on Back Market, not shown as paid in SellerCloud"
    yield f"  - not counted {terms.uncounted:>6}  paid in SellerCloud, missing from its available quantity so far"
    if terms.max_quantity is not None:
        yield f"  at most       {terms.max_quantity:>6}  listings.max_quantity"
    yield f"  = high        {terms.high:>6}  never more than this is offered"
    yield f"  - unsettled   {terms.unsettled:>6}  sold lately: SellerCloud's numbers may lag"
    yield f"  = low         {terms.low:>6}  between low and high Back Market is left alone"


def _prices(told: Explanation) -> Iterator[str]:
    for price in told.reckoning.prices:
        shown = _shown(told.reckoning.listing, price)
        yield f"  price {price.locale}   {price.column} {_wanted(price)}, Back Market {shown}"
        yield f"                {price.rule.value}: {price.detail}"
    for hold in told.reckoning.holds:
        yield f"  hold          {hold.reason}: {hold.detail}"


def _wanted(price: PriceReckoning) -> str:
    if price.wanted is not None:
        return f"{amount(price.wanted, price.currency)} {price.currency}"
    return "unreadable" if price.rule is Rule.BAD_CELL else "empty"


def _shown(listing: Listing, price: PriceReckoning) -> str:
    """Write Back Market's price in the currency it names, which may be another than the configured one."""
    if price.on_backmarket is None:
        return "no price"
    offer = listing.offer(price.locale)
    currency = (offer.currency if offer else "") or price.currency
    return f"{amount(price.on_backmarket, currency)} {currency}"


def _memory(told: Explanation) -> Iterator[str]:
    known = told.known
    if known is None or (known.written_at is None and not known.prices):
        yield "  last written  never by this program, as far as it remembers"
        return
    if known.written_at:
        yield f"  last written  {_units(known.written)} on {_moment(known.written_at)}"
    for price in known.prices:
        yield f"  last written  {price.price} in {price.locale} on {_moment(price.at)}"


def _repriced(told: Explanation) -> Iterator[str]:
    repriced = told.repriced or KnownPrices()
    for locale, memory in repriced.markets.items():
        when = _moment(repriced.checked_at) if repriced.checked_at else "by no whole run so far"
        yield f"  reprice {locale} compared with the market {when}"
        for one in memory.decisions:
            price = "left alone" if one.price is None else str(one.price)
            yield f"    {_moment(one.at)}  {price} [{one.reason}] {one.detail}"


def _repriced_json(told: Explanation) -> dict[str, object] | None:
    if told.repriced is None:
        return None
    markets = {
        locale: [{**asdict(one), "at": to_text(one.at)} for one in memory.decisions]
        for locale, memory in told.repriced.markets.items()
    }
    return {"checked_at": to_text(told.repriced.checked_at), "markets": markets}


def _quantity_json(told: Explanation) -> dict[str, object]:
    one, terms = told.reckoning, told.reckoning.terms
    found: dict[str, object] = {
        "backmarket": one.listing.quantity,
        "rule": one.rule.value,
        "detail": one.detail,
        "would_send": one.quantity,
        "withheld_by": list(told.withheld),
    }
    if terms is None:
        return found | {"terms": None}
    values = {
        "available": terms.available,
        "source": terms.source,
        "safety": terms.safety,
        "in_flight": terms.in_flight,
        "uncounted": terms.uncounted,
        "unsettled": terms.unsettled,
        "max_quantity": terms.max_quantity,
        "high": terms.high,
        "low": terms.low,
    }
    return found | {"terms": values}


def _price_json(price: PriceReckoning) -> dict[str, object]:
    return {
        "locale": price.locale,
        "column": price.column,
        "currency": price.currency,
        "wanted": price.wanted,
        "backmarket": price.on_backmarket,
        "max_price": price.max_price,
        "rule": price.rule.value,
        "detail": price.detail,
        "would_send": price.to_send.price if price.to_send else None,
    }


def _orders_json(told: Explanation) -> list[Mapping[str, object]]:
    return [
        {
            "order_id": order_id,
            "takes": drawing.takes,
            "units": [list(unit) for unit in drawing.order.units],
            "covered_at": to_text(drawing.order.covered_at),
        }
        for order_id, drawing in told.orders.items()
    ]


def _written_json(told: Explanation) -> dict[str, object] | None:
    known = told.known
    if known is None:
        return None
    prices = [{"locale": one.locale, "price": one.price, "at": to_text(one.at)} for one in known.prices]
    return {"quantity": known.written, "at": to_text(known.written_at), "managed": known.managed, "prices": prices}


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "an unknown time"


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
