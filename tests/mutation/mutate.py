"""Switch each safeguard off in a copy of the tree and see a test fail: `python tests/mutation/mutate.py`.

`--only WORDS` takes the safeguards whose names contain the words (repeatable). Ends with 0 when every one was caught.
"""

# ruff: noqa: T201 - it is a program that talks to a person
from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mutation.table import ROOT, Safeguard, safeguards

LONGEST_SECONDS = 300
TREE = ("bmsc", "tests", "docs", "examples", "pyproject.toml", "README.md", "CHANGELOG.md", "crontab.example")
_UNWANTED = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")


def copy_tree(folder: Path) -> Path:
    """Copy what the tests need, so that no mutation ever touches the tree itself."""
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=_UNWANTED)
        else:
            shutil.copy2(source, folder / name)
    return folder


def failed_test(tree: Path, tests: Sequence[str]) -> str | None:
    """Run tests in a tree: the first that fails, None when all pass. Raises RuntimeError when they cannot run."""
    quick = ("--hypothesis-profile", "first failure")
    command = [sys.executable, "-m", "pytest", "-x", "--tb=no", "-p", "no:cacheprovider", *quick, *tests]
    environ = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        command, cwd=tree, env=environ, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    if done.returncode == 0:
        return None
    failed = [
        line.removeprefix("FAILED ").split(" - ")[0] for line in done.stdout.splitlines() if line[:7] == "FAILED "
    ]
    if done.returncode != 1 or not failed:
        raise RuntimeError(f"the tests did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return failed[0]


def catcher(tree: Path, one: Safeguard) -> str | None:
    """Switch one safeguard off in a copied tree, name the test that fails, and switch it on again."""
    path = tree / one.file
    source = path.read_text(encoding="utf-8")
    try:
        _write(path, one.switched_off(source))
        return failed_test(tree, one.tests)
    finally:
        _write(path, source)


def _write(path: Path, source: str) -> None:
    """Replace a module and its compiled twin: within one second, equal sizes would look unchanged to Python."""
    path.write_text(source, encoding="utf-8")
    with suppress(FileNotFoundError):
        Path(cache_from_source(str(path))).unlink()


def main() -> int:
    """Try every safeguard asked for; survivors are named again at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="WORDS")
    asked = parser.parse_args().only
    wanted = [one for one in safeguards() if not asked or any(words in one.name for words in asked)]
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_tree(Path(folder))
        if broken := failed_test(tree, sorted({test for one in wanted for test in one.tests})):
            print(f"with every safeguard on, {broken} fails: mend that first")
            return 2
        survivors = [one for one in wanted if not _told(tree, one)]
    print(f"{len(wanted) - len(survivors)} of {len(wanted)} switched-off safeguards were caught")
    for one in survivors:
        print(f"SURVIVED  {one.name} ({one.file})")
    return 1 if survivors else 0


def _told(tree: Path, one: Safeguard) -> bool:
    began = time.monotonic()
    try:
        test = catcher(tree, one)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"BROKEN    {one.name}: {error}", flush=True)
        return False
    print(
        f"{'caught  ' if test else 'SURVIVED'}  {one.name}  {test or ''}  {time.monotonic() - began:.1f} s", flush=True
    )
    return test is not None


if __name__ == "__main__":
    sys.exit(main())
