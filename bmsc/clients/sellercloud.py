"""What is asked of SellerCloud and what its answers mean, call by call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal
from typing import TypeVar
from urllib.parse import quote_plus

from bmsc.clients import errands, sellercloud_bodies, words
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.paging import PAGE_SIZE, Page, batches, sweep, sweep_again_if_short, whole_list
from bmsc.clients.sellercloud_shipments import ShipmentCalls
from bmsc.clients.sellercloud_wire import ListRow, OrdersPage, SingleOrder
from bmsc.clients.side_by_side import side_by_side
from bmsc.clients.wire import NOT_BELIEVED, Wire, parse, whole
from bmsc.domain.ids import OrderNumber, SellerCloudOrderId, Sku, SkuKey, sku_key
from bmsc.domain.listings import Product, ProductsAnswer
from bmsc.domain.orders import NumbersAnswer, OrderDraft, OrderStatus, SellerCloudOrder
from bmsc.errors import NotFound, OutcomeUnknown, RemoteMisbehaved

PLATFORM = "SellerCloud"
QUERY_BUDGET = 1_800
"""Characters of query that every proxy on the way carries."""
OTHER_METHOD = 6
"""SellerCloud's payment method Other: it takes a reference number."""
_NUMBERS_FILTER = "model.orderSourceOrderIDList"
_LONGEST_LISTED_SKU = 200
_KEYWORD_PAGES = 4
_Query = tuple[tuple[str, str], ...]
_Envelope = TypeVar("_Envelope", bound=Wire)
_READ_LATER = "nothing; later runs read what became of it before anything is written again"


