"""What the page says of the buybox, of prices, and of the money they moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from bmsc.domain.showing import counted, one_line
from bmsc.retrospect.buybox import BuyboxFigures, DayOfBuybox
from bmsc.retrospect.money import NOT_TOLD, MoneyFigures
from bmsc.retrospect.page import charts, words
from bmsc.retrospect.page.charts import Series
from bmsc.retrospect.page.drawing import draw
from bmsc.retrospect.page.parts import Picture, Section, Table
from bmsc.retrospect.prices import PriceFigures, PriceHistory, PricePoint
from bmsc.retrospect.window import Window

_HELD, _ASKED = "hold the buybox", "asked about"
_SERIES = (
    Series("price", steps=True, width=2.2),
    Series("buybox", steps=True),
    Series("minimum", steps=True),
    Series("default", steps=True),
)
_MOST_POINTS = 400
"""More points than a picture of this size can show; CSV and JSON have them all."""
_MOST_ROWS = 60


def buybox(figures: BuyboxFigures) -> Section:
    """Tell how many listings hold the buybox, and how much is known."""
    if not figures.days:
        return Section("buybox", "The buybox", ("No competitor was asked about in this time: repricing did not run.",))
    return Section(
        "buybox",
        "The buybox",
        tuple(_buybox_sentences(figures)),
        tuple(_buybox_pictures(figures.days)),
        (_buybox_table(figures.days),),
        ("Back Market names a buybox only where others sell the same product in the same condition.",),
    )


def _buybox_sentences(figures: BuyboxFigures) -> Iterator[str]:
    yield (
        f"After the last repricing {figures.winning} of {figures.competing} competing prices held the buybox; "
        f"over all runs {words.percent(figures.held)}."
    )
    yield (
        f"Each run asked about {words.percent(figures.coverage)} of the listings worth a question, and "
        f"{figures.answered} of {figures.asked} questions were answered with a market."
    )
    yield (
        f"The oldest fact in use was {words.length(figures.oldest_seconds)} old, the median one "
        f"{words.length(figures.median_seconds)}; {figures.never_checked} of "
        f"{figures.worth_asking} listings were never asked about."
    )


def _buybox_pictures(days: tuple[DayOfBuybox, ...]) -> Iterator[Picture]:
    shares = [
        {
            "day": words.day(one.day),
            "series": name,
            "value": value,
            "told": f"{words.day(one.day)}, {name}: {words.percent(value)}",
        }
        for one in days
        for name, value in ((_HELD, one.held), (_ASKED, one.coverage))
        if value is not None
    ]
    spec = charts.lines(shares, (_HELD, _ASKED), y_title="percent", highest=100)
    caption = (
        "How many of the competing prices held the buybox (circles), and how many of the listings worth a question a "
        "run asked about (triangles): means of each day's runs."
    )
    yield draw(spec, title="Listings that hold the buybox, and were asked about", caption=caption)
    known = [one for one in days if one.oldest_seconds is not None]
    if known:
        unit, seconds = words.unit_of(max(one.oldest_seconds or 0 for one in known))
        ages = [
            {
                "day": words.day(one.day),
                "value": (one.oldest_seconds or 0) / seconds,
                "told": f"{words.day(one.day)}: {words.length(one.oldest_seconds)}",
            }
            for one in known
        ]
        caption = "How old the oldest answer was that a run still went by: the worst run of each day."
        yield draw(charts.bars(ages, y_title=unit), title="Age of the oldest buybox fact in use", caption=caption)


def _buybox_table(days: tuple[DayOfBuybox, ...]) -> Table:
    rows = tuple(
        (
            words.day(one.day),
            str(one.runs),
            words.percent(one.held),
            words.percent(one.coverage),
            words.length(one.oldest_seconds),
        )
        for one in days
    )
    header = ("day", "runs", "hold the buybox", "asked about", "oldest fact")
    return Table("buybox-days", "The buybox day by day", header, rows, folded=True)


def money(figures: tuple[MoneyFigures, ...]) -> Section:
    """Tell what following the buybox changed in money, and what nobody can tell."""
    sentences = [sentence for one in figures for sentence in _money_sentences(one)]
    rows = tuple(
        (
            one.currency,
            str(one.units),
            str(one.revenue),
            str(one.units_below),
            str(one.below_default),
            str(one.units_with_minimum),
            str(one.above_minimum),
            str(one.units_winning),
            str(one.units_not_winning),
            str(one.units_unknown),
        )
        for one in figures
    )
    header = (
        "currency",
        "units sold",
        "for",
        "below default",
        "by, in all",
        "with a minimum",
        "above it, in all",
        "holding the buybox",
        "not holding it",
        "default unknown",
    )
    tables = (Table("money", "Units sold and what they brought", header, rows),) if rows else ()
    cautions = ("What these figures do not tell: " + "; ".join(NOT_TOLD) + ".",)
    return Section("money", "Money", tuple(sentences) or ("Nothing was sold in this time.",), (), tables, cautions)


def _money_sentences(one: MoneyFigures) -> Iterator[str]:
    yield f"{counted(one.units, 'unit')} sold for {one.revenue} {one.currency}, without tax and shipping."
    if one.units_below:
        yield (
            f"{one.units_below} of them went below their default price, by {one.below_default} {one.currency} in all: "
            "the most that following the buybox can have cost, had every one sold at its default."
        )
    if one.units_with_minimum:
        yield f"Beside their minimum prices, units brought {one.above_minimum} {one.currency} more."
    if one.units_winning or one.units_not_winning:
        yield f"{one.units_winning} were sold while holding the buybox, {one.units_not_winning} while not."


def prices(figures: PriceFigures, window: Window) -> Section:
    """Tell how prices moved, listing by listing; what stood before the window is drawn from its beginning on."""
    if not figures.listings:
        return Section("prices", "Prices", ("No price was written or compared in this time.",))
    usual = Counter(words.reason(point.reason) for history in figures.shown for point in history.points)
    often = [reason for reason, _ in usual.most_common()]
    drawn = tuple(filter(None, (_price_picture(history, window, often) for history in figures.shown)))
    moves = (
        f"{counted(figures.writes, 'price was', 'prices were')} written, {figures.up} up and {figures.down} "
        f"down, on {figures.moved} of {figures.listings} listings."
    )
    shown = f"Shown: the {len(figures.shown)} that sold or moved most. Any other: bmsc report --html FILE --sku SKU."
    return Section("prices", "Prices", (moves, shown), drawn, tuple(_price_tables(figures)))


def _price_picture(history: PriceHistory, window: Window, usual: Sequence[str]) -> Picture | None:
    points = history.points[-_MOST_POINTS:]
    told = [point for point in points if point.price is not None]
    if not told:
        return None
    title = f"{one_line(history.sku)} in {history.locale}"
    path = [*_steps(points, window), *_steps([replace(points[-1], at=window.end)], window)]
    marks = [_mark(point, history.currency) | {"at": _drawn_at(point, window)} for point in told]
    spec = charts.prices(path, marks, _SERIES, usual, y_title=history.currency or "price")
    caption = (
        "The price asked beside buybox, minimum and default; where it was decided anew, a mark's shape tells why. "
        f"{counted(history.units, 'unit')} sold, {counted(history.writes, 'price')} written."
    )
    return draw(spec, title=title, caption=caption)


def _steps(points: Sequence[PricePoint], window: Window) -> Iterator[dict[str, Any]]:
    """Give what each line holds from a point on."""
    for point in points:
        for series in _SERIES:
            if (amount := getattr(point, series.name)) is not None:
                yield {"at": _drawn_at(point, window), "series": series.name, "value": float(amount)}


def _drawn_at(point: PricePoint, window: Window) -> str:
    return max(point.at, window.start).isoformat()


def _mark(point: PricePoint, currency: str) -> dict[str, Any]:
    beside = ", ".join(
        f"{name} {value}"
        for name, value in (("buybox", point.buybox), ("minimum", point.minimum), ("default", point.default))
        if value is not None
    )
    told = (
        f"{words.minute(point.at)} UTC: {words.amount(point.price, currency)}, {words.reason(point.reason)} ({beside})"
    )
    reason = words.reason(point.reason)
    return {
        "value": float(point.price or Decimal(0)),
        "reason": reason,
        "told": one_line(told),
    }


def _price_tables(figures: PriceFigures) -> Iterator[Table]:
    for number, history in enumerate(figures.shown):
        rows = tuple(
            (
                words.minute(point.at),
                words.amount(point.price),
                words.amount(point.buybox),
                words.amount(point.minimum),
                words.amount(point.default),
                words.reason(point.reason),
                "written" if point.written else "seen",
            )
            for point in history.points[-_MOST_ROWS:]
        )
        header = ("from", "price", "buybox", "minimum", "default", "why", "")
        left = len(history.points) - len(rows)
        more = f"; {left} earlier ones are in --csv and --json" if left else ""
        yield Table(f"prices-{number}", f"{history.sku} in {history.locale}{more}", header, rows, folded=True)
