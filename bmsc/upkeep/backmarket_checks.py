"""Is Back Market as bmsc needs it?"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bmsc.clients.paging import PAGE_SIZE
from bmsc.clients.wire import text
from bmsc.domain.settings import Market
from bmsc.domain.showing import counted
from bmsc.errors import ExitCode, NotFound
from bmsc.jobs.doctor import Finding, Look
from bmsc.upkeep.readings import Readings
from bmsc.upkeep.sellercloud_checks import clock

TOKEN = "Back Market token"  # noqa: S105 - the name of a check
BACKPRICER = "Back Market BackPricer"


def listings_of(market: Market) -> str:
    """Name the check of a market's listings."""
    return f"Back Market {market.locale}"


def looks(readings: Readings) -> Iterator[Look]:
    """Name every check of Back Market."""
    yield Look(TOKEN, lambda: _token(readings))
    yield Look("Back Market clock", lambda: clock(readings.backmarket.watch.skew_seconds), (TOKEN,))
    yield Look("Back Market orders", lambda: _orders(readings), (TOKEN,))
    for market in readings.settings.markets:
        yield Look(listings_of(market), lambda market=market: _listings(readings, market), (TOKEN,))  # type: ignore[misc]
    first = listings_of(readings.settings.markets[0])
    yield Look("Back Market page size", lambda: _page_size(readings), (first,))
    yield Look(BACKPRICER, lambda: _backpricer(readings), (first,))
    if readings.settings.reprice.enabled:
        yield Look("Back Market buybox", lambda: _buybox(readings), (first,))


def _token(readings: Readings) -> str:
    count = readings.market_orders().total
    return f"{readings.settings.backmarket.base_url} lets the token read orders, {count} in all"


def _orders(readings: Readings) -> Finding | str:
    following = readings.backmarket.get("/ws/orders", (("page", "1"), ("page-size", "1"))).get("next")
    host, ours = urlsplit(text(following)).hostname, urlsplit(readings.settings.backmarket.base_url).hostname
    if host and host != ours:
        remedy = f'set backmarket.base_url to "https://{host}" if the account lives there'
        return Finding(f"the next page of the list is said to be on {host}", remedy, ExitCode.CONFIGURATION)
    return f"{counted(len(readings.recent_orders()), 'order')} read and understood"


def _listings(readings: Readings, market: Market) -> Finding | str:
    listings, rows = readings.listings(market.locale)
    if not listings:
        return Finding("no listing is shown", "nothing, if the shop is new; else compare with the back office")
    foreign = {offer.currency for one in listings for offer in one.offers if offer.currency} - {market.currency}
    if foreign:
        remedy = f"correct the currency or the locale of [[markets]] {market.locale}"
        told = f"prices come in {', '.join(sorted(foreign))}, configured is {market.currency}"
        return Finding(told, remedy, ExitCode.CONFIGURATION)
    online = sum(1 for one in listings for offer in one.offers if offer.publication_state == 2)
    told = f"{counted(rows.total, 'listing')}, prices in {market.currency}"
    return f"{told}; {online} of the first {len(listings)} are online"


def _page_size(readings: Readings) -> Finding | str:
    lists = {"listings": readings.listings(readings.settings.markets[0].locale)[1], "orders": readings.market_orders()}
    for name, rows in lists.items():
        if rows.total >= PAGE_SIZE and rows.fullest < PAGE_SIZE:
            remedy = "nothing: bmsc reads on until the count is reached, only slower; tell the maintainers"
            return Finding(f"a page of {PAGE_SIZE} {name} was asked for, {rows.fullest} came", remedy)
    return f"pages of {PAGE_SIZE} are honoured as far as the lists are long enough to tell"


def _backpricer(readings: Readings) -> Finding | str:
    priced = [one.sku for one in readings.own_listings() for offer in one.offers if offer.min_price]
    if priced and readings.settings.reprice.enabled:
        remedy = "remove the minimum prices in the back office (or set reprice.enabled = false): two repricers fight"
        told = f"BackPricer is in use on {counted(len(priced), 'listing')}, and so is `bmsc reprice`"
        return Finding(told, remedy)
    return f"BackPricer is in use on {counted(len(priced), 'listing')}" if priced else "BackPricer is not in use"


def _buybox(readings: Readings) -> Finding | str:
    online = [one for one in readings.own_listings() for offer in one.offers if offer.publication_state == 2]
    if not online:
        return "no listing is online: there is nothing to ask"
    try:
        readings.backmarket.get(f"/ws/backbox/v1/competitors/{online[0].id}")
    except NotFound:
        return Finding("the one listing asked for has no buybox data", "run `bmsc doctor --probe`: it asks for several")
    return "competitors can be read"
