"""`listings create` over real HTTP: which listings Back Market has afterwards, and what was handed in for it."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from creation_shop import PRODUCT, batches, candidate, catalog_product, create, later, made, outcomes, reasons
from listing_shop import MARKETS, sync
from shops import Shop

from bmsc.clients.exchange import Limits
from bmsc.domain.outcome import RunReport
from bmsc.errors import ConfigError
from bmsc.report import json as json_report

DEFECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "no id": ("BACKMARKET_ID", {"ID": None}),
    "blank id": ("BACKMARKET_ID", {"ID": "   "}),
    "id of a list page": ("BACKMARKET_ID", {"ID": f"https://www.backmarket.com/en-us/l/phones/{PRODUCT}"}),
    "id of another shop": ("BACKMARKET_ID", {"ID": f"https://www.example.com/p/x/{PRODUCT}"}),
    "id in words": ("BACKMARKET_ID", {"ID": "iPhone 13 blue"}),
    "half a UUID": ("BACKMARKET_ID", {"ID": PRODUCT[:20]}),
    "id 0": ("BACKMARKET_ID", {"ID": "0"}),
    "two ids": ("BACKMARKET_ID", {"ID": "761585 761586"}),
    "no grade": ("BACKMARKET_GRADE", {"GRADE": None}),
    "grade 5": ("BACKMARKET_GRADE", {"GRADE": "5"}),
    "grade 10": ("BACKMARKET_GRADE", {"GRADE": 10}),
    "grade A": ("BACKMARKET_GRADE", {"GRADE": "A"}),
    "grade -1": ("BACKMARKET_GRADE", {"GRADE": "-1"}),
    "no warranty": ("BACKMARKET_WARRANTY_DELAY", {"WARRANTY_DELAY": None}),
    "6 months": ("BACKMARKET_WARRANTY_DELAY", {"WARRANTY_DELAY": 6}),
    "1 year": ("BACKMARKET_WARRANTY_DELAY", {"WARRANTY_DELAY": "1 year"}),
    "12.5 months": ("BACKMARKET_WARRANTY_DELAY", {"WARRANTY_DELAY": "12.5"}),
    "1200 months": ("BACKMARKET_WARRANTY_DELAY", {"WARRANTY_DELAY": 1200}),
    "no price": ("BACKMARKET_PRICE_US", {"PRICE_US": None}),
    "price 0": ("BACKMARKET_PRICE_US", {"PRICE_US": "0"}),
    "negative price": ("BACKMARKET_PRICE_US", {"PRICE_US": "-5"}),
    "price in words": ("BACKMARKET_PRICE_US", {"PRICE_US": "three hundred"}),
    "comma price": ("BACKMARKET_PRICE_US", {"PRICE_US": "1.299,00"}),
    "three decimals": ("BACKMARKET_PRICE_US", {"PRICE_US": "319.005"}),
    "enabled perhaps": ("BACKMARKET_ENABLED_US", {"ENABLED_US": "perhaps"}),
}


@pytest.fixture(autouse=True)
def _wide_cells(shop: Shop) -> None:
    """Let every column take any text, as drop-down and text columns do."""
    for name in ("ID", "GRADE", "WARRANTY_DELAY", "PRICE_US", "ENABLED_US"):
        shop.world.tenant.define_column(f"BACKMARKET_{name}", 0)


def quiet(report: RunReport) -> bool:
    return report.exit_code == 0 and not list(report.plan.actions)


def submitted(shop: Shop) -> list[str]:
    """Give the SKUs of every row handed in, in order, repeats included."""
    return [row["sku"] for text in batches(shop) for row in csv.DictReader(io.StringIO(text))]


def assert_looked_up_before_each_repeat(shop: Shop) -> None:
    """No SKU is handed in, for the first time or again, unless it was looked up since it last was."""
    looked_up: set[str] = set()
    for entry in shop.world.log.entries:
        if entry.path.endswith("/ws/listings/detail"):
            looked_up |= {value for name, value in entry.query if name == "sku"}
        elif entry.method == "POST" and entry.path.endswith("/ws/listings"):
            handed = {row["sku"] for row in csv.DictReader(io.StringIO(entry.body["catalog"]))}
            assert handed <= looked_up
            looked_up -= handed


def in_a_process(shop: Shop, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bmsc", "listings", "create", "--config", str(shop.config), *words]
    where = ["--state-dir", str(shop.state_dir), "--quiet"]
    return subprocess.Popen([*command, *where], env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class TestReadiness:
    """What a merchant is told while filling columns in."""

    def test_25_with_one_defect_each_and_5_good_ones(self, shop: Shop) -> None:
        for name, (_, cells) in DEFECTS.items():
            candidate(shop, name, **cells)
        for number in range(5):
            candidate(shop, f"good {number}")
        report = create(shop)
        assert sorted(made(shop)) == [f"good {number}" for number in range(5)]
        named = {defect.sku: defect for defect in report.plan.readiness.defects}  # type: ignore[union-attr]
        assert {sku: defect.column for sku, defect in named.items()} == {
            n: column for n, (column, _) in DEFECTS.items()
        }
        assert all(defect.remedy for defect in named.values())
        told = {subject for subject, reason in reasons(report).items() if reason in ("incomplete", "bad_cell")}
        assert told == {f"sku:{name}" for name in DEFECTS}
        shop.world.log.clear()
        assert quiet(create(shop))
        assert batches(shop) == []

    def test_a_dry_run_shows_the_same_and_writes_nothing(self, shop: Shop) -> None:
        candidate(shop, "GOOD")
        candidate(shop, "BAD", GRADE="7", ID=None)
        planned = create(shop, dry_run=True)
        assert shop.writes() == []
        assert json_report.plain(planned)["readiness"] == {
            "ready": [
                {
                    "sku": "GOOD",
                    "name": "Phone GOOD",
                    "product": PRODUCT,
                    "grade": "GOOD",
                    "grade_shown_to_buyers": "Good",
                    "warranty_months": 24,
                    "prices": [{"locale": "en-us", "price": "319.00", "currency": "USD"}],
                }
            ],
            "defects": [
                {
                    "sku": "BAD",
                    "name": "Phone BAD",
                    "column": column,
                    "found": found,
                    "problem": problem,
                    "remedy": next(d.remedy for d in planned.plan.readiness.defects if d.column == column),  # type: ignore[union-attr]
                }
                for column, found, problem in (
                    ("BACKMARKET_ID", None, "is empty"),
                    ("BACKMARKET_GRADE", "7", "holds '7'"),
                )
            ],
        }
        done = create(shop)
        assert [one.detail for one in done.plan.actions] == [one.detail for one in planned.plan.actions]

    def test_the_csv_opens_in_a_spreadsheet_without_running(self, shop: Shop) -> None:
        candidate(shop, "=1+1", ID="@SUM(A1)")
        candidate(shop, 'a,"b"')
        path = shop.folder / "to-fill-in.csv"
        words = ["--dry-run", "--csv", str(path), "--config", str(shop.config), "--state-dir", str(shop.state_dir)]
        command = [sys.executable, "-m", "bmsc", "listings", "create", *words]
        assert subprocess.run(command, env=os.environ, capture_output=True, check=False).returncode == 0
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        assert [(row["sku"], row["status"], row["column"], row["found"]) for row in rows] == [
            ("'=1+1", "wrong", "BACKMARKET_ID", "'@SUM(A1)"),
            ('a,"b"', "ready", "", ""),
        ]
        assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())

    def test_what_is_left_out_with_a_reason(self, shop: Shop) -> None:
        candidate(shop, "PARENT", is_matrix_parent=True)
        candidate(shop, "PART")
        candidate(shop, "KIT", parts=(("PART", 2),))
        candidate(shop, "OFF", ENABLED_US=False)
        candidate(shop, "INACTIVE", active=False)
        shop.world.tenant.add_company(164, "Other")
        candidate(shop, "OTHER", company_id=164)
        view = shop.world.tenant.add_view("New", company_id=164)
        report = create(shop)
        assert sorted(made(shop)) == ["KIT"]
        assert reasons(report) == {"sku:PARENT": "matrix_parent", "sku:PART": "kit_part", "sku:OFF": "not_enabled"}
        shop.configure(f"[listings.create]\nsaved_view_id = {view}\n")
        assert reasons(create(shop)) == {"sku:OTHER": "other_company"}
        assert reasons(create(shop, skus=("INACTIVE",))) == {"sku:INACTIVE": "inactive"}

    def test_each_product_that_is_named_gets_an_answer(self, shop: Shop) -> None:
        candidate(shop, "GOOD")
        candidate(shop, "OFF", ENABLED_US=None, ID=None)
        candidate(shop, "PART")
        candidate(shop, "KIT", parts=(("PART", 2),))
        for sku in ("LISTED", "DEAD"):
            candidate(shop, sku)
            shop.world.account.add_listing(sku, product=catalog_product(shop), quantity=1)
        shop.world.account.skus["dead"].disabled = True
        named = ("GOOD", "OFF", "PART", "LISTED", "DEAD", "NOBODY")
        report = create(shop, skus=named)
        assert reasons(report) == {
            "sku:OFF": "not_enabled",
            "sku:PART": "kit_part",
            "sku:LISTED": "listed",
            "sku:DEAD": "deactivated",
            "sku:NOBODY": "not_in_sellercloud",
        }
        assert submitted(shop) == ["GOOD"]
        assert reasons(create(shop)) == {"sku:PART": "kit_part", "sku:DEAD": "deactivated"}

    def test_a_part_of_a_kit_that_the_view_leaves_out_or_that_stood_on_a_failed_page(self, shop: Shop) -> None:
        candidate(shop, "PART")
        for number in range(60):
            candidate(shop, f"X{number:02}", ENABLED_US=None, ID=None)
        candidate(shop, "Z-KIT", parts=(("PART", 2),), ENABLED_US=None, ID=None)
        view = shop.world.tenant.add_view("On", company_id=163, column="BACKMARKET_ENABLED_US")
        shop.world.faults.add("status_before", path="pageNumber=2&", times=None, args={"status": 500})
        whole = create(shop)
        assert any("gave" in warning for warning in whole.warnings)
        assert reasons(whole) == {"sku:PART": "kit_part"}
        shop.configure(f"[listings.create]\nsaved_view_id = {view}\n")
        assert reasons(create(shop)) == {"sku:PART": "kit_part"}
        assert batches(shop) == []

    def test_a_saved_view_that_is_gone_is_a_mistake_in_the_configuration(self, shop: Shop) -> None:
        shop.configure("[listings.create]\nsaved_view_id = 77\n")
        with pytest.raises(ConfigError, match="no saved view 77"):
            create(shop)

    def test_columns_that_nobody_defined_are_named(self, shop: Shop) -> None:
        candidate(shop, "X")
        shop.switch("sellercloud", hidden_columns=("BACKMARKET_ENABLED_US",))
        report = create(shop)
        assert quiet(report)
        assert any("BACKMARKET_ENABLED_US" in warning for warning in report.warnings)


class TestCandidates:
    """Which SKUs are handed in."""

    def test_what_back_market_has_is_never_handed_in(self, shop: Shop) -> None:
        account = shop.world.account
        for sku, listed in (("Live", "LIVE"), ("off", "OFF"), ("own", "ALIAS")):
            candidate(shop, sku)
            account.add_listing(listed, product=catalog_product(shop), quantity=5)
        account.skus["off"].disabled = True
        shop.configure('[sku_aliases]\n"ALIAS" = "own"\n')
        assert quiet(create(shop))
        assert [listing.quantity for listing in made(shop).values()] == [5, 5, 5]

    @pytest.mark.parametrize("sku", ["a,b", 'say "x"', "a/b c+d", "ÄÖ-90°", "x" * 200, "=cmd", "q?&#%2C", "semi;colon"])
    def test_skus_of_every_shape_travel_whole(self, shop: Shop, sku: str) -> None:
        candidate(shop, sku)
        assert create(shop).exit_code == 0
        assert list(made(shop)) == [sku]

    @pytest.mark.parametrize("grade", ["0", "4", 9, "good", "Very Good", "STALLONE", "9.0"])
    @pytest.mark.parametrize("numbers", ["accept", "refuse"])
    def test_grades_however_they_are_written(self, shop: Shop, grade: object, numbers: str) -> None:
        shop.switch("backmarket", grade_numbers=numbers)
        candidate(shop, "X", GRADE=grade)
        assert create(shop).exit_code == 0
        words = {"0": "EXCELLENT", "4": "STALLONE", "9": "PREMIUM", "9.0": "PREMIUM"}
        assert made(shop)["X"].grade == words.get(str(grade), str(grade).upper().replace(" ", "_"))

    @pytest.mark.parametrize("form", [PRODUCT.upper(), "761585", f"www.backmarket.fr/fr-fr/p/x/{PRODUCT}?l=12"])
    def test_products_however_they_are_written(self, shop: Shop, form: str) -> None:
        candidate(shop, "X", ID=form)
        assert outcomes(create(shop))["sku:X"] == "applied"
        assert made(shop)["X"].product.product_id == PRODUCT

    def test_the_sku_in_another_case_is_the_same_sku(self, shop: Shop) -> None:
        shop.switch("backmarket", created_under_upper_sku=True)
        candidate(shop, "lower")
        assert outcomes(create(shop))["sku:lower"] == "applied"
        assert quiet(create(shop))

    def test_one_that_appears_after_the_list_was_read(self, shop: Shop) -> None:
        candidate(shop, "X")
        shop.world.faults.add("empty_list", path="/ws/listings\\?", times=None)
        shop.world.account.add_listing("x", product=catalog_product(shop), quantity=5)
        assert outcomes(create(shop)) == {"batch:en-us": "already", "sku:X": "already"}
        assert made(shop)["x"].quantity == 5

    def test_one_that_cannot_be_looked_up_stays_behind(self, shop: Shop) -> None:
        for number in range(5):
            candidate(shop, f"N{number}")
        shop.world.faults.add("status_before", path="sku=N2", times=None, args={"status": 500})
        report = create(shop)
        assert submitted(shop) == ["N0", "N1", "N3", "N4"]
        assert "could not be looked up" in outcomes_words(report)["sku:N2"]
        shop.world.faults.add("status_before", path="sku=N[789]", times=None, args={"status": 500})
        for number in range(5, 10):
            candidate(shop, f"N{number}")
        assert outcomes(create(shop))["batch:en-us"] == "failed"
        assert len(made(shop)) == 4
        shop.world.faults.clear()
        create(shop)
        assert sorted(made(shop)) == [f"N{number}" for number in range(10)]

    def test_the_last_look_comes_after_the_wait_for_lines(self, shop: Shop) -> None:
        text = shop.config.read_text().replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 4")
        shop.config.write_text(text)
        for number in range(4):
            candidate(shop, f"N{number}")
        create(shop)
        shop.advance(2400)
        shop.world.log.clear()
        create(shop)
        entries = shop.world.log.entries
        last_look = max(entry.at for entry in entries if entry.path.endswith("/detail"))
        (sent,) = [entry.at for entry in entries if entry.method == "POST" and entry.path.endswith("/ws/listings")]
        assert (datetime.fromisoformat(sent) - datetime.fromisoformat(last_look)).total_seconds() < 30
        assert sorted(made(shop)) == ["N0", "N1", "N2", "N3"]

    def test_more_pages_than_one_and_a_page_that_fails(self, shop: Shop) -> None:
        for number in range(260):
            candidate(shop, f"S{number:03}", ENABLED_US=number % 50 == 0)
        shop.world.faults.add("status_before", path="pageNumber=3", times=None, args={"status": 500})
        report = create(shop)
        assert len(made(shop)) == 5
        assert any("gave" in warning for warning in report.warnings)
        shop.world.faults.clear()
        create(shop)
        assert len(made(shop)) == 6


class TestMarkets:
    """Several markets on one account."""

    def test_further_markets_get_their_price_after_creation(self, shop: Shop) -> None:
        for suffix in ("FR", "GB"):
            for name in ("ENABLED", "PRICE"):
                shop.world.tenant.define_column(f"BACKMARKET_{name}_{suffix}", 0)
        shop.world.account.settle_in("EU")
        shop.configure(MARKETS, locale="fr-fr", suffix="FR", currency="EUR")
        candidate(shop, "BOTH", ENABLED_FR=True, PRICE_FR="329.00", ENABLED_GB="yes", PRICE_GB="289.00")
        candidate(shop, "GB", ENABLED_GB="yes", PRICE_GB="279.00")
        report = create(shop)
        assert report.exit_code == 0
        assert [text.count("\n") for text in batches(shop)] == [2, 2]
        prices = {sku: {m: o.price for m, o in one.offers.items()} for sku, one in made(shop).items()}
        assert prices["BOTH"] == {"fr-fr": Decimal("329.00"), "en-gb": Decimal("289.00")}
        assert prices["GB"] == {"en-gb": Decimal("279.00")}
        assert {offer.warranty_delay for offer in made(shop)["BOTH"].offers.values()} == {24}
        assert reasons(report) == {"sku:BOTH": "comment_missing"}
        assert "en-gb" in report.alerts[0].fact.detail
        assert all(listing.quantity == 0 for listing in made(shop).values())
        assert quiet(create(shop))

    @pytest.mark.parametrize(("now", "priced"), [("301.00", "301.00"), (None, None)])
    def test_a_later_run_prices_further_markets_by_what_their_columns_say_then(
        self, shop: Shop, now: str | None, priced: str | None
    ) -> None:
        for suffix in ("FR", "GB"):
            for name in ("ENABLED", "PRICE"):
                shop.world.tenant.define_column(f"BACKMARKET_{name}_{suffix}", 0)
        shop.world.account.settle_in("EU")
        shop.configure(MARKETS, locale="fr-fr", suffix="FR", currency="EUR")
        candidate(shop, "BOTH", ENABLED_FR=True, PRICE_FR="329.00", ENABLED_GB="yes", PRICE_GB="289.00")
        shop.switch("backmarket", task_end_seconds=3000)
        assert outcomes(create(shop))["sku:BOTH"] == "deferred"
        shop.world.tenant.set_column("BOTH", "BACKMARKET_PRICE_GB", now)
        later(shop)
        assert outcomes(create(shop))["sku:BOTH"] == "applied"
        prices = {locale: offer.price for locale, offer in made(shop)["BOTH"].offers.items() if offer.price}
        assert prices == {"fr-fr": Decimal("329.00")} | ({"en-gb": Decimal(priced)} if priced else {})
        assert quiet(create(shop))


class TestTasks:
    """However a batch ends, no SKU is handed in twice without a look-up, and none is lost."""

    def three(self, shop: Shop) -> list[str]:
        for number in range(3):
            candidate(shop, f"N{number}")
        return ["N0", "N1", "N2"]

    def come_to_rest(self, shop: Shop, runs: int = 8) -> None:
        for _ in range(runs):
            later(shop)
            report = create(shop)
            assert not {told.fact.reason for told in report.holds} - {"outcome_unknown"}
        assert sorted(made(shop)) == ["N0", "N1", "N2"]
        assert_looked_up_before_each_repeat(shop)
        shop.world.log.clear()
        later(shop)
        assert quiet(create(shop))
        assert shop.writes() == []

    def test_success_two_runs_later(self, shop: Shop) -> None:
        skus = self.three(shop)
        shop.switch("backmarket", task_end_seconds=6000)
        report = create(shop)
        assert outcomes(report) == {"batch:en-us": "applied"} | {f"sku:{sku}": "deferred" for sku in skus}
        assert (report.exit_code, reasons(report)) == (0, {})
        later(shop)
        assert outcomes(create(shop))["task:" + str(next(iter(shop.world.account.tasks)))] == "deferred"
        later(shop)
        assert all(verdict == "applied" for verdict in outcomes(create(shop)).values())
        assert submitted(shop) == skus
        self.come_to_rest(shop, 0)

    @pytest.mark.parametrize("applied", ["none", "half", "all"])
    def test_the_whole_batch_failed(self, shop: Shop, applied: str) -> None:
        self.three(shop)
        shop.switch("backmarket", task_end="failed", unfinished_applied=applied)
        report = create(shop)
        assert report.exit_code == 3
        assert "Task has been interrupted." in outcomes_words(report)["batch:en-us"]
        shop.switch("backmarket", task_end="processed")
        shop.advance(60)
        told = create(shop)
        there = {"none": 0, "half": 2, "all": 3}[applied]
        assert list(reasons(told).values()).count("not_created") == 3 - there
        self.come_to_rest(shop)
        assert len(submitted(shop)) == 0

    @pytest.mark.parametrize("told", ["task", "refused"])
    def test_one_row_that_breaks_every_file_it_stands_in(self, shop: Shop, told: str) -> None:
        shop.switch("backmarket", breaking_sku="N11", broken_file=told)
        for number in range(23):
            candidate(shop, f"N{number}")
        sizes = []
        for _ in range(6):
            shop.world.log.clear()
            report = create(shop)
            sizes.append(sorted(text.count("\n") - 1 for text in batches(shop)))
            assert_looked_up_before_each_repeat(shop)
            later(shop)
        assert sorted(made(shop)) == sorted(f"N{number}" for number in range(23) if number != 11)
        assert sizes == [[23], [1, *[2] * 11], [1, 1], [], [], []]
        assert reasons(report) == {"sku:N11": "refused_by_backmarket"}
        assert "The catalog could not be read to its end." in report.holds[0].fact.detail
        candidate(shop, "NEW")
        shop.advance(86_400)
        create(shop)
        assert "NEW" in made(shop)

    @pytest.mark.parametrize("end", ["three", "seven", "stuck"])
    def test_a_status_nobody_explains(self, shop: Shop, end: str) -> None:
        skus = self.three(shop)
        shop.switch("backmarket", task_end=end)
        assert create(shop).exit_code == 0
        shop.switch("backmarket", task_end="processed")
        for _ in range(5):
            later(shop)
            create(shop)
        assert submitted(shop) == skus
        self.come_to_rest(shop)

    @pytest.mark.parametrize("applied", ["none", "half", "all"])
    def test_the_task_is_unknown_afterwards(self, shop: Shop, applied: str) -> None:
        skus = self.three(shop)
        shop.switch("backmarket", task_end="lost", unfinished_applied=applied)
        report = create(shop)
        assert report.exit_code == 3
        assert "outcome_unknown" in reasons(report).values()
        shop.switch("backmarket", task_end="processed")
        shop.advance(60)
        create(shop)
        assert submitted(shop) == skus
        self.come_to_rest(shop, 2)

    @pytest.mark.parametrize("shape", ["text", "list", "fields"])
    @pytest.mark.parametrize("key", ["sku", "number"])
    def test_half_the_rows_failed(self, shop: Shop, shape: str, key: str) -> None:
        shop.switch("backmarket", task_error_shape=shape, task_row_key=key)
        for number in range(4):
            candidate(shop, f"N{number}", ID=PRODUCT if number % 2 else "999")
        report = create(shop)
        assert report.exit_code == 0
        assert sorted(made(shop)) == ["N1", "N3"]
        held = {told.fact.subject: told.fact for told in report.holds}
        assert set(held) == {"sku:N0", "sku:N2"}
        assert all("product 999 not found" in fact.detail for fact in held.values())
        shop.world.log.clear()
        later(shop)
        again = create(shop)
        assert batches(shop) == []
        assert {told.fact.subject for told in again.holds} == set(held)
        shop.world.tenant.set_column("N0", "BACKMARKET_ID", PRODUCT)
        later(shop)
        create(shop)
        assert submitted(shop) == ["N0"]
        shop.advance(86_400)
        create(shop)
        assert submitted(shop) == ["N0", "N2"]

    def test_rows_are_checked_whatever_the_task_says(self, shop: Shop) -> None:
        shop.switch("backmarket", task_marks="all_success")
        candidate(shop, "N1")
        candidate(shop, "LIE", ID="999")
        report = create(shop)
        assert outcomes(report) == {"batch:en-us": "applied", "sku:N1": "applied", "sku:LIE": "deferred"}
        later(shop)
        assert reasons(create(shop)) == {"sku:LIE": "refused_by_backmarket"}
        assert sorted(submitted(shop)) == ["LIE", "N1"]

    @pytest.mark.parametrize(
        "lost",
        [
            {"what": "cut_before"},
            {"what": "cut_after"},
            {"what": "status_after", "args": {"status": 500}},
            {"what": "status_after", "args": {"status": 502, "body": "<html></html>"}},
            {"what": "timeout_after", "args": {"seconds": 1.0}},
            {"what": "truncate"},
            {"what": "status_after", "args": {"status": 200, "json": {"statuscode": 200}}},
        ],
        ids=lambda lost: lost["what"],
    )
    def test_the_answer_was_lost(self, shop: Shop, monkeypatch: pytest.MonkeyPatch, lost: dict[str, Any]) -> None:
        monkeypatch.setattr("bmsc.clients.connect.LIMITS", Limits(read_seconds=0.4))
        skus = self.three(shop)
        shop.world.faults.add(**lost, method="POST", path="/ws/listings$")
        report = create(shop)
        assert report.exit_code == 3
        assert "outcome_unknown" in reasons(report).values()
        shop.advance(60)
        create(shop)
        assert submitted(shop) == skus
        look_ups = shop.requests("backmarket")
        self.come_to_rest(shop, 2)
        assert len([one for one in look_ups if one.path.endswith("/detail")]) >= 3

    @pytest.mark.parametrize("moment", ["kill_before", "kill_after"])
    @pytest.mark.parametrize("where", ["/ws/listings$", "/ws/tasks/", "/ws/listings/[0-9]+"])
    def test_killed(self, shop: Shop, moment: str, where: str) -> None:
        skus = self.three(shop)
        process = in_a_process(shop)
        method = "POST" if where.endswith("$") else "GET"
        shop.world.faults.add(moment, method=method, path=where, args={"pid": process.pid})
        assert process.wait(timeout=30) == -9
        create(shop)
        assert submitted(shop) == skus
        later(shop)
        create(shop)
        handed = submitted(shop)
        assert handed == skus if (moment, method) != ("kill_before", "POST") else handed == [*skus, *skus]
        self.come_to_rest(shop, 1)

    def test_killed_while_listings_are_compared(self, shop: Shop) -> None:
        skus = self.three(shop)
        process = in_a_process(shop)
        rule = {"method": "GET", "path": "/ws/listings/[0-9]+", "skip": 2}
        shop.world.faults.add("kill_before", **rule, args={"pid": process.pid})
        assert process.wait(timeout=30) == -9
        compared = outcomes(create(shop))
        assert [compared[f"sku:{sku}"] for sku in skus] == ["applied"] * 3
        self.come_to_rest(shop, 0)

    def test_told_to_stop_while_the_task_runs(self, shop: Shop) -> None:
        skus = self.three(shop)
        shop.switch("backmarket", task_end_seconds=3000)
        asked = threading.Event()
        shop.world.faults.add("slow", path="/ws/tasks/", times=None, args={"seconds": 0.3})
        process = in_a_process(shop)
        while not (asked.wait(0.02) or any("/ws/tasks/" in entry.path for entry in list(shop.world.log.entries))):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 130
        shop.world.faults.clear()
        shop.switch("backmarket", task_end_seconds=0)
        settled = outcomes(create(shop))
        assert [settled[f"sku:{sku}"] for sku in skus] == ["applied"] * 3
        assert submitted(shop) == skus

    def test_the_state_is_lost_while_the_task_runs(self, shop: Shop) -> None:
        self.three(shop)
        shop.switch("backmarket", task_end_seconds=200)
        create(shop)
        shutil.rmtree(shop.state_dir)
        self.come_to_rest(shop, 2)
        assert all(listing.quantity == 0 for listing in made(shop).values())

    def test_listings_that_show_up_late(self, shop: Shop) -> None:
        skus = self.three(shop)
        shop.switch("backmarket", listing_lag_seconds=300)
        assert create(shop).counts()["deferred"] == 3
        later(shop)
        assert set(outcomes(create(shop)).values()) == {"applied"}
        assert submitted(shop) == skus
        self.come_to_rest(shop, 0)

    def test_refused_outright(self, shop: Shop) -> None:
        self.three(shop)
        shop.switch("backmarket", listing_writes="forbidden")
        report = create(shop)
        assert report.exit_code == 3
        assert [alert.fact.subject for alert in report.alerts] == ["batch:en-us"]
        shop.switch("backmarket", listing_writes="open")
        self.come_to_rest(shop, 1)


class TestMismatch:
    """Back Market hands back something else than was asked for."""

    def old(self, shop: Shop) -> None:
        candidate(shop, "NEW")
        shop.world.account.add_listing("OLD", product=catalog_product(shop), grade="FAIR", quantity=0)

    @pytest.mark.parametrize("state", ["kept", "deleted"])
    def test_an_old_listing_of_another_grade_under_the_new_sku(self, shop: Shop, state: str) -> None:
        self.old(shop)
        shop.switch("backmarket", old_listing_handed_back=True, old_listing_takes_new_sku=True)
        report = create(shop)
        assert report.exit_code == 0
        assert reasons(report) == {"sku:NEW": "listing_mismatch"}
        if state == "deleted":
            shutil.rmtree(shop.state_dir)
        for _ in range(3):
            assert reasons(sync(shop))["sku:NEW"] == "grade_differs"
            later(shop)
            shop.world.log.clear()
            assert batches(shop) == []
            again = create(shop)
            assert [one.fact.subject for one in again.holds] == (["sku:NEW"] if state == "kept" else [])
        assert [(one.sku, one.grade, one.quantity) for one in made(shop).values()] == [("NEW", "FAIR", 0)]
        shop.world.account.skus["new"].grade = "GOOD"
        assert [gone.reason for gone in create(shop).resolved] == (["listing_mismatch"] if state == "kept" else [])
        sync(shop)
        assert made(shop)["NEW"].quantity == 3

    @pytest.mark.parametrize("state", ["kept", "deleted"])
    def test_an_old_listing_under_its_old_sku(self, shop: Shop, state: str) -> None:
        self.old(shop)
        shop.switch("backmarket", old_listing_handed_back=True)
        assert reasons(create(shop)) == {"sku:NEW": "listing_mismatch"}
        if state == "deleted":
            shutil.rmtree(shop.state_dir)
        for _ in range(3):
            sync(shop)
            later(shop)
            assert reasons(create(shop)) == {"sku:NEW": "listing_mismatch"}
        assert len(submitted(shop)) == (1 if state == "kept" else 2)
        assert [(one.sku, one.quantity) for one in made(shop).values()] == [("OLD", 0)]

    @pytest.mark.parametrize("update", ["price_and_quantity", "quantity", "repricing"])
    @pytest.mark.parametrize(
        ("field", "value", "told"),
        [
            ("grade", "FAIR", "its grade is FAIR, not GOOD"),
            ("grade", "PRISTINE", "its grade is not told, not GOOD"),
            ("product_id", "cea70000-0000-4000-8000-0000000000ff", "it sells product"),
            ("price", "31.90", "en-us shows 31.90 USD, not 319.00 USD"),
            ("currency", "EUR", "en-us shows 319.00 EUR, not 319.00 USD"),
        ],
    )
    def test_whatever_differs_is_held_and_never_put_on_sale(
        self, shop: Shop, update: str, field: str, value: str, told: str
    ) -> None:
        if update != "price_and_quantity":
            mode = '[listings]\nupdate = "quantity"\n' if update == "quantity" else "[reprice]\nenabled = true\n"
            shop.configure(mode)
        candidate(shop, "X")
        shop.world.faults.add("set_field", path="/ws/listings", times=None, args={"field": field, "value": value})
        report = create(shop)
        assert reasons(report) == {"sku:X": "listing_mismatch"}
        assert told in report.holds[0].fact.detail
        assert list(sync(shop).holds)
        shutil.rmtree(shop.state_dir)
        for _ in range(2):
            shop.advance(300)
            assert list(sync(shop).holds)
        assert made(shop)["X"].quantity == 0

    def test_a_price_that_a_file_was_misread_for_is_sent_once_more(self, shop: Shop) -> None:
        candidate(shop, "X")
        once = {"path": "/ws/listings/[0-9]+", "args": {"field": "price", "value": "31900.00"}}
        shop.world.faults.add("set_field", method="GET", **once)
        assert outcomes(create(shop))["sku:X"] == "applied"
        (line,) = [entry.body for entry in shop.writes() if "/ws/listings/" in entry.path]
        assert line == {"price": "319.00", "currency": "USD", "warranty_delay": 24}

    def test_a_price_above_back_markets_maximum_is_told(self, shop: Shop) -> None:
        candidate(shop, "X")
        catalog_product(shop).max_prices["en-us"] = Decimal("300.00")
        report = create(shop)
        assert reasons(report) == {"sku:X": "above_max_price"}
        assert report.exit_code == 0

    def test_the_title_is_shown_so_that_a_person_sees_a_wrong_product(self, shop: Shop) -> None:
        candidate(shop, "X")
        assert '"iPhone 13"' in outcomes_words(create(shop))["sku:X"]


class TestLimits:
    """The guard, and the hour's lines."""

    def test_the_guard_withholds_all_and_force_passes_what_was_listed(self, shop: Shop) -> None:
        shop.configure("[guards]\nmax_created_listings = 4\n")
        for number in range(5):
            candidate(shop, f"N{number}")
        report = create(shop)
        assert report.exit_code == 14
        assert (report.guards[0].name, report.guards[0].n) == ("created_listings", 5)
        assert made(shop) == {}
        candidate(shop, "N5")
        forced = create(shop, force=True)
        assert forced.exit_code == 14
        assert sorted(made(shop)) == [f"N{number}" for number in range(5)]

    def test_what_back_market_refused_was_not_created_and_does_not_count(self, shop: Shop) -> None:
        shop.configure("[guards]\nmax_created_listings = 4\n")
        for number in range(4):
            candidate(shop, f"BAD{number}", ID="999")
        create(shop)
        for number in range(4):
            candidate(shop, f"GOOD{number}")
        assert create(shop).exit_code == 0
        assert len(made(shop)) == 4

    def test_what_a_killed_run_handed_in_counts_too(self, shop: Shop) -> None:
        shop.configure("[guards]\nmax_created_listings = 4\n")
        for number in range(4):
            candidate(shop, f"N{number}")
        process = in_a_process(shop)
        shop.world.faults.add("kill_before", method="GET", path="/ws/tasks/", args={"pid": process.pid})
        assert process.wait(timeout=30) == -9
        candidate(shop, "N4")
        assert create(shop).exit_code == 14
        later(shop)
        assert create(shop).exit_code == 14
        assert sorted(made(shop)) == ["N0", "N1", "N2", "N3"]

    def test_a_drip_counts_over_a_day(self, shop: Shop) -> None:
        shop.configure("[guards]\nmax_created_listings = 4\n")
        for day in range(3):
            for number in range(2):
                candidate(shop, f"D{day}-{number}")
            report = create(shop)
            later(shop)
        assert report.exit_code == 14
        assert len(made(shop)) == 4
        shop.advance(86_400)
        assert create(shop).exit_code == 0
        assert len(made(shop)) == 6

    def test_only_the_hours_lines_and_the_refused_ones_last(self, shop: Shop) -> None:
        text = shop.config.read_text().replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 20")
        shop.config.write_text(text)
        for number in range(24):
            candidate(shop, f"N{number:02}", ID="999" if number < 4 else PRODUCT)
        first = create(shop)
        assert first.counts()["skipped"] == 14
        assert {r for s, r in reasons(first).items() if s > "sku:N10"} == {"no_lines_left"}
        sizes = [len(made(shop))]
        for _ in range(3):
            later(shop)
            create(shop)
            sizes.append(len(made(shop)))
        assert sizes == [6, 16, 20, 20]
        assert len(submitted(shop)) == 24

    def test_a_narrowed_run_leaves_the_rest_alone(self, shop: Shop) -> None:
        for sku in ("A1", "B1"):
            candidate(shop, sku)
        report = create(shop, skus=("b1",))
        assert list(made(shop)) == ["B1"]
        assert report.resolved == ()
        create(shop, skus=("B1",))
        assert submitted(shop) == ["B1"]


def outcomes_words(report: RunReport) -> dict[str, str]:
    """Give each action's subject with its message."""
    return {result.action.subject: result.outcome.message for result in report.results}
