"""Which open questions about SellerCloud's lists can be settled by reading alone?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bmsc.clients.paging import PAGE_SIZE
from bmsc.clients.survey import Row, Rows
from bmsc.clients.wire import text, whole
from bmsc.domain.orders import OrderStatus
from bmsc.errors import NotFound
from bmsc.upkeep.answers import UNSETTLED, Question, kinds, shape
from bmsc.upkeep.readings import Readings, page

PLATFORM = "SellerCloud"
_NO_SUCH_ORDER = 1
_ACTIVE = ("model.activeStatus", "-1")


def questions(readings: Readings) -> Iterator[Question]:
    """Give every question."""
    ask = _Asker(readings)
    for words, assumed, find in (
        ("the largest page is", "50, whatever is asked", ask.page_cap),
        ("a page past the end is", "an empty list", ask.past_end),
        ("two pages share rows", "perhaps: rows are known by their id", ask.overlap),
        ("an empty list is", "[] or null", ask.empty_list),
        (
            "several values of one filter come",
            "SKUs in one comma list, order numbers as repeated keys",
            ask.list_values,
        ),
        (f"of {PAGE_SIZE} SKUs in one filter come", "all; what is missing is asked for again", ask.full_list),
        ("without companyID a catalog shows", "unknown, so the company is always named", ask.default_company),
        ("without activeStatus a catalog shows", "active products only, so -1 is always sent", ask.default_active),
        ("without displayShadows a catalog shows", "shadows or not: rows are asked for by SKU", ask.default_shadows),
        ("SKUs are spelled", "in any case: they are compared without it", ask.spelling),
        ("an order's line keeps ReferenceID", "yes, in the list", ask.reference_ids),
        ("a missing date is", "null, or the year 1", ask.missing_dates),
        ("cancelled orders are listed", "perhaps not: each is asked for by its id", ask.cancelled),
        ("an order that is not there is", "a 404, a 500 that says so, or null", ask.absent_order),
    ):
        yield Question(PLATFORM, words, assumed, find)


class _Asker:
    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._sc = readings.sellercloud

    def _rows(self) -> Sequence[Row]:
        return self._readings.catalog().rows

    def overlap(self) -> str:
        if self._readings.catalog().total <= PAGE_SIZE:
            return f"{UNSETTLED}fewer than {PAGE_SIZE + 1} products"
        first, second = ({text(row.get("ID")) for row in self._catalog(page(number, 20)).rows} for number in (1, 2))
        return "yes" if first & second else "no"

    def full_list(self) -> str:
        skus = [text(row.get("ID")) for row in self._rows() if "," not in text(row.get("ID"))][:PAGE_SIZE]
        if len(skus) < PAGE_SIZE:
            return f"{UNSETTLED}fewer than {PAGE_SIZE} products"
        got = self._sc.rows("/api/Catalog", (("model.sKU", ",".join(skus)), _ACTIVE, *page(1)))
        return "all" if len(got.rows) == len(skus) else f"{len(got.rows)}"

    def spelling(self) -> str:
        ours = {text(row.get("ID")) for row in self._rows()}
        theirs = {listing.sku for listing in self._readings.own_listings()}
        folded = {sku.casefold() for sku in theirs}
        return kinds(
            (sku for sku in ours if sku.casefold() in folded),
            lambda sku: "as on Back Market" if sku in theirs else "in another case",
        )

    def _orders(self) -> Sequence[Row]:
        query = (*self._readings.company, ("model.orderBy", "0"), ("model.isAscending", "false"), *page(1))
        return self._sc.rows("/api/Orders", query).rows

    def cancelled(self) -> str:
        met = any(whole(row.get("StatusCode")) == OrderStatus.CANCELED for row in self._orders())
        return "yes" if met else "none came"

    def missing_dates(self) -> str:
        met = (value for row in self._orders() for key, value in row.items() if "date" in key.casefold())
        return kinds((value for value in met if not text(value) or text(value)[:4] == "0001"), _missing_date_word)

    def absent_order(self) -> str:
        try:
            answer = self._sc.get(f"/api/Orders/{_NO_SUCH_ORDER}")
        except NotFound:
            return f"a {self._sc.watch.last_status}"
        return shape(answer)

    def page_cap(self) -> str:
        got = self._catalog(page(1, 100))
        if got.total <= 50:
            return f"{UNSETTLED}fewer than 51 products"
        return f"{len(got.rows)} rows when 100 are asked for"

    def past_end(self) -> str:
        total = self._readings.catalog().total
        got = self._catalog(page(total // 50 + 3))
        if got.rows:
            return "the last page again"
        return "an empty list, total kept" if got.total else "an empty list, total 0"

    def empty_list(self) -> str:
        answer = self._sc.get("/api/Catalog", (("model.sKU", "BMSC-PROBE-NO-SUCH-SKU"), *page(1)))
        return shape(answer.get("Items")) if isinstance(answer, dict) else shape(answer)

    def list_values(self) -> str:
        skus = [text(row.get("ID")) for row in self._rows() if "," not in text(row.get("ID"))][:2]
        if len(skus) < 2:
            return f"{UNSETTLED}fewer than two products"
        comma = self._sc.rows("/api/Catalog", (("model.sKU", ",".join(skus)), _ACTIVE, *page(1)))
        repeated = self._sc.rows("/api/Catalog", (("model.sKU", skus[0]), ("model.sKU", skus[1]), _ACTIVE, *page(1)))
        works = [name for name, got in (("comma list", comma), ("repeated key", repeated)) if len(got.rows) == 2]
        return " and ".join(works) + " work" if works else "neither form works"

    def default_company(self) -> str:
        every = self._sc.rows("/api/Catalog", (_ACTIVE, *page(1, 1))).total
        ours = self._readings.catalog().total
        return "more than our company" if every > ours else "our company or less"

    def default_active(self) -> str:
        fewer = self._catalog(page(1, 1), active=False).total < self._readings.catalog().total
        inactive = any(whole(row.get("Status")) == 0 for row in self._rows())
        if not fewer and not inactive:
            return f"{UNSETTLED}no inactive product met"
        return "active products only" if fewer else "all products"

    def default_shadows(self) -> str:
        parents = self._readings.parent_skus()
        if any(text(row.get("ShadowOf")) for row in self._rows()):
            return "shadows too"
        return "no shadows" if parents else f"{UNSETTLED}no shadow met"

    def _catalog(self, paging: tuple[tuple[str, str], ...], *, active: bool = True) -> Rows:
        status = (_ACTIVE,) if active else ()
        return self._sc.rows("/api/Catalog", (*self._readings.company, *status, *paging))

    def reference_ids(self) -> str:
        items = [item for row in self._orders() for item in row.get("Items") or () if isinstance(item, dict)]
        return kinds(items, lambda item: "yes" if text(item.get("ReferenceID")) else "not on every order")  # type: ignore[attr-defined]


def _missing_date_word(value: object) -> str:
    if value is None:
        return "null"
    return "empty text" if value == "" else "the year 1"
