"""`listings sync` over real HTTP: what Back Market shows afterwards, and what was asked for it."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from listing_shop import MARKETS, both, listed, reasons, sent, settle, shown, stock, sync
from shops import PASSWORD, TOKEN, Shop

from bmsc import wiring
from bmsc.domain.outcome import RunReport
from bmsc.report import explanation


def quiet(report: RunReport) -> bool:
    return report.exit_code == 0 and not list(report.plan.actions)


def guards(report: RunReport) -> dict[str, int]:
    return {guard.name: guard.n for guard in report.guards}


class TestOneListing:
    """What is written."""

    def test_quantity_and_price_travel_in_one_line(self, shop: Shop) -> None:
        stock(shop, "X", 3)
        listed(shop, "X", 5, prices={"en-us": "300.00"})
        assert sync(shop).exit_code == 0
        assert sent(shop) == [{"quantity": 3, "price": "319.00", "currency": "USD"}]
        shop.world.log.clear()
        assert quiet(sync(shop))
        assert sent(shop) == []

    @pytest.mark.parametrize("sku", ["A,B", "a/b c+d", "ÄÖ-90°", "x" * 200, "a&b=c#d%2C", "q?"])
    def test_skus_of_every_shape_travel_whole(self, shop: Shop, sku: str) -> None:
        both(shop, "PLAIN", 5, 5)
        both(shop, sku, 2, 5)
        assert reasons(sync(shop)) == {"sku:PLAIN": "in_step"}
        assert shown(shop, sku) == 2

    @pytest.mark.parametrize("cell", ["NaN", "Infinity", "1e400", "319.00\n0"])
    def test_a_strange_cell_is_held_and_takes_no_other_along(self, shop: Shop, cell: str) -> None:
        both(shop, "STRANGE", 3, 5, PRICE_US=cell)
        both(shop, "OTHER", 3, 5)
        assert reasons(sync(shop)) == {"sku:STRANGE": "bad_cell"}
        assert (shown(shop, "STRANGE"), shown(shop, "OTHER")) == (3, 3)

    def test_a_comma_is_not_a_separator(self, shop: Shop) -> None:
        both(shop, "A,B", 2, 5)  # beside products A and B
        both(shop, "PLAIN", 5, 5)
        listed(shop, "GONE,AWAY", 5)
        sync(shop)
        assert (shown(shop, "A,B"), shown(shop, "GONE,AWAY")) == (2, 0)

    def test_a_search_that_brings_nothing_proves_nothing(self, shop: Shop) -> None:
        both(shop, "A,B", 5, 5)
        both(shop, "PLAIN", 5, 5)
        shop.world.faults.add("empty_list", path="model.keyword", times=None)
        assert reasons(sync(shop)) == {"sku:A,B": "unknown", "sku:PLAIN": "in_step"}
        assert sent(shop) == []

    def test_batches_fit_into_an_address(self, shop: Shop) -> None:
        skus = [f"{number:02}{letter * 198}" for number in range(60) for letter in "xü"]
        for sku in skus:
            both(shop, sku, 2, 5)
        shop.configure("\n[guards]\nmax_sold_out_percent = 100\n")
        assert sync(shop).exit_code == 0
        assert {shown(shop, sku) for sku in skus} == {2}
        asked = [entry for entry in shop.requests("sellercloud") if "Catalog" in entry.path]
        assert max(len(urlencode(entry.query)) for entry in asked) <= 2_000

    def test_a_shadow_sells_its_parents_stock(self, shop: Shop) -> None:
        stock(shop, "PARENT", 4, company_id=164)
        both(shop, "SHADOW", 0, 9, shadow_of="PARENT")
        sync(shop)
        assert shown(shop, "SHADOW") == 4

    def test_a_shadow_of_a_shadow_sells_what_the_last_parent_has(self, shop: Shop) -> None:
        stock(shop, "GRAND", 7, ENABLED_US=None)
        stock(shop, "PARENT", 0, shadow_of="GRAND", ENABLED_US=None)
        both(shop, "CHILD", 0, 3, shadow_of="PARENT")
        sync(shop)
        assert shown(shop, "CHILD") == 7

    def test_an_unreadable_parent_is_asked_of_the_warehouses(self, shop: Shop) -> None:
        stock(shop, "PARENT", 4)
        both(shop, "SHADOW", 0, 9, shadow_of="PARENT")
        shop.world.faults.add("status_before", path="sKU=PARENT", times=None, args={"status": 404})
        sync(shop)
        assert shown(shop, "SHADOW") == 4

    def test_a_kit_sells_its_parts(self, shop: Shop) -> None:
        stock(shop, "PHONE", 6)
        stock(shop, "CASE", 5)
        both(shop, "KIT", 0, 9, parts=(("PHONE", 1), ("CASE", 2)))
        listed(shop, "PHONE", 6)
        shop.place(("PHONE", 5))
        sync(shop)
        assert (shown(shop, "KIT"), shown(shop, "PHONE")) == (0, 1)

    @pytest.mark.parametrize("style", ["json", "title", "lower", "number", "digit", "letter", "word", "padded"])
    def test_booleans_however_they_are_spelled(self, shop: Shop, style: str) -> None:
        shop.configure('\n[listings]\nwhen_disabled = "zero"\n')
        both(shop, "YES", 3, 5)
        both(shop, "NO", 3, 5, ENABLED_US=False)
        both(shop, "UNSET", 3, 5, ENABLED_US=None)
        shop.switch("sellercloud", boolean_encoding=style)
        sync(shop)
        assert [shown(shop, sku) for sku in ("YES", "NO", "UNSET")] == [3, 0, 0]

    @pytest.mark.parametrize("style", ["null", "omitted", "empty", "sentinel"])
    def test_what_is_not_set_however_it_is_shown(self, shop: Shop, style: str) -> None:
        both(shop, "X", 3, 5)
        listed(shop, "OFF", 5)
        stock(shop, "OFF", 3, ENABLED_US=None, PRICE_US=None)
        shop.switch("sellercloud", unset_columns=style)
        report = sync(shop)
        assert (shown(shop, "X"), shown(shop, "OFF")) == (3, 5)
        assert reasons(report)["sku:OFF"] == ("unknown" if style == "omitted" else "never_managed")

    @pytest.mark.parametrize(("style", "left_alone"), [("text", False), ("scaled", False), ("comma", True)])
    def test_decimals_however_they_are_spelled(self, shop: Shop, style: str, left_alone: bool) -> None:
        both(shop, "X", 7, 5, PRICE_US=Decimal("320.00"))
        shop.switch("sellercloud", decimal_encoding=style)
        report = sync(shop)
        assert (shown(shop, "X") == 5) is left_alone
        assert ("bad_cell" in reasons(report).values()) is left_alone

    def test_disabled_after_having_been_managed(self, shop: Shop) -> None:
        both(shop, "X", 5, 5)
        settle(shop)
        shop.world.tenant.set_column("X", "BACKMARKET_ENABLED_US", False)
        sync(shop)
        assert shown(shop, "X") == 0

    def test_a_bad_cell_of_what_is_switched_off(self, shop: Shop) -> None:
        """Another tool may manage what we never did; and what we took on sale goes off it with its switch."""
        both(shop, "OURS", 5, 5)
        both(shop, "THEIRS", 0, 5, ENABLED_US=False, GRADE="B-stock")
        settle(shop)
        shop.world.tenant.set_active("OURS", active=False)
        shop.world.tenant.set_column("OURS", "BACKMARKET_SAFETY_QTY", "two")
        assert reasons(sync(shop)) == {"sku:THEIRS": "never_managed"}
        assert (shown(shop, "OURS"), shown(shop, "THEIRS")) == (0, 5)

    def test_a_refused_price_does_not_keep_units_on_sale(self, shop: Shop) -> None:
        stock(shop, "X", 0)
        listed(shop, "X", 5, prices={"en-us": "300.00"})
        shop.world.faults.add(
            "status_before", method="POST", path="/ws/listings/", body="price", args={"status": 400, "json": "no"}
        )
        report = sync(shop)
        assert shown(shop, "X") == 0
        assert "price_refused" in {told.fact.reason for told in report.alerts}

    def test_a_sale_while_the_run_lasts_is_not_overwritten_upwards(self, shop: Shop) -> None:
        both(shop, "X", 9, 5)
        settle(shop)
        shop.world.tenant.set_physical("X", 12)
        shop.advance(60)
        shop.world.faults.add("slow", path="/api/Catalog", args={"seconds": 0})
        shop.world.faults.add(
            "act_after", path="state=3", args={"actor": "buyer", "action": "place_order", "args": {"lines": [["X", 1]]}}
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bmsc.jobs.listings_steps.STALE_AFTER_SECONDS", -1)
            report = sync(shop)
        assert report.counts()["deferred"] == 1
        assert shown(shop, "X") == 8


class TestSoldUnits:
    """SellerCloud's numbers lag ten minutes behind."""

    @pytest.fixture(autouse=True)
    def _lag(self, shop: Shop) -> None:
        shop.configure('\n[orders]\nmoney_mismatch = "warn"\n')
        shop.switch("sellercloud", aggregate_lag_seconds=600)

    def test_a_sale_between_two_runs_is_taken_off_its_sibling(self, shop: Shop) -> None:
        both(shop, "PARENT", 5, 5)
        both(shop, "SHADOW", 0, 5, shadow_of="PARENT")
        settle(shop)
        for _ in range(4):
            shop.advance(150)
            shop.place(("PARENT", 1))
            shop.pull()
            shop.advance(150)
            sync(shop)
            assert shown(shop, "SHADOW") == shown(shop, "PARENT")
        assert shown(shop, "SHADOW") == shop.world.tenant.true_sellable("SHADOW") == 1
        shop.advance(3600)
        assert quiet(sync(shop))

    def test_a_hidden_sale_is_not_offered_again_beside_an_imported_one(self, shop: Shop) -> None:
        both(shop, "X", 5, 5)
        settle(shop)
        shop.advance(60)
        shop.place(("X", 1))
        shop.pull()
        shop.advance(60)
        sync(shop)
        shop.advance(60)
        shop.place(("X", 1), state=0)
        shop.advance(60)
        sync(shop)
        assert shown(shop, "X") == 3

    def test_what_is_remembered_of_a_count_survives_on_disk(self, shop: Shop) -> None:
        both(shop, "X", 5, 5)
        settle(shop)
        shop.advance(60)
        shop.place(("X", 1))
        shop.pull()
        sync(shop)
        terms = json.loads(explanation.render_json(wiring.explain("X", shop.config, shop.state_dir)))["quantity"][
            "terms"
        ]
        assert (terms["available"], terms["uncounted"], terms["high"]) == (5, 1, 4)


