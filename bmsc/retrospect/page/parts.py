"""What is a page made of?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """One number at the head of the page."""

    number: str
    words: str


@dataclass(frozen=True)
class Picture:
    """A drawing, with its heading and a plain sentence of what it shows above it. `svg` is markup; all else is text."""

    title: str
    caption: str
    svg: str


@dataclass(frozen=True)
class Table:
    """Rows under a header; `folded` when it only repeats what a picture shows."""

    name: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


@dataclass(frozen=True)
class Section:
    """One question of a merchant, answered: a few sentences, pictures, tables, and what the figures cannot say."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    cautions: tuple[str, ...] = ()
