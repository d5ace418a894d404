"""What did prices that followed the buybox change in money, as far as the facts allow?"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import asdict

from bmsc.domain.repricing import Contest
from bmsc.retrospect.prices import PriceKey, key_of
from bmsc.retrospect.records import Bought, OrderMet, PriceSeen
from bmsc.retrospect.window import Window

NOT_TOLD = (
    "whether a unit sold below its default would have sold at it, later or at all",
    "what a unit cost to buy, refurbish, ship and sell: the margin",
    "what was sold by others while our price stood above the buybox",
    "orders that never waited for bmsc, and what was paid back afterwards",
)
"""What no figure here can say."""
ZERO = Decimal(0)
_NOT_WINNING = (Contest.LOSING, Contest.SIBLING_WINS)


class MoneyFigures(Struct, frozen=True):
    """Sales of one currency, by payment within the window; prices without tax and shipping, as Back Market tells them.

    `below_default` is the sum of default minus price of the `units_below` sold under their default; `above_minimum`
    the sum of price minus minimum of the `units_with_minimum`. `units_winning` were sold while the listing was known
    to hold the buybox, `units_not_winning` while it was known not to.
    """

    currency: str
    units: int = 0
    revenue: Decimal = ZERO
    units_with_default: int = 0
    units_below: int = 0
    below_default: Decimal = ZERO
    units_with_minimum: int = 0
    above_minimum: Decimal = ZERO
    units_winning: int = 0
    units_not_winning: int = 0

    def __add__(self, other: MoneyFigures) -> MoneyFigures:
        return MoneyFigures(
            self.currency,
            *(mine + getattr(other, name) for name, mine in asdict(self).items() if name != "currency"),
        )

    @property
    def units_unknown(self) -> int:
        """Count the units sold while no default was known for them."""
        return self.units - self.units_with_default


class _Bounds(NamedTuple):
    default: Decimal | None
    minimum: Decimal | None
    contest: str


_UNKNOWN = _Bounds(None, None, "")


class _History(Struct):
    """The bounds and contests of one price, a line for each change."""

    moments: list[datetime] = field(default_factory=list)
    bounds: list[_Bounds] = field(default_factory=list)

    def add(self, at: datetime, bounds: _Bounds) -> None:
        if not self.bounds or self.bounds[-1] != bounds:
            self.moments.append(at)
            self.bounds.append(bounds)

    def at(self, moment: datetime) -> _Bounds | None:
        number = bisect_right(self.moments, moment)
        return self.bounds[number - 1] if number else None


class _Sale(NamedTuple):
    key: PriceKey
    paid: datetime
    line: Bought
    currency: str


class MoneyTally:
    """Puts each sale beside the bounds its price had when it was paid."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._histories: dict[PriceKey, _History] = defaultdict(_History)
        self._sales: list[_Sale] = []

    def met(self, record: OrderMet) -> None:
        """Take an order's lines."""
        paid = record.paid_at or record.at
        if paid in self._window:
            for line in record.lines:
                self._sales.append(_Sale(key_of(line.sku, record.market), paid, line, record.currency))

    def price(self, record: PriceSeen) -> None:
        """Take how a price stands; `listings sync` writes the default and knows of no contest."""
        default = record.default if record.default is not None or record.command == "reprice" else record.price
        bounds = _Bounds(default, record.minimum, record.contest)
        self._histories[key_of(record.sku, record.locale)].add(record.at, bounds)

    def figures(self) -> tuple[MoneyFigures, ...]:
        """Sum up, one currency after the other."""
        sums: dict[str, MoneyFigures] = {}
        for sale in self._sales:
            history = self._histories.get(sale.key)
            one = _of_sale(sale, history.at(sale.paid) if history else None)
            sums[sale.currency] = sums[sale.currency] + one if sale.currency in sums else one
        return tuple(sums[currency] for currency in sorted(sums))


def _of_sale(sale: _Sale, bounds: _Bounds | None) -> MoneyFigures:
    units, price = sale.line.quantity, sale.line.price
    default, minimum, contest = bounds or _UNKNOWN
    given = ZERO if default is None else max(ZERO, default * units - price)
    return MoneyFigures(
        sale.currency,
        units=units,
        revenue=price,
        units_with_default=0 if default is None else units,
        units_below=units if given else 0,
        below_default=given,
        units_with_minimum=0 if minimum is None else units,
        above_minimum=ZERO if minimum is None else price - minimum * units,
        units_winning=units if contest == Contest.WINNING else 0,
        units_not_winning=units if contest in _NOT_WINNING else 0,
    )