class TestLists:
    """A list may be wrong once, and right in the next run."""

    def test_orders_that_a_list_left_out_are_counted_again(self, shop: Shop) -> None:
        both(shop, "X", 5, 5)
        settle(shop)
        shop.place(("X", 2))
        sync(shop)
        assert shown(shop, "X") == 3
        shop.advance(300)
        shop.world.faults.add("empty_list", path=r"/ws/orders\?", times=3)
        sync(shop)
        assert shown(shop, "X") == 3
        for _ in range(6):
            shop.advance(300)
            sync(shop)
            assert shown(shop, "X") == 3

    def test_an_empty_list_of_listings_is_no_fact(self, shop: Shop) -> None:
        both(shop, "X", 5, 5)
        settle(shop)
        shop.world.tenant.set_column("X", "BACKMARKET_ENABLED_US", False)
        shop.world.faults.add("empty_list", path="/ws/listings", times=1)
        report = sync(shop)
        assert (report.exit_code, reasons(report)) == (13, {"run": "unavailable"})
        assert "lists not one listing, and 1 were on sale before" in report.alerts[0].fact.detail
        sync(shop)
        assert shown(shop, "X") == 0

    def test_a_listing_that_a_list_left_out_is_remembered(self, shop: Shop) -> None:
        """Deactivated listings are in no plain list, and come back."""
        away = both(shop, "AWAY", 5, 5)
        both(shop, "X", 5, 5)
        settle(shop)
        away.disabled = True
        sync(shop)
        away.disabled = False
        shop.world.tenant.set_column("AWAY", "BACKMARKET_ENABLED_US", False)
        sync(shop)
        assert shown(shop, "AWAY") == 0

    def test_a_sale_that_a_clock_ahead_has_dated_settles_in_time(self, shop: Shop) -> None:
        shop.switch("sellercloud", aggregate_lag_seconds=0)
        both(shop, "X", 5, 5)
        settle(shop)
        now = shop.world.clock.now()
        shop.world.clock.set(now + timedelta(days=400))
        shop.world.account.skus["x"].quantity = 3
        order_id = shop.place(("X", 1))
        shop.pull()
        sync(shop)
        assert shop.line_states(order_id) == [2]
        shop.world.clock.set(now)
        for _ in range(5):
            shop.advance(300)
            sync(shop)
        assert shown(shop, "X") == 4


