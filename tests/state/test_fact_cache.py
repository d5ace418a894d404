"""What the fact cache gives back, in which order it wants things read, and how it is lost without harm."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.domain.grades import Grade
from bmsc.domain.ids import ListingId, Sku, sku_key
from bmsc.domain.listings import Feed, Listing, Offer, Part, Product, Stamp
from bmsc.errors import StateError
from bmsc.planners.listing_facts import Catalog
from bmsc.state import fact_text
from bmsc.state.fact_cache import SqliteFactCache

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
skus = st.text(min_size=1, max_size=30).filter(str.strip)
amounts = st.none() | st.decimals(0, 10_000, places=2)
cells = st.none() | st.booleans() | st.integers(-9, 999) | st.text(max_size=9) | st.decimals(-9, 999, places=3)


def offers() -> st.SearchStrategy[Offer]:
    return st.builds(Offer, st.sampled_from(["en-us", "fr-fr"]), amounts, st.just("USD"), amounts, amounts)


@given(skus, st.none() | st.integers(-1, 99), st.none() | st.sampled_from(Grade), st.lists(offers(), max_size=2))
def test_a_listing_comes_back_unchanged(
    sku: str, quantity: int | None, grade: Grade | None, shown: list[Offer]
) -> None:
    listing = Listing(ListingId("id"), 7, Sku(sku), quantity, grade, "uuid", None, tuple(shown), read_at=NOON)
    assert fact_text.listing("id", sku, fact_text.of_listing(listing), NOON) == listing


@given(skus, st.none() | st.integers(-5, 99), st.none() | skus, st.none() | st.dictionaries(st.text(max_size=5), cells))
def test_a_row_comes_back_with_every_cell_reading_the_same(
    sku: str, available: int | None, parent: str | None, columns: dict[str, object] | None
) -> None:
    product = Product(
        Sku(sku),
        163,
        "",
        active=True,
        available=available,
        shadow_of=Sku(parent) if parent else None,
        columns=columns,
        parts=(Part(Sku("P"), 2),),
        read_at=NOON,
    )
    back = fact_text.product(fact_text.of_product(product), NOON)
    assert (back.sku, back.available, back.shadow_of, back.parts) == (sku, available, parent, product.parts)
    assert (back.columns is None) == (columns is None)
    assert {name: str(value) for name, value in (back.columns or {}).items()} == {
        name: str(value) for name, value in (columns or {}).items()
    }


def a_listing(number: int, quantity: int = 5) -> tuple[Listing, Sku]:
    sku = Sku(f"S{number:03}")
    return Listing(ListingId(f"id-{number}"), number, sku, quantity, offers=(Offer("en-us", Decimal(9), "USD"),)), sku


def a_row(sku: str, available: int = 5, **facts: object) -> Product:
    return Product(Sku(sku), 163, "", active=True, available=available, columns={}, **facts)  # type: ignore[arg-type]


def rows(*products: Product, **doubts: frozenset[str]) -> Catalog:
    return Catalog({sku_key(one.sku): one for one in products}, **doubts)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "facts.sqlite"


@pytest.fixture
def cache(path: Path) -> SqliteFactCache:
    """Give a cache of four listings seen at noon, none of whose rows was read."""
    cache = SqliteFactCache(path, "shop", writable=True)
    cache.saw_listings(map(a_listing, range(4)), NOON)
    return cache


class TestOrder:
    """What was read longest ago comes first, and what never was before that."""

    def test_rows(self, cache: SqliteFactCache) -> None:
        cache.saw_rows(rows(a_row("S000"), a_row("S002")), NOON)
        cache.saw_rows(rows(a_row("S001"), absent=frozenset({"s003"})), LATER)
        cache.saw_listings([a_listing(9)], LATER)
        after = LATER + timedelta(minutes=5)
        assert cache.oldest_rows(9, after) == ["S009", "S000", "S002", "S001", "S003"]
        assert cache.oldest_rows(9, LATER) == ["S009", "S000", "S002"]
        assert cache.oldest_rows(1, after) == ["S009"]

    def test_pages(self, cache: SqliteFactCache) -> None:
        for number, moment in ((2, NOON), (1, LATER), (4, LATER)):
            cache.saw_page(number, moment)
        assert cache.oldest_pages(9, 5) == [3, 5, 2, 1, 4]
        assert cache.oldest_pages(2, 3) == [3, 2]

    def test_a_listing_that_slipped_between_pages_is_overdue_after_a_full_round(self, cache: SqliteFactCache) -> None:
        cache.saw_listings(map(a_listing, range(3)), LATER + timedelta(minutes=1))
        cache.saw_page(1, LATER)
        assert cache.overdue(9, 2) == []
        cache.saw_page(2, LATER)
        assert cache.overdue(9, 2) == ["id-3"]


class TestAnswers:
    """This run's answers go before older ones; absence never outlives its run."""

    def test_listings_without_a_row_are_not_there(self, cache: SqliteFactCache) -> None:
        cache.saw_rows(rows(a_row("S001")), NOON)
        assert [one.sku for one in cache.listings(LATER)] == ["S001"]
        assert len(cache.listings(LATER)) == 1
        assert (cache.ages().known, cache.ages().unread) == (1, 3)

    def test_absence_and_doubt_count_in_their_own_run_only(self, cache: SqliteFactCache) -> None:
        cache.saw_rows(rows(a_row("S000"), a_row("S001")), NOON)
        cache.saw_rows(rows(absent=frozenset({"s000"}), unknown=frozenset({"s001", "s002"})), LATER)
        now, next_run = cache.catalog(LATER), cache.catalog(LATER + timedelta(minutes=5))
        assert (now.absent, now.unknown, list(now.products)) == ({"s000"}, {"s001", "s002"}, [])
        assert {one.sku for one in cache.listings(LATER)} == {"S000", "S001", "S002"}
        assert (next_run.absent, next_run.unknown, list(next_run.products)) == (set(), set(), ["s001"])
        assert next_run.find(Sku("s001")) == a_row("S001", read_at=NOON)

    def test_a_whole_list_drops_what_it_lacks_and_renews_the_rest(self, cache: SqliteFactCache) -> None:
        cache.saw_rows(rows(*(a_row(f"S{number:03}") for number in range(4))), NOON)
        cache.saw_whole_list([a_listing(0), a_listing(2, quantity=1)], LATER)
        assert {(one.sku, one.quantity, one.read_at) for one in cache.listings(LATER)} == {
            ("S000", 5, LATER),
            ("S002", 1, LATER),
        }
        assert cache.ages().oldest_listing == LATER

    def test_parents(self, cache: SqliteFactCache) -> None:
        cache.saw_rows(rows(a_row("S000", shadow_of=Sku("P")), a_row("S001", shadow_of=Sku("p"))), LATER)
        assert [sku_key(sku) for sku in cache.missing_parents()] == ["p"]
        cache.saw_rows(rows(a_row("P")), NOON)
        assert cache.missing_parents() == []
        assert cache.ages().oldest_row == NOON

    def test_marks(self, cache: SqliteFactCache) -> None:
        stamp = Stamp(NOON, Sku("A B"))
        assert cache.newest(Feed.EDITED) is None
        cache.saw_newest(Feed.EDITED, stamp)
        assert (cache.newest(Feed.EDITED), cache.newest(Feed.COUNTED)) == (stamp, None)
        cache.saw_enabled(["fr-fr"])
        cache.saw_enabled(["en-gb"])
        assert cache.enabled() == {"fr-fr", "en-gb"}


