"""How the hour's listing lines are shared: a quarter is kept for decreases, create and reprice get half."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

USED_UP = "the hour's listing lines are used up: left to a later run"
"""Why a line waits that no time and no request could bring forward."""
_KEPT_FOR_DECREASES = 4
_SHARE_OF_OTHERS = 2


class LineUse(StrEnum):
    """What a listing line is written for."""

    DECREASE = "decrease"
    SYNC = "sync"
    CREATE = "create"
    REPRICE = "reprice"


_HALVED = (LineUse.CREATE, LineUse.REPRICE)


def room(used: Mapping[LineUse, int], use: LineUse, *, limit: int) -> int:
    """Count the lines that still fit for a use, given what the hour has used."""
    left = limit - sum(used.values())
    if use is LineUse.DECREASE:
        return left
    others = sum(lines for kind, lines in used.items() if kind is not LineUse.DECREASE)
    left = min(left, limit - limit // _KEPT_FOR_DECREASES - others)
    if use in _HALVED:
        left = min(left, limit // _SHARE_OF_OTHERS - sum(used.get(kind, 0) for kind in _HALVED))
    return left
