"""What the page says of orders, of holds and alerts, and of cancellations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bmsc.domain.showing import counted
from bmsc.retrospect.cancellations import CAUSES, CancellationFigures
from bmsc.retrospect.facts import FactFigures, Reason
from bmsc.retrospect.orders import OrderFigures, Span
from bmsc.retrospect.page import charts, words
from bmsc.retrospect.page.drawing import draw
from bmsc.retrospect.page.parts import Picture, Section, Table

_MIDDLE, _SLOW = "median", "95th percentile"
_CAUSE_LABELS = {
    "sellercloud_before_acceptance": "in SC, not accepted",
    "sellercloud_after_acceptance": "in SC, accepted",
    "buyer_before_acceptance": "by the buyer",
    "backmarket_undone": "on BM, undone in SC",
    "backmarket_told": "on BM, told",
    "left_the_house": "already left",
}


def orders(figures: OrderFigures) -> Section:
    """Tell of orders and how long each took."""
    days = [
        {
            "day": words.day(one.day),
            "value": one.orders,
            "told": f"{words.day(one.day)}: {_orders_units(one.orders, one.units)}",
        }
        for one in figures.days
    ]
    caption = "How many orders were paid on each day."
    pictures = [draw(charts.bars(days, y_title="orders", whole=True), title="Orders paid each day", caption=caption)]
    pictures += [_span_picture(span) for span in figures.spans if span.days]
    return Section(
        "orders",
        "Orders",
        tuple(_order_sentences(figures)),
        tuple(pictures) if figures.orders else (),
        tuple(_order_tables(figures)),
        (
            "An order counts for the day it was paid. One that was cancelled before bmsc ever saw it leaves no trace.",
            "The median is the middle one; 95 of 100 orders took no longer than the 95th percentile (nearest rank).",
        ),
    )


def _orders_units(orders: int, units: int) -> str:
    return f"{counted(orders, 'order')}, {counted(units, 'unit')}"


def _order_sentences(figures: OrderFigures) -> Iterator[str]:
    if not figures.orders:
        yield "No order was paid in this time."
    else:
        yield f"{_orders_units(figures.orders, figures.units)}."
    for where, number in figures.on_their_way.items():
        yield f"{number} {words.STANDS[where]}."
    if figures.cancelled:
        yield f"{figures.cancelled} cancelled before a tracking number."
    if figures.adopted:
        yield f"{figures.adopted} stood in SellerCloud already, brought there by someone else: when is not known."
    if figures.unmet:
        yield f"{figures.unmet} never waited for bmsc (accepted by hand, or before it was set up): left out here."


def _order_tables(figures: OrderFigures) -> Iterator[Table]:
    rows = [
        (
            words.SPANS[span.name],
            *words.lengths(span.all),
            ", ".join(f"{one.order_id} ({words.length(one.seconds)})" for one in span.worst),
        )
        for span in figures.spans
    ]
    header = ("span", "orders", _MIDDLE, _SLOW, "longest", "slowest, by Back Market number")
    yield Table("durations", "How long orders took", header, tuple(rows))
    days = tuple((words.day(one.day), str(one.orders), str(one.units)) for one in figures.days)
    yield Table("order-days", "Orders day by day", ("day", "orders", "units"), days, folded=True)


def _span_picture(span: Span) -> Picture:
    longest = max(one.took.p95 or 0 for one in span.days)
    unit, seconds = words.unit_of(longest)
    data: list[dict[str, Any]] = []
    for one in span.days:
        for series, value in ((_MIDDLE, one.took.median), (_SLOW, one.took.p95)):
            told = f"{words.day(one.day)}, {series} of {one.took.count}: {words.length(value)}"
            data.append({"day": words.day(one.day), "series": series, "value": (value or 0) / seconds, "told": told})
    caption = (
        "How long the middle one (circles) and the slow ones (triangles) of a day's orders took, by the day they were "
        "paid on."
    )
    spec = charts.lines(data, (_MIDDLE, _SLOW), y_title=unit)
    return draw(spec, title=f"Time {words.SPANS[span.name]}", caption=caption)


def facts(figures: FactFigures) -> Section:
    """Tell what waited for a person."""
    holds, alerts = figures.of_kind("hold"), figures.of_kind("alert")
    begun, standing = sum(one.begun for one in holds), sum(one.standing for one in holds)
    said = f"{counted(begun, 'hold')} began; {standing} still stand." if holds else "Nothing was held in this time."
    return Section(
        "holds",
        "What waited for a person",
        (said, *((f"{counted(sum(one.begun for one in alerts), 'alert')} told.",) if alerts else ())),
        tuple(_fact_pictures(figures)) if holds else (),
        tuple(_fact_tables(holds, alerts)),
        ("What a person released ended there and then. What ended while no run looked counts as begun, not as ended.",),
    )


def _fact_pictures(figures: FactFigures) -> Iterator[Picture]:
    days = [
        {"day": words.day(one.day), "value": one.standing, "told": f"{words.day(one.day)}: {one.standing} standing"}
        for one in figures.days
    ]
    caption = "How many holds waited for a person when each day ended, and now."
    yield draw(
        charts.bars(days, y_title="holds", whole=True), title="Holds standing at the end of each day", caption=caption
    )
    names = [one.reason for one in figures.of_kind("hold") if one.begun]
    if names:
        by_day = {one.day: one.begun for one in figures.days}
        labels = {name: words.reason(name) for name in names}
        yield rows_of_circles("Holds begun, by reason", "On which days holds began, and why.", by_day, labels)


def _fact_tables(holds: Sequence[Reason], alerts: Sequence[Reason]) -> Iterator[Table]:
    for name, caption, some in (("holds", "Holds by reason", holds), ("alerts", "Alerts by reason", alerts)):
        rows = tuple(
            (one.reason, str(one.begun), str(one.standing), *words.lengths(one.lasted), one.longest) for one in some
        )
        if rows:
            header = ("reason", "began", "stand now", "ended", _MIDDLE, _SLOW, "longest", "which")
            yield Table(name, caption, header, rows)


def cancellations(figures: CancellationFigures) -> Section:
    """Tell of cancellations and their causes."""
    if not figures.causes:
        return Section("cancellations", "Cancellations", ("No order was cancelled in this time, as far as bmsc saw.",))
    by_day = {one.day: one.orders for one in figures.days}
    labels = {cause.name: _CAUSE_LABELS[cause.name] for cause in figures.causes}
    rows = tuple((cause.meaning, str(len(cause.orders)), ", ".join(map(str, cause.orders))) for cause in figures.causes)
    return Section(
        "cancellations",
        "Cancellations",
        (f"{counted(figures.orders, 'order')} cancelled.",),
        (
            rows_of_circles(
                "Cancellations, by cause", "On which days orders were cancelled, and where.", by_day, labels
            ),
        ),
        (Table("cancellations", "Cancellations by cause", ("cause", "orders", "Back Market numbers"), rows),),
        ("Neither platform says why a buyer or a colleague cancelled; only who did, and how far the order had come.",),
    )


def rows_of_circles(
    title: str, caption: str, days: Mapping[date, Mapping[str, int]], labels: Mapping[str, str]
) -> Picture:
    """Draw counts by day and row; `labels` names the rows in their order."""
    data = [
        {
            "day": words.day(day),
            "row": labels[name],
            "value": number,
            "told": f"{words.day(day)}, {labels[name]}: {number}",
        }
        for day, counted in days.items()
        for name, number in counted.items()
        if name in labels
    ]
    spec = charts.circles(data, list(labels.values()), days=[words.day(min(days)), words.day(max(days))])
    return draw(spec, title=title, caption=f"{caption} A circle is as large as its number, which it shows from 2 on.")


assert set(_CAUSE_LABELS) == set(CAUSES)
