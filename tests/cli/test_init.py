"""`bmsc init` as a person meets it, through a pseudo-terminal, and as a script does."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from creation_shop import candidate
from listing_shop import PHONE, both, listed, shown
from price_shop import asked, priced, rival
from shops import PASSWORD, TOKEN, Shop
from terminal import Terminal

from bmsc.domain.runs import EVERY
from bmsc.domain.settings import Market
from bmsc.errors import StateError
from bmsc.upkeep.setting_up import PASSWORD_FILE, TOKEN_FILE, Answers, refuse_unwritable, sellercloud_address, write

CELLS = {"MIN_PRICE_US": "289.00", "ID": PHONE, "GRADE": 2, "WARRANTY_DELAY": 12, "SAFETY_QTY": 1}


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
        ("Address:", "http://127.0.0.1:9"),
        ("User name:", "integration@example.test"),
        ("Password (not shown): ", PASSWORD),
        ("connection could not be made", ""),
        ("Address [http://127.0.0.1:9/rest]:", f"{shop.running.url}/rest"),
        ("User name [integration@example.test]:", "integration@example.test"),
        ("Password (not shown): ", "mistyped"),
        ("does not accept our credentials", ""),
        ("User name [integration@example.test]:", "integration@example.test"),
        ("Password (not shown): ", PASSWORD),
        ("163  Example Refurb", ""),
        ("Company:", "162"),
        ("none of the companies", ""),
        ("Company:", "163"),
        ("Markets [en-us]:", "fr-fr,en-us"),
        ("of several Back Market platforms", ""),
        ("Markets [en-us]:", "us"),
        ("no Back Market market", ""),
        ("Markets [en-us]:", "en-us"),
        ("Name [BM-ExampleRefurb-bmsc;integration@example.test]:", "BM-Example-bmsc;ops@example.test"),
        ("Token (not shown): ", f"Basic {TOKEN}"),
        ("That holds white space", ""),
        ("Token (not shown): ", "bWlzdHlwZWQ="),
        ("Back Market does not accept our credentials", ""),
        ("Once more", ""),
        ("Token (not shown): ", TOKEN),
    ):
        terminal.expect(words)
        if typed:
            terminal.type(typed)


def test_from_nothing_to_a_passing_doctor(home: Shop) -> None:
    terminal = Terminal(["init", "--backmarket-url", home.running.url], environ(home))
    answer_everything(terminal, home)
    terminal.expect("3. bmsc doctor")
    terminal.expect("crontab -e")
    assert terminal.end() == 0, terminal.shown
    assert " fail " not in terminal.shown
    assert "orders pull --quiet --config" in terminal.shown
    assert PASSWORD not in terminal.shown
    assert TOKEN not in terminal.shown
    config = home.folder / "etc" / "config.toml"
    document = tomllib.loads(config.read_text())
    assert document["markets"] == [{"locale": "en-us", "suffix": "US", "currency": "USD"}]
    assert PASSWORD not in config.read_text()
    for name in ("config.toml", "sellercloud.password", "backmarket.token"):
        assert stat.S_IMODE((config.parent / name).stat().st_mode) == 0o600


def test_the_launch_checklist_to_the_end_then_every_command_once(home: Shop, tmp_path: Path) -> None:
    launch = Launch(home, tmp_path)
    launch.set_up_and_look()
    launch.take_over_what_is_there()
    launch.look_at_every_command()
    launch.run_every_command_for_the_first_time()
    launch.hand_over_to_cron()


class Launch:
    """The checklist of docs/launch.md, step by step, by somebody who comes from the file exchange."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.waiting = shop.place(("SKU-A", 1))
        self.brought = shop.place(("SKU-B", 1))
        with shop.world.lock:
            shop.world.tenant.add_order(str(self.brought), 163, lines=[("SKU-B", 1, 100)], paid=True)
        for number in range(4):
            listed(shop, f"GONE-{number}", 2)
        candidate(shop, "NEW")
        priced(shop, "RIVALLED")
        rival(shop, "RIVALLED", "300.00")

    def bmsc(self, *words: str, status: int = 0) -> str:
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        done = run(self.shop, *words, PATH=path)
        assert done.returncode == status, (words, done.stdout, done.stderr)
        return done.stdout

    def set_up_and_look(self) -> None:
        """Steps 1 to 4."""
        terminal = Terminal(["init", "--backmarket-url", self.shop.running.url], environ(self.shop))
        answer_everything(terminal, self.shop)
        assert terminal.end() == 0, terminal.shown
        assert "Backmarket Inventory Export" in self.bmsc("doctor")
        report = self.shop.folder / "probe.json"
        self.bmsc("doctor", "--probe", "--report", str(report))
        assert report.exists()
        assert self.shop.writes() == []

    def take_over_what_is_there(self) -> None:
        """Step 5."""
        self.bmsc("orders", "pull", "--only-existing", "--dry-run")
        assert self.shop.line_states(self.brought) == [1]
        self.bmsc("orders", "pull", "--only-existing")
        assert (self.shop.line_states(self.brought), self.shop.line_states(self.waiting)) == ([2], [1])

    def look_at_every_command(self) -> None:
        """Step 7."""
        self.shop.world.log.clear()
        for command in EVERY:
            told = self.bmsc(*command.split(), "--dry-run", status=14 if command == "listings sync" else 0)
            assert "dry run" in told
        assert "decided by" in self.bmsc("explain", "RIVALLED")
        assert self.shop.writes() == []

    def run_every_command_for_the_first_time(self) -> None:
        """Step 8, with an acknowledgement and repricing switched on."""
        config = self.shop.folder / "etc" / "config.toml"
        config.write_text(f"{config.read_text()}\n[reprice]\nenabled = true\n")
        for command in ("orders pull", "tracking push", "cancel sync"):
            self.bmsc(*command.split())
        assert self.shop.line_states(self.waiting) == [2]
        told = self.bmsc("listings", "sync", status=14)
        assert "sku:GONE-0" in told
        assert "bmsc listings sync --force" in told
        assert [shown(self.shop, f"GONE-{number}") for number in range(4)] == [2] * 4
        self.bmsc("listings", "sync", "--force")
        assert [shown(self.shop, f"GONE-{number}") for number in range(4)] == [0] * 4
        self.bmsc("listings", "create")
        assert shown(self.shop, "NEW") == 0
        self.bmsc("reprice")
        assert asked(self.shop, "RIVALLED") == "299.99"
        self.bmsc("listings", "sync")
        assert shown(self.shop, "NEW") == 3

    def hand_over_to_cron(self) -> None:
        """Steps 9 and 10."""
        table = self.bmsc("init", "--print-crontab")
        assert [command for command in EVERY if f"bmsc {command} --quiet" not in table] == []
        (self.bin / "table").write_text(table)
        crontab = self.bin / "crontab"
        crontab.write_text(f"#!/bin/sh\ncat {self.bin}/table\n")
        crontab.chmod(0o755)
        assert "all 6 commands have a cron entry" in self.bmsc("doctor")
        assert "never" not in self.bmsc("status").partition("waiting for")[0]
        assert "nothing waits for a person" in self.bmsc("holds", "list")


