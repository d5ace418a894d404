"""The figures as one table for a spreadsheet: a row for each number, with what it is about and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import asdict

from bmsc.domain.times import to_text
from bmsc.report import spreadsheet
from bmsc.retrospect.look_back import Retrospect
from bmsc.retrospect.measures import Lengths
from bmsc.retrospect.prices import PriceHistory


class Row(NamedTuple):
    """One number. `at` is a day or a moment in UTC, empty for the whole window."""

    part: str
    subject: str
    at: date | datetime | None
    figure: str
    value: object
    unit: str


def render(retrospect: Retrospect) -> str:
    """Write the table as CSV."""
    return spreadsheet.render(Row._fields, (tuple(map(_cell, row)) for row in rows(retrospect)))


def rows(retrospect: Retrospect) -> Iterator[Row]:
    """Give every number of the figures, part by part."""
    yield from _orders(retrospect)
    yield from _facts(retrospect)
    yield from _cancellations(retrospect)
    yield from _plain("prices", retrospect.prices, ("listings", "moved", "writes", "up", "down"))
    for history in retrospect.prices.shown:
        yield from _prices(history)
    yield from _buybox(retrospect)
    yield from _money(retrospect)
    yield from _budgets(retrospect)
    yield from _runs(retrospect)


def _orders(retrospect: Retrospect) -> Iterator[Row]:
    for day in retrospect.orders.days:
        yield Row("orders", "", day.day, "paid", day.orders, "orders")
        yield Row("orders", "", day.day, "sold", day.units, "units")
    for span in retrospect.orders.spans:
        yield from _lengths("durations", span.name, None, span.all)
        for one in span.days:
            yield from _lengths("durations", span.name, one.day, one.took)
        for worst in span.worst:
            yield Row("durations", span.name, None, f"slowest order {worst.order_id}", worst.seconds, "seconds")
    for where, orders in retrospect.orders.on_their_way.items():
        yield Row("orders", where, None, "on their way", orders, "orders")
    yield from _plain("orders", retrospect.orders, ("orders", "units", "adopted", "cancelled", "unmet"))


def _facts(retrospect: Retrospect) -> Iterator[Row]:
    for day in retrospect.facts.days:
        yield from _counts("holds", day.day, "begun", day.begun, "holds")
        yield Row("holds", "", day.day, "standing", day.standing, "holds")
    for one in retrospect.facts.reasons:
        yield Row(f"{one.kind}s", one.reason, None, "begun", one.begun, f"{one.kind}s")
        yield Row(f"{one.kind}s", one.reason, None, "standing", one.standing, f"{one.kind}s")
        if one.longest:
            yield Row(f"{one.kind}s", one.reason, None, "lasted longest", one.longest, "")
        yield from _lengths(f"{one.kind}s", one.reason, None, one.lasted)


def _cancellations(retrospect: Retrospect) -> Iterator[Row]:
    for day in retrospect.cancellations.days:
        yield from _counts("cancellations", day.day, "orders", day.orders, "orders")
    for cause in retrospect.cancellations.causes:
        yield Row("cancellations", cause.name, None, "orders", len(cause.orders), "orders")
        for order_id in cause.orders:
            yield Row("cancellations", cause.name, None, "order", order_id, "")
    yield Row("cancellations", "", None, "orders", retrospect.cancellations.orders, "orders")


def _prices(history: PriceHistory) -> Iterator[Row]:
    subject = f"{history.sku}@{history.locale}"
    yield Row("prices", subject, None, "sold", history.units, "units")
    yield Row("prices", subject, None, "writes", history.writes, "prices")
    for point in history.points:
        yield Row("prices", subject, point.at, "reason", point.reason, "written" if point.written else "seen")
        yield Row("prices", subject, point.at, "contest", point.contest, "")
        for name in ("price", "buybox", "minimum", "default"):
            if (amount := getattr(point, name)) is not None:
                yield Row("prices", subject, point.at, name, amount, history.currency)


def _buybox(retrospect: Retrospect) -> Iterator[Row]:
    for day in retrospect.buybox.days:
        yield Row("buybox", "", day.day, "runs", day.runs, "runs")
        yield Row("buybox", "", day.day, "held", day.held, "percent")
        yield Row("buybox", "", day.day, "coverage", day.coverage, "percent")
        yield Row("buybox", "", day.day, "oldest fact", day.oldest_seconds, "seconds")
    if retrospect.buybox.days:
        counts = ("winning", "competing", "worth_asking", "never_checked", "asked", "answered")
        yield from _plain("buybox", retrospect.buybox, counts)
        yield from _plain("buybox", retrospect.buybox, ("held", "coverage"), "percent")
        yield from _plain("buybox", retrospect.buybox, ("oldest_seconds", "median_seconds"), "seconds")


def _money(retrospect: Retrospect) -> Iterator[Row]:
    for one in retrospect.money:
        for name, value in asdict(one).items():
            if name != "currency":
                yield Row("money", one.currency, None, name, value, "units" if "units" in name else one.currency)


def _budgets(retrospect: Retrospect) -> Iterator[Row]:
    for one in retrospect.budgets:
        yield Row("budgets", one.name, None, "limit", one.limit, "an hour")
        yield Row("budgets", one.name, one.peak_at, "fullest hour", one.peak, "an hour")
        if one.total is not None:
            yield Row("budgets", one.name, None, "in all", one.total, "")
        for use, number in one.by_use.items():
            yield Row("budgets", one.name, one.peak_at, f"for {use}", number, "an hour")
        for day in one.days:
            yield Row("budgets", one.name, day.day, "fullest hour", day.peak, "an hour")


def _runs(retrospect: Retrospect) -> Iterator[Row]:
    for one in retrospect.runs.commands:
        yield Row("runs", one.command, None, "runs", one.runs, "runs")
        for ending, runs in one.endings.items():
            yield Row("runs", one.command, None, ending, runs, "runs")
        for status, runs in one.statuses.items():
            yield Row("runs", one.command, None, f"exit status {status}", runs, "runs")
        yield Row("runs", one.command, None, "locked out", one.locked_out, "runs")
        yield Row("runs", one.command, None, "waited for orders", one.waited_seconds, "seconds")
        yield from _lengths("runs", one.command, None, one.took)
    for day in retrospect.runs.days:
        yield from _counts("runs", day.day, "failed", day.failed, "runs")


def _plain(part: str, figures: object, names: Sequence[str], unit: str = "") -> Iterator[Row]:
    return (Row(part, "", None, name.replace("_", " "), getattr(figures, name), unit) for name in names)


def _counts(part: str, day: date, figure: str, counted: Mapping[str, int], unit: str) -> Iterator[Row]:
    return (Row(part, subject, day, figure, number, unit) for subject, number in counted.items())


def _lengths(part: str, subject: str, day: date | None, took: Lengths) -> Iterator[Row]:
    yield Row(part, subject, day, "measured", took.count, "")
    for figure, seconds in (("median", took.median), ("95th percentile", took.p95), ("longest", took.longest)):
        if seconds is not None:
            yield Row(part, subject, day, figure, seconds, "seconds")


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return to_text(value)
        case float():
            return f"{value:.1f}"
        case Decimal() | int() | date():
            return str(value)
    return str(value)