class SellerCloudReads:
    """The reads: none of them is narrowed to a company unless it says so."""

    def __init__(self, http: Http, *, company_id: int, zone: tzinfo) -> None:
        self._http = http
        self._company_id = company_id
        self._zone = zone

    @property
    def http(self) -> Http:
        """Give the road to the platform, for the calls that have a module of their own."""
        return self._http

    @property
    def zone(self) -> tzinfo:
        """Give the zone of dates that carry no offset."""
        return self._zone

    def orders_by_number(
        self, numbers: Sequence[OrderNumber], *, beside: Sequence[OrderNumber] = ()
    ) -> Sequence[NumbersAnswer]:
        """Find orders of any company by their channel order number, one answer per batch; `beside` is in each."""
        wanted, companions = dict.fromkeys(numbers), tuple(dict.fromkeys(beside))
        others = [number for number in wanted if number not in companions]
        room = QUERY_BUDGET - sum(map(_number_cost, companions))
        most = max(1, PAGE_SIZE - len(companions))
        split = list(batches(others, _number_cost, most=most, budget=room)) or [()]
        asked = [(*split[0], *(number for number in companions if number in wanted)), *split[1:]]
        pairs = [(some, (*batch, *companions)) for some, batch in zip(asked, split, strict=True) if some]
        rows = side_by_side(self._orders_numbered, (batch for _, batch in pairs), workers=self._http.concurrency)
        return [NumbersAnswer(asked=some, rows=found) for (some, _), found in zip(pairs, rows, strict=True)]

    def order(self, order_id: SellerCloudOrderId) -> SellerCloudOrder:
        """Read one order by SellerCloud's own id: immediate, where lists may lag."""
        template = "/api/Orders/{id}"
        answer = self._http.send(Call("GET", f"/api/Orders/{order_id}", template))
        if answer is None:
            raise NotFound(f"{_where(template)} answered null for order {order_id}")
        single = parse(SingleOrder, answer, where=_where(template), subject=f"order {order_id}")
        if single.OrderID != order_id:
            message = f"{_where(template)} was asked for order {order_id} and gave {single.OrderID}"
            raise RemoteMisbehaved(message, next_step=NOT_BELIEVED)
        return single.to_domain(self._zone)

    def company_orders_readable(self) -> None:
        """Raise unless the company's order list answers in its proper shape."""
        page = self._orders_page((("model.companyID", str(self._company_id)),), 1, size=1)
        rows = page.Items or []
        if page.TotalResults > 0 and not rows:
            message = f"{_where('/api/Orders')} counts {page.TotalResults} orders and gives none"
            raise RemoteMisbehaved(message, next_step=NOT_BELIEVED)
        if any(row.CompanyID != self._company_id for row in rows):
            raise _filter_ignored("/api/Orders")

    def products(self, skus: Iterable[Sku]) -> ProductsAnswer:
        """Read the products of the SKUs given, of whatever company and whether active or not."""
        wanted = {sku_key(sku): sku for sku in skus if sku.strip()}
        found: dict[SkuKey, Product] = {}
        unknown: set[SkuKey] = set()
        listed = [sku for sku in wanted.values() if fits_a_list(sku)]
        for batch in batches(listed, sku_cost, most=PAGE_SIZE, budget=QUERY_BUDGET):
            answer = self._products_listed(batch)
            found |= answer.found
            unknown |= answer.unknown
        for sku in wanted.values():
            if not fits_a_list(sku):
                answer = self._product_by_keyword(sku)
                found |= answer.found
                unknown |= answer.unknown
        return ProductsAnswer(found, frozenset(unknown))

    def catalog_page(self, query: _Query, number: int) -> Page[Product]:
        """Read one page of the catalog under some filters."""
        from bmsc.clients.sellercloud_catalog_wire import CatalogPage

        page = self._page(CatalogPage, "/api/Catalog", query, number)
        return Page([row.to_domain(self._zone) for row in page.Items or []], page.TotalResults)

    def check_login(self) -> str:
        """Log in afresh with the configured password, whatever token is at hand."""
        self._http.log_in()
        return f"{self._http.base_url} accepts the username and password"

    def _orders_numbered(self, numbers: tuple[OrderNumber, ...]) -> tuple[SellerCloudOrder, ...]:
        spelled = {_folded(number): number for number in numbers}
        query = tuple((_NUMBERS_FILTER, number) for number in numbers)

        def read(number: int) -> Page[ListRow]:
            page = self._orders_page(query, number)
            rows = page.Items or []
            if any(_folded(row.OrderSourceOrderID) not in spelled for row in rows):
                raise _filter_ignored("/api/Orders")
            return Page(rows, page.TotalResults)

        rows = whole_list(read, lambda row: row.ID, where=_where("/api/Orders"))
        return tuple(row.to_domain(spelled[_folded(row.OrderSourceOrderID)], self._zone) for row in rows)

    def _orders_page(self, query: _Query, number: int, *, size: int = PAGE_SIZE) -> OrdersPage:
        # Ascending ids: orders that arrive meanwhile do not push rows onto pages already read.
        order = (("model.orderBy", "0"), ("model.isAscending", "true"))
        return self._page(OrdersPage, "/api/Orders", (*query, *order), number, size=size)

    def _products_listed(self, skus: tuple[Sku, ...]) -> ProductsAnswer:
        wanted = {sku_key(sku) for sku in skus}
        query = (("model.sKU", ",".join(skus)), ("model.activeStatus", "-1"))

        def read(number: int) -> Page[Product]:
            page = self.catalog_page(query, number)
            if any(sku_key(product.sku) not in wanted for product in page.rows):
                raise _filter_ignored("/api/Catalog")
            return page

        swept = sweep_again_if_short(read, lambda product: sku_key(product.sku))
        found = {sku_key(product.sku): product for product in swept.rows}
        return ProductsAnswer(found, frozenset() if swept.complete else frozenset(wanted - found.keys()))

    def _product_by_keyword(self, sku: Sku) -> ProductsAnswer:
        """Search for a SKU that a comma list cannot carry; the search is loose, so ids are compared exactly."""
        query = (("model.keyword", sku), ("model.activeStatus", "-1"))
        key = sku_key(sku)

        def read(number: int) -> Page[Product]:
            page = self.catalog_page(query, number)
            enough = number >= _KEYWORD_PAGES or any(sku_key(product.sku) == key for product in page.rows)
            return Page(page.rows, page.total, is_last=enough)

        swept = sweep(read, lambda product: sku_key(product.sku))
        exact = [product for product in swept.rows if sku_key(product.sku) == key]
        found = {key: exact[0]} if exact else {}
        unknown = frozenset() if found or swept.complete else frozenset({key})
        return ProductsAnswer(found, unknown)

    def _page(
        self, envelope: type[_Envelope], path: str, query: _Query, number: int, *, size: int = PAGE_SIZE
    ) -> _Envelope:
        """Read one page. Every parameter carries `model.`: without it SellerCloud may drop them all."""
        paging = (("model.pageNumber", str(number)), ("model.pageSize", str(size)))
        answer = self._http.send(Call("GET", path, path, query=(*query, *paging)))
        return parse(envelope, answer, where=_where(path))


