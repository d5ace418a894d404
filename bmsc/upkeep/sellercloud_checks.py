"""Is SellerCloud as bmsc needs it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bmsc.clients import words
from bmsc.clients.wire import flag, text, whole
from bmsc.config.channels import CHANNELS
from bmsc.domain.carriers import shipper_of
from bmsc.domain.ids import sku_key
from bmsc.domain.showing import counted
from bmsc.errors import ExitCode, RemoteMisbehaved
from bmsc.jobs.doctor import Finding, Look
from bmsc.planners import wishes
from bmsc.upkeep import columns_check
from bmsc.upkeep.readings import BACK_MARKET_CHANNEL, Readings, page

LOGIN, COMPANY, CATALOG = "SellerCloud login", "SellerCloud company", "SellerCloud catalog"
CLOCK_SECONDS = 120
MOST_NAMED = 5


def looks(readings: Readings) -> Iterator[Look]:
    """Name every check of SellerCloud, in the order in which they build on each other."""
    yield Look(LOGIN, readings.platforms.sellercloud.check_login)
    yield Look("SellerCloud clock", lambda: clock(readings.sellercloud.watch.skew_seconds), (LOGIN,))
    yield Look(COMPANY, lambda: _company(readings), (LOGIN,))
    yield Look("SellerCloud channel", lambda: _channel(readings), (COMPANY,))
    yield Look("SellerCloud orders", lambda: _orders(readings), (COMPANY,))
    yield Look(CATALOG, lambda: _catalog(readings), (COMPANY,))
    rows = _Columns(readings)
    for one in columns_check.wanted(readings.settings):
        yield Look(f"column {one.name}", lambda one=one: rows.judge(one), (CATALOG,))  # type: ignore[misc]
    yield Look("column values", lambda: _values(readings), (CATALOG,))
    yield Look("SellerCloud warehouses", lambda: _warehouses(readings), (LOGIN,))
    if readings.settings.listings.create.saved_view_id:
        yield Look("SellerCloud saved view", lambda: _view(readings), (LOGIN,))
    yield Look("SellerCloud carriers", lambda: _carriers(readings), (COMPANY,))


def clock(skew: float | None) -> Finding | str:
    """Judge how far a platform's clock is from ours."""
    if skew is None:
        return Finding("the server names no time in its answers", "compare this machine's clock by hand: date -u")
    if abs(skew) > CLOCK_SECONDS:
        way = "behind" if skew > 0 else "ahead of"
        remedy = "set this machine's clock by NTP (timedatectl set-ntp true): deadlines and windows depend on it"
        return Finding(f"this machine is {abs(skew):.0f} s {way} the server", remedy, ExitCode.CONFIGURATION)
    return f"within {abs(skew):.0f} s of the server's"


class _Columns:
    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def judge(self, one: columns_check.Wanted) -> Finding | str:
        catalog = self._readings.catalog()
        return columns_check.judge(one, columns_check.met(catalog.rows), len(catalog.rows), catalog.total)


def _company(readings: Readings) -> Finding | str:
    row, wanted = readings.company_row(), readings.settings.sellercloud.company_id
    if row is None:
        remedy = "correct sellercloud.company_id, or assign the company to this user in SellerCloud"
        return Finding(f"company {wanted} is not among the companies this user may see", remedy, ExitCode.CONFIGURATION)
    name = f"{wanted} {words.tidy(text(row.get('CompanyName')))}"
    if flag(row.get("IsDisabled")):
        remedy = "enable it in SellerCloud (Settings > Companies), or correct sellercloud.company_id"
        return Finding(f"company {name} is disabled", remedy, ExitCode.CONFIGURATION)
    return f"{name} is there and in use"


def _channel(readings: Readings) -> Finding | str:
    number = readings.settings.sellercloud.channel
    row = readings.company_row() or {}
    enabled = [found for one in row.get("EnabledOnChannels") or () if (found := whole(one)) is not None]
    name = next((name for name, known in CHANNELS.items() if known == number), None)
    if number == BACK_MARKET_CHANNEL:
        remedy = 'set sellercloud.channel = "Website": under its own channel SellerCloud may act on our orders too'
        return Finding("80 is SellerCloud's own Back Market channel", remedy)
    if name is None:
        return Finding(f"{number} is no channel bmsc has heard of", 'set sellercloud.channel = "Website" (6)')
    if enabled and number not in enabled:
        remedy = f"enable {name} for the company (Settings > Companies > Channels), or choose an enabled channel"
        return Finding(f"{name} is not enabled for the company", remedy)
    return f"{name} ({number})"


