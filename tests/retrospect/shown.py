"""How the figures of a month must read on the page and in the table: written anew, to be held against both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Figures = Mapping[str, Any]
Rows = list[list[str]]

SPANS = {
    "paid_to_sellercloud": "from payment to SellerCloud",
    "sellercloud_to_accepted": "from SellerCloud to accepted",
    "accepted_to_tracking": "from accepted to tracking number",
    "paid_to_tracking": "from payment to tracking number",
}
CAUSES = {
    "sellercloud_before_acceptance": "in SC, not accepted",
    "sellercloud_after_acceptance": "in SC, accepted",
    "buyer_before_acceptance": "by the buyer",
    "backmarket_undone": "on BM, undone in SC",
    "backmarket_told": "on BM, told",
}
PLACES = {"accepted": "accepted, no tracking number yet", "paid": "paid, not yet in SellerCloud"}
BUDGETS = {
    "listing_lines": "Back Market listing lines",
    "sellercloud": "SellerCloud requests",
    "backmarket": "Back Market requests",
}


@dataclass
class Shown:
    """What one section says; `rows` are those of its tables without their heads."""

    sentences: list[str] = field(default_factory=list)
    marks: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)


def length(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def took(some: Figures) -> list[str]:
    return [str(some["count"]), length(some["median"]), length(some["p95"]), length(some["longest"])]


def percent(share: float) -> str:
    return f"{share:.1f} %"


def many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def minute(text: str | None) -> str:
    return text[:16].replace("T", " ") if text else "–"


def tiles(told: Figures) -> list[str]:
    holds = sum(one["standing"] for one in told["facts"]["reasons"] if one["kind"] == "hold")
    runs = told["runs"]["commands"]
    failed = sum(one["endings"].get("failed", 0) for one in runs)
    return [
        f"{told['orders']['orders']} orders paid",
        f"{length(told['orders']['spans'][3]['all']['median'])} median to tracking",
        f"{holds} holds standing",
        f"{len(cancelled(told))} orders cancelled",
        f"{percent(told['buybox']['held'])} hold the buybox",
        f"{failed} of {sum(one['runs'] for one in runs)} runs failed",
    ]


def cancelled(told: Figures) -> set[int]:
    return {order for cause in told["cancellations"]["causes"] for order in cause["orders"]}


def sections(told: Figures) -> dict[str, Shown]:
    return {
        "orders": orders(told["orders"]),
        "holds": holds(told["facts"]),
        "cancellations": cancellations(told),
        "buybox": buybox(told["buybox"]),
        "money": money(told["money"][0]),
        "prices": prices(told["prices"]),
        "limits": limits(told["budgets"]),
        "runs": runs(told["runs"]),
    }


def orders(told: Figures) -> Shown:
    shown = Shown()
    where = [f"{number} {PLACES[place]}." for place, number in told["on_their_way"].items()]
    shown.sentences = [
        f"{many(told['orders'], 'order')}, {many(told['units'], 'unit')}.",
        *where,
        f"{told['cancelled']} cancelled before a tracking number.",
        f"{told['adopted']} stood in SellerCloud already, brought there by someone else: when is not known.",
    ]
    days = told["days"]
    shown.marks["Orders paid each day"] = [
        f"{one['day']}: {many(one['orders'], 'order')}, {many(one['units'], 'unit')}" for one in days
    ]
    for span in told["spans"]:
        shown.marks[f"Time {SPANS[span['name']]}"] = [
            f"{one['day']}, {name} of {one['took']['count']}: {length(one['took'][key])}"
            for one in span["days"]
            for name, key in (("median", "median"), ("95th percentile", "p95"))
        ]
    shown.rows["table-durations"] = [[SPANS[one["name"]], *took(one["all"]), slowest(one)] for one in told["spans"]]
    shown.rows["table-order-days"] = [[one["day"], str(one["orders"]), str(one["units"])] for one in days]
    return shown


def slowest(span: Figures) -> str:
    return ", ".join(f"{one['order_id']} ({length(one['seconds'])})" for one in span["worst"])


def holds(told: Figures) -> Shown:
    shown = Shown()
    of = {kind: [one for one in told["reasons"] if one["kind"] == kind] for kind in ("hold", "alert")}
    begun = {kind: sum(one["begun"] for one in some) for kind, some in of.items()}
    standing = sum(one["standing"] for one in of["hold"])
    shown.sentences = [
        f"{many(begun['hold'], 'hold')} began; {standing} still stand.",
        f"{many(begun['alert'], 'alert')} told.",
    ]
    title = "Holds standing at the end of each day"
    shown.marks[title] = [f"{one['day']}: {one['standing']} standing" for one in told["days"]]
    shown.marks["Holds begun, by reason"] = [
        f"{one['day']}, {reason.replace('_', ' ')}: {number}"
        for one in told["days"]
        for reason, number in one["begun"].items()
    ]
    for kind, some in of.items():
        shown.rows[f"table-{kind}s"] = [
            [one["reason"], str(one["begun"]), str(one["standing"]), *took(one["lasted"]), one["longest"]]
            for one in some
        ]
    return shown


def cancellations(told: Figures) -> Shown:
    figures = told["cancellations"]
    marks = [
        f"{one['day']}, {CAUSES[cause]}: {number}" for one in figures["days"] for cause, number in one["orders"].items()
    ]
    rows = [[one["meaning"], str(len(one["orders"])), ", ".join(map(str, one["orders"]))] for one in figures["causes"]]
    return Shown(
        [f"{many(len(cancelled(told)), 'order')} cancelled."],
        {"Cancellations, by cause": marks},
        {"table-cancellations": rows},
    )


def buybox(told: Figures) -> Shown:
    shown = Shown()
    shown.sentences = [
        f"After the last repricing {told['winning']} of {told['competing']} competing prices held the buybox; over all "
        f"runs {percent(told['held'])}.",
        f"Each run asked about {percent(told['coverage'])} of the listings worth a question, and {told['answered']} of "
        f"{told['asked']} questions were answered with a market.",
        f"The oldest fact in use was {length(told['oldest_seconds'])} old, the median one "
        f"{length(told['median_seconds'])}; {told['never_checked']} of {told['worth_asking']} listings were never "
        "asked about.",
    ]
    shown.marks["Listings that hold the buybox, and were asked about"] = [
        f"{one['day']}, {name}: {percent(one[key])}"
        for one in told["days"]
        for name, key in (("hold the buybox", "held"), ("asked about", "coverage"))
    ]
    shown.marks["Age of the oldest buybox fact in use"] = [
        f"{one['day']}: {length(one['oldest_seconds'])}" for one in told["days"]
    ]
    shown.rows["table-buybox-days"] = [
        [
            one["day"],
            str(one["runs"]),
            percent(one["held"]),
            percent(one["coverage"]),
            length(one["oldest_seconds"]),
        ]
        for one in told["days"]
    ]
    return shown


def money(told: Figures) -> Shown:
    below, above = told["below_default"], told["above_minimum"]
    names = ("units", "revenue", "units_below", "below_default", "units_with_minimum", "above_minimum")
    unknown = told["units"] - told["units_with_default"]
    won, lost = told["units_winning"], told["units_not_winning"]
    return Shown(
        [
            f"{many(told['units'], 'unit')} sold for {told['revenue']} USD, without tax and shipping.",
            f"{told['units_below']} of them went below their default price, by {below} USD in all: the most that "
            "following the buybox can have cost, had every one sold at its default.",
            f"Beside their minimum prices, units brought {above} USD more.",
            f"{won} were sold while holding the buybox, {lost} while not.",
        ],
        {},
        {"table-money": [["USD", *(str(told[name]) for name in names), str(won), str(lost), str(unknown)]]},
    )


def prices(told: Figures) -> Shown:
    shown = Shown()
    shown.sentences = [
        f"{told['writes']} prices were written, {told['up']} up and {told['down']} down, on {told['moved']} of "
        f"{told['listings']} listings.",
        f"Shown: the {len(told['shown'])} that sold or moved most. Any other: bmsc report --html FILE --sku SKU.",
    ]
    for number, one in enumerate(told["shown"]):
        title = f"{one['sku']} in {one['locale']}"
        shown.marks[title] = [price_mark(point, one["currency"]) for point in one["points"]]
        shown.rows[f"table-prices-{number}"] = [price_row(point) for point in one["points"]]
    return shown


def price_mark(point: Figures, currency: str) -> str:
    beside = ", ".join(f"{name} {point[name]}" for name in ("buybox", "minimum", "default") if point[name])
    price = f"{point['price']} {currency}".rstrip()
    return f"{minute(point['at'])} UTC: {price}, {point['reason'].replace('_', ' ')} ({beside})"


def price_row(point: Figures) -> list[str]:
    amounts = [point[name] or "–" for name in ("price", "buybox", "minimum", "default")]
    why = point["reason"].replace("_", " ")
    return [minute(point["at"]), *amounts, why, "written" if point["written"] else "seen"]


def limits(told: list[Figures]) -> Shown:
    shown = Shown()
    uses = ", ".join(f"{number} {use}" for use, number in told[0]["by_use"].items())
    shown.sentences = [f"Listing lines of the fullest hour: {uses}."]
    for one in told:
        title = f"{BUDGETS[one['name']]}: fullest hour of each day"
        shown.marks[title] = [f"{day['day']}: {day['peak']} of {one['limit']}" for day in one["days"]]
    shown.rows["table-limits"] = [
        [
            BUDGETS[one["name"]],
            str(one["limit"]),
            str(one["peak"]),
            percent(100 * one["peak"] / one["limit"]),
            minute(one["peak_at"]),
            "–" if one["total"] is None else str(one["total"]),
        ]
        for one in told
    ]
    return shown


def runs(told: Figures) -> Shown:
    shown = Shown()
    commands = told["commands"]
    failed, locked = (
        sum(count) for count in zip(*((_failed(one), one["locked_out"]) for one in commands), strict=True)
    )
    statuses = {
        one["command"]: " and ".join(f"{n} x {status}" for status, n in one["statuses"].items() if status != "0")
        for one in commands
    }
    listed = ", ".join(f"{command}: {some}" for command, some in statuses.items() if some)
    shown.sentences = [
        f"{many(sum(one['runs'] for one in commands), 'run')}, {failed} failed, {locked} found another one of their "
        "command alive.",
        f"Exit statuses other than 0: {listed}.",
    ]
    shown.marks["Runs that failed"] = [
        f"{one['day']}, {command}: {number}" for one in told["days"] for command, number in one["failed"].items()
    ]
    shown.rows["table-runs"] = [_run_row(one) for one in commands]
    return shown


def _failed(one: Figures) -> int:
    return int(one["endings"].get("failed", 0))


def _run_row(one: Figures) -> list[str]:
    endings = [str(one["endings"].get(name, 0)) for name in ("done", "guard", "interrupted", "failed")]
    waits = [str(one["locked_out"]), length(one["waited_seconds"])]
    return [one["command"], str(one["runs"]), *endings, *waits, *took(one["took"])[1:]]


# -- the table ---------------------------------------------------------------------------------------------------------

Cells = tuple[str, str, str, str, str]


def cells(told: Figures) -> Iterator[Cells]:
    """Give every row of the CSV, without its unit."""
    for part, subject, at, figure, value in _cells(told):
        yield part, subject, at, figure, _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _cells(told: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    yield from _order_cells(told["orders"])
    yield from _fact_cells(told["facts"])
    for day in told["cancellations"]["days"]:
        yield from (("cancellations", cause, day["day"], "orders", n) for cause, n in day["orders"].items())
    for cause in told["cancellations"]["causes"]:
        yield "cancellations", cause["name"], "", "orders", len(cause["orders"])
        yield from (("cancellations", cause["name"], "", "order", order) for order in cause["orders"])
    yield "cancellations", "", "", "orders", len(cancelled(told))
    yield from _price_cells(told["prices"])
    yield from _buybox_cells(told["buybox"])
    for name, value in told["money"][0].items():
        if name != "currency":
            yield "money", "USD", "", name, Decimal(value) if isinstance(value, str) else value
    yield from _budget_cells(told["budgets"])
    yield from _run_cells(told["runs"])


def _length_cells(part: str, subject: str, at: str, some: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    yield part, subject, at, "measured", some["count"]
    for name, key in (("median", "median"), ("95th percentile", "p95"), ("longest", "longest")):
        if some[key] is not None:
            yield part, subject, at, name, some[key]


def _order_cells(told: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    for day in told["days"]:
        yield "orders", "", day["day"], "paid", day["orders"]
        yield "orders", "", day["day"], "sold", day["units"]
    for span in told["spans"]:
        yield from _length_cells("durations", span["name"], "", span["all"])
        for day in span["days"]:
            yield from _length_cells("durations", span["name"], day["day"], day["took"])
        for one in span["worst"]:
            yield "durations", span["name"], "", f"slowest order {one['order_id']}", one["seconds"]
    for where, number in told["on_their_way"].items():
        yield "orders", where, "", "on their way", number
    for name in ("orders", "units", "adopted", "cancelled", "unmet"):
        yield "orders", "", "", name, told[name]


def _fact_cells(told: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    for day in told["days"]:
        yield from (("holds", reason, day["day"], "begun", number) for reason, number in day["begun"].items())
        yield "holds", "", day["day"], "standing", day["standing"]
    for one in told["reasons"]:
        part = f"{one['kind']}s"
        yield part, one["reason"], "", "begun", one["begun"]
        yield part, one["reason"], "", "standing", one["standing"]
        if one["longest"]:
            yield part, one["reason"], "", "lasted longest", one["longest"]
        yield from _length_cells(part, one["reason"], "", one["lasted"])


def _price_cells(told: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    for name in ("listings", "moved", "writes", "up", "down"):
        yield "prices", "", "", name, told[name]
    for one in told["shown"]:
        subject = f"{one['sku']}@{one['locale']}"
        yield "prices", subject, "", "sold", one["units"]
        yield "prices", subject, "", "writes", one["writes"]
        for point in one["points"]:
            for name in ("reason", "contest", "price", "buybox", "minimum", "default"):
                if point[name] is not None:
                    yield "prices", subject, point["at"], name, point[name]


def _buybox_cells(told: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    for day in told["days"]:
        yield "buybox", "", day["day"], "runs", day["runs"]
        yield "buybox", "", day["day"], "held", day["held"]
        yield "buybox", "", day["day"], "coverage", day["coverage"]
        yield "buybox", "", day["day"], "oldest fact", day["oldest_seconds"]
    for name, value in told.items():
        if name != "days":
            yield "buybox", "", "", name.replace("_", " "), value


def _budget_cells(told: list[Figures]) -> Iterator[tuple[str, str, str, str, object]]:
    for one in told:
        yield "budgets", one["name"], "", "limit", one["limit"]
        yield "budgets", one["name"], one["peak_at"], "fullest hour", one["peak"]
        if one["total"] is not None:
            yield "budgets", one["name"], "", "in all", one["total"]
        yield from (("budgets", one["name"], one["peak_at"], f"for {use}", n) for use, n in one["by_use"].items())
        yield from (("budgets", one["name"], day["day"], "fullest hour", day["peak"]) for day in one["days"])


def _run_cells(told: Figures) -> Iterator[tuple[str, str, str, str, object]]:
    for one in told["commands"]:
        command = one["command"]
        yield "runs", command, "", "runs", one["runs"]
        yield from (("runs", command, "", ending, number) for ending, number in one["endings"].items())
        yield from (("runs", command, "", f"exit status {code}", number) for code, number in one["statuses"].items())
        yield "runs", command, "", "locked out", one["locked_out"]
        yield "runs", command, "", "waited for orders", one["waited_seconds"]
        yield from _length_cells("runs", command, "", one["took"])
    for day in told["days"]:
        yield from (("runs", command, day["day"], "failed", number) for command, number in day["failed"].items())
