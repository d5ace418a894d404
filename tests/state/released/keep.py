"""Keep the state directory of today's version for later ones to read: `python tests/state/released/keep.py`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from listing_shop import both
from shops import Shop, open_shop

from bmsc import __version__
from bmsc.domain.runs import EVERY

HERE = Path(__file__).parent
PORT = "PORT"
"""Stands for the sandbox's port, which is another one each time."""


def live(shop: Shop) -> None:
    """Let a shop live for an hour, so that every file of the state has something in it."""
    shop.configure("\n[reprice]\nenabled = true\n")
    for sku in ("L1", "L2", "L3"):
        both(shop, sku, 5, 4, PRICE_US="100.00", MIN_PRICE_US="80.00")
    shop.place(("A", 1))
    shop.place(("UNKNOWN", 1))
    for _ in range(4):
        for command in EVERY:
            shop.run(command)
        shop.advance(900)


def keep(shop: Shop) -> None:
    """Copy what a later version must be able to read; locks, cache and log it may lose."""
    folder = HERE / __version__
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shop.state_dir, folder, ignore=shutil.ignore_patterns("locks", "cache", "log", "*.good"))
    port = shop.running.url.rpartition(":")[2]
    for file in folder.rglob("*.json*"):
        file.write_text(file.read_text().replace(f":{port}", f":{PORT}"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, open_shop(Path(place), pytest.MonkeyPatch()) as opened:
        live(opened)
        keep(opened)
