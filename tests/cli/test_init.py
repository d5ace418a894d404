"""`bmsc init` as a person meets it, through a pseudo-terminal, and as a script does."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from listing_shop import both
from shops import PASSWORD, TOKEN, Shop
from terminal import Terminal

COMMANDS = ("orders pull", "tracking push", "cancel sync", "listings sync")
CELLS = {"MIN_PRICE_US": "289.00", "ID": 1234, "GRADE": 1, "WARRANTY_DELAY": 12, "SAFETY_QTY": 1}


@pytest.fixture
def home(shop: Shop) -> Shop:
    """Give a healthy shop and an installation without any file."""
    for sku in "ABCDE":
        both(shop, f"SKU-{sku}", 5, 5, **CELLS)
        shop.world.tenant.remove_product(sku)
    for name in ("config.toml", "sellercloud.password", "backmarket.token"):
        (shop.folder / name).unlink()
    return shop


def environ(shop: Shop) -> dict[str, str]:
    return os.environ | {
        "BMSC_CONFIG": str(shop.folder / "etc" / "config.toml"),
        "BMSC_STATE_DIR": str(shop.state_dir),
        "NO_COLOR": "1",
        "COLUMNS": "80",
    }


def answer_everything(terminal: Terminal, shop: Shop) -> None:
    for words, typed in (
        ("Address:", "ftp://nonsense"),
        ("must be a web address", ""),
        ("Address:", f"{shop.running.url}/rest"),
        ("User name:", "integration@example.test"),
        ("Password (not shown): ", PASSWORD),
        ("163  Example Refurb", ""),
        ("Company:", "163"),
        ("Markets [en-us]:", ""),
        ("Token (not shown): ", TOKEN),
        ("Name:", "BM-Example-bmsc;ops@example.test"),
    ):
        terminal.expect(words)
        if typed or "[en-us]" in words:
            terminal.type(typed)


def test_from_nothing_to_a_passing_doctor_and_every_command_once(home: Shop) -> None:
    terminal = Terminal(["init", "--backmarket-url", home.running.url], environ(home))
    answer_everything(terminal, home)
    terminal.expect("3. bmsc doctor")
    terminal.expect("crontab -e")
    assert terminal.end() == 0, terminal.shown
    assert "  fail  " not in terminal.shown
    assert "orders pull --quiet --config" in terminal.shown
    assert PASSWORD not in terminal.shown
    assert TOKEN not in terminal.shown
    config = home.folder / "etc" / "config.toml"
    document = tomllib.loads(config.read_text())
    assert document["markets"] == [{"locale": "en-us", "suffix": "US", "currency": "USD"}]
    assert PASSWORD not in config.read_text()
    for name in ("config.toml", "sellercloud.password", "backmarket.token"):
        assert stat.S_IMODE((config.parent / name).stat().st_mode) == 0o600
    launch(home)


def run(shop: Shop, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bmsc", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environ(shop), timeout=60, check=False)


def launch(shop: Shop) -> None:
    """Go through the launch checklist of docs/launch.md, and run every command."""
    order = shop.place(("SKU-A", 1))
    foreign = shop.place(("SKU-B", 1))
    shop.world.tenant.add_order(str(foreign), 163, lines=[("SKU-B", 1, 100)], paid=True)
    probe = shop.folder / "probe.json"
    assert run(shop, "doctor", "--probe", "--report", str(probe)).returncode == 0
    assert probe.exists()
    assert run(shop, "orders", "pull", "--only-existing").returncode == 0
    assert (shop.line_states(foreign), shop.line_states(order)) == ([2], [1])
    for command in COMMANDS:
        assert run(shop, *command.split(), "--dry-run").returncode == 0
    for command in COMMANDS:
        assert run(shop, *command.split()).returncode == 0, command
    assert shop.line_states(order) == [2]
    assert run(shop, "status").returncode == 0


def test_nothing_is_replaced_without_a_word(home: Shop) -> None:
    config = home.folder / "etc" / "config.toml"
    config.parent.mkdir()
    config.write_text("# mine\n")
    terminal = Terminal(["init"], environ(home))
    terminal.expect("Replace them?")
    terminal.type("n")
    assert terminal.end() == 2
    assert config.read_text() == "# mine\n"
    assert run(home, "init").returncode == 2
    assert config.read_text() == "# mine\n"


def scripted(shop: Shop, *more: str) -> subprocess.CompletedProcess[str]:
    for name, secret in (("pw", PASSWORD), ("tk", TOKEN)):
        (shop.folder / name).write_text(f"{secret}\n")
    return run(
        shop,
        *("init", "--sellercloud-url", f"{shop.running.url}/rest", "--username", "integration@example.test"),
        *("--password-from", str(shop.folder / "pw"), "--token-from", str(shop.folder / "tk")),
        *("--company-id", "163", "--market", "en-us", "--backmarket-url", shop.running.url),
        *("--user-agent", "BM-Example-bmsc;ops@example.test", *more),
    )


def test_a_script_gives_every_answer_as_an_option(home: Shop) -> None:
    done = scripted(home)
    assert done.returncode == 0, done.stdout + done.stderr
    again = scripted(home)
    assert again.returncode == 2
    assert "exist already" in again.stderr
    replaced = scripted(home, "--overwrite")
    assert replaced.returncode == 0
    assert "kept the older configuration as" in replaced.stdout
    assert len(list(Path(home.folder / "etc").glob("config.toml.*"))) == 1


def test_without_a_terminal_a_missing_answer_is_a_usage_error(home: Shop) -> None:
    done = run(home, "init", "--sellercloud-url", home.running.url)
    assert done.returncode == 2
    assert "nobody can be asked" in done.stderr
    assert not (home.folder / "etc").exists()
