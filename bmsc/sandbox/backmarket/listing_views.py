"""How do a listing, a task and a standing look on the wire?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket.backbox import Standing
from bmsc.sandbox.backmarket.listings import GRADES, Listing
from bmsc.sandbox.backmarket.markets import Market
from bmsc.sandbox.backmarket.orders import CONDITIONS

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

UNPRICED = {"zero": "0.00", "null": None, "empty": ""}


def listing_view(account: Account, listing: Listing, market: Market) -> dict[str, Any]:
    """Render a listing as one market sees it."""
    offer, switches = listing.offer(market.locale), account.switches
    return {
        "id": listing.id,
        "listing_id": listing.listing_id,
        "sku": listing.sku,
        "title": listing.product.title_in(market.locale),
        "state": GRADES[listing.grade],
        "grade": listing.grade,
        "price": UNPRICED[switches.unpriced] if offer.price is None else _text(offer.price),
        "min_price": None if offer.min_price is None else _text(offer.min_price),
        "quantity": listing.quantity,
        "publication_state": publication_state(account, listing, market),
        "comment": offer.comment,
        "warranty_delay": offer.warranty_delay,
        "shippings": _shippings(listing, market),
        "currency": market.currency,
        "backmarket_id": listing.product.backmarket_id,
        "product_id": listing.product.product_id,
        "snowden": False,
        "max_price": _ceiling(account, listing, market),
        "new_battery": listing.new_battery,
    }


def publication_state(account: Account, listing: Listing, market: Market) -> int:
    """Tell the listing's publication state in a market."""
    return listing.publication_state(market.locale, comment_needed=account.switches.comment_needed)


def standing_view(account: Account, standing: Standing) -> dict[str, Any]:
    """Render how a listing stands in one market."""
    market = account.markets[standing.locale]

    def amount(value: Decimal | None) -> dict[str, str] | None:
        return None if value is None else {"amount": _text(value), "currency": market.currency}

    return {
        "listing_id": standing.listing.id,
        "product_id": standing.listing.product.product_id,
        "market": market.code,
        "price": amount(standing.price),
        "min_price": amount(standing.min_price),
        "price_to_win": amount(standing.price_to_win),
        "winner_price": amount(standing.winner_price),
        "is_winning": standing.is_winning,
    }


def old_standing_view(account: Account, standing: Standing) -> dict[str, Any]:
    """Render a standing the way the older list of buyboxes did."""
    listing = standing.listing
    return {
        "product": listing.product.backmarket_id,
        "sku": listing.sku,
        "quantity": listing.quantity,
        "price": float(standing.price),
        "currency": account.markets[standing.locale].currency,
        "condition": CONDITIONS[listing.grade],
        "buybox": standing.is_winning,
        "price_for_buybox": float(standing.price_to_win),
        "same_merchant_winner": False,
    }


def _ceiling(account: Account, listing: Listing, market: Market) -> int | float | str | None:
    ceiling = listing.product.max_prices.get(market.locale)
    if ceiling is None:
        return None
    if account.switches.max_price == "text":
        return _text(ceiling)
    return int(ceiling) if ceiling == ceiling.to_integral_value() else float(ceiling)


def _shippings(listing: Listing, market: Market) -> list[dict[str, Any]]:
    return [
        {
            "shipping_price": _text(shipping.price or Decimal(0)),
            "shipping_delay": shipping.delay or 24,
            "shipper": shipping.shipper,
            "shipper_display": shipping.display,
            "country_code": market.locale,
        }
        for _, shipping in sorted(listing.shippings.items())
    ]


def _text(amount: Decimal) -> str:
    return f"{amount:.2f}"
