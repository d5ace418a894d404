"""What the merchant asks for a SKU in its custom columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.grades import Grade, choices, grade_of
from bmsc.planners import cells, product_ids
from bmsc.planners.cells import BadCell, Cells

if TYPE_CHECKING:
    from bmsc.domain.settings import Market, Settings

SAFETY_COLUMN = "BACKMARKET_SAFETY_QTY"
ID_COLUMN = "BACKMARKET_ID"
GRADE_COLUMN = "BACKMARKET_GRADE"
GRADE_REMEDY = f"a grade: {choices()}"


class Wishes(Struct, frozen=True):
    """The cells of one product that rule its listing; `problems` are those nobody may guess."""

    enabled: frozenset[str]
    """Locales of the markets the SKU is on sale in."""
    safety: int | None
    prices: Mapping[str, Decimal]
    """By locale, for enabled markets whose cell is filled and good."""
    backmarket_id: str | None
    """The product's UUID or old number."""
    grade: Grade | None
    problems: tuple[BadCell, ...] = ()


def read(columns: Cells, settings: Settings, *, with_prices: bool) -> Wishes:
    """Read every cell in use; prices only of enabled markets, and only when prices are in play."""
    switches = {market: cells.truth(columns, market.enabled_column) for market in settings.markets}
    enabled = [market for market, switch in switches.items() if switch is True]
    prices = {
        market.locale: cells.price(columns, market.price_column, market.currency)
        for market in (enabled if with_prices else ())
    }
    safety = cells.units(columns, SAFETY_COLUMN)
    product, grade = product_in(columns), grade_in(columns)
    return Wishes(
        enabled=frozenset(market.locale for market in enabled),
        safety=cells.good(safety),
        prices={locale: price for locale, cell in prices.items() if (price := cells.good(cell)) is not None},
        backmarket_id=cells.good(product),
        grade=cells.good(grade),
        problems=tuple(_bad([*switches.values(), *prices.values(), safety, product, grade])),
    )


def columns_of(markets: Iterable[Market]) -> frozenset[str]:
    """Name every column in use, case-folded: what need not be kept is not kept."""
    names = {SAFETY_COLUMN, ID_COLUMN, GRADE_COLUMN}
    for market in markets:
        names |= {market.enabled_column, market.price_column, market.min_price_column}
    return frozenset(name.casefold() for name in names)


def product_in(columns: Cells) -> str | BadCell | None:
    """Read which Back Market product is meant; None when not set."""
    written = cells.text(columns, ID_COLUMN)
    if written is None:
        return None
    return product_ids.read(written) or BadCell(ID_COLUMN, written[:200], product_ids.REMEDY)


def grade_in(columns: Cells) -> Grade | BadCell | None:
    """Read the grade; None when not set."""
    written = cells.text(columns, GRADE_COLUMN)
    if written is None:
        return None
    return grade_of(written.removesuffix(".0")) or BadCell(GRADE_COLUMN, written[:40], GRADE_REMEDY)


def _bad(found: Iterable[object]) -> Iterable[BadCell]:
    return (cell for cell in found if cells.is_bad(cell))
