"""How far a run of `reprice` reaches, over HTTP: nobody starves, and silence is told of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from listing_shop import reasons
from price_shop import asked, on, priced, product_of, questions, reprice, rival
from shops import Shop

from bmsc.domain.outcome import RunReport
from bmsc.errors import ExitCode

HOUR = 3600


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let a run ask for a few seconds only, as if the shop were larger than an hour."""

    def last(seconds: int) -> None:
        monkeypatch.setattr("bmsc.jobs.reprice_gather.NO_QUESTION_AFTER_SECONDS", seconds)

    return last


def one_at_a_time(shop: Shop) -> None:
    """Ask and write without neighbours: one that the machine holds up may else be overtaken by the next."""
    text = shop.config.read_text()
    for table in ("[backmarket]", "[sellercloud]"):
        text = text.replace(table, f"{table}\nconcurrency = 1")
    shop.config.write_text(text)


def alerts(report: RunReport) -> dict[str, str]:
    return {told.fact.reason: told.fact.detail for told in report.alerts}


def refuse_to_answer(shop: Shop, *skus: str) -> None:
    """Let the questions about some listings always fail."""
    for sku in skus:
        identity = shop.world.account.skus[sku.casefold()].id
        shop.world.faults.add("status_before", path=f"competitors/{identity}", times=None, args={"status": 503})


class TestNobodyStarves:
    """Every listing has its turn, whatever becomes of the others."""

    def test_listings_nobody_can_answer_for_go_to_the_end_of_the_queue(self, shop: Shop) -> None:
        on(shop)
        one_at_a_time(shop)
        for number in range(6):
            priced(shop, f"A{number}")
            rival(shop, f"A{number}", "318.00")
        refuse_to_answer(shop, "A0", "A1", "A2")
        first = reprice(shop)
        assert {reason for sku, reason in reasons(first).items() if sku != "run"} == {"no_answer"}
        assert asked(shop, "A5") == "319.00"
        second = reprice(shop)
        assert [asked(shop, f"A{number}") for number in range(6)] == ["319.00"] * 3 + ["317.99"] * 3
        assert "3 could not be had or believed" in second.plan.notes[0]

    def test_when_lines_are_short_the_price_written_longest_ago_goes_first(self, shop: Shop) -> None:
        on(shop)
        one_at_a_time(shop)
        text = shop.config.read_text()
        shop.config.write_text(text.replace("[backmarket]", "[backmarket]\nlisting_lines_per_hour = 8"))
        for number in range(12):
            priced(shop, f"A{number:02}")
            rival(shop, f"A{number:02}", "318.00")
        written: set[str] = set()
        for cents in range(3):
            shop.world.log.clear()
            for number in range(12):
                shop.world.act("rivals", "set_price", {"sku": f"A{number:02}", "price": f"31{7 - cents}.00"})
            reprice(shop)
            paths = [entry.path for entry in shop.writes() if entry.path.startswith("/ws/listings/")]
            skus = {shop.world.account.uuids[path.rpartition("/")[2]].sku for path in paths}
            assert len(skus) == 4
            assert not skus & written
            written |= skus
            shop.advance(HOUR + 100)
        assert len(written) == 12

    def test_siblings_are_asked_about_in_one_run(self, shop: Shop, quick: Callable[[int], None]) -> None:
        """Else each would undercut the other whenever it is that one's turn to be left out."""
        on(shop)
        one_at_a_time(shop)
        quick(2)
        product = product_of(shop, "one product")
        priced(shop, "A1", "300.00", product=product)
        for number in range(6):
            priced(shop, f"B{number}")
        priced(shop, "Z1", "315.00", product=product)
        rival(shop, "A1", "305.00")
        reprice(shop)
        assert [shop.world.account.uuids[one.rpartition("/")[2]].sku for one in questions(shop)][:2] == ["A1", "Z1"]
        assert (asked(shop, "A1"), asked(shop, "Z1")) == ("300.00", "315.00")

    def test_one_refusal_for_asking_too_fast_is_not_followed_by_another(self, shop: Shop) -> None:
        on(shop)
        one_at_a_time(shop)
        for number in range(12):
            priced(shop, f"A{number:02}")
        shop.world.faults.add("edge429", path="competitors", skip=4)
        reprice(shop)
        statuses = [entry.status for entry in shop.world.log.entries if "/competitors/" in entry.path]
        assert (statuses.count(429), statuses.count(200)) == (1, 12)


