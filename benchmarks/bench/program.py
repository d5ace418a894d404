"""The program as a person installs it: its configuration, and one run of it in a process of its own, measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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
LAUNCH = """
import os, sys, time
told = int(sys.argv[1])
os.set_inheritable(told, False)
began = time.perf_counter()
pid = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
os.write(told, f"{pid}\\n".encode())
_, status, used = os.wait4(pid, 0)
seconds, processor = time.perf_counter() - began, used.ru_utime + used.ru_stime
figures = (seconds, processor, used.ru_maxrss, os.waitstatus_to_exitcode(status))
os.write(told, (" ".join(map(str, figures)) + "\\n").encode())
"""
"""Starts the program from a small process: the kernel counts the size of whoever starts a program as the program's."""
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
    reader, writer = os.pipe()
    launch = [sys.executable, "-IS", "-c", LAUNCH, str(writer), *command]
    with (
        os.fdopen(reader) as told,
        subprocess.Popen(launch, env=environ, stdout=subprocess.PIPE, pass_fds=(writer,)) as process,
    ):
        os.close(writer)
        pid = int(told.readline())
        if started:
            started(pid)
        output, _ = process.communicate()
        seconds, processor, kilobytes, status = told.readline().split()
    report = json.loads(output) if output.startswith(b"{") else {"exit_code": int(status)}
    return Run(float(seconds), float(processor), int(kilobytes) / 1024, report)
