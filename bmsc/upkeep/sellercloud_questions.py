"""Which open questions about SellerCloud can be settled by reading alone?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bmsc.clients import moments
from bmsc.clients.survey import Row, Rows
from bmsc.clients.wire import text, whole
from bmsc.upkeep.answers import UNSETTLED, Question, kinds, shape
from bmsc.upkeep.readings import Readings, page

PLATFORM = "SellerCloud"
_BOOLEAN, _INTEGER, _DECIMAL = 4, 1, 2
_FRESH_SECONDS = 1800
_SPELLINGS = ("True", "False", "true", "false", "1", "0", "Y", "N", "Yes", "No")


def questions(readings: Readings) -> Iterator[Question]:
    """Give every question."""
    ask = _Asker(readings)
    for words, assumed, find in (
        ("Boolean columns arrive as", "any: True/False, true/false, 1/0, Y/N, Yes/No", lambda: ask.spelled(_BOOLEAN)),
        ("Decimal columns arrive as", "number or text with a dot", lambda: ask.spelled(_DECIMAL)),
        ("Integer columns arrive as", "number or text", lambda: ask.spelled(_INTEGER)),
        ("unset columns are", "null, empty, 0 or left out: all count as not set", ask.unset),
        ("the custom columns of a row are", "an array; a row without it is not judged", ask.columns_key),
        ("the largest page is", "50, whatever is asked", ask.page_cap),
        ("a page past the end is", "an empty list", ask.past_end),
        ("an empty list is", "[] or null", ask.empty_list),
        (
            "several values of one filter come",
            "SKUs in one comma list, order numbers as repeated keys",
            ask.list_values,
        ),
        ("without companyID a catalog shows", "unknown, so the company is always named", ask.default_company),
        ("without activeStatus a catalog shows", "active products only, so -1 is always sent", ask.default_active),
        ("without displayShadows a catalog shows", "shadows or not: rows are asked for by SKU", ask.default_shadows),
        ("a shadow's own quantity is", "0: the parent's is used", ask.shadow_quantity),
        ("a shadow's custom columns are", "its own", ask.shadow_columns),
        ("InventoryAvailableQty is", "a number; AggregateQty stands in when it is null", ask.available),
        ("AggregateQty equals it", "not relied upon", ask.aggregate),
        ("quantities arrive as", "number or text", lambda: ask.shapes("InventoryAvailableQty", "AggregateQty")),
        ("money arrives as", "number or text", lambda: ask.shapes("SitePrice")),
        ("dates are written", "with or without offset; without: sellercloud.timezone", ask.date_style),
        ("dates are in", "sellercloud.timezone", ask.time_zone),
        ("throttle headers are named", "none: the body is read", ask.headers),
        ("Inventory/Warehouses is", "an array, an object or wrapped", ask.warehouses),
        ("Products/CustomColumns is", "not used", ask.single_columns),
        ("an order's line keeps ReferenceID", "yes, in the list", ask.reference_ids),
    ):
        yield Question(PLATFORM, words, assumed, find)


class _Asker:
    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._sc = readings.sellercloud

    def _rows(self) -> list[Row]:
        return list(self._readings.catalog().rows)

    def _cells(self, data_type: int) -> Iterator[object]:
        for row in self._rows():
            for column in row.get("CustomColumns") or ():
                name = text(column.get("ColumnName")).upper()
                if whole(column.get("DataType")) == data_type and name.startswith("BACKMARKET_"):
                    yield column.get("Value")

    def spelled(self, data_type: int) -> str:
        filled = (value for value in self._cells(data_type) if value is not None and str(value) != "")
        if data_type == _BOOLEAN:
            return kinds(filled, _spelling)
        return kinds(filled, _number_style)

    def unset(self) -> str:
        rows = [
            {text(one.get("ColumnName")): one.get("Value") for one in row.get("CustomColumns") or ()}
            for row in self._rows()
        ]
        names = {name for row in rows for name in row}
        if not names:
            return f"{UNSETTLED}no column met"
        if any(name not in row for row in rows for name in names):
            return "left out of the row"
        met = [_unset_word(value) for row in rows for value in row.values()]
        found = [word for word in met if word]
        return kinds(found, str)

    def columns_key(self) -> str:
        return kinds(
            (row.get("CustomColumns", "no such key") for row in self._rows()),
            lambda value: "no such key" if value == "no such key" else "empty array" if value == [] else shape(value),
        )

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
        active = ("model.activeStatus", "-1")
        comma = self._sc.rows("/api/Catalog", (("model.sKU", ",".join(skus)), active, *page(1)))
        repeated = self._sc.rows("/api/Catalog", (("model.sKU", skus[0]), ("model.sKU", skus[1]), active, *page(1)))
        works = [name for name, got in (("comma list", comma), ("repeated key", repeated)) if len(got.rows) == 2]
        return " and ".join(works) + " work" if works else "neither form works"

    def default_company(self) -> str:
        every = self._sc.rows("/api/Catalog", (("model.activeStatus", "-1"), *page(1, 1))).total
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

    def _shadows(self) -> Iterator[tuple[Row, Row]]:
        rows = {text(row.get("ID")).casefold(): row for row in self._rows()}
        for row in rows.values():
            parent = rows.get(text(row.get("ShadowOf")).casefold())
            if parent:
                yield row, parent

    def shadow_quantity(self) -> str:
        return kinds(self._shadows(), lambda pair: _quantity_word(*pair))  # type: ignore[misc]

    def shadow_columns(self) -> str:
        return kinds(self._shadows(), lambda pair: _columns_word(*pair))  # type: ignore[misc]

    def available(self) -> str:
        return kinds((row.get("InventoryAvailableQty") for row in self._rows()), _sign)

    def aggregate(self) -> str:
        pairs = [(whole(row.get("InventoryAvailableQty")), whole(row.get("AggregateQty"))) for row in self._rows()]
        known = [(one, other) for one, other in pairs if one is not None and other is not None]
        return kinds(known, lambda pair: "yes" if pair[0] == pair[1] else "no")  # type: ignore[index]

    def shapes(self, *keys: str) -> str:
        return kinds((row[key] for row in self._rows() for key in keys if row.get(key) is not None), shape)

    def date_style(self) -> str:
        return kinds(self._dates(), lambda value: _date_style(str(value)))

    def _dates(self) -> Iterator[str]:
        for row in self._rows():
            for key in ("LastModifiedDate", "LastAggregateDate"):
                if text(row.get(key)) and not text(row.get(key)).startswith("0001"):
                    yield text(row.get(key))

    def time_zone(self) -> str:
        now, configured = self._readings.clock.now(), self._readings.settings.sellercloud.timezone
        for name in dict.fromkeys((configured, "UTC", "America/New_York", "America/Los_Angeles")):
            read = [moment for one in self._dates() if (moment := moments.read(one, ZoneInfo(name)))]
            newest = max(read, default=datetime.min.replace(tzinfo=UTC))
            if -60 <= (now - newest).total_seconds() <= _FRESH_SECONDS:
                return f"{name}: the newest change is then minutes old"
        return f"{UNSETTLED}nothing changed within half an hour; change one product and ask again"

    def headers(self) -> str:
        return ", ".join(sorted(self._sc.watch.headers)) or "none met"

    def warehouses(self) -> str:
        return self._single("/api/Inventory/Warehouses")

    def single_columns(self) -> str:
        return self._single("/api/Products/CustomColumns")

    def _single(self, path: str) -> str:
        first = next((text(row.get("ID")) for row in self._rows()), None)
        if first is None:
            return f"{UNSETTLED}no product"
        answer = self._sc.get(path, (("productID", first),))
        return "an object with Items" if isinstance(answer, dict) and "Items" in answer else f"an {shape(answer)}"

    def reference_ids(self) -> str:
        query = (*self._readings.company, ("model.orderBy", "0"), ("model.isAscending", "false"), *page(1))
        rows = self._sc.rows("/api/Orders", query).rows
        items = [item for row in rows for item in row.get("Items") or () if isinstance(item, dict)]
        return kinds(items, lambda item: "yes" if text(item.get("ReferenceID")) else "not on every order")  # type: ignore[attr-defined]

    def _catalog(self, paging: tuple[tuple[str, str], ...], *, active: bool = True) -> Rows:
        status = (("model.activeStatus", "-1"),) if active else ()
        return self._sc.rows("/api/Catalog", (*self._readings.company, *status, *paging))


def _spelling(value: object) -> str:
    if isinstance(value, bool):
        return "JSON boolean"
    if isinstance(value, str):
        inner = value.strip()
        if inner not in _SPELLINGS:
            return "something nobody can read"
        return f'padded text "{inner}"' if inner != value else f'text "{value}"'
    return "number"


def _number_style(value: object) -> str:
    if not isinstance(value, str):
        return shape(value)
    inner = value.strip()
    if "," in inner and inner.replace(",", "").isdigit():
        return "text with a comma"
    if not inner.replace(".", "", 1).lstrip("-").isdigit():
        return "something nobody can read"
    padded = "padded " if inner != value else ""
    decimals = len(inner.partition(".")[2])
    return f"{padded}text" + (f" with {decimals} decimals" if decimals > 2 else "")


def _unset_word(value: object) -> str:
    if value is None:
        return "null"
    if value == "":
        return "empty text"
    return "0 or 0.00 as text" if value in ("0", "0.00") else ""


def _quantity_word(row: Row, parent: Row) -> str:
    own, held = whole(row.get("InventoryAvailableQty")), whole(parent.get("InventoryAvailableQty"))
    if not held:
        return f"{UNSETTLED}the parent has none either"
    return "the parent's" if own == held else "0" if own == 0 else "another"


def _columns_word(row: Row, parent: Row) -> str:
    own, held = (
        {text(one.get("ColumnName")): one.get("Value") for one in side.get("CustomColumns") or ()}
        for side in (row, parent)
    )
    return "the parent's" if own == held else "its own"


def _sign(value: object) -> str:
    number = whole(value)
    return shape(value) + (", negative when oversold" if number is not None and number < 0 else "")


def _date_style(value: str) -> str:
    if value.endswith("Z"):
        return "in UTC with Z"
    return "with an offset" if value[10:].find("+") >= 0 or value[10:].find("-") >= 0 else "without an offset"