def _orders(readings: Readings) -> str:
    readings.platforms.sellercloud.company_orders_readable()
    return "the company's order list can be read"


def _catalog(readings: Readings) -> Finding | str:
    catalog, wanted = readings.catalog(), readings.settings.sellercloud.company_id
    if not catalog.total and not catalog.rows:
        remedy = "compare with SellerCloud's Catalog page; give the user the right to view the catalog"
        return Finding("the company's catalog shows no product", remedy, ExitCode.CONFIGURATION)
    if catalog.total and not catalog.rows:
        raise RemoteMisbehaved(f"SellerCloud counts {catalog.total} products and gives none", next_step="run it again")
    if any(whole(row.get("CompanyID")) not in (wanted, None) for row in catalog.rows):
        remedy = "tell the maintainers (bmsc doctor --probe): the catalog ignores model.companyID"
        return Finding("rows of other companies came although one company was asked for", remedy, ExitCode.UNAVAILABLE)
    return f"{counted(catalog.total, 'product')} in the company: compare with SellerCloud's Catalog page"


def _values(readings: Readings) -> Finding | str:
    rows = readings.catalog_products()
    bare = [product.sku for product in rows if not product.columns]
    if rows and len(bare) == len(rows):
        remedy = "let the user see custom columns: without them nothing can be synchronised"
        return Finding("products come without any custom column", remedy, ExitCode.CONFIGURATION)
    bad = {
        product.sku: found.problems[0]
        for product in rows
        if (found := wishes.read(product.columns or {}, readings.settings, with_prices=True)).problems
    }
    if bad:
        named = "; ".join(f"{sku}: {problem}" for sku, problem in list(bad.items())[:MOST_NAMED])
        remedy = "correct these cells in SellerCloud; until then their listings are skipped"
        return Finding(f"a value nobody can read on {len(bad)} of {counted(len(rows), 'product')}: {named}", remedy)
    return f"every value on {counted(len(rows), 'product')} can be read"


def _warehouses(readings: Readings) -> Finding | str:
    rows = readings.sellercloud.rows("/api/Warehouses", page(1)).rows
    sellable = [row for row in rows if flag(row.get("IsSellAble"))]
    if not sellable:
        remedy = "mark the warehouse that ships as sellable in SellerCloud, or give the user the right to see it"
        return Finding(f"none of {len(rows)} warehouses is sellable", remedy)
    return f"{len(sellable)} of {len(rows)} warehouses are sellable"


def _view(readings: Readings) -> Finding | str:
    wanted = readings.settings.listings.create.saved_view_id
    answer = readings.sellercloud.get("/api/Catalog/Views")
    rows = answer.get("Items") if isinstance(answer, dict) else answer
    found = [row for row in rows or () if isinstance(row, dict) and whole(row.get("ID", row.get("Id"))) == wanted]
    if not found:
        remedy = "correct listings.create.saved_view_id, or save the view for this user"
        return Finding(f"this user has no saved view {wanted}", remedy, ExitCode.CONFIGURATION)
    return f"{wanted} {words.tidy(text(found[0].get('Name')))}"


def _carriers(readings: Readings) -> Finding | str:
    shipped, configured = readings.shipped().rows, readings.settings.tracking.carriers
    used = Counter(
        (text(row.get("ShippingCarrier")).strip(), text(row.get("ShippingService")).strip()) for row in shipped
    )
    unknown = [" ".join(filter(None, one)) for one in used if any(one) and not shipper_of(*one, configured)]
    if unknown:
        remedy = 'add each under [tracking.carriers]: "its name in SellerCloud" = "a Back Market shipper"'
        return Finding(f"no Back Market shipper is known for {', '.join(sorted(unknown)[:MOST_NAMED])}", remedy)
    if not shipped:
        return "no order was shipped within 90 days: there is no carrier to compare"
    return f"every carrier of {counted(len(shipped), 'order')} of the last 90 days has its Back Market shipper"


def parents(readings: Readings) -> Finding | str:
    """Judge whether the parents of shadows can be read: they hold the stock."""
    wanted = readings.parent_skus()
    found = readings.parents().found if wanted else {}
    lost = sorted(sku for sku in wanted if sku_key(sku) not in found)
    if lost:
        remedy = "let the user see the company that holds them: a shadow's stock is its parent's"
        return Finding(f"{len(lost)} of {len(wanted)} parents cannot be read: {', '.join(lost[:MOST_NAMED])}", remedy)
    if not wanted:
        return "no shadow products met"
    return f"{counted(len(wanted), 'parent')} of shadow products: all can be read"
