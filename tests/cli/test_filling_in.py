"""A shop owner who fills columns in, looks at what is missing, mends it, and looks again; at the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from creation_shop import PRODUCT, candidate, made
from shops import Shop


def listings_create(shop: Shop, *words: str) -> subprocess.CompletedProcess[str]:
    where = ["--config", str(shop.config), "--state-dir", str(shop.state_dir)]
    command = [sys.executable, "-m", "bmsc", "listings", "create", *words, *where]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=60, check=False)


def cells(path: Path) -> list[tuple[str, str, str]]:
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    return [(row["sku"], row["status"], row["column"]) for row in rows]


@pytest.fixture
def file(shop: Shop) -> Path:
    for name in ("ID", "GRADE", "WARRANTY_DELAY", "PRICE_US", "ENABLED_US"):
        shop.world.tenant.define_column(f"BACKMARKET_{name}", 0)
    return shop.folder / "to-fill-in.csv"


def test_from_the_first_look_to_the_listing(shop: Shop, file: Path) -> None:
    look = ("--dry-run", "--csv", str(file))
    candidate(shop, "X", GRADE=None, ID=f"https://www.backmarket.com/en-us/l/phones/{PRODUCT}", ENABLED_US=None)
    assert "not_enabled: BACKMARKET_ENABLED_US does not say yes" in listings_create(shop, *look).stdout
    shop.world.tenant.set_column("X", "BACKMARKET_ENABLED_US", "yes")
    first = listings_create(shop, *look)
    assert cells(file) == [("X", "wrong", "BACKMARKET_ID"), ("X", "missing", "BACKMARKET_GRADE")]
    assert "with cells to fill in or mend: 1 (BACKMARKET_ID 1, BACKMARKET_GRADE 1)" in first.stdout
    assert "1 VERY_GOOD (buyers read Excellent)" in file.read_text("utf-8-sig")
    shop.world.tenant.set_column("X", "BACKMARKET_ID", f"https://www.backmarket.fr/fr-fr/p/telephone/{PRODUCT}?l=12")
    shop.world.tenant.set_column("X", "BACKMARKET_GRADE", "very good")
    listings_create(shop, *look)
    assert cells(file) == [("X", "ready", "")]
    assert made(shop) == {}
    assert listings_create(shop).returncode == 0
    assert made(shop)["X"].grade == "VERY_GOOD"
    listings_create(shop, *look)
    assert cells(file) == []


def test_what_back_market_refused_stands_in_the_list_with_its_words(shop: Shop, file: Path) -> None:
    candidate(shop, "X", ID="999")
    assert listings_create(shop).returncode == 0
    listings_create(shop, "--dry-run", "--csv", str(file))
    assert cells(file) == [("X", "refused_by_backmarket", "")]
    assert "product 999 not found" in file.read_text("utf-8-sig")


@pytest.mark.parametrize("place", [".", "nowhere/to-fill-in.csv"])
def test_a_place_that_takes_no_file_is_named_before_anything_is_done(shop: Shop, file: Path, place: str) -> None:
    candidate(shop, "X")
    done = listings_create(shop, "--csv", str(shop.folder / place))
    assert done.returncode == 2
    assert "name another file with --csv" in done.stderr
    assert not shop.world.log.entries


def test_nothing_read_leaves_yesterdays_list_alone(shop: Shop, file: Path) -> None:
    file.write_text("yesterday's")
    shop.world.faults.add("status_before", path="/api/Catalog", times=None, args={"status": 403})
    done = listings_create(shop, "--dry-run", "--csv", str(file))
    assert done.returncode in (12, 13)
    assert "was not written" in done.stderr
    assert file.read_text() == "yesterday's"


def test_a_great_many_are_counted_on_the_screen_and_named_in_json(shop: Shop, file: Path) -> None:
    shop.configure("[guards]\nmax_created_listings = 2\n")
    for number in range(45):
        candidate(shop, f"READY-{number:02}")
        candidate(shop, f"BARE-{number:02}", ID=None)
    shown = listings_create(shop, "--dry-run").stdout
    assert "45 others" in shown
    assert "and 5 more" in shown
    assert "BARE-07" not in shown
    assert "BACKMARKET_ID 45" in shown
    named = json.loads(listings_create(shop, "--dry-run", "--json").stdout)
    assert len(named["skips"]) == 45
    assert len(named["guards"][0]["subjects"]) == 45
