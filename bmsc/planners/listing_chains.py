"""In which order listings are written: units off sale first, dearer prices, cheaper ones, units on sale last."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from decimal import Decimal

from bmsc.domain.ids import sku_subject
from bmsc.domain.listing_actions import MarketPrice, SetPrice, SetQuantity, Urgency
from bmsc.domain.money import text
from bmsc.domain.plan import Chain
from bmsc.planners.reckoning import Reckoning

_NOTHING = Decimal(0)


def arrange(reckonings: Iterable[Reckoning], withheld: Container[str]) -> list[Chain]:
    """Turn decisions into chains, most urgent first; the quantities of `withheld` subjects are left out."""
    chains = [chain for one in reckonings for chain in _chains(one, withheld)]
    return sorted(chains, key=lambda chain: chain.stage)


def _chains(one: Reckoning, withheld: Container[str]) -> Iterator[Chain]:
    subject = sku_subject(one.listing.sku)
    prices = [price for found in one.prices if (price := found.to_send)]
    prices.sort(key=urgency_of_price)
    quantity = None if subject in withheld else one.quantity
    if quantity is None:
        yield from (_price_alone(one, price) for price in prices)
    elif quantity < one.listing.offered:
        urgency = Urgency.DOWN if quantity else Urgency.TO_ZERO
        yield Chain(subject, (_quantity(one, quantity, urgency, prices[:1]),), stage=urgency)
        yield from (_price_alone(one, price) for price in prices[1:])
    elif one.listing.offered:
        urgency = min((urgency_of_price(price) for price in prices), default=Urgency.UP)
        yield Chain(subject, (_quantity(one, quantity, urgency, prices[:1]),), stage=urgency)
        yield from (_price_alone(one, price) for price in prices[1:])
    else:
        yield _from_zero(one, quantity, prices)


def _from_zero(one: Reckoning, quantity: int, prices: Sequence[MarketPrice]) -> Chain:
    """Set every market's price before the units appear; the last one may travel with them."""
    first = [_price(one, price, Urgency.UP) for price in prices[:-1]]
    last = _quantity(one, quantity, Urgency.UP, prices[-1:])
    return Chain(sku_subject(one.listing.sku), (*first, last), stage=Urgency.UP)


def urgency_of_price(price: MarketPrice) -> Urgency:
    """A price that is too low loses money with every sale, so dearer goes before cheaper."""
    dearer = price.price > (price.before or _NOTHING)
    return Urgency.PRICE_UP if dearer else Urgency.PRICE_DOWN


def _price_alone(one: Reckoning, price: MarketPrice) -> Chain:
    action = _price(one, price, urgency_of_price(price))
    return Chain(action.subject, (action,), stage=action.urgency)


def _price(one: Reckoning, price: MarketPrice, urgency: Urgency) -> SetPrice:
    return SetPrice(
        sku_subject(one.listing.sku, price.locale),
        _move(price),
        listing_id=one.listing.id,
        sku=one.listing.sku,
        urgency=urgency,
        price=price,
    )


def _quantity(one: Reckoning, quantity: int, urgency: Urgency, riding: Sequence[MarketPrice]) -> SetQuantity:
    price = riding[0] if riding else None
    along = f"; {price.locale} {_move(price)}" if price else ""
    return SetQuantity(
        sku_subject(one.listing.sku),
        f"{one.listing.quantity} -> {quantity} ({one.detail}){along}",
        listing_id=one.listing.id,
        sku=one.listing.sku,
        urgency=urgency,
        quantity=quantity,
        before=one.listing.quantity or 0,
        price=price,
        guard=one.guard,
    )


def _move(price: MarketPrice) -> str:
    before = "none" if price.before is None else text(price.before, price.currency)
    return f"{before} -> {text(price.price, price.currency)} {price.currency}"
