"""How moments are written down: ISO 8601, UTC, to the second where nothing finer is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def to_text(moment: datetime) -> str: ...
@overload
def to_text(moment: None) -> None: ...
def to_text(moment: datetime | None) -> str | None:
    """Write an aware moment; None stays None."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def from_text(text: object) -> datetime | None:
    """Read a moment written by `to_text`; None stays None."""
    return datetime.fromisoformat(str(text)).astimezone(UTC) if text else None
