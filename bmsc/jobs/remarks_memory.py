"""How persons' remarks stand in the state document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling
from bmsc.planners.remarks import Remark, Remarks

SECTION = "holds"
"""A section of its own, so that a person's word and a run's memory never overwrite each other."""


@recalling.of_memory("what persons said of holds")
def load(section: Mapping[str, object]) -> Remarks:
    """Read the remarks; one without its moment is passed over."""
    said = cast("Mapping[str, Mapping[str, object]]", section.get("said", {}))
    read = {key: _remark(plain) for key, plain in said.items()}
    return Remarks({key: remark for key, remark in read.items() if remark})


def dump(remarks: Remarks) -> dict[str, object]:
    """Write the remarks as plain values."""
    return {
        "said": {
            key: {"at": to_text(one.at), "until": to_text(one.until), "note": one.note}
            for key, one in remarks.said.items()
        }
    }


def _remark(plain: Mapping[str, object]) -> Remark | None:
    at = from_text(plain.get("at"))
    return Remark(at, from_text(plain.get("until")), str(plain.get("note", ""))) if at else None
