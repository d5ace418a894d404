"""Which write was announced on disk, and what is known of its fate?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Intent:
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
