"""What does each picture look like, as a Vega-Lite specification?

Shape, dash and place tell series apart, colour only repeats it. Colours are CSS variables of the page, so that one
picture serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import cycle
from typing import Any

from msgspec import Struct

Spec = dict[str, Any]
Datum = Mapping[str, Any]

WIDTH, HEIGHT = 320, 150
_INK, _SOFT, _GRID = "var(--ink)", "var(--soft)", "var(--grid)"
_COLOURS = ("var(--one)", "var(--two)", "var(--three)", "var(--four)")
_DASHES = ([1, 0], [6, 3], [2, 3], [8, 3, 2, 3])
_SHAPES = ("circle", "triangle-up", "square", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
_TICKS = 4
_ROW_HEIGHT = 22
_MOST_ROWS = 8


class Series(Struct, frozen=True):
    """One line: its name, whether it holds its value until the next point, and how thick it is."""

    name: str
    steps: bool = False
    width: float = 1.5


def bars(data: Sequence[Datum], *, y_title: str, whole: bool = False) -> Spec:
    """Draw one bar a day. Each datum: day, value, told; `whole` numbers have no ticks between them."""
    mark = {"type": "bar", "color": _COLOURS[0], "stroke": None, "width": {"band": 0.8}}
    x = _day_axis()["x"] | {"timeUnit": "utcyearmonthdate"}
    y = _amount_axis("value", y_title)
    highest = max((datum["value"] for datum in data), default=0)
    if whole and highest < _TICKS:
        y["axis"] |= {"values": list(range(highest + 1)), "format": "d"}
    return _chart({"mark": mark, "encoding": _told({"x": x, "y": y})}, data)


def lines(data: Sequence[Datum], names: Sequence[str], *, y_title: str, highest: float | None = None) -> Spec:
    """Draw a line a series over days, a point on each. Each datum: day, series, value, told."""
    y = _amount_axis("value", y_title)
    if highest is not None:
        y["scale"] = {"domain": [0, highest]}
    scales = _series_scales(names)
    path = {
        "mark": {"type": "line", "strokeWidth": 1.8, "aria": False},
        "encoding": _only(scales, "color", "strokeDash"),
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 42, "opacity": 1},
        "encoding": _told(_only(scales, "color", "shape")),
    }
    return _chart({"layer": [path, points], "encoding": _day_axis() | {"y": y}}, data)


def circles(data: Sequence[Datum], names: Sequence[str], *, days: Sequence[str]) -> Spec:
    """Draw a circle for each day and row, as large as its number. Each datum: day, row, value, told."""
    rows = list(names[:_MOST_ROWS])
    x = _day_axis()["x"] | {"scale": {"type": "utc", "domain": [days[0], days[-1]], "padding": 8}}
    y = {
        "field": "row",
        "type": "nominal",
        "sort": rows,
        "title": None,
        "axis": {"grid": True, "labelLimit": 130, "domain": False, "ticks": False},
    }
    size = {"field": "value", "type": "quantitative", "scale": {"rangeMin": 30, "rangeMax": 260}, "legend": None}
    spec = {
        "layer": [
            {
                "mark": {"type": "circle", "color": _COLOURS[0], "opacity": 1},
                "encoding": _told({"size": size}),
            },
            {
                "transform": [{"filter": "datum.value > 1"}],
                "mark": {"type": "text", "fontSize": 9, "fontWeight": "bold", "color": "var(--paper)", "aria": False},
                "encoding": {"text": {"field": "value"}},
            },
        ],
        "encoding": {"x": x, "y": y},
    }
    shown = [datum for datum in data if datum["row"] in rows]
    return _chart(spec, shown, width=WIDTH - 90, height=_ROW_HEIGHT * len({datum["row"] for datum in shown}))


def prices(
    path: Sequence[Datum], points: Sequence[Datum], series: Sequence[Series], usual: Sequence[str], *, y_title: str
) -> Spec:
    """Draw one listing: a stepped line a series, and on the price a point whose shape is the decision's reason.

    Each datum of `path`: at, series, value; of `points`: at, value, reason, told. A series, and a reason of the `usual`
    ones, looks the same in every picture.
    """
    present = {datum["series"] for datum in path}
    scales = _series_scales([one.name for one in series], present)
    lines_of = [_price_line(one, scales) for one in series if one.name in present]
    shapes = _shapes_of([datum["reason"] for datum in points], usual)
    shape = {
        "field": "reason",
        "type": "nominal",
        "scale": {"domain": list(shapes), "range": list(shapes.values())},
        "legend": _legend("reason"),
    }
    marks = {
        "data": {"values": list(points)},
        "mark": {"type": "point", "filled": True, "size": 55, "color": _COLOURS[0], "opacity": 1},
        "encoding": _told({"shape": shape}),
    }
    x = _day_axis()["x"] | {"field": "at"}
    y = _amount_axis("value", y_title) | {"scale": {"zero": False, "nice": True}}
    return _chart({"layer": [*lines_of, marks], "encoding": {"x": x, "y": y}}, path, height=HEIGHT + 30)


def _shapes_of(reasons: Iterable[str], usual: Sequence[str]) -> dict[str, str]:
    own = dict.fromkeys(reasons)
    kept = {reason: shape for reason, shape in zip(usual, _SHAPES, strict=False) if reason in own}
    free = cycle([shape for shape in _SHAPES if shape not in kept.values()] or _SHAPES)
    return {reason: kept.get(reason) or next(free) for reason in own}


def _price_line(one: Series, scales: Spec) -> Spec:
    shape = "step-after" if one.steps else "linear"
    return {
        "transform": [{"filter": {"field": "series", "equal": one.name}}],
        "mark": {"type": "line", "interpolate": shape, "strokeWidth": one.width, "aria": False},
        "encoding": _only(scales, "color", "strokeDash"),
    }


def _chart(spec: Spec, data: Iterable[Datum], *, width: int = WIDTH, height: int = HEIGHT) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "padding": {"left": 14, "right": 10, "top": 5, "bottom": 5},
        "data": {"values": list(data)},
        **spec,
        "config": _CONFIG,
    }


def _day_axis() -> Spec:
    axis = {"format": "%-d %b", "grid": False, "labelOverlap": "greedy", "labelFlush": True, "tickCount": 6}
    return {"x": {"field": "day", "type": "temporal", "scale": {"type": "utc"}, "title": None, "axis": axis}}


def _amount_axis(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative", "title": title, "axis": {"tickCount": _TICKS, "domain": False}}


def _told(encoding: Spec) -> Spec:
    return encoding | {"description": {"field": "told"}}


def _series_scales(names: Sequence[str], present: Collection[str] | None = None) -> Spec:
    """Tell series apart three times over; the legend shows all three in one, of those that are `present`."""
    count = len(names)
    ranges = {"color": _COLOURS[:count], "strokeDash": _DASHES[:count], "shape": _SHAPES[:count]}
    return {
        channel: {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": list(names), "range": list(values)},
            "legend": _legend("series") | {"values": [name for name in names if present is None or name in present]},
        }
        for channel, values in ranges.items()
    }


def _legend(title: str) -> Spec:
    return {
        "title": None,
        "orient": "top",
        "direction": "horizontal",
        "columns": 2 if title == "reason" else 4,
        "symbolSize": 60,
    }


def _only(scales: Spec, *channels: str) -> Spec:
    return {channel: scales[channel] for channel in channels}


_CONFIG: Spec = {
    "background": None,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK,
        "titleColor": _SOFT,
        "gridColor": _GRID,
        "domainColor": _SOFT,
        "tickColor": _SOFT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": _INK,
        "labelFontSize": 12,
        "symbolFillColor": _INK,
        "labelLimit": 150,
        "layout": {"top": {"anchor": "start", "direction": "vertical", "margin": 4}},
        "columnPadding": 22,
    },
}
