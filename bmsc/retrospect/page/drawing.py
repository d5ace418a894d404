"""How does a specification become a picture that stands inside a page and can be read aloud?"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import vl_convert

from bmsc.domain.showing import one_line
from bmsc.retrospect.page.parts import Picture

_SVG = "http://www.w3.org/2000/svg"
_SPOKEN = "graphics-symbol"
"""The role of a mark that stands for a datum."""


def draw(spec: dict[str, Any], *, title: str, caption: str) -> Picture:
    """Draw a picture as SVG without size, script or reference; each mark shows its words when pointed at."""
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn right here
    _say_marks(root)
    _name(root, one_line(title), one_line(caption))
    return Picture(title, caption, ElementTree.tostring(root, encoding="unicode"))


def _say_marks(root: ElementTree.Element) -> None:
    for mark in root.iter():
        label = mark.get("aria-label")
        if label and mark.get("role") == _SPOKEN:
            said = ElementTree.SubElement(mark, f"{{{_SVG}}}title")
            said.text = label


def _name(root: ElementTree.Element, title: str, description: str) -> None:
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "graphics-document document")
    root.set("aria-label", f"{title}. {description}")
    root.set("class", "picture")
    for number, (name, words) in enumerate((("title", title), ("desc", description))):
        said = ElementTree.Element(f"{{{_SVG}}}{name}")
        said.text = words
        root.insert(number, said)


ElementTree.register_namespace("", _SVG)
