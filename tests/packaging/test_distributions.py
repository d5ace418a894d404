"""Wheel and sdist carry what they need and nothing else, and the wheel works in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from bmsc import __version__

ROOT = Path(__file__).parents[2]
CARRIED = {"bmsc", "tests", "docs", "examples", "benchmarks", ".ci"}
LOOSE = {
    *("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("crontab.example", "PKG-INFO", ".gitignore"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both distributions without a network."""
    folder = tmp_path_factory.mktemp("dist")
    for builder in (WheelBuilder, SdistBuilder):
        list(builder(str(ROOT)).build(directory=str(folder)))
    return folder


def sources(folder: str) -> set[str]:
    found = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts)}


def test_the_wheel_holds_the_package_and_its_own_papers(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    papers = f"bmsc-{__version__}.dist-info"
    assert {name for name in names if not name.startswith(papers)} == sources("bmsc")
    assert {name.removeprefix(f"{papers}/") for name in names if name.startswith(papers)} == {
        *("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"),
    }


def test_the_source_archive_holds_what_a_test_run_needs(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in tar.getnames()}
    assert {name for name in names if "/" not in name} <= LOOSE
    assert {name.split("/")[0] for name in names if "/" in name} == CARRIED
    assert sources("bmsc") | sources("tests") | sources("docs") <= names
    assert not [name for name in names if name.endswith((".pyc", ".log"))]


def test_the_wheel_works_where_nothing_else_of_bmsc_is(built: Path, tmp_path: Path) -> None:
    """Its dependencies are lent by the environment of the tests, since there is no network to fetch them."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "clean"], check=True, timeout=60)
    python = tmp_path / "clean" / "bin" / "python"
    (wheel,) = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True, timeout=120)
    lent = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}

    def told(*words: str | Path) -> str:
        """Run a program where no source of bmsc lies about."""
        return subprocess.run(
            words, env=lent, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
        ).stdout

    assert told(python.with_name("bmsc"), "--version") == f"bmsc {__version__}\n"
    package = Path(told(python, "-c", "import bmsc; print(bmsc.__file__)").strip()).parent
    assert package.is_relative_to(tmp_path)
    assert len(list(package.rglob("*.py"))) == len(list(package.rglob("*.pyc"))) > 100
    assert "orders pull" in told(python.with_name("bmsc"), "demo")
