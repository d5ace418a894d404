"""Whose turn is it: one run of a command at a time, and a line in the journal for the one that came too early."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from bmsc.errors import LockHeld
from bmsc.state.clock import TellsTime
from bmsc.state.directory import StateDir
from bmsc.state.journal import JournalFile
from bmsc.state.locks import command_lock

LOCKED_OUT = "locked_out"
"""The event of a run that found another one of its command alive; such a run never got an id."""


def looking(directory: StateDir, command: str, clock: TellsTime) -> AbstractContextManager[None]:
    """Hold a command's lock for a run that writes nothing; raises LockHeld at once."""
    return command_lock(directory.command_lock(command), clock)


@contextmanager
def live(directory: StateDir, command: str, clock: TellsTime) -> Iterator[None]:
    """Hold a command's lock; raises LockHeld at once, and leaves a line in the journal that says so."""
    with ExitStack() as stack:
        try:
            stack.enter_context(looking(directory, command, clock))
        except LockHeld as held:
            JournalFile(directory, clock, run_id="", command=command).write(LOCKED_OUT, {"holder_since": held.since})
            raise
        yield