class TestTheFile:
    """It may be deleted, damaged or belong to another shop: then it is empty."""

    def test_it_is_private_and_lasts_only_when_kept(self, cache: SqliteFactCache, path: Path) -> None:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert SqliteFactCache(path, "shop", writable=False).listing(ListingId("id-1")) is None
        cache.keep()
        assert SqliteFactCache(path, "shop", writable=True).listing(ListingId("id-1")) is not None

    def test_another_shop_starts_empty(self, cache: SqliteFactCache, path: Path) -> None:
        cache.keep()
        del cache
        assert SqliteFactCache(path, "other", writable=True).listing(ListingId("id-1")) is None

    def test_looking_changes_nothing(self, cache: SqliteFactCache, path: Path) -> None:
        cache.keep()
        before = path.read_bytes()
        looking = SqliteFactCache(path, "shop", writable=False)
        looking.saw_listings([a_listing(1, quantity=0)], LATER)
        looking.keep()
        seen = looking.listing(ListingId("id-1"))
        assert seen is not None
        assert seen.quantity == 0
        assert path.read_bytes() == before
        assert sorted(path.parent.iterdir()) == [path]

    @pytest.mark.parametrize("writable", [True, False])
    def test_a_damaged_file_is_empty(self, path: Path, writable: bool) -> None:
        path.write_bytes(b"SQLite format 3\0" + b"garbage" * 1000)
        assert SqliteFactCache(path, "shop", writable=writable).ages().known == 0

    def test_damage_found_late_removes_the_file_and_says_so(self, cache: SqliteFactCache, path: Path) -> None:
        cache.saw_listings(map(a_listing, range(3_000)), NOON)
        cache.keep()
        content = bytearray(path.read_bytes())
        content[24_576:] = b"\xff" * (len(content) - 24_576)
        del cache
        path.write_bytes(content)
        damaged = SqliteFactCache(path, "shop", writable=True)
        with pytest.raises(StateError, match="removed"):
            list(damaged.oldest_rows(9, LATER))
        assert not path.exists()
