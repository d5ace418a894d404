"""What is a page made of?"""

from __future__ import annotations

from msgspec import Struct


class Tile(Struct, frozen=True):
    """One number at the head of the page."""

    number: str
    words: str


class Picture(Struct, frozen=True):
    """A drawing, with its heading and a plain sentence of what it shows above it. `svg` is markup; all else is text."""

    title: str
    caption: str
    svg: str


class Table(Struct, frozen=True):
    """Rows under a header; `folded` when it only repeats what a picture shows."""

    name: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


class Section(Struct, frozen=True):
    """One question of a merchant, answered: a few sentences, pictures, tables, and what the figures cannot say."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    cautions: tuple[str, ...] = ()
