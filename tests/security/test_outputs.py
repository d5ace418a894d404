"""What titles, SKUs and foreign words can do to whoever reads our outputs: nothing but be read."""

from __future__ import annotations

import csv
import json
import logging
import unicodedata
from pathlib import Path

import pytest
from creation_shop import candidate
from hypothesis import given
from hypothesis import strategies as st
from listing_shop import both, listed
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.domain.showing import one_line, shown
from bmsc.report import table
from bmsc.state.logfile import log_to

BELL, TITLE, RED = "\x07", "\x1b]0;owned\x07", "\x1b[31m"
C1, BACKWARDS, HALF, WIDE = "\x9b2J", "\u202egnp.exe", "\ud800", "\u200b"
FORGED = "X\n  hold      order:1         all is well"
NASTY = (TITLE, RED + "sku", C1, BACKWARDS, "A\rB", FORGED, f"A{WIDE}B", "A\x00B", "A\x7fB", "\U000e0041")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", 'a;=HYPERLINK("http://x")')
ACTIVE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
COMMANDS = (("orders", "pull"), ("listings", "sync"), ("listings", "create"), ("tracking", "push"), ("cancel", "sync"))


def is_harmless(text: str) -> bool:
    return all(letter == "\n" or unicodedata.category(letter) not in ACTIVE for letter in text)


def told(shop: Shop, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--config", str(shop.config), "--state-dir", str(shop.state_dir)])
    assert done.exit_code in (0, 3, 14), done.output
    return done.stdout + done.stderr


@pytest.fixture
def nasty_shop(shop: Shop) -> Shop:
    """Give a shop whose SKUs, titles, cells and refusals were written by somebody who means harm."""
    for number, text in enumerate(NASTY):
        both(shop, f"{number}{text}", 5, 9, PRICE_US=text)
        listed(shop, f"gone {number}{text}", 1)
        candidate(shop, f"new {number}{text}", GRADE=text)
        shop.place((f"{number}{text}", 1))
    words = {"status": 500, "json": {"Message": "".join(NASTY)}}
    shop.world.faults.add("status_after", method="POST", path="/api/Orders$", times=3, args=words)
    return shop


@given(st.text(st.characters(codec=None), max_size=40))
def test_nothing_active_is_shown(text: str) -> None:
    assert is_harmless(shown(text))
    assert "\n" not in one_line(text)
    plain = text.isascii() and text.isprintable()
    assert not plain or shown(text) == text


@given(st.text(st.characters(codec=None), max_size=40))
def test_a_json_text_stays_what_it_was(text: str) -> None:
    assert json.loads(shown(json.dumps([text], ensure_ascii=False))) == [text]


@pytest.mark.parametrize("how", [(), ("--dry-run",), ("--json",), ("--quiet",)], ids=["live", "dry", "json", "quiet"])
def test_no_command_says_anything_a_terminal_obeys(nasty_shop: Shop, how: tuple[str, ...]) -> None:
    for command in COMMANDS:
        said = told(nasty_shop, *command, *how)
        assert is_harmless(said), command
        assert not any(line.startswith("  hold      order:1 ") for line in said.splitlines())
        if "--json" in how:
            json.loads(said)


def test_nor_do_the_commands_that_look(nasty_shop: Shop) -> None:
    for command in COMMANDS[:3]:
        told(nasty_shop, *command)
    for words in (("holds", "list"), ("holds", "list", "--json"), ("status", "--json")):
        done = CliRunner().invoke(app, [*words, "--state-dir", str(nasty_shop.state_dir)])
        assert is_harmless(done.stdout)
    for number, text in enumerate(NASTY[:3]):
        assert is_harmless(told(nasty_shop, "explain", f"{number}{text}"))


def test_nor_the_table_on_a_terminal(nasty_shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("orders pull", "listings sync", "listings create"):
        table.show(nasty_shop.run(command))
    assert is_harmless(capsys.readouterr().out)


def test_nor_the_log_and_what_the_owners_command_hears(nasty_shop: Shop) -> None:
    heard = nasty_shop.folder / "heard"
    nasty_shop.configure(f'\n[notify]\ncommand = "tee -a {heard}"\nmetrics_file = "bmsc.prom"\n')
    for command in ("orders pull", "listings sync", "listings create"):
        nasty_shop.run(command)
    events = [json.loads(line) for line in heard.read_text().splitlines()]
    assert events
    assert all(is_harmless(str(value)) and "\n" not in event["subject"] for event in events for value in event.values())
    assert is_harmless((nasty_shop.state_dir / "log" / "bmsc.log").read_text())
    assert is_harmless((nasty_shop.folder / "bmsc.prom").read_text())


def test_nor_the_log_whoever_writes_into_it(tmp_path: Path) -> None:
    with log_to(tmp_path / "bmsc.log", hide=()):
        logging.getLogger("bmsc.anywhere").warning("met %s", "".join((TITLE, RED, C1, BACKWARDS, WIDE)))
    written = (tmp_path / "bmsc.log").read_text()
    assert "met " in written
    assert is_harmless(written)


def test_the_csv_runs_nothing_and_does_nothing_to_a_terminal(shop: Shop, tmp_path: Path) -> None:
    for number, text in enumerate((*FORMULAS, *NASTY)):
        candidate(shop, f"{text}{number}", GRADE=text)
        candidate(shop, f"{text}ready{number}")
    out = tmp_path / "to-fill-in.csv"
    told(shop, "listings", "create", "--dry-run", "--csv", str(out))
    written = out.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    assert is_harmless(written)
    for delimiter in (",", ";", "\t"):
        cells = [cell for row in csv.reader(written.splitlines(), delimiter=delimiter) for cell in row]
        assert len(cells) > len(FORMULAS)
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == []


def test_only_one_module_speaks_to_the_terminal() -> None:
    package = Path(__file__).parents[2] / "bmsc" / "cli"
    speaking = [path.name for path in package.glob("*.py") if "typer.echo(" in path.read_text()]
    assert speaking == ["saying.py"]
