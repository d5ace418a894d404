"""Which changes to a listing does Back Market take, and which does it refuse?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket.carriers import SHIPPERS
from bmsc.sandbox.backmarket.listings import Listing, Shipping
from bmsc.sandbox.backmarket.markets import ZONE_CURRENCY, Market

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

CENT = Decimal("0.01")
PLAIN = ("price", "min_price", "quantity", "comment", "warranty_delay")
SHORTEST_WARRANTY = 12
LONGEST_COMMENT = 500
BAND = Decimal("0.92")


class BadEdit(ValueError):
    """A change that is refused: the field, and why."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass
class Edit:
    """A change that has been checked; `values` holds only the fields that were sent."""

    values: dict[str, Any] = field(default_factory=dict)
    shippings: dict[int, dict[str, Any]] = field(default_factory=dict)


def check(account: Account, listing: Listing | None, market: Market, sent: Mapping[str, Any]) -> Edit:
    """Read what was sent, whole; raises BadEdit for the first thing that cannot be. Unknown fields pass."""
    edit = Edit({name: _READERS[name](account, name, sent[name]) for name in PLAIN if name in sent})
    if "price" in edit.values:
        _check_currency(account, market, sent.get("currency"))
    if edit.values.get("min_price") is not None:
        _check_min_price(account, listing, market, edit)
    for slot in (1, 2, 3):
        wanted = _shipping(account, slot, sent)
        if wanted:
            edit.shippings[slot] = wanted
    return edit


def apply(account: Account, listing: Listing, market: Market, edit: Edit) -> list[str]:
    """Do what was checked; returns the messages about shipping methods."""
    with account.changing(listing):
        offer = listing.offer_to_edit(market.locale)
        for name, value in edit.values.items():
            setattr(listing if name == "quantity" else offer, name, value)
        for slot, wanted in edit.shippings.items():
            shipping = listing.shippings.setdefault(slot, Shipping())
            for name, value in wanted.items():
                setattr(shipping, name, value)
            if shipping.shipper is None:
                del listing.shippings[slot]
    return [f"Shipping method {slot} updated" for slot in edit.shippings]


def _amount(account: Account, name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadEdit(name, f"parameter {name} is not a number")
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        raise BadEdit(name, f"parameter {name} is not a number") from None
    if not amount.is_finite() or amount < 0 or (amount == 0 and account.switches.zero_price == "refuse"):
        raise BadEdit(name, f"parameter {name} must be positive")
    rounded = amount.quantize(CENT, rounding=ROUND_HALF_UP)
    if rounded != amount and account.switches.extra_decimals == "refuse":
        raise BadEdit(name, f"parameter {name} has more than two decimals")
    return rounded


def _floor(account: Account, name: str, value: Any) -> Decimal | None:
    return None if value is None else _amount(account, name, value)


def _quantity(_: Account, name: str, value: Any) -> int:
    quantity = _whole(name, value)
    if quantity < 0:
        raise BadEdit(name, f"parameter {name} must not be negative")
    return quantity


def _warranty(_: Account, name: str, value: Any) -> int:
    months = _whole(name, value)
    if months < SHORTEST_WARRANTY:
        raise BadEdit(name, f"parameter {name} must be at least {SHORTEST_WARRANTY}")
    return months


def _comment(_: Account, name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BadEdit(name, f"parameter {name} is not a text")
    if value is not None and len(value) > LONGEST_COMMENT:
        raise BadEdit(name, f"parameter {name} is longer than {LONGEST_COMMENT} characters")
    return value


def _whole(name: str, value: Any) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number and not (isinstance(value, str) and re.fullmatch(r"\s*-?\d+\s*", value, re.ASCII)):
        raise BadEdit(name, f"parameter {name} is not an integer")
    return int(value)


def _check_currency(account: Account, market: Market, currency: Any) -> None:
    by_zone = account.switches.currency_default == "zone"
    assumed = ZONE_CURRENCY[account.zone] if by_zone else market.currency
    if (currency or assumed) != market.currency:
        raise BadEdit("currency", f"currency {currency or assumed} is not the currency of {market.locale}")


def _check_min_price(account: Account, listing: Listing | None, market: Market, edit: Edit) -> None:
    if account.switches.backpricer == "off_refuse":
        raise BadEdit("min_price", "BackPricer is not enabled")
    if account.switches.backpricer == "off_ignore":
        del edit.values["min_price"]
        return
    known = listing.offer(market.locale).price if listing else None
    price: Decimal | None = edit.values.get("price", known)
    if account.switches.min_price_band == "free" or price is None:
        return
    if not price * BAND <= edit.values["min_price"] <= price:
        raise BadEdit("min_price", "min_price is out of range")


def _shipping(account: Account, slot: int, sent: Mapping[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if f"shipper_{slot}" in sent:
        shipper = sent[f"shipper_{slot}"]
        if shipper is not None and shipper not in SHIPPERS:
            raise BadEdit(f"shipper_{slot}", f"parameter shipper_{slot} is not a known shipper")
        wanted.update(shipper=shipper, display=sent.get(f"shipper_display_{slot}") or shipper)
    if f"shipping_price_{slot}" in sent:
        name = f"shipping_price_{slot}"
        price = sent[name]
        wanted["price"] = None if price is None else _shipping_price(account, name, price)
    if f"shipping_delay_{slot}" in sent:
        delay = sent[f"shipping_delay_{slot}"]
        wanted["delay"] = None if delay is None else _whole(f"shipping_delay_{slot}", delay)
    return wanted


def _shipping_price(account: Account, name: str, value: Any) -> Decimal:
    return Decimal(0) if value in (0, "0", "0.00") else _amount(account, name, value)


_READERS: dict[str, Any] = {
    "price": _amount,
    "min_price": _floor,
    "quantity": _quantity,
    "comment": _comment,
    "warranty_delay": _warranty,
}
