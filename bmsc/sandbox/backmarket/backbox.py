"""Who holds the backbox, and what would it take to win it?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from bmsc.sandbox.backmarket.listings import Listing
from bmsc.sandbox.backmarket.orders import CONDITIONS

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

CENT = Decimal("0.01")


@dataclass
class Rival:
    """Another seller's offer; the higher the quality, the dearer it may be and still win."""

    product_id: str
    locale: str
    grade: str
    price: Decimal
    quality: Decimal = Decimal(1)

    @property
    def weight(self) -> Decimal:
        """What Back Market compares: the price for one unit of quality."""
        return self.price / self.quality


@dataclass(frozen=True)
class Standing:
    """How one listing stands in one market; money in the market's currency."""

    listing: Listing
    locale: str
    price: Decimal
    min_price: Decimal | None
    price_to_win: Decimal
    winner_price: Decimal | None
    is_winning: bool


def standings(account: Account, listing: Listing) -> list[Standing]:
    """Tell how a listing stands in every market where it competes."""
    found = []
    for locale in account.markets:
        standing = _standing(account, listing, locale)
        if standing is not None:
            found.append(standing)
            found += _siblings(account, listing, locale)
    return found


def highest_winning(rivals: list[Rival], quality: Decimal) -> Decimal | None:
    """Tell the highest price that beats every rival, None without rivals; a tie is lost."""
    if not rivals:
        return None
    limit = min(rival.weight for rival in rivals) * quality
    cents = limit.quantize(CENT, rounding=ROUND_DOWN)
    return max(CENT, cents - CENT if cents == limit else cents)


def _standing(account: Account, listing: Listing, locale: str) -> Standing | None:
    seen = account.shown(listing, account.switches.backbox_seconds)
    if seen is None or not _competes(account, seen, locale):
        return None
    offer = seen.offer(locale)
    assert offer.price is not None
    rivals = _rivals(account, seen, locale)
    highest = highest_winning(rivals, account.quality)
    if highest is None:
        return _alone(account, seen, locale, offer.price)
    selling = offer.price
    if offer.min_price is not None:
        selling = min(offer.price, max(offer.min_price, highest))
    winning = selling <= highest
    winner = selling if winning else min(rivals, key=lambda rival: rival.weight).price
    to_win = highest
    if winning and account.switches.price_to_win_when_winning == "own_price":
        to_win = selling
    standing = Standing(seen, locale, offer.price, offer.min_price, to_win, winner, winning)
    return replace(standing, winner_price=None) if account.switches.winner_price_null else standing


def _alone(account: Account, listing: Listing, locale: str, price: Decimal) -> Standing | None:
    if account.switches.no_rival == "not_found":
        return None
    winner = None if account.switches.winner_price_null else price
    return Standing(listing, locale, price, listing.offer(locale).min_price, price, winner, is_winning=True)


def _competes(account: Account, listing: Listing, locale: str) -> bool:
    since = listing.online_since.get(locale)
    wait = timedelta(seconds=account.switches.competitors_after_seconds)
    return account.online(listing, locale) and (since is None or account.clock() >= since + wait)


def _rivals(account: Account, listing: Listing, locale: str) -> list[Rival]:
    def same(grade: str) -> bool:
        if account.switches.backbox_by == "grade":
            return grade == listing.grade
        return CONDITIONS[grade] == CONDITIONS[listing.grade]

    product = listing.product.product_id
    here = account.rivals_of.get((product, locale), [])
    return [rival for rival in here if same(rival.grade)]


def _siblings(account: Account, listing: Listing, locale: str) -> list[Standing]:
    if not account.switches.siblings_listed:
        return []
    others = [other for other in account.listings.values() if other.product is listing.product and other is not listing]
    found = [_standing(account, other, locale) for other in others]
    return [standing for standing in found if standing is not None]