class TestTheFirstRun:
    """Nothing is remembered yet, or the state directory was lost."""

    def test_a_unit_that_left_a_moment_ago_is_not_offered_again(self, shop: Shop) -> None:
        both(shop, "X", 5, 5)
        order_id = shop.place(("X", 1))
        shop.advance(60)
        shop.pull()
        twin = shop.twin(order_id)
        shop.world.tenant.ship(twin.id, carrier="UPS", service="UPS Ground", tracking="1Z999")
        shop.run("tracking push")
        shop.switch("sellercloud", aggregate_lag_seconds=600)
        shop.world.tenant.set_physical("X", 5)
        assert sync(shop).exit_code == 0
        assert shown(shop, "X") == 4


class TestMarkets:
    """Several markets on one account."""

    @pytest.fixture(autouse=True)
    def _europe(self, shop: Shop) -> None:
        for suffix in ("FR", "GB"):
            for name, kind in (("ENABLED", 4), ("PRICE", 2), ("MIN_PRICE", 2)):
                shop.world.tenant.define_column(f"BACKMARKET_{name}_{suffix}", kind)
        shop.world.account.settle_in("EU")
        shop.configure(MARKETS, locale="fr-fr", suffix="FR", currency="EUR")

    def european(self, shop: Shop, sku: str, units: int, quantity: int, **cells: object) -> None:
        usual = {"ENABLED_FR": True, "ENABLED_GB": True, "PRICE_FR": "329.00", "PRICE_GB": "289.00"}
        stock(shop, sku, units, **(usual | cells))
        listed(shop, sku, quantity, prices={"fr-fr": "319.00", "en-gb": "279.00"})

    def test_prices_with_their_own_currency_and_quantity_once(self, shop: Shop) -> None:
        self.european(shop, "X", 0, 5)
        self.european(shop, "Y", 5, 5, ENABLED_GB=False)
        assert sync(shop).exit_code == 0
        assert sorted(map(str, sent(shop))) == sorted(
            map(
                str,
                [
                    {"quantity": 0, "price": "329.00", "currency": "EUR"},
                    {"price": "289.00", "currency": "GBP"},
                    {"price": "329.00", "currency": "EUR"},
                ],
            )
        )
        pages = [e for e in shop.requests("backmarket") if e.method == "GET" and e.path.endswith("/listings")]
        assert len(pages) == 2

    @pytest.mark.parametrize(("british", "paths"), [(0, set()), (1, {"one"}), (60, {"page 1", "page 2"})])
    def test_a_market_is_read_where_a_row_enables_it(self, shop: Shop, british: int, paths: set[str]) -> None:
        for number in range(60):
            self.european(shop, f"X{number}", 5, 5, ENABLED_GB=number < british)
        sync(shop)
        second = [entry for entry in shop.requests("backmarket") if entry.headers["Accept-Language"] == "en-gb"]
        reads = [entry for entry in second if entry.method == "GET"]
        assert {f"page {dict(one.query)['page']}" if one.query else "one" for one in reads} == paths
        assert len(reads) == len(paths)
        assert sum(body["currency"] == "GBP" for body in sent(shop)) == british

    def test_one_read_when_prices_are_not_in_play(self, shop: Shop) -> None:
        shop.configure(MARKETS + '\n[listings]\nupdate = "quantity"\n', locale="fr-fr", suffix="FR", currency="EUR")
        self.european(shop, "X", 3, 5)
        sync(shop)
        assert sent(shop) == [{"quantity": 3}]
        pages = [e for e in shop.requests("backmarket") if e.method == "GET" and e.path.endswith("/listings")]
        assert len(pages) == 1


