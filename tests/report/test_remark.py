"""What a person at a terminal is told while a run waits."""

from __future__ import annotations

import io
import os
import pty
import sys

import pytest

from bmsc.report.progress import remark


class MetHalfWritten(io.FileIO):
    """A terminal to whose writing a signal comes in between."""

    met = False

    def write(self, data: object) -> int:
        if not self.met:
            self.met = True
            remark("stopping")
        return super().write(data)  # type: ignore[arg-type]


def test_a_signal_in_the_middle_of_a_line_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    terminal = io.TextIOWrapper(io.BufferedWriter(MetHalfWritten(theirs, "w")))
    monkeypatch.setattr(sys, "stderr", terminal)
    terminal.write("trying again\n")
    terminal.flush()
    told = os.read(ours, 200).decode().replace("\r\n", "\n")
    assert told == "  ... stopping\ntrying again\n"
    monkeypatch.undo()
    terminal.close()
    os.close(ours)
