"""A month that was played, and what `bmsc report` said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from retrospect.month import Events, Month
from shops import Shop, open_shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.state.clock import FileClock


@dataclass(frozen=True)
class Seen:
    """The shop, what happened in it, and the report in its forms."""

    shop: Shop
    events: Events
    now: datetime
    page: Path
    table: Path
    json: dict[str, Any]
    screen: str


def played(folder: Path, **density: Any) -> Seen:
    """Play a month in an empty folder; nobody waits in it, so that only what is noted takes time.

    What is given is over: the shop is shut, its books may still be read.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileClock, "sleep", lambda clock, seconds: None)
        with open_shop(folder, patch) as shop:
            month = Month(shop, **density)
            events = month.play()
            page, table = folder / "report.html", folder / "report.csv"
            told = report(shop, "--html", str(page), "--csv", str(table), "--json")
            return Seen(shop, events, month.now, page, table, json.loads(told), report(shop))


def report(shop: Shop, *words: str) -> str:
    """Run `bmsc report`, and give what it says."""
    where = ("--config", str(shop.config), "--state-dir", str(shop.state_dir))
    done = CliRunner().invoke(app, ["report", *words, *where])
    assert done.exit_code == 0, done.output
    return done.stdout
