"""`reprice` over real HTTP: what buyers see afterwards, what was asked for it, and what a person is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from listing_shop import reasons, sent
from price_shop import accustom, asked, on, priced, product_of, questions, reprice, rival
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.domain.outcome import RunReport
from bmsc.errors import ConfigError, ExitCode


def guards(report: RunReport) -> dict[str, int]:
    return {guard.name: guard.n for guard in report.guards}


def journal(shop: Shop) -> list[dict[str, object]]:
    lines = [line for path in sorted(shop.state_dir.glob("journal-*.jsonl")) for line in path.read_text().splitlines()]
    return [found for line in lines if (found := json.loads(line))["event"] == "price"]


class TestOnePrice:
    """What is written."""

    def test_the_buybox_is_taken_with_a_price_alone(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        assert reprice(shop).exit_code == 0
        assert sent(shop) == [{"price": "299.99", "currency": "USD"}]
        shop.world.log.clear()
        assert not list(reprice(shop).plan.actions)
        assert sent(shop) == []

    def test_a_dry_run_plans_what_a_live_run_does(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        planned = [(action.subject, action.detail) for action in reprice(shop, dry_run=True).plan.actions]
        assert sent(shop) == []
        assert [(action.subject, action.detail) for action in reprice(shop).plan.actions] == planned

    def test_switched_off_only_a_dry_run_works(self, shop: Shop) -> None:
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        assert len(list(reprice(shop, dry_run=True).plan.actions)) == 1
        with pytest.raises(ConfigError, match=r"reprice\.enabled") as refused:
            reprice(shop)
        assert refused.value.exit_code == ExitCode.CONFIGURATION
        assert sent(shop) == []

    def test_a_changed_bound_is_followed_within_one_run(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "285.00")
        reprice(shop)
        assert asked(shop, "A1") == "284.99"
        shop.world.tenant.set_column("A1", "BACKMARKET_MIN_PRICE_US", "290.00")
        reprice(shop)
        assert asked(shop, "A1") == "290.00"
        shop.world.tenant.set_column("A1", "BACKMARKET_PRICE_US", "300.00")
        reprice(shop)
        assert asked(shop, "A1") == "300.00"

    def test_a_bound_that_changes_between_reading_and_writing(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "285.00")
        change = {"sku": "A1", "column": "BACKMARKET_MIN_PRICE_US", "value": "290.00"}
        shop.world.faults.add(
            "act_after", path="competitors", args={"actor": "merchant", "action": "set_column", "args": change}
        )
        report = reprice(shop)
        assert [result.outcome.verdict.value for result in report.results] == ["already"]
        assert sent(shop) == []
        assert asked(shop, "A1") == "319.00"

    @pytest.mark.parametrize(
        ("column", "value", "told"),
        [
            ("ENABLED_US", "False", "deferred"),
            ("PRICE_US", "31900.00", "held"),
            ("PRICE_US", "", "already"),
            ("MIN_PRICE_US", "abc", "held"),
            ("MIN_PRICE_US", "320.00", "held"),
            ("MIN_PRICE_US", "2.80", "held"),
        ],
    )
    def test_columns_that_go_wrong_between_reading_and_writing(
        self, shop: Shop, column: str, value: str, told: str
    ) -> None:
        on(shop)
        shop.switch("sellercloud", decimal_encoding="text")
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        change = {"sku": "A1", "column": f"BACKMARKET_{column}", "value": value}
        shop.world.faults.add(
            "act_after", path="competitors", args={"actor": "merchant", "action": "set_column", "args": change}
        )
        assert [result.outcome.verdict.value for result in reprice(shop).results] == [told]
        assert sent(shop) == []

    def test_a_price_that_somebody_moves_while_an_hour_is_spent_on_asking(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bmsc.jobs.reprice_look.LISTING_AFTER_SECONDS", -1)
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        reprice(shop)
        shop.world.act("rivals", "set_price", {"sku": "A1", "price": "290.00"})
        edit = {"actor": "merchant", "action": "edit_listing", "args": {"sku": "A1", "price": "150.00"}}
        shop.world.faults.add("act_after", path="competitors", args=edit)
        assert [result.outcome.verdict.value for result in reprice(shop).results] == ["held"]
        assert asked(shop, "A1") == "150.00"

    def test_offline_listings_get_the_default_and_nobody_is_asked(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1", "290.00")
        shop.world.account.skus["a1"].quantity = 0
        reprice(shop)
        assert (asked(shop, "A1"), questions(shop)) == ("319.00", [])

    def test_a_sibling_is_not_undercut(self, shop: Shop) -> None:
        on(shop)
        shop.switch("backmarket", backbox_by="condition")
        product = product_of(shop, "one product")
        priced(shop, "A1", "295.00", product=product)
        priced(shop, "A2", "315.00", product=product)
        rival(shop, "A1", "300.00")
        reprice(shop)
        assert (asked(shop, "A1"), asked(shop, "A2")) == ("295.00", "315.00")

    def test_a_sibling_of_a_fixed_price_is_not_undercut_either(self, shop: Shop) -> None:
        """Nobody would ask about it for its own sake: its price moves with its column alone."""
        on(shop)
        product = product_of(shop, "one product")
        priced(shop, "A1", "295.00", product=product, minimum=None, PRICE_US="295.00")
        priced(shop, "A2", "315.00", product=product)
        priced(shop, "A3", "315.00", minimum=None, PRICE_US="315.00")
        rival(shop, "A1", "300.00")
        reprice(shop)
        assert (asked(shop, "A1"), asked(shop, "A2")) == ("295.00", "315.00")
        assert len(questions(shop)) == 2

    def test_a_narrowed_run_undercuts_no_sibling_and_leaves_it_alone(self, shop: Shop) -> None:
        on(shop)
        product = product_of(shop, "one product")
        priced(shop, "A1", "295.00", product=product)
        priced(shop, "A2", "315.00", product=product)
        priced(shop, "A3", "270.00", product=product, company_id=164)
        priced(shop, "A4", "325.00", product=product)
        priced(shop, "OTHER", "325.00")
        rival(shop, "A1", "300.00")
        report = reprice(shop, skus=("a2",))
        assert reasons(report) == {"sku:A2@en-us": "in_step"}
        assert sent(shop) == []
        assert reprice(shop, skus=("A4",)).counts()["applied"] == 1
        assert sent(shop) == [{"price": "319.00", "currency": "USD"}]

    def test_history_is_written_on_change_and_explained(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        reprice(shop)
        reprice(shop)
        (one,) = journal(shop)
        assert (one["old"], one["new"], one["buybox"], one["minimum"], one["default"], one["reason"]) == (
            "319.00",
            "299.99",
            "299.99",
            "280.00",
            "319.00",
            "buybox",
        )
        words = ["explain", "A1", "--config", str(shop.config), "--state-dir", str(shop.state_dir)]
        told = CliRunner().invoke(app, words).output
        assert "299.99 [buybox]" in told

    def test_what_a_narrowed_run_writes_is_explained_too(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        reprice(shop, skus=("A1",))
        words = ["explain", "A1", "--config", str(shop.config), "--state-dir", str(shop.state_dir)]
        told = CliRunner().invoke(app, words).output
        assert "compared with the market by no whole run so far" in told
        assert told.count("299.99 [buybox]") == 1
        shop.advance(60)
        reprice(shop)
        told = CliRunner().invoke(app, words).output
        assert "compared with the market 2026-03-02" in told
        assert told.count("299.99 [buybox]") == 1

    def test_a_write_without_an_answer_is_settled_by_the_next_run(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        shop.world.faults.add("cut_after", method="POST", path="/ws/listings/")
        assert reprice(shop).exit_code == ExitCode.PARTIAL
        assert asked(shop, "A1") == "299.99"
        assert reasons(reprice(shop)) == {"sku:A1@en-us": "in_step"}

    @pytest.mark.parametrize(("moment", "price"), [("kill_before", "319.00"), ("kill_after", "149.99")])
    def test_killed_around_a_write_it_blames_nobody_else(self, shop: Shop, moment: str, price: str) -> None:
        on(shop)
        priced(shop, "A1", "330.00", minimum="100.00")
        rival(shop, "A1", "400.00")
        reprice(shop)
        shop.world.act("rivals", "set_price", {"sku": "A1", "price": "150.00"})
        words = ["reprice", "--quiet", "--config", str(shop.config), "--state-dir", str(shop.state_dir)]
        process = subprocess.Popen([sys.executable, "-m", "bmsc", *words], env=os.environ)
        shop.world.faults.add(moment, method="POST", path="/ws/listings/", args={"pid": process.pid})
        assert process.wait(timeout=60) == -9
        assert asked(shop, "A1") == price
        report = reprice(shop)
        assert (report.exit_code, report.holds) == (0, ())
        assert asked(shop, "A1") == "149.99"


class TestLeftAlone:
    """What is named and untouched."""

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"MIN_PRICE_US": "abc"}, "bad_cell"),
            ({"MIN_PRICE_US": "400.00"}, "minimum_above_default"),
            ({"PRICE_US": "0"}, "bad_cell"),
            ({"PRICE_US": ""}, "no_default"),
            ({"PRICE_US": "31900.00"}, "column_moved"),
        ],
    )
    def test_bad_columns(self, shop: Shop, cells: dict[str, str], reason: str) -> None:
        on(shop)
        shop.switch("sellercloud", decimal_encoding="text")
        priced(shop, "A1")
        rival(shop, "A1", "330.00")
        accustom(shop)
        rival(shop, "A1", "300.00")
        for name, value in cells.items():
            shop.world.tenant.set_column("A1", f"BACKMARKET_{name}", value)
        report = reprice(shop)
        assert reasons(report) == {"sku:A1@en-us": reason}
        assert sent(shop) == []

    @pytest.mark.parametrize(
        ("fault", "args"),
        [
            ("html", {}),
            ("truncate", {}),
            ("status_before", {"status": 200, "json": {"oops": 1}}),
            ("status_before", {"status": 200, "json": [{"listing_id": "5f0"}]}),
            ("status_before", {"status": 422, "json": {"detail": "not a UUID"}}),
        ],
    )
    def test_answers_nobody_can_read(self, shop: Shop, fault: str, args: dict[str, object]) -> None:
        on(shop)
        priced(shop, "A1", "300.00")
        priced(shop, "A2")
        rival(shop, "A2", "300.00")
        identity = shop.world.account.skus["a1"].id
        shop.world.faults.add(fault, path=f"competitors/{identity}", times=None, args=args)
        report = reprice(shop)
        assert reasons(report)["sku:A1@en-us"] == "unreadable_answer"
        assert (asked(shop, "A1"), asked(shop, "A2")) == ("300.00", "299.99")

    def test_somebody_elses_price(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        reprice(shop)
        shop.world.act("merchant", "edit_listing", {"sku": "A1", "price": "150.00"})
        shop.world.log.clear()
        assert reasons(reprice(shop)) == {"sku:A1@en-us": "changed_elsewhere"}
        assert sent(shop) == []
        reprice(shop, force=True)
        assert asked(shop, "A1") == "280.00"

    def test_backpricer_unless_the_configuration_says_otherwise(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1")
        rival(shop, "A1", "300.00")
        shop.world.account.skus["a1"].offers["en-us"].min_price = Decimal("290.00")
        assert reasons(reprice(shop)) == {"sku:A1@en-us": "backpricer"}
        on(shop, 'backpricer = "override"')
        assert reasons(reprice(shop)) == {"sku:A1@en-us": "in_step"}


class TestGuards:
    """What needs a person's word."""

    def fill(self, shop: Shop, count: int) -> None:
        on(shop)
        for number in range(count):
            priced(shop, f"A{number}")
            rival(shop, f"A{number}", "300.00")

    def test_the_first_live_run_is_withheld_and_forced(self, shop: Shop) -> None:
        self.fill(shop, 4)
        report = reprice(shop)
        assert (report.exit_code, guards(report)) == (ExitCode.GUARD, {"lowered_prices": 4})
        assert sent(shop) == []
        assert len(report.guards[0].subjects) == 4
        assert reprice(shop, force=True).exit_code == 0
        assert len(sent(shop)) == 4

    def test_a_narrowed_run_is_not_the_first_live_run(self, shop: Shop) -> None:
        """Who tries one SKU first, as a careful person does, has not yet seen what a whole run would do."""
        on(shop)
        for number in range(10):
            priced(shop, f"A{number}")
            rival(shop, f"A{number}", "300.00" if number < 5 else "400.00")
        assert reprice(shop, skus=("A0",)).exit_code == 0
        report = reprice(shop)
        assert (report.exit_code, guards(report)) == (ExitCode.GUARD, {"lowered_prices": 5})
        assert len(sent(shop)) == 1

    def test_later_sixty_percent_may_fall(self, shop: Shop) -> None:
        on(shop)
        for number in range(10):
            priced(shop, f"A{number}")
            rival(shop, f"A{number}", "400.00")
        accustom(shop)
        for number in range(6):
            shop.world.act("rivals", "set_price", {"sku": f"A{number}", "price": "300.00"})
        assert reprice(shop).exit_code == 0
        assert len(sent(shop)) == 6
        shop.world.act("rivals", "set_price", {"sku": "A6", "price": "300.00"})
        assert guards(reprice(shop)) == {"lowered_prices": 7}
        assert asked(shop, "A6") == "319.00"

    def test_create_and_reprice_share_half_of_the_hours_lines(self, shop: Shop) -> None:
        shop.configure()
        text = shop.config.read_text().replace("[backmarket]\n", "[backmarket]\nlisting_lines_per_hour = 8\n")
        for number in range(6):
            priced(shop, f"A{number}", "310.00")
        shop.config.write_text(f"{text}\n[reprice]\nenabled = true\n")
        for number in range(6):
            rival(shop, f"A{number}", "400.00")
        for number in range(6):
            shop.world.account.skus[f"a{number}"].quantity = 0
        report = reprice(shop)
        assert report.counts()["applied"] == 4
        assert report.counts()["deferred"] == 2


