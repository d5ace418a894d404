"""What a command says when it is typed, and whether it may say that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from fuzz.target import Broken, is_clean
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.errors import ExitCode

DOCUMENTED = frozenset(int(code) for code in ExitCode) - {ExitCode.BUG}
ANSWERED = (ExitCode.DONE, ExitCode.PARTIAL)
"""The command did what was asked; what it shows may then be as long as what was asked for."""
MAY_CHANGE = ("log", "cache", "locks")


def said(words: Iterable[str], *, silent: Iterable[str] = ()) -> str:
    """Type a command, and name what came of it; raises Broken for a bug, for words that must not be said."""
    typed = list(words)
    done = CliRunner().invoke(app, typed)
    told = done.stdout + done.stderr
    if done.exit_code not in DOCUMENTED:
        raise Broken(f"bmsc {' '.join(typed[:2])} ended with {done.exit_code}: {told[-700:]}")
    if not is_clean(told) and done.exit_code not in ANSWERED:
        raise Broken(f"words that do not fit a terminal: {told[:300]!r}")
    if sung := [word for word in silent if word in told]:
        raise Broken(f"bmsc {' '.join(typed[:2])} tells {sung}")
    if done.exit_code not in (*ANSWERED, ExitCode.GUARD) and "next: " not in done.stderr:
        raise Broken(f"no word of what to do: {told[:300]!r}")
    if "--json" in typed and done.exit_code in ANSWERED:
        json.loads(done.stdout)
    return f"exit {done.exit_code}"


def fingerprint(folder: Path) -> str:
    """Take the print of what somebody who only looks must leave as it is."""
    taken = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in MAY_CHANGE:
            taken.update(str(name).encode() + path.read_bytes())
    return taken.hexdigest()
