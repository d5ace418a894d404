"""How does bmsc run inside this process, as real on the wire and on disk as in one of its own?"""

from __future__ import annotations

import gc
import io
import random
import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulation.misfortune import PATIENCE_SECONDS

HANGS_AFTER_SECONDS = 60


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status (negative for a signal), None when it hung, and what it said."""

    code: int | None
    stdout: str
    stderr: str


class Hangs(BaseException):
    """The run takes longer than anybody would wait."""


def run_here(words: Sequence[str], *, seed: int) -> Ended:
    """Run bmsc; cheap enough to be done a million times. Its connections end with it, as those of a process do.

    What outlives a run is a cache: it is frozen, so that looking for rubbish takes no longer from run to run.
    """
    random.seed(seed)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            with _watched():
                code: int | None = enter(words)
        except Hangs:
            code = None
        except Exception:  # noqa: BLE001 - what a process would print before it ends with 1
            traceback.print_exc()
            code = 1
    gc.collect()
    gc.freeze()
    return Ended(code, out.getvalue(), err.getvalue())


def enter(words: Sequence[str]) -> int:
    """Enter by the command line's own door."""
    try:
        _command().main(args=list(words), prog_name="bmsc", standalone_mode=True)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@cache
def _command() -> Any:
    import typer.main

    from bmsc.cli import app
    from bmsc.clients import connect
    from bmsc.clients.exchange import Limits

    connect.LIMITS = Limits(read_seconds=PATIENCE_SECONDS)
    return typer.main.get_command(app)


@contextmanager
def _watched() -> Iterator[None]:
    def give_up(_number: int, _frame: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(HANGS_AFTER_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
