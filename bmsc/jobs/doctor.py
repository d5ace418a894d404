"""Which prerequisites hold: each check real, independent of the others, with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bmsc.errors import BmscError, ExitCode


@dataclass(frozen=True)
class Check:
    """One prerequisite as it was found."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.DONE


Probe = Callable[[], str]
"""Looks at one prerequisite; answers with what it found, raises a `BmscError` when it fails."""


def examine(probes: Iterable[tuple[str, Probe]]) -> list[Check]:
    """Make every check, whatever the others say."""
    return [_examine(name, probe) for name, probe in probes]


def _examine(name: str, probe: Probe) -> Check:
    try:
        return Check(name, ok=True, detail=probe())
    except BmscError as error:
        remedy = error.next_step or "see log/bmsc.log in the state directory"
        return Check(name, ok=False, detail=error.message, remedy=remedy, exit_code=error.exit_code)
