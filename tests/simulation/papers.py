"""What do runs leave on paper, and may it stand there?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulation.running import Ended

SECRETS = (b"canary", b"kanarienvogel", b"sandbox-password", b"c2fuzgjvec10b2tlbg")
"""Every buyer's string in these worlds, and both of ours, folded."""
MAY_CHANGE = frozenset({"log", "cache", "locks"})
"""What a dry run may touch; the ledgers of requests and listing lines lie in there."""


class Secrets:
    """Looks for secrets in what was written since it last looked."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._read: dict[Path, int] = {}

    def found(self, ended: Ended) -> Iterator[str]:
        """Name every paper that holds a secret, and which."""
        for name, content in self._papers(ended):
            if found := [secret for secret in SECRETS if secret in content.lower()]:
                yield f"{found} in {name}"

    def _papers(self, ended: Ended) -> Iterator[tuple[str, bytes]]:
        yield "stdout", ended.stdout.encode()
        yield "stderr", ended.stderr.encode()
        for path in self._state.rglob("*"):
            if path.is_file():
                yield str(path), self._news(path)

    def _news(self, path: Path) -> bytes:
        """Read what was appended, or all of a file that is no longer the longer one."""
        longest = max(map(len, SECRETS))
        with path.open("rb") as paper:
            size = paper.seek(0, 2)
            appended = path.suffix in (".jsonl", ".log") and size >= self._read.get(path, 0)
            paper.seek(max(0, self._read.get(path, 0) - longest) if appended else 0)
            self._read[path] = size
            return paper.read()


class Told:
    """What reports told a person about each subject."""

    def __init__(self) -> None:
        self.ever: dict[str, set[str]] = {}
        self.now: dict[str, set[str]] = {}
        """By what was told since `forget`."""

    def hear(self, ended: Ended) -> Mapping[str, Any]:
        """Take in a report; an empty one when there is none."""
        report: dict[str, Any] = json.loads(ended.stdout) if ended.stdout.rstrip().endswith("}") else {}
        loud = (*report.get("holds", ()), *report.get("alerts", ()))
        for fact in (*loud, *report.get("skips", ())):
            self.now.setdefault(f"now:{fact['subject']}", set()).add(fact["reason"])
        for fact in loud:
            self.ever.setdefault(fact["subject"], set()).add(fact["reason"])
        return report

    def forget(self) -> None:
        """Let only what is told from here on count as told now."""
        self.now.clear()

    def all(self) -> dict[str, set[str]]:
        """Give both."""
        return {**self.ever, **self.now}


def print_of(state: Path) -> str:
    """Take the fingerprint of what a dry run must leave as it is."""
    print_ = hashlib.sha256()
    for path in sorted(state.rglob("*")):
        within = path.relative_to(state)
        if path.is_file() and within.parts[0] not in MAY_CHANGE:
            print_.update(f"{within}\0".encode() + path.read_bytes())
    return print_.hexdigest()


def sentinels(state: Path) -> list[str]:
    """Name the order numbers by which the program will know a false answer."""
    path = state / "state.json"
    sections = json.loads(path.read_text()).get("commands", {}) if path.exists() else {}
    return [number for number, _ in sections.get("orders pull", {}).get("sentinels", ())]