class TestAnswersNobodyShouldBelieve:
    """A SKU nobody spoke of properly is left alone and named."""

    FAULTS = {
        "an empty answer with a total": ("empty_with_total", {}),
        "an ignored filter": ("ignore_filters", {}),
        "rows without custom columns": ("missing_columns", {}),
        "HTML": ("html", {}),
        "half an answer": ("truncate", {}),
        "a null quantity": ("set_field", {"field": "InventoryAvailableQty", "value": "n/a"}),
        "a failure": ("status_before", {"status": 404}),
    }

    @pytest.mark.parametrize(("what", "args"), FAULTS.values(), ids=FAULTS.keys())
    def test_untouched_and_named(self, shop: Shop, what: str, args: dict[str, object]) -> None:
        for sku in ("X", "Y"):
            both(shop, sku, 0, 5)
        stock(shop, "UNLISTED", 1)
        shop.world.faults.add(what, path="/api/Catalog", times=None, args=args)
        report = sync(shop)
        assert sent(shop) == []
        assert set(reasons(report).values()) <= {"unknown", "absence_unproven", "unavailable", "run", "guard:in_doubt"}

    def test_a_short_page_zeroes_nothing(self, shop: Shop) -> None:
        for number in range(60):
            both(shop, f"S{number}", 5, 5)
        settle(shop)
        shop.world.faults.add("drop_rows", path="/api/Catalog", times=None, args={"keep": 10})
        assert sync(shop).exit_code in (0, 14)
        assert sent(shop) == []

    @pytest.mark.parametrize("seed", range(6))
    def test_random_failures_never_zero_what_sellercloud_has(self, shop: Shop, seed: int) -> None:
        skus = [*(f"S{number}" for number in range(128)), "A,B", "SHADOW"]
        stock(shop, "PARENT", 5)
        for sku in skus:
            both(shop, sku, 5, 5, shadow_of="PARENT" if sku == "SHADOW" else None)
        settle(shop)
        kinds = ["status_before", "truncate", "html", "cut_before"]
        shop.world.faults.let_loose(seed, 0.4, kinds=kinds, path="/api/|/ws/")
        shop.world.faults.add("empty_list", path="model.keyword", times=random.Random(seed).randrange(9))
        for what in ("drop_rows", "empty_list", "empty_with_total"):
            shop.world.faults.add(what, path="/api/Catalog", skip=random.Random(seed).randrange(3), times=2)
        for _ in range(3):
            sync(shop)
        assert {shown(shop, sku) for sku in skus} == {5}

    def test_absent_is_asked_twice_beside_a_witness(self, shop: Shop) -> None:
        both(shop, "HERE", 5, 5)
        listed(shop, "GONE", 5)
        sync(shop)
        assert shown(shop, "GONE") == 0
        asks = [dict(e.query).get("model.sKU", "") for e in shop.requests("sellercloud") if "Catalog" in e.path]
        assert [sorted(ask.split(",")) for ask in asks] == [["GONE", "HERE"], ["GONE", "HERE"]]


