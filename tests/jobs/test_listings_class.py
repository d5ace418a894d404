"""Back Market's listings belong to the slow class, and nobody said so: a block teaches it, and it is remembered."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from large_shop import SMALL_SHARE, fill, narrow, reading, sync_later
from listing_shop import sync
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.planners import reading_plan

PAGES = 22
"""More requests than the slow class gets in ten seconds."""


@pytest.fixture
def sensitive(shop: Shop) -> Shop:
    shop.switch("backmarket", sensitive_listings=True)
    fill(shop, PAGES * 50)
    return shop


def blocks(shop: Shop) -> int:
    return sum(1 for entry in shop.requests("backmarket") if entry.status == 429)


def lesson_hours(shop: Shop) -> float:
    kept = json.loads((shop.state_dir / "cache" / "listings.class").read_text())
    return (datetime.fromisoformat(kept["until"]) - datetime.fromisoformat(kept["learned_at"])).total_seconds() / 3600


def said(shop: Shop, *words: str) -> str:
    env = {"BMSC_CONFIG": str(shop.config), "BMSC_STATE_DIR": str(shop.state_dir), "COLUMNS": "300"}
    return CliRunner().invoke(app, list(words), env=env).output


def test_one_block_teaches_every_later_run(sensitive: Shop) -> None:
    assert "asked at our whole share" in said(sensitive, "status")
    first = sync(sensitive)
    assert (first.exit_code, first.requests["backmarket"] >= PAGES) == (0, True)
    assert 1 <= blocks(sensitive) <= 4
    for _ in range(3):
        sync_later(sensitive)
        assert blocks(sensitive) == 0
    assert "asked 2 a second" in said(sensitive, "status")
    assert json.loads(said(sensitive, "status", "--json"))["listings_slowed_until"].startswith("2026-03-02T16:00")
    assert "Back Market blocked reads of listings at 2026-03-02 15:0" in said(sensitive, "doctor")


def test_something_faster_is_tried_after_an_hour_and_less_often_where_it_fails(sensitive: Shop) -> None:
    sync(sensitive)
    sync_later(sensitive, minutes=61)
    assert (blocks(sensitive) > 0, lesson_hours(sensitive)) == (True, 2)
    sync_later(sensitive, minutes=61)
    assert (blocks(sensitive), lesson_hours(sensitive)) == (0, 2)
    sensitive.switch("backmarket", sensitive_listings=False)
    sync_later(sensitive, minutes=61)
    began = sensitive.world.clock.now()
    sync(sensitive)
    assert (sensitive.world.clock.now() - began).total_seconds() < PAGES / 2
    assert "asked at our whole share" in said(sensitive, "status")


def test_a_block_of_who_asks_little_teaches_nothing(shop: Shop) -> None:
    fill(shop, 100)
    shop.world.faults.add("edge429", path="/ws/listings")
    shop.world.faults.add("waf403_html", path="/ws/listings", skip=1)
    assert sync(shop).exit_code == 0
    assert not (shop.state_dir / "cache" / "listings.class").exists()


def test_a_write_refused_for_the_lines_of_the_hour_teaches_nothing(shop: Shop) -> None:
    fill(shop, 60)
    for number in range(60):
        shop.world.account.skus[f"s{number:04}"].quantity = 7
    shop.switch("backmarket", listing_lines_per_hour=40)
    sync(shop)
    assert blocks(shop) > 0
    assert not (shop.state_dir / "cache" / "listings.class").exists()


def test_a_shop_that_no_longer_fits_is_read_in_part_at_once(sensitive: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that began to read 22 pages in five seconds does not end with reading them in twelve."""
    share = SMALL_SHARE / 4
    monkeypatch.setattr(reading_plan, "SHARE", share)
    narrow(sensitive, share=share)
    report = sync(sensitive)
    assert f"of {PAGES} pages, oldest first" in reading(report).choice
    read = [entry for entry in sensitive.requests("backmarket") if entry.path == "/ws/listings" and entry.status == 200]
    assert len(read) < PAGES + 9
    for _ in range(4):
        assert sync_later(sensitive).exit_code == 0
        assert blocks(sensitive) == 0


def test_a_file_nobody_can_read_means_to_learn_again(sensitive: Shop) -> None:
    sync(sensitive)
    (sensitive.state_dir / "cache" / "listings.class").write_text("{")
    sync_later(sensitive)
    assert blocks(sensitive) > 0
    assert lesson_hours(sensitive) == 1
