"""The state directory that each released version left behind is read and carried on."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from listing_shop import both
from shops import COMPANY, Shop

from bmsc import __version__
from bmsc.domain.runs import EVERY

KEPT = sorted(path for path in (Path(__file__).parent / "released").iterdir() if (path / "state.json").exists())


def move_in(version: Path, shop: Shop) -> None:
    """Make a kept state directory this shop's; `released/keep.py` wrote PORT for the sandbox's port."""
    port = shop.running.url.rpartition(":")[2]
    shutil.copytree(version, shop.state_dir)
    for file in shop.state_dir.rglob("*.json*"):
        file.write_text(file.read_text().replace(":PORT", f":{port}"))
        file.chmod(0o600)
    shop.state_dir.chmod(0o700)


def test_this_version_is_kept_too() -> None:
    assert __version__ in [version.name for version in KEPT], "type: python tests/state/released/keep.py"


@pytest.mark.parametrize("version", KEPT, ids=lambda path: path.name)
def test_every_command_goes_on_from_it(version: Path, shop: Shop) -> None:
    move_in(version, shop)
    both(shop, "X", 5, 5)
    shop.configure("\n[reprice]\nenabled = true\n")
    shop.advance(7200)
    before = json.loads((shop.state_dir / "state.json").read_text())["commands"]
    for command in EVERY:
        report = shop.run(command)
        assert report.exit_code == 0, report
        assert report.warnings == ()
        assert not [told for told in report.holds if told.fact.reason == "memory"]
    after = json.loads((shop.state_dir / "state.json").read_text())["commands"]
    assert before.keys() == after.keys()


@pytest.mark.parametrize("version", KEPT, ids=lambda path: path.name)
def test_what_it_learnt_is_not_lost(version: Path, shop: Shop) -> None:
    """The first order of an installation goes alone: a shop that had one years ago is no new shop."""
    move_in(version, shop)
    known = shop.world.tenant.add_order("60100003", COMPANY, lines=[("A", 1, Decimal("100.00"))], paid=True)
    assert known == 5012345  # the order that it remembers to be there
    shop.advance(7200)
    shop.place(("B", 1))
    shop.place(("C", 1))
    assert [result.action.kind.value for result in shop.pull().results].count("create_order") == 2
