"""Which safeguards the program has, how each is switched off, and which tests must notice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Safeguard:
    """One safeguard: with `replace` in the place of `find`, one of `tests` must fail."""

    name: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]

    def switched_off(self, source: str) -> str:
        """Give the source without the safeguard; raises ValueError unless it stands there exactly once."""
        times = source.count(self.find)
        if times != 1:
            raise ValueError(f"{self.name}: stands {times} times in {self.file}; bring tests/mutation/*.toml in step")
        return source.replace(self.find, self.replace)


def safeguards() -> tuple[Safeguard, ...]:
    """Read every table of this folder."""
    return tuple(found for path in sorted(HERE.glob("*.toml")) for found in _read(path))


def _read(path: Path) -> Iterator[Safeguard]:
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["safeguard"]:
        yield Safeguard(**row | {"tests": tuple(row["tests"])})
