"""How a test talks to the program on a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence


class Terminal:
    """A child on a terminal of its own."""

    def __init__(self, words: Sequence[str], environ: Mapping[str, str], *, columns: int = 80) -> None:
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, [sys.executable, "-m", "bmsc", *words], environ)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.shown = ""
        self._read = 0

    def expect(self, words: str) -> None:
        """Wait until words appear behind those awaited last."""
        deadline = time.monotonic() + 20
        while words not in self.shown[self._read :]:
            assert time.monotonic() < deadline, self.shown
            assert self._more(), self.shown
        self._read = self.shown.index(words, self._read) + len(words)

    def type(self, words: str) -> None:
        os.write(self._descriptor, words.encode() + b"\n")

    def end(self) -> int:
        while self._more():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _more(self) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], 0.2)
        if not ready:
            return True
        try:
            got = os.read(self._descriptor, 65536)
        except OSError:
            return False
        self.shown += got.decode(errors="replace")
        return bool(got)
