"""What other users of the machine, and the programs the owner starts, get to see or to change: nothing."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from shops import PASSWORD, TOKEN, Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.errors import ConfigError, ExitCode, StateError
from bmsc.state import directory


def test_the_owners_command_is_not_handed_the_secrets(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = shop.folder / "seen"
    script = shop.folder / "looks.py"
    script.write_text(f"import json, os\nopen({str(seen)!r}, 'w').write(json.dumps(dict(os.environ)))\n")
    shop.configure(f'\n[notify]\ncommand = "{sys.executable} {script}"\n')
    monkeypatch.setenv("BMSC_SELLERCLOUD_PASSWORD", PASSWORD)
    monkeypatch.setenv("BMSC_BACKMARKET_TOKEN", TOKEN)
    shop.place(("NOBODY", 1))
    assert shop.pull().exit_code == ExitCode.DONE
    surroundings = json.loads(seen.read_text())
    assert "PATH" in surroundings
    assert PASSWORD not in surroundings.values()
    assert TOKEN not in surroundings.values()


def test_a_configuration_that_anybody_may_write_is_not_obeyed(shop: Shop) -> None:
    called = shop.folder / "called"
    shop.configure(f'\n[notify]\ncommand = "touch {called}"\n')
    shop.config.chmod(0o646)
    shop.place(("A", 1))
    with pytest.raises(ConfigError, match="anybody may write that file") as refused:
        shop.pull()
    assert refused.value.next_step == f"chmod o-w {shop.config}"
    assert list(shop.world.log.entries) == []
    assert not called.exists()
    shop.config.chmod(0o640)
    assert shop.pull().exit_code == ExitCode.DONE


def test_a_link_in_the_place_of_the_metrics_leads_nowhere(shop: Shop) -> None:
    treasure, folder = shop.folder / "treasure", shop.folder / "textfiles"
    treasure.write_text("mine")
    folder.mkdir()
    (folder / f".bmsc.prom.{os.getpid()}.new").symlink_to(treasure)
    shop.configure(f'\n[notify]\nmetrics_file = "{folder / "bmsc.prom"}"\n')
    assert shop.pull().exit_code == ExitCode.DONE
    assert treasure.read_text() == "mine"
    assert "bmsc_run_exit_code" in (folder / "bmsc.prom").read_text()
    assert [path.name for path in folder.iterdir()] == ["bmsc.prom"]


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_no_command_uses_a_state_directory_that_others_may_write(shop: Shop, mode: int) -> None:
    shop.place(("A", 1))
    shop.pull()
    shop.state_dir.chmod(mode)
    shop.world.log.clear()
    with pytest.raises(StateError, match="may be written by others"):
        shop.pull()
    for words in (("holds", "list"), ("status",)):
        done = CliRunner().invoke(app, [*words, "--state-dir", str(shop.state_dir)])
        assert done.exit_code == ExitCode.CONFIGURATION, done.output
    assert list(shop.world.log.entries) == []


def test_nor_one_that_belongs_to_another_user(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.place(("A", 1))
    shop.pull()
    shop.world.log.clear()
    monkeypatch.setattr(directory.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StateError, match="belongs to another user"):
        shop.pull()
    assert list(shop.world.log.entries) == []


def test_the_sandbox_listens_on_this_machine_alone(shop: Shop) -> None:
    assert shop.running.url.startswith("http://127.0.0.1:")
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("only Linux shows who listens")
    port = f":{shop.running.port:04X}"
    listening = [line.split()[1] for line in table.read_text().splitlines() if line.split()[3] == "0A"]
    assert [place for place in listening if place.endswith(port)] == [f"0100007F{port}"]