class TestGuards:
    """The whole shop is not changed without a person's word."""

    @pytest.fixture(autouse=True)
    def _forty(self, shop: Shop) -> None:
        for number in range(40):
            both(shop, f"S{number:02}", 5, 5)
        settle(shop)

    def change(self, shop: Shop, what: str) -> None:
        tenant = shop.world.tenant
        for number in range(40):
            sku = f"S{number:02}"
            if what == "empty" or (what == "a tenth" and number >= 4):
                tenant.remove_product(sku)
            elif what == "another company":
                tenant.set_company(sku, 164)
            elif what == "zero stock":
                tenant.set_physical(sku, 0)
        shop.advance(60)

    @pytest.mark.parametrize(
        ("what", "name"),
        [("empty", "in_doubt"), ("a tenth", "zeroed"), ("another company", "in_doubt"), ("zero stock", "sold_out")],
    )
    def test_withheld_and_decreases_that_are_not_in_doubt_go_out(self, shop: Shop, what: str, name: str) -> None:
        self.change(shop, what)
        both(shop, "DOWN", 2, 5) if what != "empty" else None
        both(shop, "UP", 9, 5) if what != "empty" else None
        report = sync(shop)
        assert report.exit_code == 14
        assert name in guards(report)
        assert all(shown(shop, f"S{number:02}") == 5 for number in range(40))
        if what != "empty":
            assert (shown(shop, "DOWN"), shown(shop, "UP")) == (2, 5)

    def test_what_is_withheld_is_named_with_what_would_be_written_and_why(self, shop: Shop) -> None:
        for number in range(5):
            shop.world.tenant.set_active(f"S{number:02}", active=False)
        both(shop, "UP", 9, 5)
        told = {skip.subject: skip.detail for skip in sync(shop).plan.skips if skip.reason == "withheld"}
        assert told.pop("sku:UP").startswith("5 -> 9 (available 9")
        assert told == {f"sku:S{number:02}": f"5 -> 0 (product S{number:02} is inactive)" for number in range(5)}

    def test_a_clock_that_was_ahead_withholds_for_no_longer_than_a_day(self, shop: Shop) -> None:
        now = shop.world.clock.now()
        shop.world.clock.set(now + timedelta(days=400))
        for number in range(4):
            shop.world.tenant.set_active(f"S{number:02}", active=False)
        assert sync(shop).exit_code == 0
        shop.world.clock.set(now)
        shop.world.tenant.set_active("S04", active=False)
        assert sync(shop).exit_code == 14
        shop.advance(24 * 3600)
        assert (sync(shop).exit_code, shown(shop, "S04")) == (0, 0)

    def test_force_passes_only_what_the_refused_run_listed(self, shop: Shop) -> None:
        for number in range(10):
            shop.world.tenant.set_active(f"S{number:02}", active=False)
        assert guards(sync(shop)) == {"zeroed": 10}
        for number in range(10, 18):
            shop.world.tenant.set_active(f"S{number:02}", active=False)
        report = sync(shop, force=True)
        assert report.exit_code == 14
        assert [shown(shop, f"S{number:02}") for number in range(18)] == [0] * 10 + [5] * 8
        assert sync(shop, force=True).exit_code == 0
        assert [shown(shop, f"S{number:02}") for number in range(18)] == [0] * 18

    def test_a_drip_trips_by_the_sum_of_a_day(self, shop: Shop) -> None:
        codes = []
        for run in range(4):
            for number in range(run * 3, run * 3 + 3):
                shop.world.tenant.set_active(f"S{number:02}", active=False)
            codes.append(sync(shop).exit_code)
            shop.advance(3600)
        assert codes == [0, 14, 14, 14]
        shop.advance(21 * 3600)
        assert guards(sync(shop)) == {"zeroed": 9}

    def test_a_dry_run_changes_nothing(self, shop: Shop) -> None:
        shop.world.tenant.set_physical("S00", 1)
        shop.advance(60)
        before = {path: path.read_bytes() for path in shop.state_dir.iterdir() if path.is_file()}
        dry = sync(shop, dry_run=True)
        assert sent(shop) == []
        assert {path: path.read_bytes() for path in shop.state_dir.iterdir() if path.is_file()} == before
        assert list(dry.plan.actions) == list(sync(shop).plan.actions) != []


