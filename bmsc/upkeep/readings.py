"""What doctor reads of both platforms: each list once, whoever asks, and never more than a healthy budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from bmsc.clients import errands, moments, survey
from bmsc.clients.backmarket_wire import WireOrder
from bmsc.clients.paging import PAGE_SIZE
from bmsc.clients.sellercloud_catalog_wire import CatalogRow
from bmsc.clients.survey import Query, Row, Rows
from bmsc.clients.wire import parse
from bmsc.domain.ids import OrderNumber, Sku, SkuKey, sku_key
from bmsc.domain.listings import Listing, Product, ProductsAnswer
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.domain.settings import Settings
from bmsc.errors import BmscError
from bmsc.jobs.ports import Clock
from bmsc.premises import Platforms

CATALOG_PAGES = 4
LISTING_PAGES = 4
_LISTING_ANSWERS = 16
"""All markets together: fourteen, as one European account may have, still leave room for the orders and the buybox."""
SKU_BATCHES = 4
SHIPPED_DAYS = timedelta(days=90)
BACK_MARKET_CHANNEL = 80
_FULLY_SHIPPED = "3"
Value = TypeVar("Value")


class Readings:
    """The raw material of the remote checks, read when first asked for; a failure is kept and told again."""

    def __init__(self, platforms: Platforms, settings: Settings, clock: Clock) -> None:
        self.platforms = platforms
        self.settings = settings
        self.clock = clock
        self.sellercloud = survey.sellercloud(platforms.sellercloud.http, clock)
        self.backmarket = survey.backmarket(platforms.backmarket.http, clock)
        self._kept: dict[str, Any] = {}

    @cached_property
    def company(self) -> tuple[tuple[str, str], ...]:
        """Narrow a SellerCloud list to our company."""
        return (("model.companyID", str(self.settings.sellercloud.company_id)),)

    def company_row(self) -> Row | None:
        """Read our company's row."""
        return self._once("company", self._read_company)

    def catalog(self) -> Rows:
        """Read the first products of our company, active or not."""
        return self._once("catalog", self._read_catalog)

    def catalog_products(self) -> Sequence[Product]:
        """Give those products as the jobs would see them."""
        where = errands.where("SellerCloud", "/api/Catalog")
        return [parse(CatalogRow, row, where=where).to_domain(UTC) for row in self.catalog().rows]

    def listings(self, locale: str) -> tuple[Sequence[Listing], Rows]:
        """Read a market's first listings: several pages of the first market, one of each other."""
        return self._once(f"listings {locale}", lambda: self._read_listings(locale))

    def own_listings(self) -> Sequence[Listing]:
        """Give the listings of the first market."""
        return self.listings(self.settings.markets[0].locale)[0]

    def listed_products(self) -> ProductsAnswer:
        """Look the listings' SKUs up in SellerCloud."""
        return self._once("products", self._read_products)

    def product_of(self, listing: Listing) -> Product | None:
        """Find a listing's product, after the aliases."""
        return self.listed_products().found.get(self.key_of(listing))

    def key_of(self, listing: Listing) -> SkuKey:
        """Name the SellerCloud SKU that a listing sells."""
        aliases = {sku_key(Sku(ours)): Sku(theirs) for ours, theirs in self.settings.sku_aliases.items()}
        return sku_key(aliases.get(sku_key(listing.sku), listing.sku))

    def market_orders(self) -> Rows:
        """Read a page of Back Market's orders, the newest there are."""
        return self._once("orders", lambda: self.backmarket.rows("/ws/orders", _market_page(1)))

    def recent_orders(self) -> Sequence[BackMarketOrder]:
        """Give those orders as the jobs would see them."""
        where = errands.where("Back Market", "/ws/orders")
        return [parse(WireOrder, row, where=where).to_domain() for row in self.market_orders().rows]

    def twins(self) -> Sequence[SellerCloudOrder]:
        """Find the SellerCloud orders of recent Back Market orders."""
        return self._once("twins", self._read_twins)

    def number_of(self, order: BackMarketOrder) -> OrderNumber:
        """Name a Back Market order as SellerCloud keeps it."""
        return OrderNumber(f"{self.settings.orders.order_number_prefix}{order.id}")

    def shipped(self) -> Rows:
        """Read a page of our company's orders that were shipped in the last 90 days."""
        return self._once("shipped", self._read_shipped)

    def parents(self) -> ProductsAnswer:
        """Read the parents of the shadows met so far."""
        return self._once("parents", lambda: self.platforms.sellercloud.products(sorted(self.parent_skus())))

    def parent_skus(self) -> set[Sku]:
        """Name the parents of the shadows met so far."""
        met = [*self.catalog_products(), *self.listed_products().found.values()]
        return {product.shadow_of for product in met if product.shadow_of}

    def _once(self, name: str, read: Callable[[], Value]) -> Value:
        if name not in self._kept:
            try:
                self._kept[name] = read()
            except BmscError as error:
                self._kept[name] = error
        found = self._kept[name]
        if isinstance(found, BmscError):
            raise found
        return found  # type: ignore[no-any-return]

    def _read_company(self) -> Row | None:
        rows = self.sellercloud.rows("/api/Companies", (*self.company, *page(1))).rows
        wanted = self.settings.sellercloud.company_id
        return next((row for row in rows if row.get("ID") == wanted), None)

    def _read_catalog(self) -> Rows:
        query = (*self.company, ("model.activeStatus", "-1"))
        found: list[Row] = []
        for number in range(1, CATALOG_PAGES + 1):
            got = self.sellercloud.rows("/api/Catalog", (*query, *page(number)))
            found.extend(got.rows)
            if not got.rows or len(found) >= got.total:
                break
        return Rows(found, got.total, got.keys)

    def _read_listings(self, locale: str) -> tuple[Sequence[Listing], Rows]:
        from bmsc.clients.backmarket_listings import WireListing

        first, *others = self.settings.markets
        most = min(LISTING_PAGES, _LISTING_ANSWERS - len(others)) if locale == first.locale else 1
        found: list[Row] = []
        fullest = 0
        for number in range(1, most + 1):
            got = self.backmarket.rows("/ws/listings", _market_page(number), {"Accept-Language": locale})
            found.extend(got.rows)
            fullest = max(fullest, got.fullest)
            if not got.rows or len(found) >= got.total:
                break
        where = errands.where("Back Market", "/ws/listings")
        listings = [parse(WireListing, row, where=where).to_domain(locale) for row in found]
        return listings, Rows(found, got.total, got.keys, fullest)

    def _read_products(self) -> ProductsAnswer:
        aliases = {sku_key(Sku(ours)): Sku(theirs) for ours, theirs in self.settings.sku_aliases.items()}
        skus = (aliases.get(sku_key(listing.sku), listing.sku) for listing in self.own_listings())
        return self.platforms.sellercloud.products(list(islice(dict.fromkeys(skus), SKU_BATCHES * PAGE_SIZE)))

    def _read_twins(self) -> Sequence[SellerCloudOrder]:
        numbers = [self.number_of(order) for order in self.recent_orders()]
        answers = self.platforms.sellercloud.orders_by_number(numbers) if numbers else ()
        return [row for answer in answers for row in answer.rows]

    def _read_shipped(self) -> Rows:
        from zoneinfo import ZoneInfo

        since = moments.without_offset(self.clock.now() - SHIPPED_DAYS, ZoneInfo(self.settings.sellercloud.timezone))
        query = (("model.shippingStatus", _FULLY_SHIPPED), ("model.lastUpdatedFrom", since))
        return self.sellercloud.rows("/api/Orders", (*self.company, *query, *page(1)))


def page(number: int, size: int = PAGE_SIZE) -> Query:
    """Ask SellerCloud for one page."""
    return (("model.pageNumber", str(number)), ("model.pageSize", str(size)))


def _market_page(number: int) -> Query:
    return (("page", str(number)), ("page-size", str(PAGE_SIZE)))
