"""Every product of the company or of a saved view, page by page: nothing is kept but what the caller keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from bmsc.clients import errands
from bmsc.clients.exchange import Call
from bmsc.clients.paging import MOST_PAGES, PAGE_SIZE
from bmsc.clients.sellercloud import SellerCloudReads
from bmsc.clients.sellercloud_catalog_wire import CatalogPage
from bmsc.clients.side_by_side import side_by_side
from bmsc.clients.wire import RequiredWhole, Rows, Text, Wire, parse
from bmsc.domain.ids import SkuKey, sku_key
from bmsc.domain.listings import CatalogSlice, Product
from bmsc.domain.settings import SellerCloudSettings
from bmsc.errors import ConfigError, CredentialsRefused, RemoteError, RemoteMisbehaved

CATALOG = "/api/Catalog"
VIEWS = "/api/Catalog/Views"
BY_VIEW = "/api/Catalog/GetAllByView"
_GIVE_UP_AFTER = 3
_ACTIVE = "1"
_KIT_PARENTS = "1"
_NEXT_RUN_READS = "nothing; the next run reads"
_Read = Callable[[int], CatalogSlice]


class View(Wire):
    """A saved view as `GET /api/Catalog/Views` shows it."""

    ID: RequiredWhole
    Name: Text = ""


class Views(Wire):
    """The bare list that `GET /api/Catalog/Views` answers, under a name."""

    rows: Rows[View] = ()


class SellerCloudCatalogue:
    """Streams products, reduced to the columns named, several pages at a time."""

    def __init__(self, reads: SellerCloudReads, settings: SellerCloudSettings, *, columns: frozenset[str]) -> None:
        self._http = reads.http
        self._zone = reads.zone
        self._company_id = settings.company_id
        self._columns = columns

    def of_company(self) -> Iterator[CatalogSlice]:
        """Read the company's active products."""
        query = (("model.companyID", str(self._company_id)), ("model.activeStatus", _ACTIVE))
        return self._slices(CATALOG, query, prefix="model.")

    def of_view(self, view_id: int) -> Iterator[CatalogSlice]:
        """Read the products of a saved view. Raises ConfigError when this user has no such view."""
        answer = self._http.send(Call("GET", VIEWS, VIEWS))
        views = parse(Views, {"rows": answer}, where=errands.where("SellerCloud", VIEWS)).rows
        if view_id not in {view.ID for view in views}:
            named = ", ".join(f"{view.ID} {view.Name}" for view in views[:10]) or "none"
            problem = f"listings.create.saved_view_id: this user has no saved view {view_id}; it has {named}"
            raise ConfigError([problem])
        # Unlike everywhere else, the parameters of views carry no `model.`.
        return self._slices(BY_VIEW, (("viewID", str(view_id)),), prefix="")

    def parts_of_kits(self) -> frozenset[SkuKey]:
        """Name every product that goes into an active kit of the company; raises when one may be missing."""
        query = (("model.companyID", str(self._company_id)), ("model.activeStatus", _ACTIVE))
        pages = list(self._slices(CATALOG, (*query, ("model.selectedKits", _KIT_PARENTS)), prefix="model."))
        if len({sku_key(one.sku) for page in pages for one in page.products}) < max(page.total for page in pages):
            raise RemoteMisbehaved("SellerCloud counts more kits than it gives", next_step=_NEXT_RUN_READS)
        return frozenset().union(*(page.kit_parts for page in pages))

    def _slices(self, path: str, query: tuple[tuple[str, str], ...], *, prefix: str) -> Iterator[CatalogSlice]:
        def read(number: int) -> CatalogSlice:
            paging = ((f"{prefix}pageNumber", str(number)), (f"{prefix}pageSize", str(PAGE_SIZE)))
            answer = self._http.send(Call("GET", path, path, query=(*query, *paging)))
            return self._slice(parse(CatalogPage, answer, where=errands.where("SellerCloud", path)))

        first = read(1)
        yield first
        size = len(first.products)
        if size and first.total > size:
            # Pages are counted in rows received: a larger page than the platform likes is cut without a word.
            last = min(-(-first.total // size), MOST_PAGES)
            yield from self._others(read, last)

    def _others(self, read: _Read, last: int) -> Iterator[CatalogSlice]:
        """Read pages side by side, a few ahead of the caller; one that fails is left out, three in a row end it."""
        failed_in_a_row = 0
        for found in side_by_side(_tried(read), range(2, last + 1), workers=self._http.concurrency):
            if isinstance(found, CatalogSlice):
                failed_in_a_row = 0
                yield found
                continue
            failed_in_a_row += 1
            if failed_in_a_row >= _GIVE_UP_AFTER:
                raise found

    def _slice(self, page: CatalogPage) -> CatalogSlice:
        rows = page.Items or []
        if page.TotalResults and not rows:
            raise RemoteMisbehaved("SellerCloud counts products and gives none", next_step=_NEXT_RUN_READS)
        parts = frozenset(sku_key(part.ChildProductId) for row in rows if row.IsKit for part in row.ChildProducts)
        return CatalogSlice(tuple(self._slim(row.to_domain(self._zone)) for row in rows), parts, page.TotalResults)

    def _slim(self, product: Product) -> Product:
        kept = {name: value for name, value in (product.columns or {}).items() if name in self._columns}
        return replace(product, columns=kept if product.columns else None, edited_at=None, counted_at=None)


def _tried(read: _Read) -> Callable[[int], CatalogSlice | RemoteError]:
    def one(number: int) -> CatalogSlice | RemoteError:
        try:
            return read(number)
        except CredentialsRefused:
            raise
        except RemoteError as error:
            return error

    return one
