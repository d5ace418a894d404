"""`bmsc report` over a shop that was really worked in, and what it never does."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from price_shop import on, priced, reprice, rival
from shops import Shop
from terminal import Terminal
from typer.testing import CliRunner, Result

from bmsc.cli import app
from bmsc.sandbox.backmarket.orders import Address

BUYER = Address(**{field.name: f"Canary {field.name}" for field in fields(Address)})
JOBS = ("orders pull", "tracking push", "cancel sync", "listings sync", "listings create", "reprice")


def report(shop: Shop, *words: str) -> Result:
    """Run `bmsc report`."""
    where = ("--config", str(shop.config), "--state-dir", str(shop.state_dir))
    return CliRunner().invoke(app, ["report", *words, *where])


def a_day(shop: Shop) -> None:
    """Let one order of each fate go through, and a price follow a rival."""
    on(shop)
    priced(shop, "P1")
    rival(shop, "P1", "299.00")
    reprice(shop)
    shipped, cancelled = shop.place(("A", 1)), shop.place(("B", 2))
    shop.place(("NO-SUCH-SKU", 1))
    for order in shop.world.account.orders.values():
        order.shipping = order.billing = BUYER
    shop.pull()
    shop.advance(7200)
    with shop.world.lock:
        shop.world.actors.warehouse.ship(str(shipped))
        shop.world.actors.warehouse.cancel(str(cancelled))
    shop.run("tracking push")
    shop.run("cancel sync")


def test_alone_it_fills_one_screen(shop: Shop) -> None:
    a_day(shop)
    done = report(shop)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "today" in lines[1]
    assert "7 days before" in lines[1]
    assert "30 days before" in lines[1]


def test_it_fits_a_terminal_of_eighty_columns(shop: Shop) -> None:
    where = ("--config", str(shop.config), "--state-dir", str(shop.state_dir))
    a_day(shop)
    terminal = Terminal(("report", *where), dict(os.environ))
    assert terminal.end() == 0
    lines = terminal.shown.replace("\r\n", "\n").splitlines()
    assert 20 <= len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in terminal.shown
    assert terminal.shown.replace("\r\n", "\n") == report(shop).stdout


def test_no_buyer_is_in_any_form_of_it(shop: Shop, tmp_path: Path) -> None:
    a_day(shop)
    page, table = tmp_path / "page.html", tmp_path / "table.csv"
    done = report(shop, "--html", str(page), "--csv", str(table), "--json")
    assert done.exit_code == 0, done.output
    assert any("Canary" in str(entry.body) for entry in shop.writes())
    for text in (done.stdout, page.read_text(), table.read_text(), report(shop).stdout):
        assert "canary" not in text.casefold()


def test_the_jobs_never_load_the_pictures(shop: Shop) -> None:
    on(shop)
    where = ["--config", str(shop.config), "--state-dir", str(shop.state_dir)]
    code = f"""
import sys
from bmsc.cli import app
for job in {JOBS!r}:
    try:
        app([*job.split(), *{where!r}])
    except SystemExit as end:
        print(job, end.code, file=sys.stderr)
print([name for name in sys.modules if name.split(".")[0] in ("jinja2", "markupsafe", "vl_convert", "altair")
       or name.startswith("bmsc.retrospect")], file=sys.stderr)
"""
    environ = dict(os.environ)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environ)
    assert [f"{job} 0" for job in JOBS] == [
        line for line in done.stderr.splitlines() if line.rpartition(" ")[0] in JOBS
    ], done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("missing", ["vl_convert", "jinja2"])
def test_without_the_extra_it_says_what_to_install(shop: Shop, tmp_path: Path, missing: str) -> None:
    code = f"""
import sys
sys.modules["{missing}"] = None
from bmsc.cli import app
app(sys.argv[1:])
"""
    page = tmp_path / "page.html"
    words = ["report", "--html", str(page), "--config", str(shop.config), "--state-dir", str(shop.state_dir)]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 10
    assert "bmsc[report]" in done.stderr
    assert not page.exists()


def test_a_span_without_a_file_is_told(shop: Shop) -> None:
    done = report(shop, "--since", "7d")
    assert done.exit_code == 2
    assert "--html" in done.stderr


def test_a_span_that_is_none_is_told(shop: Shop) -> None:
    done = report(shop, "--json", "--since", "yesterday")
    assert done.exit_code == 2
    assert "--since 30d" in done.stderr
