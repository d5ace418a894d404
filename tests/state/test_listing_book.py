"""Rows of listings survive kills and damage, and cost nothing when nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bmsc.domain.ids import ListingId
from bmsc.domain.listings import KnownListing, WrittenPrice
from bmsc.state.listing_book import ListingBook

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ROW = KnownListing(
    managed=True, seen=4, written=4, written_at=NOW, prices=(WrittenPrice("en-us", Decimal("319.00"), NOW),),
    falls=((NOW, 2),),
)  # fmt: skip
ONE, TWO = ListingId("one"), ListingId("two")


def book(path: Path, *, writable: bool = True) -> ListingBook:
    return ListingBook(path / "listings.jsonl", writable=writable)


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    book(tmp_path).save({ONE: ROW, TWO: KnownListing(seen=0)})
    assert book(tmp_path).load() == {ONE: ROW, TWO: KnownListing(seen=0)}
    assert book(tmp_path).one(ONE) == ROW
    assert book(tmp_path).one(ListingId("none")) is None


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    book(tmp_path).save({ONE: ROW})
    before = (tmp_path / "listings.jsonl").read_bytes()
    book(tmp_path).save({ONE: ROW}, gone=[TWO])
    assert (tmp_path / "listings.jsonl").read_bytes() == before


def test_later_rows_replace_earlier_ones_and_gone_ones_are_dropped(tmp_path: Path) -> None:
    kept = book(tmp_path)
    kept.save({ONE: ROW, TWO: ROW})
    kept.note(ONE, KnownListing(seen=9))
    kept.save({}, gone=[TWO])
    assert book(tmp_path).load() == {ONE: KnownListing(seen=9)}


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    book(tmp_path).save({ONE: ROW})
    with (tmp_path / "listings.jsonl").open("ab") as file:
        file.write(b'{"id":"two","seen"')
    book(tmp_path).save({TWO: ROW})
    assert book(tmp_path).load() == {ONE: ROW, TWO: ROW}


def test_it_is_rewritten_when_it_has_grown(tmp_path: Path) -> None:
    kept = book(tmp_path)
    for number in range(2_100):
        kept.note(ONE, KnownListing(seen=number))
    assert len((tmp_path / "listings.jsonl").read_bytes().splitlines()) < 200
    assert book(tmp_path).load() == {ONE: KnownListing(seen=2_099)}


def test_a_run_that_only_looks_writes_nothing(tmp_path: Path) -> None:
    book(tmp_path, writable=False).save({ONE: ROW})
    assert not (tmp_path / "listings.jsonl").exists()