def test_a_reading_that_ends_early_ends_its_bar(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    on(shop)
    for number in range(3):
        priced(shop, f"A{number}")
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("bmsc.report.progress.Bar.__call__", lambda _, done, total: told.append((done, total)))
    shop.world.faults.add("status_before", path="competitors", times=None, args={"status": 401})
    assert reprice(shop).exit_code == ExitCode.CREDENTIALS
    assert told == [(3, 3)]


class TestSilence:
    """What nobody was told about for a day, and what nobody answers at all."""

    def test_a_listing_that_waits_for_a_day_is_named_and_its_end_too(
        self, shop: Shop, quick: Callable[[int], None]
    ) -> None:
        on(shop)
        one_at_a_time(shop)
        for number in range(3):
            priced(shop, f"A{number}")
            rival(shop, f"A{number}", "318.00")
        reprice(shop)
        quick(-1)
        shop.advance(23 * HOUR)
        assert "unchecked" not in alerts(reprice(shop))
        shop.advance(HOUR)
        late = reprice(shop)
        assert alerts(late)["unchecked"].startswith("3 listings have not been compared with the market for 24 hours")
        assert "A0 (24 h)" in alerts(late)["unchecked"]
        assert late.exit_code == 0
        quick(3000)
        assert ("run", "unchecked") in {(gone.subject, gone.reason) for gone in reprice(shop).resolved}

    @pytest.mark.parametrize("fault", ["status_before", "html", "truncate"])
    def test_a_listing_that_never_got_an_answer_is_named_after_a_day(self, shop: Shop, fault: str) -> None:
        on(shop)
        priced(shop, "A1")
        priced(shop, "A2")
        rival(shop, "A2", "318.00")
        identity = shop.world.account.skus["a1"].id
        shop.world.faults.add(fault, path=f"competitors/{identity}", times=None, args={"status": 503})
        assert "unchecked" not in alerts(reprice(shop))
        shop.advance(25 * HOUR)
        assert "1 listings have not been compared" in alerts(reprice(shop))["unchecked"]
        assert asked(shop, "A1") == "319.00"

    def test_no_competitor_is_an_answer(self, shop: Shop) -> None:
        on(shop)
        priced(shop, "A1", "300.00")
        shop.switch("backmarket", no_rival="not_found")
        reprice(shop)
        shop.advance(25 * HOUR)
        report = reprice(shop)
        assert alerts(report) == {}
        assert report.plan.notes[0] == "asked about 1 of 1 listings; 0 answers (0 %) named a buybox"
        assert asked(shop, "A1") == "319.00"

    def test_a_market_that_answers_nobody_is_one_fact_and_bounds_are_followed_all_the_same(self, shop: Shop) -> None:
        on(shop)
        for number in range(8):
            priced(shop, f"A{number}", "330.00" if number == 7 else "300.00")
        shop.world.faults.add("status_before", path="competitors", times=None, args={"status": 503})
        report = reprice(shop)
        assert report.exit_code == ExitCode.DONE
        assert "503" in alerts(report)["market_silent"]
        assert [asked(shop, f"A{number}") for number in range(8)] == ["300.00"] * 7 + ["319.00"]
        asked_for = len(questions(shop))
        assert asked_for < 8 * 4
        shop.world.faults.clear()
        assert ("run", "market_silent") in {(gone.subject, gone.reason) for gone in reprice(shop).resolved}