def run(shop: Shop, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command, env = [sys.executable, "-m", "bmsc", *words], environ(shop) | variables
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)


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


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--sellercloud-url", "ftp://x", "must be a web address"),
        ("--sellercloud-url", "xx", "whole host name"),
        ("--market", "us", "no Back Market market"),
        ("--market", "fr-fr", "several Back Market platforms"),
        ("--user-agent", "me", "BM-Company-Integration"),
        ("--token-from", "/no/such/file", "cannot be read"),
    ],
)
def test_an_unfit_option_is_a_usage_error_and_writes_nothing(home: Shop, option: str, value: str, words: str) -> None:
    done = scripted(home, option, value)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert not (home.folder / "etc").exists()


def test_a_folder_that_takes_no_file_is_told_before_anything_is_asked(home: Shop) -> None:
    (home.folder / "etc").write_text("a file where the folder should be")
    terminal = Terminal(["init"], environ(home))
    assert terminal.end() == 10, terminal.shown
    assert "move it away" in terminal.shown
    assert "SellerCloud" not in terminal.shown


def test_a_folder_of_somebody_else_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StateError, match="cannot be written by this user") as refused:
        refuse_unwritable(tmp_path / "etc" / "bmsc")
    assert str(refused.value).startswith(str(tmp_path / "etc" / "bmsc"))
    assert "--config" in refused.value.next_step


@pytest.mark.parametrize("taken", range(4))
def test_a_disk_that_fills_up_leaves_the_old_set_up_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """Whichever of the older copy, both secrets and the configuration does not fit: cron goes on with the old ones."""
    config, synced = tmp_path / "config.toml", iter(range(99))
    for name in ("config.toml", PASSWORD_FILE, TOKEN_FILE):
        (tmp_path / name).write_text(f"old {name}")

    def full(_: int) -> None:
        if next(synced) == taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    markets = (Market("en-us", "US", "USD"),)
    urls = ("https://ab.api.sellercloud.com/rest", "https://www.backmarket.com")
    answers = Answers(urls[0], "user@shop.com", "new", 7, urls[1], "bmV3", "BM-Shop-bmsc;user@shop.com", markets)
    with pytest.raises(StateError, match="No space left"):
        write(answers, config)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        name: f"old {name}" for name in ("config.toml", PASSWORD_FILE, TOKEN_FILE)
    }


def test_an_address_a_person_works_at_becomes_that_of_the_api() -> None:
    assert sellercloud_address("https://ab.delta.sellercloud.com/home.aspx") == "https://ab.api.sellercloud.com/rest"
    assert sellercloud_address("ab.api.sellercloud.us") == "https://ab.api.sellercloud.us/rest"
