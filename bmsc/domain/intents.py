"""Which write was announced on disk, and what is known of its fate?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct


class Intent(Struct, frozen=True):
    """A write that was announced on disk. `settled` is None or "unknown" while nobody knows its fate."""

    id: str
    at: datetime
    kind: str
    subject: str
    data: Mapping[str, object]
    settled: str | None = None
    learned: Mapping[str, object] | None = None

    @property
    def is_open(self) -> bool:
        """Say whether only a read can tell what became of it."""
        return self.settled in (None, "unknown")