class TestADrip:
    """Nine in a hundred taken off sale by every run, where ten in a day are allowed."""

    @pytest.fixture(autouse=True)
    def _hundred(self, shop: Shop) -> None:
        for number in range(100):
            both(shop, f"S{number:02}", 5, 5)
        settle(shop)

    def drip(self, shop: Shop, first: int) -> None:
        for number in range(first, first + 9):
            shop.world.tenant.set_active(f"S{number:02}", active=False)
        shop.advance(3600)

    def off_sale(self, shop: Shop) -> list[int]:
        return [number for number in range(100) if shown(shop, f"S{number:02}") == 0]

    def test_trips_by_the_sum_of_a_day_and_force_passes_what_was_listed(self, shop: Shop) -> None:
        self.drip(shop, 0)
        assert sync(shop).exit_code == 0
        self.drip(shop, 9)
        report = sync(shop)
        assert (report.exit_code, guards(report), self.off_sale(shop)) == (14, {"zeroed": 18}, list(range(9)))
        self.drip(shop, 18)
        report = sync(shop, force=True)
        assert (report.exit_code, guards(report), self.off_sale(shop)) == (14, {"zeroed": 27}, list(range(18)))
        assert set(report.guards[0].subjects) == {f"sku:S{number}" for number in range(18, 27)}

    def test_is_forgotten_after_a_day(self, shop: Shop) -> None:
        self.drip(shop, 0)
        sync(shop)
        self.drip(shop, 9)
        assert sync(shop).exit_code == 14
        shop.advance(23 * 3600)
        assert (sync(shop).exit_code, self.off_sale(shop)) == (0, list(range(18)))


