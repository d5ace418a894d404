"""What SellerCloud's catalog says of many SKUs, batch by batch: a batch that fails says nothing of its SKUs."""

from __future__ import annotations

import threading
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from bmsc.clients import errands
from bmsc.clients.exchange import Call
from bmsc.clients.paging import PAGE_SIZE, Page, batches, whole_list
from bmsc.clients.sellercloud import QUERY_BUDGET, SellerCloudReads, fits_a_list, sku_cost
from bmsc.clients.side_by_side import side_by_side
from bmsc.clients.wire import Flag, RequiredWhole, Rows, Whole, Wire, parse
from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.domain.listings import CatalogAnswer, Feed, Product, Stamp
from bmsc.errors import CredentialsRefused, NotFound, RemoteError, RemoteMisbehaved

_GIVE_UP_AFTER = 3
"""So many batches in a row without an answer, and the rest is not asked for."""
_WAREHOUSES = "/api/Warehouses"
_BY_WAREHOUSE = "/api/Inventory/Warehouses"


class Warehouse(Wire):
    """A warehouse as `GET /api/Warehouses` shows it."""

    ID: RequiredWhole
    IsSellAble: Flag = False


class WarehousesPage(Wire):
    """The envelope of `GET /api/Warehouses`."""

    Items: Rows[Warehouse] = ()
    TotalResults: Whole = None


class Shelf(Wire):
    """The units of one product in one warehouse."""

    WarehouseID: Whole = None
    AvailableQty: Whole = None


class Shelves(Wire):
    """The answer of `GET /api/Inventory/Warehouses`, whose published shapes differ."""

    Items: Rows[Shelf] = ()


class SellerCloudStock:
    """Reads catalog rows of any company, reduced to the columns named, several batches at a time."""

    def __init__(self, reads: SellerCloudReads, *, columns: frozenset[str]) -> None:
        self._reads = reads
        self._http = reads.http
        self._columns = columns
        self._failures = _Failures()
        self._sellable: Mapping[int, bool] | None = None

    def rows(self, skus: Iterable[Sku], *, beside: Sequence[Sku] = ()) -> Iterator[CatalogAnswer]:
        """Read the rows of SKUs, one answer a batch, drawing SKUs as calls go out.

        `beside` rides in every batch, as a witness. Raises the last failure when no batch at all was answered.
        """
        yield from side_by_side(self._batch, _batches(_each_once(skus), beside), workers=self._http.concurrency)
        if self._failures.nothing_but():
            raise self._failures.last

    def units_in_warehouses(self, sku: Sku) -> int | None:
        """Count a product's available units in sellable warehouses; None when SellerCloud gives no answer."""
        try:
            sellable = self._warehouses()
            shelves = self._shelves(sku)
        except CredentialsRefused:
            raise
        except RemoteError:
            return None
        if any(shelf.WarehouseID not in sellable for shelf in shelves):
            return None
        units = [shelf.AvailableQty for shelf in shelves if sellable.get(shelf.WarehouseID or 0)]
        return sum(found for found in units if found is not None) if any(u is not None for u in units) else None

    def _shelves(self, sku: Sku) -> Sequence[Shelf]:
        answer = self._http.send(Call("GET", _BY_WAREHOUSE, _BY_WAREHOUSE, query=(("productID", sku),)))
        wrapped = {"Items": answer} if isinstance(answer, list) else answer
        if isinstance(wrapped, dict) and "Items" not in wrapped:
            wrapped = {"Items": [wrapped]}
        return parse(Shelves, wrapped, where=errands.where("SellerCloud", _BY_WAREHOUSE)).Items

    def _warehouses(self) -> Mapping[int, bool]:
        """Give every warehouse, and whether its units are for sale."""
        if self._sellable is None:
            where = errands.where("SellerCloud", _WAREHOUSES)
            houses = whole_list(self._page_of_warehouses, lambda house: house.ID, where=where)
            self._sellable = {house.ID: house.IsSellAble for house in houses}
        return self._sellable

    def _page_of_warehouses(self, number: int) -> Page[Warehouse]:
        paging = (("model.pageNumber", str(number)), ("model.pageSize", str(PAGE_SIZE)))
        answer = self._http.send(Call("GET", _WAREHOUSES, _WAREHOUSES, query=paging))
        page = parse(WarehousesPage, answer, where=errands.where("SellerCloud", _WAREHOUSES))
        return Page(page.Items, page.TotalResults)

    def _batch(self, skus: tuple[Sku, ...]) -> CatalogAnswer:
        asked = frozenset(sku_key(sku) for sku in skus)
        if self._failures.in_a_row >= _GIVE_UP_AFTER:
            return CatalogAnswer({}, asked, asked)
        try:
            answer = self._reads.products(skus)
        except CredentialsRefused:
            raise
        except RemoteError as error:
            self._failures.count(error)
            return CatalogAnswer({}, asked, asked)
        self._failures.answered()
        found = {key: slim(product, self._columns) for key, product in answer.found.items() if key in asked}
        unknown = (answer.unknown & asked) | self._merely_not_searched_out(skus, found)
        return CatalogAnswer(found, unknown, asked, newest_of(answer.found.values()))

    def _merely_not_searched_out(self, skus: Iterable[Sku], found: Container[SkuKey]) -> frozenset[SkuKey]:
        """Name the SKUs that a search did not bring, and that SellerCloud asked by name does not deny.

        A search may overlook a SKU, and no witness can ride along in it.
        """
        searched = [sku for sku in skus if not fits_a_list(sku) and sku_key(sku) not in found]
        return frozenset(sku_key(sku) for sku in searched if not self._is_denied(sku))

    def _is_denied(self, sku: Sku) -> bool:
        try:
            self._shelves(sku)
        except NotFound:
            return True
        except CredentialsRefused:
            raise
        except RemoteError:
            pass
        return False


