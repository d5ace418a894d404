"""What a run with nothing to do costs over the imports it needs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.host import hosted
from bench.program import Run, configure, timed
from bench.shape import Limits, Shape
from bench.shop import Stage

JOBS = ("orders pull", "tracking push", "cancel sync", "listings sync")
LISTING = """
import sys
from bmsc.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(chr(10) + ' '.join(sys.modules))
"""


@dataclass(frozen=True)
class Start:
    """Processor seconds of a run with nothing to do, and of importing what it had loaded at its end."""

    job: str
    processor: float
    libraries: float
    modules: float

    def told(self) -> str:
        """Say it in one line."""
        return (
            f"{self.job:<14} nothing to do: {self.processor * 1000:4.0f} ms of processor; "
            f"{self.processor / self.modules:4.2f} times importing its modules ({self.modules * 1000:.0f} ms), "
            f"{self.processor / self.libraries:4.2f} times its libraries alone ({self.libraries * 1000:.0f} ms)"
        )


def starts(times: int) -> list[Start]:
    """Measure each command in turn in an empty shop that is no distance away; medians."""
    limits = Limits(market_seconds=0, cloud_seconds=0)
    with tempfile.TemporaryDirectory() as name, hosted(Stage, Shape(0), limits, "") as host:
        configure(Path(name), host)
        return [_start(Path(name), job, times) for job in JOBS]


def _start(folder: Path, job: str, times: int) -> Start:
    words = (*job.split(), "--json", "--config", str(folder / "config.toml"), "--state-dir", str(folder / "state"))
    command = [sys.executable, "-m", "bmsc", *words]
    timed(command)
    loaded = _loaded(words)
    libraries = [name for name in loaded if name.partition(".")[0] != "bmsc"]
    taken: list[tuple[Run, Run, Run]] = [
        (timed(command), timed(_importing(libraries)), timed(_importing(loaded))) for _ in range(times)
    ]
    if any(run.exit_code for run, *_ in taken):
        raise SystemExit(f"bmsc {job} did not end with 0 in an empty shop")
    return Start(job, *(median(one.processor for one in column) for column in zip(*taken, strict=True)))


def _loaded(words: tuple[str, ...]) -> list[str]:
    told = subprocess.run([sys.executable, "-c", LISTING, *words], capture_output=True, text=True, check=True)
    return [name for name in told.stderr.rpartition("\n")[2].split() if _can_be_imported(name)]


def _can_be_imported(name: str) -> bool:
    return not name.startswith(("__main__", "_distutils_hack", "__editable__")) and name.replace(".", "").isidentifier()


def _importing(names: list[str]) -> list[str]:
    lines = "\n".join(f"try: import {name}\nexcept ImportError: pass" for name in names)
    return [sys.executable, "-c", lines]
