"""The program as a person installs it: its configuration, and one run of it in a process of its own, measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.host import Host
from bench.shape import Limits

CONFIG = """
[sellercloud]
base_url = "{url}/rest"
username = "integration@example.test"
password_file = "sellercloud.password"
company_id = 163
[backmarket]
base_url = "{url}"
token_file = "backmarket.token"
user_agent = "BM-Example-bmsc;ops@example.test"
[[markets]]
locale = "en-us"
suffix = "US"
currency = "USD"
"""
LEFT_OUT = ("BMSC_CLOCK_FILE", "PYTHONDONTWRITEBYTECODE")
"""Variables a run does not inherit; an installed program finds its modules compiled."""
TOKEN_LINE = 'token_file = "backmarket.token"'


@dataclass(frozen=True)
class Run:
    """One run: what it took, and what it reported."""

    seconds: float
    processor: float
    megabytes: float
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """Give the status that the program ended with."""
        return int(self.report.get("exit_code", 0))


def configure(folder: Path, host: Host, more: str = "", *, market: str = "") -> None:
    """Write a configuration and its secrets; `market` goes into the section of Back Market."""
    text = CONFIG.format(url=host.url).replace(TOKEN_LINE, f"{TOKEN_LINE}\n{market}")
    (folder / "config.toml").write_text(text + more)
    for file, secret in (("sellercloud.password", host.password), ("backmarket.token", host.token)):
        (folder / file).touch(mode=0o600)
        (folder / file).write_text(secret)


def limited(limits: Limits) -> str:
    """Write the limits on Back Market as lines of its section."""
    # Several workers that sleep on one simulated clock would wake, and ask, at the same moment.
    workers = 1 if limits.simulated else limits.workers
    return f"requests_per_10s = {limits.per_10s}\nconcurrency = {workers}\n"


def run(folder: Path, *words: str, clock: Path | None = None, started: Callable[[int], None] | None = None) -> Run:
    """Run a command in a process of its own; `started` hears its process id."""
    where = ("--json", "--config", str(folder / "config.toml"), "--state-dir", str(folder / "state"))
    return timed([sys.executable, "-m", "bmsc", *words, *where], clock=clock, started=started)


def timed(command: list[str], *, clock: Path | None = None, started: Callable[[int], None] | None = None) -> Run:
    """Run any program to its end and measure it."""
    environ = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    if clock:
        environ["BMSC_CLOCK_FILE"] = str(clock)
    began = time.perf_counter()
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE) as process:
        if started:
            started(process.pid)
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    report = json.loads(output) if output.startswith(b"{") else {"exit_code": process.returncode}
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, report)