class TestHour:
    """A shop larger than an hour."""

    def test_the_longest_unchecked_come_first(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bmsc.jobs.reprice_gather.NO_QUESTION_AFTER_SECONDS", 2)
        on(shop)
        one_at_a_time = shop.config.read_text().replace("[backmarket]", "[backmarket]\nconcurrency = 1")
        shop.config.write_text(one_at_a_time)
        for number in range(10):
            priced(shop, f"A{number}")
            rival(shop, f"A{number}", "318.00")
        order: list[str] = []
        notes: list[str] = []
        for _ in range(3):
            shop.world.log.clear()
            report = reprice(shop)
            order += [path.rpartition("/")[2] for path in questions(shop)]
            notes += report.plan.notes
            shop.advance(3600)
        names = [shop.world.account.uuids[identity].sku for identity in order]
        assert names[:10] == [f"A{number}" for number in range(10)]
        assert notes[0].startswith("asked about 5 of 10 listings")
        assert notes[1] == "5 listings left to the next runs: 5 never checked yet"
        assert notes[3] == "5 listings left to the next runs: oldest check 60 minutes ago"

    def test_two_questions_a_second_and_never_banned(self, shop: Shop) -> None:
        on(shop)
        for number in range(40):
            priced(shop, f"A{number:02}")
        started = shop.world.clock.now()
        reprice(shop)
        assert len(questions(shop)) == 40
        assert not [entry for entry in shop.world.log.entries if entry.status == 429]
        assert (shop.world.clock.now() - started).total_seconds() <= 40 / 2 * 1.1 + 1


class TestTape:
    """--record and --replay."""

    def test_a_recorded_run_replays_to_itself_and_shows_another_setting(self, shop: Shop, tmp_path: Path) -> None:
        on(shop)
        priced(shop, "A1")
        priced(shop, "A2")
        rival(shop, "A1", "300.00")
        rival(shop, "A2", "250.00")
        tape = tmp_path / "market.jsonl"
        reprice(shop, record=str(tape))
        words = ["reprice", "--replay", str(tape), "--config", str(shop.config)]
        assert CliRunner().invoke(app, words).output == "replay: 2 recorded prices, 0 would be decided differently\n"
        on(shop, 'below_minimum = "minimum"')
        done = CliRunner().invoke(app, [*words, "--json"])
        (one,) = json.loads(done.output)["differences"]
        assert (one["subject"], one["then"]["price"], one["now"]["price"]) == ("sku:A2@en-us", None, "280.00")

    def test_a_line_that_a_killed_run_has_torn_costs_that_line_alone(self, shop: Shop, tmp_path: Path) -> None:
        on(shop)
        priced(shop, "A1")
        priced(shop, "A2")
        tape = tmp_path / "market.jsonl"
        reprice(shop, record=str(tape))
        tape.write_bytes(tape.read_bytes()[:-20])
        reprice(shop, record=str(tape))
        words = ["reprice", "--replay", str(tape), "--config", str(shop.config)]
        done = CliRunner().invoke(app, words)
        told = "replay: 3 recorded prices, 0 would be decided differently; 1 lines could not be read\n"
        assert (done.output, done.exit_code) == (told, 0)
        assert json.loads(CliRunner().invoke(app, [*words, "--json"]).output)["unreadable"] == 1

    @pytest.mark.parametrize("content", [b"{}\n", b"[]\n", b'{"facts": [], "decision": 1}', b"\xff\xfe\x00", b"1\n"])
    def test_a_file_that_is_no_record(self, shop: Shop, tmp_path: Path, content: bytes) -> None:
        tape = tmp_path / "market.jsonl"
        tape.write_bytes(content)
        done = CliRunner().invoke(app, ["reprice", "--replay", str(tape), "--config", str(shop.config)])
        assert done.exit_code == ExitCode.USAGE
