"""Which requests arrived, and what became of each?"""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from typing import Any

READ_POSTS = ("/api/token", "/api/orders/getcustomcolumns")
"""POST requests that change nothing a merchant would call his shop."""
SHOWN_HEADERS = ("User-Agent", "Accept-Language", "Accept", "Content-Type")


@dataclass
class LogEntry:
    """One request as it arrived; `status` stays empty when nothing was answered."""

    sequence: int
    at: str
    platform: str
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any
    mutating: bool
    fault: str | None = None
    status: int | None = None
    applied: bool = False
    answered: bool = False


@dataclass
class RequestLog:
    """The last requests of this world, oldest first."""

    limit: int = 200_000
    entries: deque[LogEntry] = field(init=False)
    total: int = 0
    crashes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries = deque(maxlen=self.limit)

    def open(self, entry: LogEntry) -> LogEntry:
        """Number an entry and keep it."""
        self.total += 1
        entry.sequence = self.total
        self.entries.append(entry)
        return entry

    def since(self, sequence: int = 0) -> list[dict[str, Any]]:
        """List the entries after `sequence` as plain values."""
        return [asdict(entry) for entry in self.entries if entry.sequence > sequence]

    def mutating(self, platform: str | None = None) -> list[LogEntry]:
        """List the requests that asked for a change."""
        return [e for e in self.entries if e.mutating and platform in (None, e.platform)]

    def clear(self) -> None:
        """Forget the entries; the numbering goes on."""
        self.entries.clear()
        self.crashes.clear()

    def summary(self) -> dict[str, Any]:
        """Count the entries by platform and kind."""
        counted = Counter((e.platform, "mutating" if e.mutating else "reading") for e in self.entries)
        platforms: dict[str, dict[str, int]] = {}
        for (platform, kind), number in sorted(counted.items()):
            platforms.setdefault(platform, {"mutating": 0, "reading": 0})[kind] = number
        faults = Counter(e.fault for e in self.entries if e.fault)
        return {"total": self.total, "platforms": platforms, "faults": dict(faults), "crashes": self.crashes}


def is_mutating(method: str, path: str) -> bool:
    """Tell whether a request asks for a change; asking for a token does not."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return False
    return not path.rstrip("/").lower().endswith(READ_POSTS)


def readable_body(data: bytes) -> Any:
    """Show a body as JSON where it is JSON, else as text, else as nothing."""
    if not data:
        return None
    text = data.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
