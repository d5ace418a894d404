"""How a test reads the page as a person does: tiles, sentences, pictures mark by mark, and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link"}


@dataclass
class Part:
    """One section: what stands in it, in its order."""

    sentences: list[str] = field(default_factory=list)
    captions: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    inscribed: dict[str, list[str]] = field(default_factory=dict)
    """The numbers that stand inside marks, by picture."""
    tables: dict[str, list[list[str]]] = field(default_factory=dict)


class Page(HTMLParser):
    """The page, taken apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: dict[str, Part] = {}
        self.tiles: list[str] = []
        self.foot = ""
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self._path: list[tuple[str, dict[str, str]]] = []
        self._said = ""
        self._picture = self._table = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        found = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in found.items()]
        if tag not in VOID:
            self._path.append((tag, found))
        if tag == "section":
            self.parts[found["id"]] = Part()
        if tag == "table":
            self._table = found["id"]
            self._part.tables[self._table] = []
        if tag == "tr" and self._table:
            self._part.tables[self._table].append([])
        if tag not in ("strong", "code"):
            self._said = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        said = " ".join(self._said.split())
        while self._path:
            last, attributes = self._path.pop()
            if last == tag:
                break
        within = [name for name, _ in self._path]
        if tag == "li":
            self.tiles.append(said)
        elif tag == "p" and "footer" in within:
            self.foot = said
        elif tag == "h3":
            self._picture = said
            self._part.marks[said], self._part.inscribed[said] = [], []
        elif tag == "p" and "figcaption" in within:
            self._part.captions[self._picture] = said
        elif tag == "p" and "section" in within and attributes.get("class") != "caution":
            self._part.sentences.append(said)
        elif tag == "title" and "path" in within:
            self._part.marks[self._picture].append(said)
        elif tag == "text" and attributes.get("font-weight") == "bold":
            self._part.inscribed[self._picture].append(said)
        elif tag in ("td", "th") and "table" in within:
            self._part.tables[self._table][-1].append(said)
        if tag == "table":
            self._table = ""
        if tag not in ("strong", "code"):
            self._said = ""

    @property
    def _part(self) -> Part:
        return next(reversed(self.parts.values()))
