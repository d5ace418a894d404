"""How far a long reading has come, for a person at a terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

_SHOWN_FROM = 20


def remark(words: str) -> None:
    """Tell a person at a terminal why it takes longer; silent without one. Safe in a signal handler."""
    if sys.stderr.isatty():
        # Python's buffered files refuse a handler that meets their own writing half done.
        os.write(sys.stderr.fileno(), f"  ... {words}\n".encode(errors="replace"))


class Bar:
    """A bar with the remaining time on stderr; silent without a terminal, gone when all is done."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._shown: Progress | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show that so many of so many are done."""
        if total < _SHOWN_FROM or not sys.stderr.isatty():
            return
        if self._shown is None:
            self._shown = _started()
            self._shown.add_task(self._words, total=total)
        self._shown.update(self._shown.task_ids[0], completed=done)
        if done >= total:
            self._shown.stop()


def _started() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    shown.start()
    # rich hides the cursor until its bar ends, and a run that is stopped at once never comes to that end.
    shown.console.show_cursor(show=True)
    return shown
