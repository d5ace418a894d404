"""Which safeguards the program has, how each is switched off, which tests must notice, and whether a test exists."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
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


def exists(test: str) -> bool:
    """Say whether a test of that id is written down, whatever its parameters."""
    path, *names = test.split("::")
    return (ROOT / path).is_file() and tuple(names) in _defined(ROOT / path)


@cache
def _defined(path: Path) -> frozenset[tuple[str, ...]]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    tests = {(node.name,) for node in body if isinstance(node, ast.FunctionDef)}
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    methods = {(one.name, node.name) for one in classes for node in one.body if isinstance(node, ast.FunctionDef)}
    return frozenset(tests | methods)
