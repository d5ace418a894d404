"""Whether a product's cells say all that a listing needs, and which cell stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bmsc.domain.creations import Defect, NewListing
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.listings import Product
from bmsc.planners import cells, product_ids, wishes
from bmsc.planners.cells import BadCell, Cells
from bmsc.planners.wishes import GRADE_COLUMN, GRADE_REMEDY, ID_COLUMN

if TYPE_CHECKING:
    from bmsc.domain.settings import Market, Settings

WARRANTY_COLUMN = "BACKMARKET_WARRANTY_DELAY"
SHORTEST_WARRANTY = 12
LONGEST_WARRANTY = 120
"""Back Market publishes no upper bound; more than ten years is a slip of the pen."""
LONGEST_SKU = 200
_MONTHS = f"whole months, {SHORTEST_WARRANTY} or more"
_SKU_FIELD = "SKU"

Verdict = NewListing | tuple[Defect, ...] | None


def needed_columns(settings: Settings) -> tuple[str, ...]:
    """Name the columns without which nothing can be listed in every market."""
    markets = (name for market in settings.markets for name in (market.enabled_column, market.price_column))
    return (*markets, ID_COLUMN, GRADE_COLUMN, WARRANTY_COLUMN)


def columns_of(settings: Settings) -> frozenset[str]:
    """Name every column in use, case-folded."""
    return wishes.columns_of(settings.markets) | {WARRANTY_COLUMN.casefold()}


def read(product: Product, settings: Settings) -> Verdict:
    """Give the listing a product is to become, or what is missing; None when no market is switched on for it."""
    columns = product.columns or {}
    switches = {market: cells.truth(columns, market.enabled_column) for market in settings.markets}
    enabled = [market for market, switch in switches.items() if switch is True]
    unclear = [cell for cell in switches.values() if isinstance(cell, BadCell)]
    if not enabled and not unclear:
        return None
    found = _Cells(columns, enabled, settings)
    bad = (*_of_sku(product), *(_bad(product, cell) for cell in unclear), *found.defects(product))
    return bad or found.listing(product)


def _of_sku(product: Product) -> Iterator[Defect]:
    """Refuse a SKU that would not come back from Back Market as it went: `listings sync` could not find it again."""
    if len(product.sku) > LONGEST_SKU:
        shown = f"{product.sku[:40]}… ({len(product.sku)} characters)"
        remedy = f"{LONGEST_SKU} characters or fewer: Back Market takes no more"
        yield Defect(product.sku, product.name, _SKU_FIELD, shown, remedy)
    elif not product.sku.isprintable() or product.sku != product.sku.strip():
        remedy = "one line of visible characters, without a blank at either end"
        yield Defect(product.sku, product.name, _SKU_FIELD, product.sku, remedy)


class _Cells:
    """The cells of one product that is switched on, each read once."""

    def __init__(self, columns: Cells, enabled: list[Market], settings: Settings) -> None:
        self._enabled = enabled or list(settings.markets[:1])
        self.prices = {market: cells.price(columns, market.price_column, market.currency) for market in self._enabled}
        self.product = wishes.product_in(columns)
        self.grade = wishes.grade_in(columns)
        self.warranty = _warranty(columns)

    def defects(self, product: Product) -> Iterator[Defect]:
        """Name every cell that is empty or wrong."""
        for column, (cell, remedy) in self._needed().items():
            if cell is None:
                yield Defect(product.sku, product.name, column, None, remedy)
            elif isinstance(cell, BadCell):
                yield _bad(product, cell)

    def listing(self, product: Product) -> NewListing:
        """Give the listing; only for a product without defects."""
        reference, grade, months = cells.good(self.product), cells.good(self.grade), cells.good(self.warranty)
        assert reference is not None
        assert grade is not None
        assert months is not None
        prices = (
            MarketPrice(market.locale, market.currency, price)
            for market, cell in self.prices.items()
            if (price := cells.good(cell)) is not None
        )
        return NewListing(product.sku, reference, grade, months, tuple(prices), name=product.name)

    def _needed(self) -> Mapping[str, tuple[object, str]]:
        prices = {
            market.price_column: (cell, f"a price above 0 in {market.currency}, such as 319.00")
            for market, cell in self.prices.items()
        }
        return prices | {
            ID_COLUMN: (self.product, product_ids.REMEDY),
            GRADE_COLUMN: (self.grade, GRADE_REMEDY),
            WARRANTY_COLUMN: (self.warranty, _MONTHS),
        }


def _warranty(columns: Cells) -> int | BadCell | None:
    months = cells.units(columns, WARRANTY_COLUMN)
    if isinstance(months, BadCell):
        return BadCell(WARRANTY_COLUMN, months.shown, _MONTHS)
    if months is None or SHORTEST_WARRANTY <= months <= LONGEST_WARRANTY:
        return months
    return BadCell(WARRANTY_COLUMN, str(months), _MONTHS)


def _bad(product: Product, cell: BadCell) -> Defect:
    return Defect(product.sku, product.name, cell.column, cell.shown, cell.wanted)
