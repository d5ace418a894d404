"""What a picture looks like does not depend on what else happens to be in it."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from bmsc.retrospect.page import charts
from bmsc.retrospect.page.charts import Series
from bmsc.retrospect.page.drawing import draw

SERIES = [Series(name, steps=True) for name in ("price", "buybox", "minimum", "default")]
AT = "2026-03-02T08:00:00+00:00"


def ticks(numbers: list[int]) -> list[str]:
    days = [{"day": f"2026-03-{day:02}", "value": value, "told": ""} for day, value in enumerate(numbers, 1)]
    picture = draw(charts.bars(days, y_title="holds", whole=True), title="Holds", caption="How many.")
    root = ElementTree.fromstring(picture.svg)
    (axis,) = [mark for mark in root.iter() if mark.get("aria-label", "").startswith("Y-axis")]
    told = [text.text or "" for text in axis.iter("{http://www.w3.org/2000/svg}text")]
    return [text for text in told if text != "holds"]


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 4, 5, 7, 12, 40])
def test_whole_things_are_counted_in_whole_numbers(highest: int) -> None:
    told = ticks([0, highest, 0])
    assert all(tick.isdecimal() for tick in told), told
    assert told[0] == "0"
    assert len(set(told)) == len(told) >= min(highest + 1, 3)


def listing(series: list[str], reasons: list[str], usual: list[str]) -> dict[str, dict[str, Any]]:
    """Draw one listing; give what each series and each reason looks like, and what the legend names."""
    path = [{"at": AT, "series": name, "value": 1.0} for name in series]
    points = [{"at": AT, "value": 1.0, "reason": reason, "told": ""} for reason in reasons]
    *lines, marks = charts.prices(path, points, SERIES, usual, y_title="USD")["layer"]
    shape = marks["encoding"]["shape"]
    dash = lines[0]["encoding"]["strokeDash"]
    return {
        "dashes": dict(zip(dash["scale"]["domain"], map(tuple, dash["scale"]["range"]), strict=True)),
        "named": dict.fromkeys(dash["legend"]["values"]),
        "shapes": dict(zip(shape["scale"]["domain"], shape["scale"]["range"], strict=True)),
        "lines": dict.fromkeys(line["transform"][0]["filter"]["equal"] for line in lines),
    }


def test_a_line_looks_the_same_whichever_others_are_there() -> None:
    whole = listing(["price", "buybox", "minimum", "default"], ["buybox"], ["buybox"])
    bare = listing(["price", "default"], ["buybox"], ["buybox"])
    assert bare["dashes"]["default"] == whole["dashes"]["default"] != whole["dashes"]["buybox"]
    assert list(bare["named"]) == list(bare["lines"]) == ["price", "default"]


def test_a_reason_has_the_same_shape_in_every_picture() -> None:
    usual = ["in step", "buybox", "buybox below minimum"]
    one = listing(["price"], ["in step", "buybox", "buybox below minimum"], usual)["shapes"]
    other = listing(["price"], ["buybox below minimum", "buybox", "buybox"], usual)["shapes"]
    assert other == {reason: one[reason] for reason in ("buybox below minimum", "buybox")}


def test_rare_reasons_take_the_shapes_that_are_free() -> None:
    usual = [f"reason {number}" for number in range(11)]
    found = listing(["price"], ["reason 10", "reason 0", "reason 9", "reason 8"], usual)["shapes"]
    assert len(set(found.values())) == 4
    many = listing(["price"], usual, usual)["shapes"]
    assert len(many) == 11
