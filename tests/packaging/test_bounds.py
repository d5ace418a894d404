"""No library is let in at a version that is known to be weak; what an audit finds is added here."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
SHIPPED = [Requirement(line) for line in chain(*(PROJECT["optional-dependencies"][x] for x in ("sandbox", "report")))]
MENDED_IN = {
    "requests": "2.33.0",  # CVE-2026-25645: a name in /tmp that others can guess
    "urllib3": "2.7.0",  # CVE-2026-44431, CVE-2026-44432: headers that cross a redirect, endless unpacking
    "jinja2": "3.1.6",  # CVE-2025-27516: a template leaves its sandbox
    "flask": "3.1.3",  # GHSA-68rp-wp8r-4726: caches may keep what belongs to a session
}


@pytest.mark.parametrize("name", MENDED_IN)
def test_no_bound_lets_a_version_with_a_known_weakness_in(name: str) -> None:
    (asked,) = (one for one in (*RUNTIME, *SHIPPED) if one.name == name)
    lowest = min(Version(one.version) for one in asked.specifier if one.operator == ">=")
    assert lowest >= Version(MENDED_IN[name])
    assert Version(version(name)) in asked.specifier


@pytest.mark.parametrize("one", [*RUNTIME, *SHIPPED], ids=lambda one: one.name)
def test_every_library_has_a_lowest_version_and_no_highest(one: Requirement) -> None:
    assert [part.operator for part in one.specifier] == [">="]
