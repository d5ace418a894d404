"""The bar of a long reading: what a person at a terminal sees of it, and that nothing of it is left behind."""

from __future__ import annotations

import io
from contextlib import redirect_stderr

import pytest

from bmsc.report.progress import Bar

HIDES, SHOWS = "\x1b[?25l", "\x1b[?25h"


class Terminal(io.StringIO):
    """Takes what is written, as a terminal would."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


def test_a_long_reading_shows_how_far_it_is_and_how_long_it_takes(terminal: Terminal) -> None:
    bar = Bar("asking about competitors")
    with redirect_stderr(terminal):
        bar(5, 40)
        bar(40, 40)
    assert "asking about competitors" in terminal.getvalue()
    assert "40/40" in terminal.getvalue()
    assert ":" in terminal.getvalue().rpartition("40/40")[2]


def test_the_cursor_is_never_left_hidden(terminal: Terminal) -> None:
    """A second Ctrl-C ends the process where it stands: nobody comes to end the bar."""
    with redirect_stderr(terminal):
        Bar("asking about competitors")(5, 40)
    assert terminal.getvalue().rfind(SHOWS) > terminal.getvalue().rfind(HIDES)


def test_a_short_reading_and_one_that_nobody_watches_show_nothing(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redirect_stderr(terminal):
        Bar("asking")(5, 19)
        monkeypatch.setattr(terminal, "isatty", lambda: False)
        Bar("asking")(5, 40)
    assert terminal.getvalue() == ""
