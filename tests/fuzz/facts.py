"""The fact cache of a large shop spoilt, as bytes and row by row: removed with a word, or read as what it says."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import builders
from fuzz import spoiling
from fuzz.rooms import room
from fuzz.target import Target, made_of
from fuzz.typed import must_hold

from bmsc.domain.ids import SkuKey
from bmsc.domain.listings import Feed, Listing, Product, Stamp
from bmsc.planners.listing_facts import Catalog
from bmsc.state.fact_cache import SqliteFactCache

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
MADE_FOR = "fuzz"


def targets() -> list[Target]:
    """Give the two ways to spoil it."""
    return [
        Target("fact cache, bytes", 20, lambda dice: _fed(dice, in_rows=False)),
        Target("fact cache, rows", 20, lambda dice: _fed(dice, in_rows=True)),
    ]


@cache
def _whole() -> bytes:
    """Give the bytes of a cache that holds something of everything."""
    with tempfile.TemporaryDirectory(dir=room()) as folder:
        path = Path(folder) / "facts.sqlite"
        facts = SqliteFactCache(path, MADE_FOR, writable=True)
        shown = [builders.a_listing(f"S{number}") for number in range(20)]
        facts.saw_listings([(one, one.sku) for one in shown], NOW)
        facts.saw_rows(Catalog({SkuKey(one.sku.casefold()): builders.a_row(one.sku) for one in shown}), NOW)
        facts.saw_page(1, NOW)
        facts.saw_newest(Feed.EDITED, Stamp(NOW, shown[0].sku))
        facts.saw_enabled(["en-us"])
        facts.keep()
        return path.read_bytes()


def _fed(dice: Random, *, in_rows: bool) -> str:
    with tempfile.TemporaryDirectory(dir=room()) as folder:
        path = Path(folder) / "facts.sqlite"
        path.write_bytes(_whole() if in_rows else spoiling.bytes_of(_whole(), dice))
        path.chmod(0o600)
        if in_rows:
            _spoil_rows(path, dice)
        writable = dice.random() < 0.7
        return made_of(lambda: _use(SqliteFactCache(path, MADE_FOR, writable=writable)))


def _spoil_rows(path: Path, dice: Random) -> None:
    with closing(sqlite3.connect(path)) as base:
        table, key, column = dice.choice(
            (
                ("listings", "id", "body"),
                ("rows", "key", "body"),
                ("marks", "name", "value"),
                ("pages", "number", "read_at"),
            )
        )
        for name, body in base.execute(f"SELECT {key}, {column} FROM {table}").fetchall():
            if dice.random() < 0.5 and name != "made for":
                spoilt = spoiling.document(str(body).encode(), dice).decode(errors="replace")
                with suppress(UnicodeEncodeError):
                    base.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (spoilt, name))
        base.commit()


def _use(facts: SqliteFactCache) -> None:
    """Ask everything a run asks."""
    must_hold(list(facts.listings(NOW)), list[Listing])
    catalog = facts.catalog(NOW)
    must_hold([catalog.products[key] for key in catalog.products], list[Product])
    must_hold(dict(catalog.in_warehouses), dict[str, int])
    facts.oldest_pages(3, 5)
    facts.oldest_rows(3, NOW)
    facts.overdue(3, 1)
    facts.missing_parents()
    must_hold(facts.companies(), frozenset[int])
    must_hold(facts.newest(Feed.EDITED), Stamp | None)
    must_hold(facts.enabled(), frozenset[str])
    facts.ages()
    facts.saw_page(2, NOW)
    facts.keep()
