"""Are the custom columns of every market there, of a sensible type, and spelled as bmsc looks for them?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from msgspec import Struct

from bmsc.clients.survey import Row
from bmsc.clients.wire import text, whole
from bmsc.domain.settings import Settings
from bmsc.errors import ExitCode
from bmsc.jobs.doctor import Finding

TYPES = {0: "Text", 1: "Integer", 2: "Decimal", 3: "DateTime", 4: "Boolean"}
"""SellerCloud's data types of a custom column."""
_TEXT = 0
_LIKELY = 0.75


class Wanted(Struct, frozen=True):
    """A column that bmsc reads: which types can hold it, and whether the shop can work without it."""

    name: str
    types: frozenset[int]
    required: bool


class Met(Struct, frozen=True):
    """A column as the catalog shows it, and how many of the rows looked at carry a value in it."""

    name: str
    display: str
    data_type: int | None
    carried: int


def wanted(settings: Settings) -> Iterator[Wanted]:
    """Name every column in use."""
    for market in settings.markets:
        yield Wanted(market.enabled_column, frozenset({_TEXT, 1, 4}), required=True)
        yield Wanted(market.price_column, frozenset({_TEXT, 1, 2}), required=True)
        yield Wanted(market.min_price_column, frozenset({_TEXT, 1, 2}), required=settings.reprice.enabled)
    yield Wanted("BACKMARKET_SAFETY_QTY", frozenset({_TEXT, 1, 2}), required=False)
    yield Wanted("BACKMARKET_ID", frozenset({_TEXT, 1}), required=False)
    yield Wanted("BACKMARKET_GRADE", frozenset({_TEXT, 1, 2}), required=False)
    yield Wanted("BACKMARKET_WARRANTY_DELAY", frozenset({_TEXT, 1, 2}), required=False)


def met(rows: Sequence[Row]) -> dict[str, Met]:
    """Collect the columns of catalog rows, by case-folded name."""
    found: dict[str, Met] = {}
    for row in rows:
        for column in row.get("CustomColumns") or ():
            name = text(column.get("ColumnName")).strip()
            before = found.get(name.casefold())
            carried = (before.carried if before else 0) + int(_is_filled(column.get("Value")))
            display = text(column.get("DisplayName")).strip()
            found[name.casefold()] = Met(name, display, whole(column.get("DataType")), carried)
    return found


def judge(one: Wanted, columns: Mapping[str, Met], rows: int, total: int) -> Finding | str:
    """Judge one column."""
    found = columns.get(one.name.casefold())
    if found is None:
        return _missing(one, columns)
    kind = TYPES.get(found.data_type if found.data_type is not None else -1, f"type {found.data_type}")
    seen = f"{rows} products" if rows == total else f"the first {rows} of {total} products"
    told = f"{kind}, filled on {found.carried} of {seen}"
    if found.data_type is not None and found.data_type not in one.types:
        fits = " or ".join(TYPES[number] for number in sorted(one.types, reverse=True))
        return Finding(told, f"make the column a {fits} in SellerCloud: {kind} cannot hold it")
    if one.required and found.carried == 0:
        return Finding(told, "fill it on the products to sell: Settings > Custom Columns, or a bulk update")
    return told


def _missing(one: Wanted, columns: Mapping[str, Met]) -> Finding:
    detail, remedy = "no product shows this column", f"create the product custom column {one.name} in SellerCloud"
    displayed = {column.display.casefold(): column for column in columns.values() if column.display}
    near = get_close_matches(one.name.casefold(), list(columns), n=1, cutoff=_LIKELY)
    if by_display := displayed.get(one.name.casefold()):
        detail = f"is only the display name of the column {by_display.name}"
        remedy = f"rename the column itself to {one.name} (its ColumnName, not its DisplayName)"
    elif near and not _same_but_market(one.name, columns[near[0]].name):
        detail = f"is missing, but there is {columns[near[0]].name}"
        remedy = f"rename the column {columns[near[0]].name} to {one.name}, or correct the market's suffix"
    return Finding(detail, remedy, ExitCode.CONFIGURATION if one.required else ExitCode.DONE)


def _same_but_market(name: str, other: str) -> bool:
    """Say whether the other name is right in itself, only for another market or another use."""
    stems = ("ENABLED", "MIN_PRICE", "PRICE", "SAFETY_QTY", "ID", "GRADE", "WARRANTY_DELAY")
    return other.upper() in {f"BACKMARKET_{stem}" for stem in stems} or (
        name.rpartition("_")[0] != other.rpartition("_")[0].upper()
        and any(other.upper().startswith(f"BACKMARKET_{stem}_") for stem in stems)
    )


def _is_filled(value: object) -> bool:
    return value is not None and str(value).strip() not in ("", "False", "false")
