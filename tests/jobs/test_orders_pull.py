"""`orders pull` over real HTTP: what arrives on both platforms, and what does not."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from decimal import Decimal

import pytest
from shops import COMPANY, PASSWORD, TOKEN, Shop

from bmsc.domain.outcome import RunReport
from bmsc.errors import GuardTripped

ACCEPTED, CANCELLED = 2, 4


def outcomes(report: RunReport) -> list[tuple[str, str]]:
    return [(result.action.kind.value, result.outcome.verdict.value) for result in report.results]


def reasons(report: RunReport) -> list[str]:
    return [shown.fact.reason for shown in (*report.holds, *report.alerts)]


def quiet(report: RunReport) -> bool:
    return report.exit_code == 0 and not list(report.plan.actions)


class TestOneOrder:
    """The life of an order, whatever it carries."""

    def test_created_paid_and_accepted(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1))
        report = shop.pull()
        assert outcomes(report) == [("create_order", "applied"), ("pay_order", "applied"), ("accept_line", "applied")]
        twin = shop.twin(order_id)
        assert (twin.company_id, twin.channel, twin.total) == (COMPANY, 6, Decimal("100.00"))
        assert [line.reference_id for line in twin.lines] == [str(shop.backmarket(order_id).lines[0].id)]
        assert [payment.amount for payment in twin.payments] == [Decimal("100.00")]
        assert twin.payments[0].reference == str(order_id)
        assert shop.line_states(order_id) == [ACCEPTED]
        assert report.exit_code == 0

    CARTS = {
        "two lines": [("A", 1), ("B", 1)],
        "quantity 2": [("A", 2)],
        "quantity 3 at 100.00": [("A", 3)],
        "three lines of many": [("A", 4), ("B", 2), ("C", 5)],
    }

    @pytest.mark.parametrize("cart", CARTS.values(), ids=CARTS.keys())
    def test_totals_equal_to_the_cent(self, shop: Shop, cart: list[tuple[str, int]]) -> None:
        order_id = shop.place(*cart, totals={sku: "100.00" for sku, _ in cart}, shipping_price="4.99")
        assert shop.pull().exit_code == 0
        assert shop.twin(order_id).total == Decimal("100.00") * len(cart) + Decimal("4.99")
        assert set(shop.line_states(order_id)) == {ACCEPTED}
        line_ids = {str(line.id) for line in shop.backmarket(order_id).lines}
        assert {line.reference_id for line in shop.twin(order_id).lines} == line_ids

    @pytest.mark.parametrize(("locale", "currency", "number"), [("en-gb", "GBP", 1), ("fr-fr", "EUR", 3)])
    def test_other_currencies(self, shop: Shop, locale: str, currency: str, number: int) -> None:
        shop.configure(locale=locale, suffix="EU", currency=currency)
        order_id = shop.place(("A", 1), market=locale)
        assert shop.pull().exit_code == 0
        assert (shop.twin(order_id).currency, shop.twin(order_id).total) == (number, Decimal("100.00"))

    @pytest.mark.parametrize(("choice", "total"), [("exclude", "100.00"), ("include", "108.25")])
    def test_sales_tax_both_ways(self, shop: Shop, choice: str, total: str) -> None:
        shop.configure(f'\n[orders]\nsales_tax = "{choice}"\n')
        order_id = shop.place(("A", 1), sales_taxes="8.25")
        assert shop.pull().exit_code == 0
        twin = shop.twin(order_id)
        assert (twin.total, twin.tax_exempt) == (Decimal(total), choice == "exclude")
        assert twin.ship_to.state == shop.backmarket(order_id).shipping.state_or_province

    def test_long_street_and_one_word_name(self, shop: Shop) -> None:
        street = "x" * 199
        order_id = shop.place(("A", 1), address={"street2": street, "first_name": "Madonna", "last_name": ""})
        assert shop.pull().exit_code == 0
        assert shop.twin(order_id).ship_to.last_name
        assert street in asdict(shop.twin(order_id).ship_to).values()
        assert shop.backmarket(order_id).billing.phone is None

    def test_an_alias_and_another_case(self, shop: Shop) -> None:
        shop.configure('\n[sku_aliases]\n"BM-A" = "a"\n')
        order_id = shop.place(("BM-A", 1))
        assert shop.pull().exit_code == 0
        assert [line.sku.upper() for line in shop.twin(order_id).lines] == ["A"]

    def test_a_prefix(self, shop: Shop) -> None:
        shop.configure('\n[orders]\norder_number_prefix = "BM-"\n')
        order_id = shop.place(("A", 1))
        assert shop.pull().exit_code == 0
        assert len(shop.world.tenant.orders_by_number(f"BM-{order_id}")) == 1


class TestMoneyThatDiffers:
    """SellerCloud adds a tax or converts: the first order of that currency is held with both sums."""

    def test_own_tax(self, shop: Shop) -> None:
        shop.switch("sellercloud", own_tax_rate=Decimal("0.10"), tax_exempt_honoured=False)
        first, second = shop.place(("A", 1)), shop.place(("B", 1))
        report = shop.pull()
        assert reasons(report) == ["money_mismatch"]
        assert "110.00" in report.holds[0].fact.detail
        assert "100.00" in report.holds[0].fact.detail
        assert shop.twins(second) == []
        assert shop.line_states(first) == [1]
        assert report.exit_code == 0
        assert quiet(shop.pull())

    def test_conversion_stops_only_that_currency(self, shop: Shop) -> None:
        euro, dollar = shop.place(("A", 1), market="fr-fr"), shop.place(("B", 1))
        another = shop.place(("C", 1), market="fr-fr")
        shop.switch("sellercloud", currency="converted")
        report = shop.pull()
        assert [(shown.fact.subject, shown.fact.reason) for shown in report.holds] == [
            (f"order:{euro}", "money_mismatch")
        ]
        assert shop.line_states(dollar) == [ACCEPTED]
        assert shop.twins(another) == []

    def test_waved_through(self, shop: Shop) -> None:
        shop.configure('\n[orders]\nmoney_mismatch = "warn"\n')
        shop.switch("sellercloud", own_tax_rate=Decimal("0.10"), tax_exempt_honoured=False)
        first, second = shop.place(("A", 1)), shop.place(("B", 1))
        report = shop.pull()
        assert reasons(report) == ["money_differs", "money_differs"]
        assert shop.line_states(first) == shop.line_states(second) == [ACCEPTED]


class TestRequests:
    """What a run asks for."""

    def test_nothing_to_do_is_one_request(self, shop: Shop) -> None:
        report = shop.pull()
        assert len(shop.requests("backmarket")) == 1
        assert shop.requests("sellercloud") == []
        assert report.requests == {"backmarket": 1, "sellercloud": 0}

    def test_a_dry_run_plans_the_same_and_writes_nothing(self, shop: Shop) -> None:
        for cart in ([("A", 1)], [("B", 2), ("C", 1)], [("NOBODY", 1)]):
            shop.place(*cart)
        before = sorted(path.name for path in shop.state_dir.rglob("*.jsonl"))
        dry = shop.pull(dry_run=True)
        assert shop.writes() == []
        assert sorted(path.name for path in shop.state_dir.rglob("*.jsonl")) == before
        live = shop.pull()
        assert list(dry.plan.actions) == list(live.plan.actions)
        assert [hold.fact for hold in dry.holds] == [hold.fact for hold in live.holds]
        assert shop.writes() != []

    def test_a_second_run_writes_nothing(self, shop: Shop) -> None:
        shop.place(("A", 1))
        shop.pull()
        shop.world.log.clear()
        assert quiet(shop.pull())
        assert shop.writes() == []

    def test_a_new_order_is_read_once_before_and_once_after_it_is_paid(self, shop: Shop) -> None:
        shop.place(("A", 1))
        shop.pull()
        road = [f"{entry.method} {entry.path.rpartition('/')[2]}" for entry in shop.requests("sellercloud")[-4:]]
        number = str(next(iter(shop.world.tenant.orders)))
        assert road == ["POST Orders", f"GET {number}", "PUT ReceiveManualPayment", f"GET {number}"]

    def test_the_login_is_kept_for_the_next_run(self, shop: Shop) -> None:
        for _ in range(2):
            shop.place(("A", 1))
            shop.pull()
        logins = [entry for entry in shop.requests("sellercloud") if entry.path.endswith("/token")]
        assert len(logins) == 1


class TestABusyMorning:
    """130 waiting orders, each with a story."""

    def test_each_as_it_should(self, shop: Shop) -> None:
        shop.configure('\n[orders]\non_short_stock = "hold"\n')
        for sku in ("A", "B"):
            shop.world.tenant.set_physical(sku, 500)
        shop.world.tenant.set_physical("C", 1)
        shop.advance(60)
        plain = [shop.place(("A", 1)) for _ in range(124)]
        unknown = shop.place(("NOBODY", 1))
        cancelled, loses_one = shop.place(("A", 1)), shop.place(("A", 1), ("B", 1))
        existing = shop.place(("A", 1))
        lucky, unlucky = shop.place(("C", 1)), shop.place(("C", 1))
        line = shop.backmarket(existing).lines[0]
        shop.world.tenant.add_order(
            str(existing), COMPANY, lines=[("A", 1, Decimal("100.00"))], reference_ids=[str(line.id)]
        )
        one_line = shop.backmarket(loses_one).lines[1].id
        for order_id, lines in ((cancelled, None), (loses_one, [one_line])):
            shop.world.faults.add(
                "act_after",
                method="POST",
                path=r"/api/Orders$",
                body=f'"{order_id}"',
                args={
                    "actor": "buyer",
                    "action": "cancel",
                    "args": {"order_id": order_id} | ({"line_ids": lines} if lines else {}),
                },
            )
        report = shop.pull()
        assert report.exit_code == 0
        assert all(shop.line_states(order_id) == [ACCEPTED] for order_id in (*plain, existing, lucky))
        assert {shown.fact.subject: shown.fact.reason for shown in (*report.holds, *report.alerts)} == {
            f"order:{unknown}": "unknown_sku",
            f"order:{unlucky}": "short_stock",
            f"order:{loses_one}": "line_to_remove",
        }
        assert shop.twin(cancelled).status == -1
        assert [entry.path for entry in shop.writes() if entry.status and entry.status >= 400] == []
        assert shop.line_states(loses_one) == [ACCEPTED, CANCELLED]
        assert len(shop.twins(existing)) == 1
        assert shop.twins(unlucky) == []
        shop.world.log.clear()
        assert quiet(shop.pull())
        assert shop.writes() == []


class TestAdoption:
    """Orders that SellerCloud has already."""

    def test_only_existing_creates_nothing(self, shop: Shop) -> None:
        there, absent = shop.place(("A", 1)), shop.place(("B", 1))
        shop.world.tenant.add_order(str(there), COMPANY, lines=[("A", 1, Decimal("90.00"))])
        report = shop.pull(only_existing=True)
        assert outcomes(report) == [("adopt_order", "applied"), ("accept_line", "applied")]
        assert shop.line_states(there) == [ACCEPTED]
        assert shop.twins(absent) == []
        assert reasons(report) == ["money_differs"]

    def test_accepted_by_hand_is_created_when_asked_for(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1), state=3)
        assert quiet(shop.pull())
        report = shop.pull(order_ids=(order_id,))
        assert outcomes(report) == [("create_order", "applied"), ("pay_order", "applied")]

    def test_a_lost_state_directory_makes_no_duplicate(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1))
        shop.world.faults.add("cut_before", method="POST", path="/ws/orders/")
        shop.pull()
        shutil.rmtree(shop.state_dir)
        shop.pull()
        assert len(shop.twins(order_id)) == len(shop.twin(order_id).payments) == 1
        assert shop.line_states(order_id) == [ACCEPTED]


class TestBadAnswers:
    """Answers nobody should believe."""

    def test_a_token_nobody_knows(self, shop: Shop) -> None:
        (shop.folder / "backmarket.token").write_text("wrong")
        report = shop.pull()
        assert report.exit_code == 12
        assert len(shop.requests("backmarket")) <= 2

    def test_a_password_nobody_knows(self, shop: Shop) -> None:
        shop.place(("A", 1))
        (shop.folder / "sellercloud.password").write_text("wrong")
        report = shop.pull()
        assert report.exit_code == 12
        assert len([e for e in shop.requests("sellercloud") if e.path.endswith("token")]) <= 2
        assert shop.writes() == []

    FAULTS = {
        "HTML where JSON was expected": {"what": "html", "path": "/api/Orders"},
        "truncated JSON": {"what": "truncate", "path": "/api/Orders"},
        "a filter that is ignored": {"what": "ignore_filters", "path": "/api/Orders"},
        "an empty answer with a total": {"what": "empty_with_total", "path": "/api/Orders"},
        "a redirect elsewhere": {"what": "redirect", "path": "/ws/orders"},
        "a next page elsewhere": {"what": "next_other_host", "path": "/ws/orders"},
        "the firewall": {"what": "waf403_html", "path": "/ws/orders"},
        "the firewall in JSON": {"what": "waf403_json", "path": "/ws/orders"},
    }

    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
    def test_nothing_is_written(self, shop: Shop, fault: dict[str, str]) -> None:
        shop.world.tenant.add_order("1", COMPANY, lines=[("A", 1, Decimal(1))])
        for _ in range(60):
            shop.place(("A", 1))
        shop.world.faults.add(**fault, times=None)
        report = shop.pull()
        assert report.exit_code == 13
        assert report.alerts[0].fact.detail
        assert shop.writes() == []

    def test_a_changed_prefix_stops_everything_until_acknowledged(self, shop: Shop) -> None:
        shop.pull()
        shop.configure('\n[orders]\norder_number_prefix = "X-"\n')
        order_id = shop.place(("A", 1))
        with pytest.raises(GuardTripped, match="order_number_prefix"):
            shop.pull()
        assert shop.writes() == []
        assert shop.pull(force=True).exit_code == 0
        assert shop.pull().exit_code == 0
        assert shop.line_states(order_id) == [ACCEPTED]

    def test_words_of_a_refusal_lose_the_buyer(self, shop: Shop) -> None:
        address = {"first_name": "CanaryFirst", "last_name": "CanaryLast", "street": "77 Canary Wharf"}
        shop.place(("A", 1), address=address | {"email": "canary@relay.example", "phone": "+1999CANARY"})
        shop.world.faults.add(
            "status_before",
            method="POST",
            path="/api/Orders$",
            args={
                "status": 500,
                "json": {
                    "Message": "Customer CanaryFirst CanaryLast of 77 Canary Wharf (canary@relay.example) refused"
                },
            },
        )
        report = shop.pull()
        assert reasons(report) == ["refused_by_sellercloud"]
        for shown in report.holds:
            assert "anary" not in shown.fact.detail
        for canary in ("CanaryFirst", "CanaryLast", "Canary Wharf", "canary@relay", "1999CANARY", PASSWORD, TOKEN):
            assert canary not in shop.written_down()


def test_an_order_back_market_forgot_does_not_stop_the_others(shop: Shop) -> None:
    lost = shop.place(("A", 1))
    shop.world.faults.add("cut_before", method="POST", path="/ws/orders/")
    shop.pull()
    del shop.world.account.orders[lost]
    other = shop.place(("B", 1))
    assert shop.pull().exit_code == 0
    assert shop.line_states(other) == [ACCEPTED]
    shop.world.log.clear()
    assert quiet(shop.pull())
    assert len(shop.requests("backmarket")) == 1
