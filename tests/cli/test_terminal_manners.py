"""Manners on a terminal, in a pipe, and in every help text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
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


def test_output_that_finds_no_room_is_no_bug(shop: Shop) -> None:
    """Cron may append to a log file whose disk is full."""
    command = [sys.executable, "-m", "bmsc", "status"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environ(shop), check=False)
    assert done.returncode == 10
    assert done.stderr.startswith("bmsc: the output cannot be written: No space left on device\n  next: make room")


def test_an_expected_error_keeps_its_status_where_nobody_can_be_told(shop: Shop) -> None:
    shop.config.unlink()
    command = [sys.executable, "-m", "bmsc", "orders", "pull"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stderr=full, env=environ(shop), check=False)
    assert done.returncode == 10


def test_words_are_not_broken_on_a_narrow_terminal(shop: Shop) -> None:
    shop.config.write_text(shop.config.read_text().replace("company_id = 163", 'company_id = "many"'))
    shown = on_terminal(shop, "orders", "pull", columns=40)
    assert max(map(len, shown.splitlines())) <= max(40, len(f"problem in {shop.config}"))
    assert "must be a whole number" in " ".join(shown.split())


def test_a_place_that_cannot_be_read_is_no_usage_error(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be mailed at every run, and no heartbeat would hear of it."""
    shop.state_dir.mkdir(exist_ok=True)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    done = CliRunner().invoke(app, ["status", "--config", str(shop.config), "--state-dir", str(shop.state_dir)])
    assert done.exit_code == 3, done.output


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
