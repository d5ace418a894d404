"""Manners on a terminal, in a pipe, and in every help text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from shops import Shop
from terminal import Terminal
from typer.testing import CliRunner

from bmsc.cli import app

ESCAPE = "\x1b"


def environ(shop: Shop, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    files = {"BMSC_CONFIG": str(shop.config), "BMSC_STATE_DIR": str(shop.state_dir)}
    return kept | files | {"TERM": "xterm-256color"} | more


def on_terminal(shop: Shop, *words: str, columns: int = 80, **more: str) -> str:
    terminal = Terminal(list(words), environ(shop, **more), columns=columns)
    terminal.end()
    return terminal.shown


def test_a_terminal_gets_a_coloured_table_and_a_pipe_plain_lines(shop: Shop) -> None:
    shop.place(("NOBODY", 1))
    assert ESCAPE in on_terminal(shop, "orders", "pull", "--dry-run")
    command = [sys.executable, "-m", "bmsc", "orders", "pull", "--dry-run"]
    piped = subprocess.run(command, capture_output=True, text=True, env=environ(shop), timeout=60, check=True)
    assert ESCAPE not in piped.stdout
    assert "hold" in piped.stdout


def test_no_color_means_none(shop: Shop) -> None:
    shop.place(("NOBODY", 1))
    shown = on_terminal(shop, "orders", "pull", "--dry-run", NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|9[0-7])m", shown)
    assert "unknown_sku" in shown


@pytest.mark.parametrize("columns", [40, 60])
def test_a_narrow_terminal_is_not_overrun(shop: Shop, columns: int) -> None:
    shop.place(("NOBODY", 1))
    shown = on_terminal(shop, "orders", "pull", "--dry-run", columns=columns, NO_COLOR="1")
    assert max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())) <= columns


def test_an_expected_error_is_one_sentence_and_a_next_step(shop: Shop) -> None:
    shop.config.unlink()
    shown = on_terminal(shop, "status") + on_terminal(shop, "orders", "pull")
    assert "Traceback" not in shown
    assert "next:" in shown


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_every_help_tells_what_is_read_and_written_and_shows_an_example(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*words, "--help"])
    for part in ("Reads:", "Writes:", "Example: bmsc"):
        assert part in done.output, done.output
