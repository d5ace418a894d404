"""How does a look back read on one terminal screen: today beside the last 7 and 30 days?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from bmsc.report import standing
from bmsc.retrospect.budgets import BudgetFigures
from bmsc.retrospect.look_back import Retrospect
from bmsc.retrospect.measures import Lengths

_LABEL, _CELL = 30, 16
Cell = Callable[[Retrospect], str]


def lines(columns: Sequence[Retrospect]) -> Iterator[str]:
    """Write the screen: at most 80 columns and 23 lines. The first column is the day that is not over yet."""
    first = columns[0].asked
    days = [len(one.asked.window.days) for one in columns]
    yield f"bmsc report, {first.now:%a %Y-%m-%d %H:%M} UTC"
    yield _row("", ["today", *(f"{count} days before" for count in days[1:])])
    for label, cell in _ROWS:
        yield _row(label, [cell(one) for one in columns])
    yield "Counts of earlier days are a day's average. More: bmsc report --html report.html"


def _row(label: str, cells: Sequence[str]) -> str:
    return f"{label:<{_LABEL}}" + "".join(f" {cell:>{_CELL - 1}}" for cell in cells)


def _count(number: Callable[[Retrospect], float]) -> Cell:
    return lambda one: _average(number(one), one)


def _average(number: float, one: Retrospect) -> str:
    days = len(one.asked.window.days)
    return str(number) if days == 1 else f"{number / days:.1f}"


def _took(name: str) -> Cell:
    def cell(one: Retrospect) -> str:
        return _lengths(next(span.all for span in one.orders.spans if span.name == name))

    return cell


def _lengths(all_of_them: Lengths) -> str:
    if all_of_them.median is None or all_of_them.p95 is None:
        return "-"
    return f"{span(all_of_them.median)} / {span(all_of_them.p95)}"


def span(seconds: float | None) -> str:
    """Write a length of time in one unit; a dash for none."""
    return "-" if seconds is None else standing.span(timedelta(seconds=seconds))


def _slowest(one: Retrospect) -> str:
    worst = one.orders.spans[-1].worst
    return f"{worst[0].order_id}" if worst else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0f} %"


def _budget(name: str) -> Cell:
    def cell(one: Retrospect) -> str:
        return _peak(next(budget for budget in one.budgets if budget.name == name))

    return cell


def _peak(budget: BudgetFigures) -> str:
    return f"{budget.peak} = {_percent(budget.share)}" if budget.peak else "0"


def _begun(kind: str) -> Callable[[Retrospect], float]:
    return lambda one: sum(reason.begun for reason in one.facts.of_kind(kind))


def _given(one: Retrospect) -> str:
    sums = [f"{money.below_default} {money.currency}" for money in one.money if money.below_default]
    return "-" if not sums else sums[0] if len(sums) == 1 else f"{len(sums)} currencies"


_ROWS: tuple[tuple[str, Cell], ...] = (
    ("orders paid", _count(lambda one: one.orders.orders)),
    ("units sold", _count(lambda one: one.orders.units)),
    ("paid > SellerCloud, mid/95 %", _took("paid_to_sellercloud")),
    ("SellerCloud > accepted", _took("sellercloud_to_accepted")),
    ("accepted > tracking", _took("accepted_to_tracking")),
    ("slowest order to tracking", _slowest),
    ("orders cancelled", _count(lambda one: one.cancellations.orders)),
    ("holds begun", _count(_begun("hold"))),
    ("alerts begun", _count(_begun("alert"))),
    ("holds standing at the end", lambda one: str(one.facts.days[-1].standing)),
    ("prices written", _count(lambda one: one.prices.writes)),
    ("buybox held", lambda one: _percent(one.buybox.held)),
    ("asked of those worth asking", lambda one: _percent(one.buybox.coverage)),
    ("oldest buybox fact", lambda one: span(one.buybox.oldest_seconds)),
    ("sold below default, in all", _given),
    ("listing lines, fullest hour", _budget("listing_lines")),
    ("SellerCloud, fullest hour", _budget("sellercloud")),
    ("Back Market, fullest hour", _budget("backmarket")),
    ("runs", _count(lambda one: one.runs.runs)),
    ("runs failed / locked out", lambda one: f"{one.runs.failed} / {one.runs.locked_out}"),
)
