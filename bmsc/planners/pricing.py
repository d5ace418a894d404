"""Which price a listing asks in each enabled market, and why some are not written."""

from __future__ import annotations

from collections.abc import Container, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from bmsc.domain.ids import sku_subject
from bmsc.domain.listings import Listing, Offer
from bmsc.domain.money import text
from bmsc.domain.plan import Hold
from bmsc.domain.settings import ListingUpdate
from bmsc.planners import cells
from bmsc.planners.cells import Cells
from bmsc.planners.reckoning import PriceReckoning, Rule
from bmsc.planners.wishes import Wishes

if TYPE_CHECKING:
    from bmsc.domain.settings import Market, Settings

_HELD_RULES = frozenset({Rule.ABOVE_MAXIMUM, Rule.PRICE_JUMP, Rule.WRONG_CURRENCY})
_HUNDRED = Decimal(100)


def in_play(settings: Settings) -> bool:
    """Say whether `listings sync` writes prices: not when told so, nor while repricing does."""
    return settings.listings.update is ListingUpdate.PRICE_AND_QUANTITY and not settings.reprice.enabled


def reckon(
    listing: Listing, wishes: Wishes, settings: Settings, acknowledged: Container[str]
) -> tuple[PriceReckoning, ...]:
    """Reckon the price of every market the SKU is enabled in."""
    if not in_play(settings):
        return ()
    enabled = (market for market in settings.markets if market.locale in wishes.enabled)
    return tuple(_market(listing, market, wishes, settings, acknowledged) for market in enabled)


def holds(listing: Listing, prices: tuple[PriceReckoning, ...]) -> Iterator[Hold]:
    """Hold every price that a person should look at."""
    for price in prices:
        if price.rule in _HELD_RULES:
            yield Hold(sku_subject(listing.sku, price.locale), price.rule.value, price.detail)


def first_doubt(listing: Listing, columns: Cells, settings: Settings, acknowledged: Container[str]) -> Hold | None:
    """Doubt what a listing asks that we never put on sale, where `listings sync` writes no prices itself.

    Without this rule a listing that was made at a wrong price would be sold at it.
    """
    market = settings.markets[0]
    subject, offer = sku_subject(listing.sku, market.locale), listing.offer(market.locale)
    wanted = cells.good(cells.price(columns, market.price_column, market.currency))
    is_asked = cells.truth(columns, market.enabled_column) is True and subject not in acknowledged
    if offer is None or not offer.price or wanted is None or not is_asked:
        return None
    shown = f"Back Market asks {text(offer.price, offer.currency)} {offer.currency}"
    if offer.currency != market.currency:
        return Hold(subject, Rule.WRONG_CURRENCY.value, f"{shown}, the configuration says {market.currency}")
    limit = settings.guards.max_price_change_percent
    if abs(wanted - offer.price) / offer.price * _HUNDRED <= limit:
        return None
    detail = f"{shown}, {market.price_column} says {text(wanted, market.currency)}: more than {limit} % apart"
    return Hold(subject, Rule.PRICE_JUMP.value, f"{detail}; not put on sale before a person passes it with --force")


def _market(
    listing: Listing, market: Market, wishes: Wishes, settings: Settings, acknowledged: Container[str]
) -> PriceReckoning:
    shown = listing.offer(market.locale)
    offer = shown or Offer(market.locale, None, market.currency)
    found = PriceReckoning(
        locale=market.locale,
        column=market.price_column,
        currency=market.currency,
        wanted=wishes.prices.get(market.locale),
        on_backmarket=offer.price,
        max_price=offer.max_price,
        rule=Rule.IN_STEP,
        detail="both sides agree",
    )
    bad = next((cell for cell in wishes.problems if cell.column == market.price_column), None)
    if bad is not None:
        return replace(found, rule=Rule.BAD_CELL, detail=str(bad))
    if found.wanted is None:
        return replace(found, rule=Rule.NO_PRICE, detail=f"{market.price_column} is empty: the price is left alone")
    if shown is None:
        return replace(found, rule=Rule.UNKNOWN, detail="Back Market did not show a price there: asked again next run")
    if offer.price is not None and offer.currency != market.currency:
        detail = f"Back Market shows {offer.currency}, the configuration says {market.currency}"
        return replace(found, rule=Rule.WRONG_CURRENCY, detail=detail)
    limit = settings.guards.max_price_change_percent
    return _filled(found, found.wanted, limit, acknowledged=sku_subject(listing.sku, market.locale) in acknowledged)


def _filled(found: PriceReckoning, wanted: Decimal, limit: int, *, acknowledged: bool) -> PriceReckoning:
    spelled = text(wanted, found.currency)
    is_set = found.on_backmarket == wanted
    if found.max_price is not None and wanted > found.max_price:
        so = "it is kept offline" if is_set else "it would go offline"
        detail = f"{found.column} {spelled} is above Back Market's maximum {found.max_price}: {so}"
        return replace(found, rule=Rule.ABOVE_MAXIMUM, detail=detail)
    if is_set:
        return found
    if not found.on_backmarket:
        return replace(found, rule=Rule.TO_SET, detail=f"{found.column} {spelled}, Back Market has none")
    percent = abs(wanted - found.on_backmarket) / found.on_backmarket * _HUNDRED
    move = f"{text(found.on_backmarket, found.currency)} -> {spelled} {found.currency}, {percent:.1f} %"
    if percent > limit and not acknowledged:
        detail = f"{move}: more than {limit} % at once; pass it with --force"
        return replace(found, rule=Rule.PRICE_JUMP, detail=detail, percent=percent)
    return replace(found, rule=Rule.TO_SET, detail=move, percent=percent)
