"""A month whose events are known: every number of the report, in each of its forms, is reckoned again from them."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from retrospect import shown
from retrospect.month import Run
from retrospect.reading_page import Page
from retrospect.seen import Seen
from retrospect.truth import Figures, Truth, rounded

MEANINGS = {
    "sellercloud_before_acceptance": "cancelled in SellerCloud before it was accepted: cancelled on Back Market",
    "sellercloud_after_acceptance": "cancelled in SellerCloud after it was accepted: refunded on Back Market",
    "buyer_before_acceptance": "cancelled by the buyer before it was accepted: cancelled in SellerCloud",
    "backmarket_undone": "cancelled or refunded on Back Market: cancelled in SellerCloud",
    "backmarket_told": "cancelled or refunded on Back Market while open in SellerCloud: told, left to a person",
}
OF_LINES = ("lines", "unreadable")


@pytest.fixture(scope="module")
def truth(month: Seen) -> Figures:
    """Reckon the month once."""
    figures = Truth(month.shop, month.events, month.now).figures()
    for cause in figures["cancellations"]["causes"]:
        cause["meaning"] = MEANINGS[cause["name"]]
    return figures


def test_the_month_has_of_everything(month: Seen, truth: Figures) -> None:
    """Otherwise the tests below compare nothing with nothing."""
    assert {run.exit_code for run in month.events.runs} == {0, 3, 11, 12, 13, 14, 130}
    assert len(truth["cancellations"]["causes"]) == len(MEANINGS)
    assert {one["kind"] for one in truth["facts"]["reasons"]} == {"hold", "alert"}
    assert all(span["all"]["count"] > 50 for span in truth["orders"]["spans"])
    assert truth["prices"]["up"]
    assert truth["prices"]["down"]
    assert truth["money"][0]["units_not_winning"]
    assert any(point["reason"] == "buybox_below_minimum" for one in truth["prices"]["shown"] for point in one["points"])


def test_every_number_of_the_json_is_what_happened(month: Seen, truth: Figures) -> None:
    told = {name: value for name, value in month.json.items() if name not in OF_LINES}
    expected = rounded(truth)
    for name, figures in rounded(told).items():
        assert figures == expected[name], name
    assert told.keys() == truth.keys()


def test_every_cell_of_the_table_is_what_happened(month: Seen, truth: Figures) -> None:
    with month.table.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["part", "subject", "at", "figure", "value", "unit"]
    assert Counter(tuple(row[:5]) for row in rows) == Counter(shown.cells(truth))


def test_every_number_of_the_page_is_what_happened(month: Seen, truth: Figures) -> None:
    page = Page(month.page.read_text(encoding="utf-8"))
    assert page.tiles == shown.tiles(truth)
    expected = shown.sections(truth)
    assert list(page.parts) == list(expected)
    for name, part in page.parts.items():
        assert part.sentences == expected[name].sentences
        assert {title: Counter(marks) for title, marks in part.marks.items()} == {
            title: Counter(marks) for title, marks in expected[name].marks.items()
        }
        assert {table: rows[1:] for table, rows in part.tables.items()} == expected[name].rows


def test_every_picture_says_what_it_shows(month: Seen, truth: Figures) -> None:
    page = Page(month.page.read_text(encoding="utf-8"))
    captions = {title: caption for part in page.parts.values() for title, caption in part.captions.items()}
    assert captions.keys() == {title for part in page.parts.values() for title in part.marks}
    assert all(caption.endswith(".") and len(caption) > 30 for caption in captions.values())
    for one in truth["prices"]["shown"]:
        prices = f"{one['writes']} price{'' if one['writes'] == 1 else 's'} written."
        assert captions[f"{one['sku']} in en-us"].endswith(f"{shown.many(one['units'], 'unit')} sold, {prices}")


def test_a_number_inside_a_mark_is_the_marks_own(month: Seen) -> None:
    page = Page(month.page.read_text(encoding="utf-8"))
    for part in page.parts.values():
        for title, inscribed in part.inscribed.items():
            counts = [said.rpartition(": ")[2] for said in part.marks[title]]
            if inscribed:
                assert sorted(inscribed) == sorted(number for number in counts if number not in ("0", "1"))


def test_lines_are_counted(month: Seen) -> None:
    """Of journals before the window only prices and orders are read."""
    first = str(Truth(month.shop, month.events, month.now).start.date())
    events = ("price", "market", "order", "set_quantity", "set_price")
    wanted = [f'"event":"{event}"' for event in events]
    lines = [line for path in month.shop.state_dir.glob("journal-*") for line in path.read_text().splitlines()]
    read = [line for line in lines if line[7:17] >= first or any(event in line for event in wanted)]
    assert month.json["lines"] == len(read)
    assert month.json["unreadable"] == 0
    page = Page(month.page.read_text(encoding="utf-8"))
    assert page.foot.startswith(f"From {len(read)} lines of the journal. ")


def test_the_screen_is_what_happened(month: Seen, truth: Figures) -> None:
    """Counts of today, and of a day of the week before it."""
    rows = {line[:30].strip(): line[30:].split() for line in month.screen.splitlines()[2:-1]}
    today, week = month.now.date(), [month.now.date() - timedelta(days=number) for number in range(1, 8)]
    paid = {one["day"]: one for one in truth["orders"]["days"]}
    assert rows["orders paid"][:2] == [str(paid[str(today)]["orders"]), average(paid, "orders", week)]
    assert rows["units sold"][:2] == [str(paid[str(today)]["units"]), average(paid, "units", week)]
    held = {one["day"]: one for one in truth["buybox"]["days"]}
    assert rows["buybox held"][0] == f"{held[str(today)]['held']:.0f}"
    runs = [run for run in month.events.runs if not (run.dry or run.locked_out)]
    assert rows["runs"][:2] == [str(len(of(runs, [today]))), f"{len(of(runs, week)) / 7:.1f}"]
    standing = [one["standing"] for one in truth["facts"]["days"]]
    assert rows["holds standing at the end"] == [str(standing[-1]), str(standing[-2]), str(standing[-2])]


def average(days: dict[str, Figures], name: str, some: list[date]) -> str:
    return f"{sum(days[str(day)][name] for day in some) / len(some):.1f}"


def of(runs: list[Run], days: list[date]) -> list[Run]:
    return [run for run in runs if run.ended.date() in days]
