"""Rows of a few cells: one a line in a pipe, folded into the window on a terminal."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shops import Shop
from terminal import Terminal

from bmsc.report import layout

CELL = st.text(alphabet="abc -:.", min_size=1, max_size=50)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=5), CELL)
def test_in_a_pipe_every_row_is_a_line_and_nothing_is_lost(rows: list[tuple[str, str, str]], heading: str) -> None:
    told = list(layout.plain([heading, *rows]))
    assert told[0] == heading
    assert len(told) == len(rows) + 1
    for row, line in zip(rows, told[1:], strict=True):
        assert all(cell.strip() in line for cell in row)


def test_further_lines_stay_under_their_row() -> None:
    rows = [("fail", "cron", "nothing runs\nnext: crontab -e"), ("ok", "disk", "roomy")]
    assert list(layout.plain(rows)) == ["  fail  cron  nothing runs\n          next: crontab -e", "  ok    disk  roomy"]


def test_cells_of_every_row_stand_under_each_other() -> None:
    assert list(layout.plain([("ok", "a", "one"), ("OVERDUE", "bcd", "two")])) == [
        "  ok       a    one",
        "  OVERDUE  bcd  two",
    ]


@pytest.fixture
def troubled(shop: Shop) -> Shop:
    """Give a shop with something to tell on every screen."""
    shop.place(("AN-SKU-NOBODY-KNOWS-AND-THAT-IS-LONG-ENOUGH-TO-BE-FOLDED", 1))
    shop.pull()
    return shop


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("words", ["doctor", "status", "holds list"])
def test_no_screen_is_wider_than_the_window(troubled: Shop, words: str, columns: int) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    env |= {"BMSC_CONFIG": str(troubled.config), "BMSC_STATE_DIR": str(troubled.state_dir), "NO_COLOR": "1"}
    terminal = Terminal(words.split(), env | {"TERM": "xterm"}, columns=columns)
    terminal.end()
    plain = re.sub(r"\x1b\[[0-9;]*m", "", terminal.shown)
    assert max(map(len, plain.splitlines())) <= columns
    assert "Traceback" not in plain
    folded = re.sub(r"\s+", "", plain)
    expected = {"doctor": "configuration", "status": "waitingforaperson:1", "holds list": "unknown_sku"}[words]
    assert expected in folded


def test_colour_is_for_terminals_that_want_it(troubled: Shop) -> None:
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    env |= {"BMSC_CONFIG": str(troubled.config), "BMSC_STATE_DIR": str(troubled.state_dir), "TERM": "xterm-256color"}
    for variables, coloured in ((env, True), (env | {"NO_COLOR": "1"}, False)):
        terminal = Terminal(["doctor"], variables)
        terminal.end()
        assert bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", terminal.shown)) is coloured
