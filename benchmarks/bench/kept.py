"""What earlier runs measured: one JSON file, of which a run replaces the lines it has measured anew."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Lines = dict[str, dict[str, Any]]


class Kept:
    """The file; `before` is as the last run left it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        text = path.read_text() if path.exists() else "{}"
        self.before: Lines = dict(json.loads(text))
        self._now: Lines = dict(self.before)

    def keep(self, key: str, values: dict[str, Any]) -> None:
        """Write a line down at once: a run that is broken off keeps what it has."""
        self._now[key] = values | {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.write_text(json.dumps(self._now, indent=1, sort_keys=True) + "\n")
        fresh.replace(self._path)
