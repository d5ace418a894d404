"""Titles and SKUs that hold markup, formulas and terminal escapes do nothing in a report but show."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from price_shop import on, priced, reprice, rival
from retrospect.reading_page import Page
from retrospect.seen import report
from shops import Shop

SKUS = (
    '<script>alert("1")</script>',
    "\"'><img src=x onerror=alert(1)>",
    "</svg></figure></style><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    '=HYPERLINK("http://elsewhere.invalid","click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1;=1+1",
    "\u202eTXET\u202c \x1b[31mred\x1b]0;title\x07",
)
FORMULA = re.compile(r"[=+\-@\t\r]")
HARMLESS_ELEMENTS = frozenset(
    [
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "strong",
        "nav",
        "a",
        "main",
        "section",
        "div",
        "figure",
        "figcaption",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "footer",
        "svg",
        "g",
        "path",
        "text",
        "line",
        "rect",
        "desc",
        "clippath",
        "defs",
        "code",
    ]
)


@pytest.fixture
def hostile(shop: Shop) -> Shop:
    """A shop whose goods are named so: they are repriced, sold, held and told of."""
    on(shop)
    for sku in SKUS:
        priced(shop, sku)
        rival(shop, sku, "299.00", grade="GOOD")
    reprice(shop)
    for sku in SKUS:
        shop.place((sku, 1))
        shop.place((f"{sku} unknown", 1))
    shop.pull()
    shop.advance(3600)
    shop.pull()
    for sku in SKUS:
        rival(shop, sku, "297.00")
    reprice(shop)
    return shop


def test_the_page_has_no_element_and_no_attribute_of_theirs(hostile: Shop, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    report(hostile, "--html", str(path))
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert page.elements <= HARMLESS_ELEMENTS
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name, value)
        assert name not in ("src", "srcset", "action", "formaction", "xlink:href", "style") or not value, (tag, name)
        assert name != "href" or value.startswith("#"), (tag, value)
        assert "url(http" not in value
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)
    told = " ".join(title for part in page.parts.values() for title in part.captions)
    for sku in SKUS[:-1]:
        assert sku in told
    assert "49" not in told


def test_each_picture_is_sound_xml_by_itself(hostile: Shop, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    report(hostile, "--html", str(path))
    pictures = re.findall(r"<svg.*?</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    assert len(pictures) > len(SKUS)
    for picture in pictures:
        names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture).iter()}
        assert not names & {"script", "foreignObject", "image", "use", "a", "style", "animate", "set"}


def test_no_cell_begins_as_a_formula(hostile: Shop, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    report(hostile, "--csv", str(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if FORMULA.match(cell)]
    assert not [cell for cell in cells if re.search(r"[;|](?=[=+\-@])", cell)]
    assert any("HYPERLINK" in cell and cell.startswith("'=") for cell in cells)


def test_a_terminal_is_told_nothing(hostile: Shop) -> None:
    said = report(hostile) + report(hostile, "--json", "--since", "2d")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", said)
    told = json.loads(report(hostile, "--json"))
    assert set(SKUS) <= {one["sku"] for one in told["prices"]["shown"]}
