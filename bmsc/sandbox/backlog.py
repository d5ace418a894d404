"""How long does a platform take to answer, and how many requests does it work on at once?"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Backlog:
    """The requests that are under way: those beyond what is worked on side by side wait for others to be done."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._present = 0
        self._worked_on = 0
        self.crowds: list[int] = []
        """How many were under way, itself included, when each request came."""

    def work(self, seconds: float, at_once: int) -> None:
        """Keep a request for real seconds, once fewer than `at_once` others are worked on; 0 is no bound."""
        with self._counted():
            with self._changed:
                self._changed.wait_for(lambda: at_once <= 0 or self._worked_on < at_once)
                self._worked_on += 1
            try:
                time.sleep(seconds)
            finally:
                with self._changed:
                    self._worked_on -= 1
                    self._changed.notify_all()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._changed:
            self._present += 1
            self.crowds.append(self._present)
        try:
            yield
        finally:
            with self._changed:
                self._present -= 1
