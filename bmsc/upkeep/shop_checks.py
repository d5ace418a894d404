"""Do both sides fit each other, and is nobody else doing the same work?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from bmsc.clients.wire import flag, whole
from bmsc.config.channels import CHANNELS
from bmsc.domain.ids import SellerCloudOrderId
from bmsc.domain.listings import Listing
from bmsc.domain.orders import SellerCloudOrder
from bmsc.domain.showing import counted
from bmsc.errors import ExitCode
from bmsc.jobs.doctor import Finding, Look
from bmsc.planners import wishes
from bmsc.upkeep.backmarket_checks import TOKEN, listings_of
from bmsc.upkeep.readings import BACK_MARKET_CHANNEL, Readings
from bmsc.upkeep.sellercloud_checks import CATALOG, COMPANY, MOST_NAMED, parents

FTP_TASKS = (
    "Backmarket Inventory Export",
    "BackMarket Order Import",
    "Backmarket Tracking Export",
    "Backmarket Tracking Update",
)
"""What the scheduled tasks of the file exchange are called in SellerCloud."""
TASKS_OFF = (
    "SellerCloud > Companies > the Back Market company > Scheduled Tasks: disable "
    + ", ".join(FTP_TASKS)
    + " (docs/launch.md)"
)
_WEBSITE = 6
_RECENT = timedelta(days=2)


def looks(readings: Readings, ours: frozenset[SellerCloudOrderId]) -> Iterator[Look]:
    """Name every check of both sides together; `ours` are the SellerCloud orders bmsc remembers making."""
    first = listings_of(readings.settings.markets[0])
    yield Look("SKUs known to SellerCloud", lambda: _known(readings), (COMPANY, first))
    yield Look("SKUs of our company", lambda: _foreign(readings), (COMPANY, first))
    yield Look("shadow parents", lambda: parents(readings), (CATALOG, first))
    yield Look("managed listings", lambda: _managed(readings), (COMPANY, first))
    yield Look("native integration", lambda: _native(readings), (CATALOG,))
    yield Look("one order per number", lambda: _single(readings), (COMPANY, TOKEN))
    yield Look("other integrations", lambda: _others(readings, ours), (COMPANY, TOKEN))


def _known(readings: Readings) -> Finding | str:
    answer, listings = readings.listed_products(), _looked_up(readings)
    lost = [one for one in listings if readings.product_of(one) is None and readings.key_of(one) not in answer.unknown]
    if lost:
        remedy = "add them to [sku_aliases], create them in SellerCloud, or end them; `listings sync` sets them to 0"
        told = f"SellerCloud lacks {len(lost)} of {counted(len(listings), 'listed SKU')}: "
        return Finding(told + _names(one.sku for one in lost), remedy)
    return f"{counted(len(listings), 'listing')} looked at: each has its product"


def _foreign(readings: Readings) -> Finding | str:
    """Tell listed SKUs of other companies; when all are, it is the configured company that is wrong."""
    found = [(one.sku, product) for one in _looked_up(readings) if (product := readings.product_of(one))]
    ours = readings.settings.sellercloud.company_id
    elsewhere = {sku: product.company_id for sku, product in found if product.company_id not in (ours, -1)}
    if not elsewhere:
        return f"no product of a listing belongs to another company than {ours}"
    if len(elsewhere) == len(found):
        company, number = Counter(elsewhere.values()).most_common(1)[0]
        told = f"none of the {len(found)} listed SKUs is of company {ours}; {number} are of company {company}"
        return Finding(told, f"set sellercloud.company_id = {company} if that is your shop", ExitCode.CONFIGURATION)
    remedy = "move them to our company, or alias them: `listings sync` leaves other companies' products alone"
    told = f"products of another company are listed under {counted(len(elsewhere), 'SKU')}: {_names(elsewhere)}"
    return Finding(told, remedy)


def _managed(readings: Readings) -> Finding | str:
    live = [one for one in _looked_up(readings) if one.offered > 0]
    stray = [one for one in live if not _is_enabled(readings, one)]
    units = sum(one.offered for one in stray)
    if stray:
        told = f"enabled in no market: {len(stray)} of {counted(len(live), 'live listing')}, {counted(units, 'unit')}, "
        remedy = (
            "enable them (BACKMARKET_ENABLED_...), end them by hand, or choose listings.when_disabled; "
            "`listings sync` names them and, by default, leaves them alone"
        )
        return Finding(told + _names(f"{one.sku} ({one.offered})" for one in stray), remedy)
    return f"{counted(len(live), 'live listing')}: SellerCloud rules them all"


def _native(readings: Readings) -> Finding | str:
    row = readings.company_row() or {}
    channels = {whole(one) for one in row.get("EnabledOnChannels") or ()}
    products = [one for one in readings.catalog().rows if _is_native(one)]
    if BACK_MARKET_CHANNEL in channels or products:
        where = f"on {counted(len(products), 'product')}" if products else "for the company"
        remedy = (
            "switch it off (Company > Toolbox > Backmarket > General Settings: order download, fulfilment upload, "
            f"inventory), and the file exchange as well: {TASKS_OFF}"
        )
        return Finding(f"SellerCloud's own Back Market integration is enabled {where}: both would import", remedy)
    return "SellerCloud's own Back Market integration is off, as far as products show"


def _single(readings: Readings) -> Finding | str:
    by_number: dict[str, list[SellerCloudOrder]] = defaultdict(list)
    for twin in readings.twins():
        by_number[twin.number].append(twin)
    double = {
        number: twins
        for number, twins in by_number.items()
        if len(twins) > 1 and not all(one.is_cancelled for one in twins)
    }
    if double:
        number, twins = next(iter(double.items()))
        told = f"in SellerCloud more than once: {counted(len(double), 'order number')}, such as {number} "
        remedy = "leave one order with each number: until then bmsc holds it, and a cancelled one still counts"
        return Finding(told + f"({', '.join(str(one.id) for one in twins)})", remedy)
    return f"once each in SellerCloud: {counted(len(by_number), 'recent order')}"


def _others(readings: Readings, ours: frozenset[SellerCloudOrderId]) -> Finding | str:
    since = readings.clock.now() - _RECENT
    recent = {readings.number_of(one) for one in readings.recent_orders() if one.created_at and one.created_at > since}
    foreign = [one for one in readings.twins() if one.number in recent and one.id not in ours and not _is_ours(one)]
    if not foreign:
        return "no recent order came into SellerCloud without us"
    channels = Counter(_channel(one.channel) for one in foreign)
    named = ", ".join(f"{name} {number}" for name, number in channels.most_common())
    advice = TASKS_OFF
    if any(one.channel != _WEBSITE for one in foreign):
        advice = f"find out which integration makes orders under these channels and switch it off; FTP: {TASKS_OFF}"
    told = f"brought by somebody else in the last two days: {counted(len(foreign), 'order')} ({named})"
    return Finding(told, advice)


def _is_ours(order: SellerCloudOrder) -> bool:
    """Orders of ours carry Back Market's line id on every line."""
    return bool(order.items) and all(item.reference_id for item in order.items or ())


def _looked_up(readings: Readings) -> list[Listing]:
    answer = readings.listed_products()
    batch = len(answer.found) + len(answer.unknown)
    return list(readings.own_listings())[: max(batch, 200)]


def _is_enabled(readings: Readings, listing: Listing) -> bool:
    product, settings = readings.product_of(listing), readings.settings
    if product is None or product.company_id != settings.sellercloud.company_id or not product.active:
        return False
    return bool(wishes.read(product.columns or {}, settings, with_prices=False).enabled)


def _is_native(row: object) -> bool:
    channels = row.get("EnabledOnChannels") or () if isinstance(row, dict) else ()
    return isinstance(row, dict) and (
        flag(row.get("BackmarketEnabled")) or BACK_MARKET_CHANNEL in {whole(one) for one in channels}
    )


def _channel(number: int) -> str:
    return next((name for name, known in CHANNELS.items() if known == number), f"channel {number}")


def _names(skus: Iterable[str]) -> str:
    named = list(skus)
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more