def slim(product: Product, columns: frozenset[str]) -> Product:
    """Keep the columns in use; a row that came without any column keeps saying so."""
    kept = {name: value for name, value in (product.columns or {}).items() if name in columns}
    return replace(product, name="", columns=kept if product.columns else None, edited_at=None, counted_at=None)


def newest_of(products: Collection[Product]) -> dict[Feed, Stamp]:
    """Find the newest date of each kind, and whose it is."""
    found = {}
    for feed in Feed:
        dated = [(moment, product.sku) for product in products if (moment := feed.moment_of(product))]
        if dated:
            found[feed] = Stamp(*max(dated))
    return found


class _Failures:
    """How many batches failed in a row, and whether any was answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered = False
        self.in_a_row = 0
        self.last: RemoteError = RemoteMisbehaved("SellerCloud was not asked")

    def answered(self) -> None:
        with self._lock:
            self._answered, self.in_a_row = True, 0

    def count(self, error: RemoteError) -> None:
        with self._lock:
            self.last = error
            if not isinstance(error, RemoteMisbehaved):
                self.in_a_row += 1

    def nothing_but(self) -> bool:
        return not self._answered and self.in_a_row > 0


def _each_once(skus: Iterable[Sku]) -> Iterator[Sku]:
    seen: set[Sku] = set()
    for sku in skus:
        if sku not in seen:
            seen.add(sku)
            yield sku


def _batches(skus: Iterable[Sku], beside: Sequence[Sku]) -> Iterator[tuple[Sku, ...]]:
    """Cut into batches by number and by length; a SKU that no list can carry travels alone, at the end."""
    witnesses = tuple(sku for sku in beside if fits_a_list(sku))[:1]
    room = QUERY_BUDGET - sum(map(sku_cost, witnesses))
    alone: list[Sku] = []
    for batch in batches(_listed(skus, alone), sku_cost, most=PAGE_SIZE - len(witnesses), budget=room):
        yield (*batch, *witnesses)
    yield from ((sku, *witnesses) for sku in alone)


def _listed(skus: Iterable[Sku], alone: list[Sku]) -> Iterator[Sku]:
    """Let the SKUs pass that fit a list, and put the others aside."""
    for sku in skus:
        if fits_a_list(sku):
            yield sku
        else:
            alone.append(sku)