class TestTheHoursLines:
    """The budget that all commands share."""

    def test_the_urgent_first_and_the_rest_is_deferred(self, shop: Shop) -> None:
        shop.configure("")
        text = shop.config.read_text().replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 40")
        shop.config.write_text(text)
        for number in range(30):
            both(shop, f"UP{number:02}", 9, 5)
            both(shop, f"DOWN{number:02}", 3, 5)
        first = sync(shop)
        assert first.counts()["applied"] == 40
        assert first.counts()["deferred"] == 20
        assert first.exit_code == 0
        quantities = [body["quantity"] for body in sent(shop)]
        assert quantities == [3] * 30 + [9] * 10
        shop.advance(1800)
        assert sync(shop).counts()["applied"] == 0
        shop.advance(2000)
        assert sync(shop).counts()["applied"] == 20

    def test_a_clock_that_was_ahead_costs_an_hour(self, shop: Shop) -> None:
        text = shop.config.read_text().replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 4")
        shop.config.write_text(text)
        now = shop.world.clock.now()
        shop.world.clock.set(now + timedelta(hours=9))
        for number in range(4):
            both(shop, f"S{number}", 3, 5)
        assert sync(shop).counts()["applied"] == 4
        shop.world.clock.set(now)
        both(shop, "LATER", 3, 5)
        assert sync(shop).counts()["deferred"] == 1
        shop.advance(3700)
        assert sync(shop).counts()["applied"] == 1

    def test_a_quarter_is_kept_for_decreases(self, shop: Shop) -> None:
        text = shop.config.read_text().replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 40")
        shop.config.write_text(text)
        for number in range(50):
            both(shop, f"S{number:02}", 9, 5)
        assert sync(shop).counts()["applied"] == 30
        for number in range(10):
            shop.world.tenant.set_physical(f"S{number:02}", 1)
        shop.advance(60)
        assert sync(shop).counts()["applied"] == 10
        assert [shown(shop, f"S{number:02}") for number in range(10)] == [1] * 10


class TestNarrowed:
    """`--sku` looks at the named listings only."""

    def test_only_these(self, shop: Shop) -> None:
        both(shop, "X", 9, 5)
        both(shop, "Y", 9, 5)
        report = sync(shop, skus=("x", "NOBODY"))
        assert (shown(shop, "X"), shown(shop, "Y")) == (9, 5)
        assert reasons(report) == {"sku:NOBODY": "not_on_backmarket"}
        assert not [e for e in shop.requests("backmarket") if e.path.endswith("/ws/listings")]

    def test_a_siblings_sale_counts(self, shop: Shop) -> None:
        both(shop, "PARENT", 5, 5)
        both(shop, "SHADOW", 0, 5, shadow_of="PARENT")
        shop.place(("PARENT", 1))
        sync(shop, skus=("SHADOW",))
        assert shown(shop, "SHADOW") == 4

    def test_a_unit_whose_order_has_left_is_still_unsettled(self, shop: Shop) -> None:
        shop.configure('\n[orders]\nmoney_mismatch = "warn"\n')
        shop.switch("sellercloud", aggregate_lag_seconds=600)
        both(shop, "PARENT", 5, 5)
        both(shop, "SHADOW", 0, 5, shadow_of="PARENT")
        settle(shop)
        shop.advance(60)
        order_id = shop.place(("PARENT", 1))
        shop.pull()
        sync(shop)
        shop.world.tenant.ship(shop.twin(order_id).id, carrier="UPS", service="UPS Ground", tracking="1Z999")
        shop.run("tracking push")
        shop.advance(60)
        assert quiet(sync(shop, skus=("SHADOW",)))
        assert quiet(sync(shop, skus=("PARENT",)))


def test_nothing_of_a_buyer_is_written_down(shop: Shop) -> None:
    both(shop, "X", 9, 5)
    shop.place(("X", 1), address={"first_name": "CanaryFirst", "email": "canary@relay.example"})
    sync(shop)
    for secret in ("CanaryFirst", "canary@relay", PASSWORD, TOKEN):
        assert secret not in shop.written_down()
