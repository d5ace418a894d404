"""How did the price of each listing move between its minimum, its default and the buybox, and why?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from bmsc.domain.ids import SkuKey, sku_key
from bmsc.retrospect.records import OrderMet, PriceSeen
from bmsc.retrospect.window import Window


class PriceKey(NamedTuple):
    """One listing in one market."""

    sku: SkuKey
    locale: str


class PricePoint(Struct, frozen=True):
    """What was asked from a moment on, beside what it was decided from; `written` when this moment changed it."""

    at: datetime
    price: Decimal | None
    buybox: Decimal | None
    minimum: Decimal | None
    default: Decimal | None
    contest: str
    reason: str
    written: bool


class PriceHistory(Struct, frozen=True):
    """One listing in one market. A point before the window tells how its first day began."""

    sku: str
    locale: str
    currency: str
    points: tuple[PricePoint, ...]
    writes: int
    units: int


class PriceFigures(Struct, frozen=True):
    """The listings shown, and how many there are and moved in all."""

    shown: tuple[PriceHistory, ...]
    listings: int = 0
    moved: int = 0
    writes: int = 0
    up: int = 0
    down: int = 0


def key_of(sku: str, locale: str) -> PriceKey:
    """Name one listing in one market."""
    return PriceKey(sku_key(sku), locale)


class PricesTally:
    """Counts which listings moved and sold: the first reading, which keeps no point."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._seen: set[PriceKey] = set()
        self._writes: Counter[PriceKey] = Counter()
        self._units: Counter[PriceKey] = Counter()
        self._up = self._down = 0

    def met(self, record: OrderMet) -> None:
        """Take what an order bought."""
        if (record.paid_at or record.at) in self._window:
            for line in record.lines:
                self._units[key_of(line.sku, record.market)] += line.quantity

    def price(self, record: PriceSeen) -> None:
        """Take how a price stands."""
        key = key_of(record.sku, record.locale)
        self._seen.add(key)
        if not record.written or record.at not in self._window:
            return
        self._writes[key] += 1
        if record.price is not None and record.before is not None:
            self._up += record.price > record.before
            self._down += record.price < record.before

    def most_telling(self, most: int) -> tuple[PriceKey, ...]:
        """Name the listings that sold most, then those that moved most."""
        worth = self._writes.keys() | (self._units.keys() & self._seen)
        ranked = sorted(worth, key=lambda key: (-self._units[key], -self._writes[key], key))
        return tuple(ranked[:most])

    def figures(self, histories: Histories) -> PriceFigures:
        """Count, and put the histories of a second reading beside it."""
        shown = tuple(
            PriceHistory(
                histories.name(key),
                key.locale,
                histories.currency(key),
                histories.points(key),
                self._writes[key],
                self._units[key],
            )
            for key in histories.keys
        )
        return PriceFigures(shown, len(self._seen), len(self._writes), self._writes.total(), self._up, self._down)


class Histories:
    """Collects the points of chosen listings: the second reading."""

    def __init__(self, keys: Collection[PriceKey], window: Window) -> None:
        self.keys = tuple(keys)
        self._wanted = frozenset(keys)
        self._window = window
        self._points: dict[PriceKey, list[PricePoint]] = defaultdict(list)
        self._before: dict[PriceKey, PricePoint] = {}
        self._names: dict[PriceKey, str] = {}
        self._currencies: dict[PriceKey, str] = {}

    def price(self, record: PriceSeen) -> None:
        """Take how a price stands."""
        key = key_of(record.sku, record.locale)
        if key not in self._wanted:
            return
        self._names[key] = record.sku
        if record.currency:
            self._currencies[key] = record.currency
        point = _point(record)
        if record.at in self._window:
            self._points[key].append(point)
        elif record.at < self._window.start:
            self._before[key] = point

    def points(self, key: PriceKey) -> tuple[PricePoint, ...]:
        """Give a listing's points, the last one before the window first."""
        before = self._before.get(key)
        return tuple(([before] if before else []) + self._points[key])

    def name(self, key: PriceKey) -> str:
        """Give a listing's SKU as it was spelled."""
        return self._names.get(key, key.sku)

    def currency(self, key: PriceKey) -> str:
        """Give a listing's currency; empty while no write has named it."""
        return self._currencies.get(key, "")


def _point(record: PriceSeen) -> PricePoint:
    return PricePoint(
        record.at,
        record.price,
        record.buybox,
        record.minimum,
        record.default,
        record.contest,
        record.reason,
        record.written,
    )
