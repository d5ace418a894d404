"""How the guards' memory is kept in a command's section of the state document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from bmsc.domain.papers import text
from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling
from bmsc.planners.guards import GuardMemory

KEY = "guards"


@recalling.of_memory("what the guards remember")
def load(section: Mapping[str, object]) -> GuardMemory:
    """Read the guards' memory of a section."""
    plain = cast("Mapping[str, Any]", section.get(KEY, {}))
    done = {
        name: [(at, text(subject)) for moment, subject in entries if (at := from_text(moment))]
        for name, entries in plain.get("done", {}).items()
    }
    refused = {name: tuple(map(text, subjects)) for name, subjects in plain.get("refused", {}).items()}
    return GuardMemory(done, refused, ran_live=bool(plain.get("ran_live")))


def dump(memory: GuardMemory) -> dict[str, object]:
    """Write the guards' memory as a part of a section."""
    done = {name: [[to_text(at), subject] for at, subject in entries] for name, entries in memory.done.items()}
    refused = {name: list(subjects) for name, subjects in memory.refused.items()}
    return {KEY: {"done": done, "refused": refused, "ran_live": memory.ran_live}}
