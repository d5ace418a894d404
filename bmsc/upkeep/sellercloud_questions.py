"""Which open questions about SellerCloud can be settled by reading alone?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bmsc.clients import moments
from bmsc.clients.survey import Row
from bmsc.clients.wire import text, whole
from bmsc.domain.listings import Product
from bmsc.upkeep.answers import UNSETTLED, Question, kinds, shape
from bmsc.upkeep.readings import Readings

PLATFORM = "SellerCloud"
_BOOLEAN, _INTEGER, _DECIMAL = 4, 1, 2
_DATES = ("LastModifiedDate", "LastAggregateDate")
_FULL_ROW = 40
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
        ("a shadow's own quantity is", "0: the parent's is used", ask.shadow_quantity),
        ("a shadow's custom columns are", "its own", ask.shadow_columns),
        ("InventoryAvailableQty is", "a number; AggregateQty stands in when it is null", ask.available),
        ("AggregateQty equals it", "not relied upon", ask.aggregate),
        ("quantities arrive as", "number or text", lambda: ask.shapes("InventoryAvailableQty", "AggregateQty")),
        ("money arrives as", "number or text", lambda: ask.shapes("SitePrice")),
        ("dates are written", "with or without offset; without: sellercloud.timezone", ask.date_style),
        ("dates are in", "sellercloud.timezone", ask.time_zone),
        ("a date's seconds carry", "any fraction or none", ask.fractions),
        ("a row's keys are", "all or only those with a value", ask.row_width),
        ("a kit's quantity is", "what its parts allow: reckoned from them where they can be read", ask.kit_quantity),
        ("a shadow's stock by warehouse is", "its own, or its parent's", ask.shadow_shelves),
        ("throttle headers are named", "none: the body is read", ask.headers),
        ("Inventory/Warehouses is", "an array, an object or wrapped", ask.warehouses),
        ("Products/CustomColumns is", "not used", ask.single_columns),
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
            for key in _DATES:
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

    def fractions(self) -> str:
        return kinds(self._dates(), lambda value: _fraction_word(str(value)))

    def row_width(self) -> str:
        return kinds(self._rows(), lambda row: "more than 40" if len(row) > _FULL_ROW else "40 or fewer")  # type: ignore[arg-type]

    def kit_quantity(self) -> str:
        return kinds(filter(None, map(self._kit_word, self._readings.catalog_products())), str)

    def _kit_word(self, kit: Product) -> str:
        stock = {product.sku: product.available for product in self._readings.catalog_products()}
        held = [(stock.get(part.sku), part.quantity) for part in kit.parts]
        known = [quantity // needed for quantity, needed in held if quantity is not None and needed]
        if not kit.is_kit or len(known) < len(kit.parts) or not known:
            return ""
        return "what its parts allow" if kit.available == min(known) else "another"

    def shadow_shelves(self) -> str:
        row, parent = next(self._shadows(), (None, None))
        if row is None or parent is None:
            return f"{UNSETTLED}no shadow beside its parent met"
        held = self._on_shelves(parent)
        if not held:
            return f"{UNSETTLED}the parent has none either"
        own = self._on_shelves(row)
        return "its parent's" if own == held else "0" if not own else "another"

    def _on_shelves(self, row: Row) -> int:
        answer = self._sc.get("/api/Inventory/Warehouses", (("productID", text(row.get("ID"))),))
        shelves = answer.get("Items", [answer]) if isinstance(answer, dict) else answer
        return sum(
            whole(one.get("AvailableQty", one.get("Qty"))) or 0 for one in shelves or () if isinstance(one, dict)
        )

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


def _fraction_word(value: str) -> str:
    fraction = re.search(r"\.(\d+)", value)
    return f"{len(fraction[1])} digits" if fraction else "no fraction"
