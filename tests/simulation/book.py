"""Which seeds of a long run were played already, and how did each go? One line of JSON a seed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulation.broken import Broken
from simulation.play import Story

COUNTED = ("runs", "statuses", "faults", "kinds")


def read(book: Path) -> Iterator[Story]:
    """Give what was noted; a line that a killed process left unfinished was not."""
    lines = book.read_text(encoding="utf-8").split("\n")[:-1] if book.exists() else []
    return (_story(json.loads(line)) for line in lines)


def note(book: Path, story: Story) -> None:
    """Add a seed's story."""
    plain = {**vars(story), "broken": [vars(one) for one in story.broken]}
    with book.open("a", encoding="utf-8") as paper:
        paper.write(json.dumps(plain) + "\n")


def _story(plain: dict[str, Any]) -> Story:
    counted = {name: Counter(plain.pop(name)) for name in COUNTED}
    broken = [Broken(**one) for one in plain.pop("broken")]
    return Story(**plain, broken=broken, **counted)