class SellerCloudWrites(SellerCloudReads, ShipmentCalls):
    """The writes beside the reads; none is ever repeated here once it may have arrived."""

    def create_order(self, draft: OrderDraft) -> SellerCloudOrderId:
        """Create an order and answer with its id."""
        body = sellercloud_bodies.create_order(draft, self._zone)
        answer = self._http.send(Call("POST", "/api/Orders", "/api/Orders", body=body))
        created = whole(_id_in(answer))
        if created is None or created <= 0:
            message = "SellerCloud said yes to creating an order without naming the order it made [POST /api/Orders]"
            raise OutcomeUnknown(message, words=words.business(answer), next_step=_READ_LATER)
        return SellerCloudOrderId(created)

    def receive_payment(self, order_id: SellerCloudOrderId, amount: Decimal, *, reference: str) -> None:
        """Record a manual payment; twice would record two."""
        body = {
            "Amount": amount,
            "PaymentMethod": OTHER_METHOD,
            "ReferenceNumber": reference,
            "Notes": f"Back Market order {reference}",
        }
        template = "/api/Orders/{id}/ReceiveManualPayment"
        path = template.replace("{id}", str(order_id))
        self._http.send(Call("PUT", path, template, body=body, empty_answer=True))

    def cancel_order(self, order_id: SellerCloudOrderId) -> bool:
        """Set an order to Canceled; says whether SellerCloud lists it as updated."""
        path = "/api/Orders/StatusCode"
        body = {"Orders": [order_id], "Status": int(OrderStatus.CANCELED)}
        answer = self._http.send(Call("PUT", path, path, body=body))
        if not isinstance(answer, list):
            message = f"SellerCloud answered without the list of orders it updated [PUT {path}]"
            raise OutcomeUnknown(message, words=words.business(answer), next_step=_READ_LATER)
        return order_id in map(whole, answer)


def _id_in(answer: object) -> object:
    if isinstance(answer, Mapping):
        return next((answer[key] for key in ("ID", "Id", "OrderID") if key in answer), None)
    return answer


def _where(template: str) -> str:
    return errands.where(PLATFORM, template)


def _filter_ignored(path: str) -> RemoteMisbehaved:
    message = f"{_where(path)} gave rows nobody asked for: it ignored the filter"
    return RemoteMisbehaved(message, next_step=NOT_BELIEVED)


def _folded(number: str) -> str:
    return number.strip().casefold()


def fits_a_list(sku: str) -> bool:
    """Say whether a SKU can ride in a comma list of ids."""
    return "," not in sku and sku_cost(sku) <= _LONGEST_LISTED_SKU


def _number_cost(number: str) -> int:
    return len(_NUMBERS_FILTER) + len(quote_plus(number)) + 2


def sku_cost(sku: str) -> int:
    """Count the characters a SKU takes in a query."""
    return len(quote_plus(sku)) + len("%2C")
