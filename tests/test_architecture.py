"""The laws of the house: rooms, lint, types, the one line that decides dry run, and a light start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bmsc"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FUNCTION = 60
LONGEST_MODULE = 300


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "ruff", "check", "bmsc", "tests"),
        ("-m", "ruff", "format", "--check", "bmsc", "tests"),
        ("-m", "mypy"),
        ("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"),
    ],
    ids=["lint", "format", "types", "import law"],
)
def test_the_tools_agree(command: tuple[str, ...]) -> None:
    done = run(sys.executable, *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dry_run_is_decided_on_one_line() -> None:
    decisions = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"\bif .*dry_run", line) and "cli" not in path.parts and "report" not in path.parts
    ]
    deciding = [place for place in decisions if place.startswith("bmsc/jobs/runner.py")]
    assert len(deciding) <= 2, decisions
    rooms = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        if "dry_run" in path.read_text() and path.name != "scope.py"
    }
    assert rooms <= {"cli", "wiring.py", "frame.py", "jobs", "report", "domain"}


def test_the_command_line_starts_light() -> None:
    heavy = "('requests', 'rich', 'pydantic', 'flask', 'urllib3', 'jinja2', 'vl_convert')"
    code = f"import sys, bmsc.cli; print([name for name in {heavy} if name in sys.modules])"
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_no_garbage_is_looked_for_on_the_way_out() -> None:
    code = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))"
    told = run(sys.executable, "-c", f"{code}; from bmsc.cli import main; main()", "--version").stdout
    assert told.splitlines()[-1] == "True"


def test_functions_and_modules_stay_small() -> None:
    lengths: list[int] = []
    too_long: list[str] = []
    for path in MODULES:
        text = path.read_text()
        if len(text.splitlines()) > LONGEST_MODULE:
            too_long.append(f"{path.relative_to(ROOT)}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths.append(length)
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not too_long
    lengths.sort()
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_nothing_is_printed_or_excused() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in MODULES
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"(^|\s)print\(|pragma: no cover", line)
    ]
    assert not offenders


def test_every_public_thing_says_what_it_is() -> None:
    missing = []
    for path in MODULES:
        tree = ast.parse(path.read_text())
        if not ast.get_docstring(tree):
            missing.append(str(path.relative_to(ROOT)))
        public = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
        missing += [
            f"{path.relative_to(ROOT)}:{node.name}"
            for node in public
            if not node.name.startswith("_") and not ast.get_docstring(node) and not _is_overload(node)
        ]
    assert not missing


def _is_overload(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in getattr(node, "decorator_list", []))
