"""Shops too large to be read whole in one run: what is read, what is written, and what never is."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
from large_shop import LISTINGS, MORE, SMALL_SHARE, asked, fill, narrow, reading, sync_later
from listing_shop import listed, sent, shown, stock
from shops import Shop

from bmsc.clients import side_by_side
from bmsc.clients.backmarket_listings import BackMarketListings
from bmsc.clients.sellercloud import SellerCloudReads
from bmsc.domain.ids import Sku
from bmsc.domain.listings import ProductsAnswer
from bmsc.jobs import shelf_reading
from bmsc.planners import reading_plan


@pytest.fixture
def large(shop: Shop) -> Shop:
    """Open a shop of five batches, of which a run may read four, and let earlier runs read it all."""
    narrow(shop)
    fill(shop)
    shop.advance(3 * 3600)
    shop.world.tenant.set_physical("S0150", 4)
    shop.world.tenant.set_column("S0150", "BACKMARKET_PRICE_US", "320.00")
    for _ in range(3):
        sync_later(shop)
    return shop


def test_what_was_not_read_yet_is_left_alone_and_told(shop: Shop) -> None:
    narrow(shop)
    fill(shop)
    for number in range(LISTINGS):
        shop.world.tenant.set_physical(f"S{number:04}", 9)
    first = sync_later(shop)
    assert (reading(first).known, reading(first).unread) == (200, 50)
    assert first.counts()["applied"] == 200
    assert "50 listings not read yet" in reading(first).told()
    second = sync_later(shop)
    assert reading(second).unread == 0
    assert second.counts()["applied"] == 50
    assert shown(shop, "S0249") == 9


def test_a_change_is_seen_in_the_next_run(large: Shop) -> None:
    large.world.tenant.set_physical("S0249", 2)
    large.advance(60)
    report = sync_later(large)
    assert shown(large, "S0249") == 2
    assert report.counts()["applied"] == 1
    assert asked(large, "/Catalog", "model.lastAggregateFrom")
    assert not reading(report).remarks


def test_every_row_is_read_again_in_its_turn(large: Shop) -> None:
    large.world.switches.sellercloud.column_edit_moves_modified = False
    for number in range(LISTINGS):
        large.world.tenant.set_column(f"S{number:04}", "BACKMARKET_SAFETY_QTY", 1)
    written = [sync_later(large).counts()["applied"] for _ in range(4)]
    assert sum(written) == LISTINGS
    assert max(written) <= 200


def test_lines_that_wait_for_the_hour_slow_no_reading_down(large: Shop) -> None:
    text = large.config.read_text().replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 8")
    large.config.write_text(text)
    for number in range(60):
        large.world.tenant.set_physical(f"S{number:04}", 2)
    large.advance(60)
    report = sync_later(large)
    assert report.counts()["deferred"] > 8
    state = json.loads((large.state_dir / "state.json").read_text())
    assert "lines_left" not in state["commands"]["listings sync"]


def test_writes_rest_on_facts_of_this_run(large: Shop) -> None:
    """Somebody changed a listing on Back Market, and SellerCloud's row was last read minutes ago."""
    large.world.account.skus["s0007"].quantity = 9
    with large.world.lock:
        large.world.tenant.products["s0007"].columns["backmarket_safety_qty"] = 2
    report = sync_later(large)
    assert shown(large, "S0007") == 3
    assert any("S0007" in skus for skus in asked(large, "/Catalog", "model.sKU"))
    assert report.counts()["applied"] == 1


