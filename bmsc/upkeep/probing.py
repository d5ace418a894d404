"""How do both platforms really answer? Found out by reading alone, beside what bmsc assumes."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import asdict

import bmsc
from bmsc import premises
from bmsc.domain.times import to_text
from bmsc.state import disk
from bmsc.upkeep import backmarket_questions, sellercloud_list_questions, sellercloud_questions
from bmsc.upkeep.answers import Answer
from bmsc.upkeep.readings import Readings


def probe(config: Path | None, state_dir: Path | None) -> list[Answer]:
    """Ask every question; one that fails only leaves itself unsettled."""
    loaded, directory, clock = (
        premises.configuration(config),
        premises.state_directory(state_dir),
        premises.clock(),
    )
    with premises.logging_to(directory, loaded):
        readings = Readings(premises.platforms(loaded, directory, clock, read_only=True), loaded.settings, clock)
        rooms = (sellercloud_questions, sellercloud_list_questions, backmarket_questions)
        asked = [question for room in rooms for question in room.questions(readings)]
        return [question.ask() for question in asked]


def write_report(answers: Sequence[Answer], path: Path) -> Path:
    """Write what was found for the maintainers: words about shapes, without any value, name, host or SKU."""
    report = {
        "bmsc": bmsc.__version__,
        "written_at": to_text(premises.clock().now()),
        "answers": [asdict(answer) for answer in answers],
    }
    descriptor = disk.open_private(path.absolute(), os.O_WRONLY | os.O_TRUNC)
    with disk.explained(path), os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
    return path.absolute()
