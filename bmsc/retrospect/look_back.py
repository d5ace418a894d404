"""What do the journals of a window come to, in all?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from bmsc.retrospect.budgets import BudgetFigures, BudgetsTally, Limits
from bmsc.retrospect.buybox import BuyboxFigures, BuyboxTally
from bmsc.retrospect.cancellations import CancellationFigures, CancellationsTally
from bmsc.retrospect.facts import FactFigures, FactKey, FactsTally
from bmsc.retrospect.lens import Lens
from bmsc.retrospect.money import MoneyFigures, MoneyTally
from bmsc.retrospect.orders import OrderFigures, OrdersTally
from bmsc.retrospect.prices import Histories, PriceFigures, PriceKey, PricesTally
from bmsc.retrospect.reading import Count, prices, records
from bmsc.retrospect.records import (
    FactGone,
    FactTold,
    LockedOut,
    OrderMet,
    OrderStep,
    PriceSeen,
    Reach,
    Record,
    RunEnded,
)
from bmsc.retrospect.runs import RunFigures, RunsTally
from bmsc.retrospect.window import Window

MOST_SHOWN = 12
"""So many listings get a picture of their own, unless SKUs are named."""


class Asked(Struct, frozen=True):
    """What a person wants to look back on, and what the state adds to the journal."""

    now: datetime
    window: Window
    limits: Limits
    standing: tuple[FactKey, ...] = ()
    skus: tuple[str, ...] = ()


class Retrospect(Struct, frozen=True):
    """Every figure of a window; `lines` and `unreadable` count the journal's lines."""

    asked: Asked
    orders: OrderFigures
    facts: FactFigures
    cancellations: CancellationFigures
    prices: PriceFigures
    buybox: BuyboxFigures
    money: tuple[MoneyFigures, ...]
    budgets: tuple[BudgetFigures, ...]
    runs: RunFigures
    lines: int = 0
    unreadable: int = 0


class Tallies:
    """All tallies of one window, fed together."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        window = asked.window
        self._orders, self._facts, self._cancellations = (
            OrdersTally(window),
            FactsTally(window),
            CancellationsTally(window),
        )
        self.prices, self._buybox, self._money = PricesTally(window), BuyboxTally(window), MoneyTally(window)
        self._budgets, self._runs = BudgetsTally(window, asked.limits), RunsTally(window)

    def take(self, record: Record) -> None:
        """Give a record to those it concerns."""
        match record:
            case RunEnded():
                self._runs.ended(record)
                self._budgets.ended(record)
            case PriceSeen():
                self.prices.price(record)
                self._money.price(record)
            case OrderStep():
                self._orders.step(record)
                self._cancellations.step(record)
            case OrderMet():
                self._orders.met(record)
                self.prices.met(record)
                self._money.met(record)
            case FactTold():
                self._facts.told(record)
                self._cancellations.told(record)
            case FactGone():
                self._facts.gone(record)
            case Reach():
                self._buybox.reach(record)
            case LockedOut():
                self._runs.locked_out(record)

    def retrospect(self, histories: Histories, count: Count) -> Retrospect:
        """Put the figures together."""
        return Retrospect(
            asked=self._asked,
            orders=self._orders.figures(),
            facts=self._facts.figures(self._asked.standing),
            cancellations=self._cancellations.figures(),
            prices=self.prices.figures(histories),
            buybox=self._buybox.figures(),
            money=self._money.figures(),
            budgets=self._budgets.figures(),
            runs=self._runs.figures(),
            lines=count.lines,
            unreadable=count.unreadable,
        )


def look_back(files: Sequence[Path], asked: Asked) -> Retrospect:
    """Read the journals twice: all figures first, then the points of the listings that turn out to be worth showing.

    Points of every listing at once would fill the memory of a small machine.
    """
    tallies, count = Tallies(asked), Count()
    for record in Lens(asked.skus).through(records(files, asked.window.start, count)):
        tallies.take(record)
    chosen = tallies.prices.most_telling(len(asked.skus) * MOST_SHOWN or MOST_SHOWN)
    return tallies.retrospect(_histories(files, chosen, asked), count)


def several(files: Sequence[Path], askings: Sequence[Asked]) -> tuple[Retrospect, ...]:
    """Read the journals once for several windows of the same SKUs; no listing's points are kept."""
    many, count = [Tallies(asked) for asked in askings], Count()
    since = min(asked.window.start for asked in askings)
    for record in Lens(askings[0].skus).through(records(files, since, count)):
        for tallies in many:
            tallies.take(record)
    nothing = [Histories((), asked.window) for asked in askings]
    return tuple(tallies.retrospect(none, count) for tallies, none in zip(many, nothing, strict=True))


def _histories(files: Sequence[Path], chosen: Iterable[PriceKey], asked: Asked) -> Histories:
    histories = Histories(tuple(chosen), asked.window)
    if histories.keys:
        for record in prices(files):
            if isinstance(record, PriceSeen):
                histories.price(record)
    return histories