def test_a_tenant_slower_than_was_thought_is_not_swept_beyond_the_time_for_reading(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each batch takes 200 s, and there are 180 s for reading; the sweep goes on in the next run where one ends."""
    narrow(shop)
    fill(shop)
    answered = SellerCloudReads.products

    def slowly(reads: SellerCloudReads, skus: Sequence[Sku]) -> ProductsAnswer:
        shop.advance(200)
        return answered(reads, skus)

    monkeypatch.setattr(side_by_side, "_AHEAD", 1)
    monkeypatch.setattr(SellerCloudReads, "products", slowly)
    shop.config.write_text(shop.config.read_text().replace("requests_per_hour", "concurrency = 1\nrequests_per_hour"))
    unread = []
    for _ in range(3):
        report = sync_later(shop)
        unread.append(reading(report).unread)
        # One is under way and one drawn when the time is up.
        assert len(asked(shop, "/Catalog", "model.sKU")) == 2
    assert unread == [150, 50, 0]
    assert report.exit_code == 0


def test_a_market_slower_than_was_thought_is_read_in_part_from_the_next_run_on(
    large: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page takes 50 s, and there are 180 s for reading: five are too many, and no run may find that out anew."""
    answered = BackMarketListings._page

    def slowly(read: BackMarketListings, number: int, *rest: Any) -> Any:
        large.advance(50)
        return answered(read, number, *rest)

    monkeypatch.setattr(side_by_side, "_AHEAD", 1)
    monkeypatch.setattr(shelf_reading, "_TELLING_PAGES", 2)
    monkeypatch.setattr(BackMarketListings, "_page", slowly)
    one = "[backmarket]\nconcurrency = 1\n"
    large.config.write_text(large.config.read_text().replace("[backmarket]\n", one))
    pages = []
    for _ in range(4):
        report = sync_later(large)
        pages.append(asked(large, "/ws/listings", "page"))
        assert reading(report).known == LISTINGS, "what was not read is not gone"
    assert "pages only" not in reading(report).choice
    assert "3 of 5 pages, oldest first" in reading(report).choice
    assert [len(turn) for turn in pages[1:]] == [3, 3, 3]
    assert {number for turn in pages[1:] for number in turn} == {"1", "2", "3", "4", "5"}
    assert (reading(report).unread, report.exit_code) == (0, 0)


class TestAbsence:
    """Nothing is zeroed because of what an earlier run did not find."""

    def test_a_product_that_is_gone_is_proved_absent_and_zeroed(self, large: Shop) -> None:
        large.world.tenant.remove_product("S0005")
        for _ in range(3):
            sync_later(large)
        assert shown(large, "S0005") == 0

    def test_absence_is_proved_in_the_run_that_zeroes(self, large: Shop) -> None:
        large.world.tenant.remove_product("S0005")
        for _ in range(3):
            sync_later(large)
        large.world.account.skus["s0005"].quantity = 4
        stock(large, "S0005", 4)
        for _ in range(3):
            sync_later(large)
        assert shown(large, "S0005") == 4
        assert all(body.get("quantity") != 0 for body in sent(large))

    def test_an_empty_catalog_zeroes_nothing(self, large: Shop) -> None:
        large.world.faults.add("empty_list", path="/api/Catalog", times=None)
        for _ in range(3):
            report = sync_later(large)
            assert not [body for body in sent(large) if body.get("quantity") == 0]
        assert report.exit_code == 14

    def test_half_a_catalog_zeroes_nothing(self, large: Shop) -> None:
        large.world.faults.add("drop_rows", path="/api/Catalog", times=None, args={"keep": 25})
        for _ in range(3):
            sync_later(large)
            assert not [body for body in sent(large) if body.get("quantity") == 0]


class TestBackMarketInParts:
    """The list of listings itself takes more requests than a run has: two of five pages."""

    @pytest.fixture(autouse=True)
    def _slow(self, large: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading_plan, "SHARE", SMALL_SHARE)
        narrow(large, share=SMALL_SHARE, slow=True)
        for _ in range(4):
            sync_later(large)

    def test_the_oldest_pages_and_always_the_first(self, large: Shop) -> None:
        turns = []
        for _ in range(5):
            report = sync_later(large)
            turns.append(sorted(asked(large, "/ws/listings", "page")))
        assert all(len(turn) == 2 and "1" in turn for turn in turns)
        assert {page for turn in turns for page in turn} == {"1", "2", "3", "4", "5"}
        assert 15 * 60 <= reading(report).oldest_fact.total_seconds() <= 25 * 60

    def test_a_listing_is_looked_at_before_it_is_written(self, large: Shop) -> None:
        """The cached page says 5; meanwhile a buyer took two, and the warehouse found four."""
        large.world.account.skus["s0050"].quantity = 3
        large.world.tenant.set_physical("S0050", 9)
        large.advance(60)
        for _ in range(6):
            sync_later(large)
            writes = [entry for entry in large.world.log.mutating() if entry.applied]
            singles = [one for one in large.requests("backmarket") if one.method == "GET" and "-" in one.path]
            assert len(singles) >= len(writes)
        assert shown(large, "S0050") == 9

    def test_no_more_is_read_again_than_can_still_be_written(self, large: Shop) -> None:
        """At a request in ten seconds, reading sixty listings again would take longer than a run may last."""
        for number in range(60):
            large.world.tenant.set_physical(f"S{number:04}", 2)
        large.advance(60)
        written = [sync_later(large).counts()["applied"] for _ in range(4)]
        assert min(written[1:]) >= 5

    def test_reading_gives_way_to_lines_that_wait(self, large: Shop) -> None:
        for number in range(60):
            large.world.tenant.set_physical(f"S{number:04}", 2)
        large.advance(60)
        pages = []
        for _ in range(20):
            sync_later(large)
            pages.append(len(asked(large, "/ws/listings", "page")))
        assert (pages[0], pages[1], pages[-1]) == (2, 1, 2)
        assert all(shown(large, f"S{number:04}") == 2 for number in range(60))

    def test_a_new_listing_is_seen_at_once(self, large: Shop) -> None:
        stock(large, "NEW", 7)
        listed(large, "NEW", 0)
        for _ in range(2):
            sync_later(large)
        assert shown(large, "NEW") == 7

    def test_a_listing_that_is_no_longer_there_is_dropped(self, large: Shop) -> None:
        gone = large.world.account.skus["s0100"]
        large.world.tenant.set_physical("S0100", 1)
        gone.disabled = True
        large.advance(60)
        for _ in range(6):
            report = sync_later(large)
        assert reading(report).known == LISTINGS - 1
        assert not [one for one in report.results if one.action.subject == "sku:S0100" and one.outcome.message]


class TestTheCacheItself:
    """What a person may do to it."""

    def test_deleting_it_costs_reading_only(self, large: Shop) -> None:
        for file in (large.state_dir / "cache").glob("facts*"):
            file.unlink()
        report = sync_later(large)
        assert reading(report).unread == 50
        assert report.counts()["applied"] == 0
        assert reading(sync_later(large)).unread == 0

    def test_a_dry_run_shows_the_same_plan_and_keeps_nothing(self, large: Shop) -> None:
        large.world.tenant.set_physical("S0249", 2)
        large.advance(60)
        facts = large.state_dir / "cache" / "facts.sqlite"
        before = facts.read_bytes()
        dry = sync_later(large, dry_run=True)
        assert facts.read_bytes() == before
        assert sent(large) == []
        live = sync_later(large, minutes=0)
        assert list(dry.plan.actions) == list(live.plan.actions) != []

    def test_new_columns_start_it_anew(self, large: Shop) -> None:
        text = large.config.read_text()
        large.config.write_text(text.replace("[[markets]]", '[sku_aliases]\n"S0001" = "S0002"\n[[markets]]'))
        assert reading(sync_later(large)).unread > 0

    def test_naming_a_sku_reads_it_live(self, large: Shop) -> None:
        large.world.account.skus["s0007"].quantity = 9
        report = sync_later(large, skus=("S0007",))
        assert report.plan.reading is None
        assert shown(large, "S0007") == 5


class TestChangesNobodyShouldRelyOn:
    """A feed that leaves things out is noticed, told, and made good by the sweep."""

    def test_a_feed_that_is_left_without_its_newest_row(self, large: Shop) -> None:
        large.world.faults.add("empty_list", path="lastUpdatedFrom", times=1)
        large.world.tenant.set_column("S0020", "BACKMARKET_PRICE_US", "330.00")
        report = sync_later(large)
        assert "lastUpdated left out the row with the newest date" in str(reading(report).remarks)
        for _ in range(2):
            sync_later(large)
        assert large.world.account.skus["s0020"].offer("en-us").price == 330

    @pytest.mark.parametrize("what", ["status_before", "html", "ignore_filters"])
    def test_a_feed_that_fails(self, large: Shop, what: str) -> None:
        large.world.faults.add(what, path="last(Updated|Aggregate)From", times=None, args={"status": 400})
        large.world.tenant.set_physical("S0249", 2)
        large.advance(60)
        reports = [sync_later(large) for _ in range(3)]
        assert len(reading(reports[0]).remarks) == 2
        assert shown(large, "S0249") == 2
        assert {report.exit_code for report in reports} == {0}


def test_it_comes_to_what_a_whole_read_comes_to(large: Shop) -> None:
    """After a busy hour, a shop read in parts needs nothing that a run over everything would do."""
    dice = random.Random(9)
    for _ in range(5):
        for number in dice.sample(range(LISTINGS), 12):
            sku = f"S{number:04}"
            match dice.randrange(4):
                case 0:
                    large.world.tenant.set_physical(sku, dice.randrange(9))
                case 1:
                    large.world.tenant.set_column(sku, "BACKMARKET_PRICE_US", f"{dice.randrange(300, 340)}.00")
                case 2:
                    large.world.account.skus[sku.casefold()].quantity = dice.randrange(9)
                case _:
                    large.place((sku, 1))
        large.run("orders pull")
        sync_later(large)
    for _ in range(5):
        sync_later(large)
    large.configure(MORE)
    whole = sync_later(large)
    assert whole.plan.reading is None
    assert [action.subject for action in whole.plan.actions] == []
