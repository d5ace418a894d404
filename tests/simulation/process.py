"""How are the sandbox and runs of bmsc made processes of their own, and how does a run die half-way?"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import pkgutil
import random
import select
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from simulation.disk import Blow, struck
from simulation.running import Ended, enter

HANGS_AFTER_SECONDS = 60.0
_fork = multiprocessing.get_context("fork")


class Remote:
    """A `Stage` in a process of its own: this one stays without threads, so that it may fork runs."""

    def __init__(self, clock_file: Path) -> None:
        self._ours, theirs = _fork.Pipe()
        self._process = _fork.Process(target=_serve, args=(clock_file, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def call(self, method: str, *args: Any, **options: Any) -> Any:
        """Call a method of the stage; what it raises is raised here."""
        self._ours.send((method, args, options))
        fine, answer = self._ours.recv()
        if not fine:
            raise RuntimeError(f"the stage failed in {method}:\n{answer}")
        return answer

    def close(self) -> None:
        """End the process."""
        self._ours.close()
        self._process.join(timeout=5)
        self._process.kill()


def _serve(clock_file: Path, orders: Connection) -> None:
    from simulation.stage import Stage

    stage = Stage(clock_file)
    while True:
        try:
            method, args, options = orders.recv()
        except EOFError:
            os._exit(0)
        try:
            orders.send((True, getattr(stage, method)(*args, **options)))
        except Exception:  # noqa: BLE001 - carried over to the caller
            orders.send((False, traceback.format_exc()))


@dataclass(frozen=True)
class _Gates:
    """The pipes by which a forked run waits to be let go, and shows that it is alive."""

    ready: int
    go: int
    alive: int
    held: int


class Run:
    """One run of bmsc, forked and waiting for `go`."""

    _tags = itertools.count(1)

    def __init__(self, words: Sequence[str], folder: Path, *, seed: int, blow: Blow | None = None) -> None:
        tag = next(self._tags)
        self._papers = folder / f"out-{tag}", folder / f"err-{tag}"
        gates = _Gates(*os.pipe(), *os.pipe())
        self._go, self._alive = gates.go, gates.alive
        self.pid = os.fork()
        if self.pid == 0:
            os.close(gates.go)
            os.close(gates.alive)
            _live(words, self._papers, gates.ready, seed=seed, blow=blow)
        os.close(gates.ready)
        os.close(gates.held)

    def go(self) -> None:
        """Let it begin."""
        os.write(self._go, b"!")
        os.close(self._go)

    def wait(self) -> Ended:
        """Wait for its end; one that hangs is killed."""
        hangs = not select.select([self._alive], [], [], HANGS_AFTER_SECONDS)[0]
        if hangs:
            os.kill(self.pid, signal.SIGKILL)
        os.close(self._alive)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        out, err = (paper.read_text(errors="replace") if paper.exists() else "" for paper in self._papers)
        for paper in self._papers:
            paper.unlink(missing_ok=True)
        return Ended(None if hangs else code, out, err)


def warm_up() -> None:
    """Import all of bmsc once, so that a run starts at once, and never look for rubbish in what was imported."""
    package = import_module("bmsc")
    for module in pkgutil.walk_packages(package.__path__, "bmsc."):
        if module.name != "bmsc.__main__":
            import_module(module.name)
    gc.freeze()


def _live(words: Sequence[str], papers: tuple[Path, Path], ready: int, *, seed: int, blow: Blow | None) -> None:
    """Be the run; never returns."""
    code = 1
    try:
        for number, paper in zip((1, 2), papers, strict=True):
            os.dup2(os.open(paper, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
        if os.read(ready, 1):
            random.seed(seed)
            with struck(blow):
                code = enter(words)
    except BaseException:  # noqa: BLE001 - a forked run must not return into its parent's code
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
