"""`tracking push` over real HTTP: what Back Market hears of a shipment, and what it does not."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from accepted import IMEI, accepted, act, cancel, facts, meanwhile, mirrored, outcomes, reasons, ship, skipped
from shops import START, Shop

from bmsc.clients.sellercloud_shipments import ShipmentCalls
from bmsc.domain.ids import SellerCloudOrderId
from bmsc.domain.outcome import RunReport
from bmsc.domain.shipments import NotedSerial
from bmsc.report import text

SHIPPED = 3
A_MINUTE = 60


def push(shop: Shop, **scope: object) -> RunReport:
    return shop.run("tracking push", **scope)


def ship_calls(shop: Shop) -> list[dict[str, object]]:
    return [entry.body for entry in shop.writes() if entry.method == "POST" and "/ws/orders/" in entry.path]


def asked(shop: Shop, platform: str, part: str) -> int:
    return len([entry for entry in shop.requests(platform) if part in entry.path or part in str(entry.query)])


class TestOneShipment:
    """What Back Market is told of one parcel."""

    def test_shipped_there_is_shipped_here(self, shop: Shop) -> None:
        order_id = accepted(shop)
        shop.advance(A_MINUTE)
        ship(shop, order_id, tracking=" 1Z99\u200b9 ", service="UPS Ground", serials={"A": [IMEI]})
        report = push(shop)
        assert outcomes(report) == [("ship_order", "applied")]
        order = shop.backmarket(order_id)
        assert (order.tracking_number, order.shipper, order.state) == ("1Z999", "UPS Ground", 9)
        assert shop.line_states(order_id) == [SHIPPED]
        assert order.lines[0].imei == IMEI
        assert order.shipped == shop.twin(order_id).shipped_at
        assert report.exit_code == 0

    def test_nothing_to_do_is_one_request(self, shop: Shop) -> None:
        assert push(shop).requests == {"backmarket": 1, "sellercloud": 0}

    def test_a_dry_run_plans_the_same_and_writes_nothing(self, shop: Shop) -> None:
        ship(shop, accepted(shop), serials={"A": [IMEI]})
        ship(shop, accepted(shop), tracking="")
        dry = push(shop, dry_run=True)
        assert shop.writes() == []
        live = push(shop)
        assert list(dry.plan.actions) == list(live.plan.actions)
        assert dry.plan.skips == live.plan.skips
        assert len(ship_calls(shop)) == 1

    def test_one_order_by_name(self, shop: Shop) -> None:
        wanted, other = accepted(shop), accepted(shop)
        ship(shop, wanted)
        ship(shop, other)
        assert outcomes(push(shop, order_ids=(wanted,))) == [("ship_order", "applied")]
        assert shop.line_states(other) == [2]

    def test_the_mark_in_sellercloud(self, shop: Shop) -> None:
        shop.configure("\n[tracking]\nmark_channel_notified = true\n")
        marked, unmarked = accepted(shop), accepted(shop)
        ship(shop, marked)
        assert reasons(push(shop)) == set()
        assert shop.twin(marked).channel_notified
        ship(shop, unmarked)
        shop.world.faults.add("status_before", path="Orders/Statuses", args={"status": 500})
        report = push(shop)
        assert outcomes(report) == [("ship_order", "applied")]
        assert facts(report) == {(f"order:{unmarked}", "not_marked_notified")}
        assert report.exit_code == 0

    def test_several_lines_each_get_their_serial_before_the_parcel(self, shop: Shop) -> None:
        order_id = accepted(shop, ("A", 1), ("B", 1), ("C", 2))
        ship(shop, order_id, serials={"A": [IMEI], "B": ["F2LX"], "C": ["C-1", "C-2"]})
        report = push(shop)
        assert outcomes(report) == [("register_serial", "applied")] * 2 + [("ship_order", "applied")]
        lines = shop.backmarket(order_id).lines
        assert [(line.imei, line.serial_number) for line in lines] == [(IMEI, ""), ("", "F2LX"), ("", "")]
        assert set(shop.line_states(order_id)) == {SHIPPED}

    def test_a_refused_serial_of_several_delays_nothing(self, shop: Shop) -> None:
        order_id = accepted(shop, ("A", 1), ("B", 1))
        ship(shop, order_id, serials={"A": [IMEI], "B": ["F2LX"]})
        shop.world.faults.add(
            "status_before", method="PATCH", args={"status": 422, "json": {"error": {"message": "no"}}}
        )
        report = push(shop)
        assert sorted(outcomes(report)) == [
            ("register_serial", "applied"),
            ("register_serial", "held"),
            ("ship_order", "applied"),
        ]
        assert reasons(report) == {"serial_refused"}
        assert set(shop.line_states(order_id)) == {SHIPPED}


class TestBadInput:
    """Each oddity with its documented result, and tracking never late because of a serial."""

    def test_only_spaces(self, shop: Shop) -> None:
        ship(shop, accepted(shop), tracking=" \u00a0 ")
        first = push(shop)
        assert skipped(first) == {"shipped_without_tracking": 1}
        assert reasons(first) == set()
        shop.advance(25 * 3600)
        assert reasons(push(shop)) == {"shipped_without_tracking"}
        assert ship_calls(shop) == []

    def test_250_characters(self, shop: Shop) -> None:
        ship(shop, accepted(shop), tracking="9" * 250)
        assert reasons(push(shop)) == {"tracking_too_long"}
        assert ship_calls(shop) == []

    def test_a_web_address(self, shop: Shop) -> None:
        order_id, url = accepted(shop), "https://track.example/1Z999"
        ship(shop, order_id, tracking=url)
        assert reasons(push(shop)) == {"tracking_is_a_url"}
        assert (shop.backmarket(order_id).tracking_number, shop.backmarket(order_id).tracking_url) == (url, url)

    def test_a_carrier_never_heard_of(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id, carrier="Pigeon Post", service="Loft")
        report = push(shop)
        assert shop.backmarket(order_id).shipper == "Other"
        assert any("Pigeon Post" in warning for warning in report.warnings)

    def test_a_carrier_the_user_knows(self, shop: Shop) -> None:
        shop.configure('\n[tracking]\nunknown_carrier = "hold"\n[tracking.carriers]\n"pigeon post" = "DHL"\n')
        known, unknown = accepted(shop), accepted(shop)
        ship(shop, known, carrier="Pigeon Post", service="Loft")
        ship(shop, unknown, carrier="Owl", service="")
        assert facts(push(shop)) == {(f"order:{unknown}", "unknown_carrier")}
        assert shop.backmarket(known).shipper == "DHL"

    def test_an_imei_with_a_wrong_check_digit_is_a_serial_number(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id, serials={"A": ["490154203237519"]})
        push(shop)
        line = shop.backmarket(order_id).lines[0]
        assert (line.imei, line.serial_number) == ("", "490154203237519")

    def test_a_serial_that_back_market_refuses(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id, serials={"A": [IMEI]})
        refusal = {"status": 400, "json": {"error": {"message": "imei is not valid"}}}
        shop.world.faults.add("status_before", method="POST", path="/ws/orders/", body="imei", args=refusal)
        report = push(shop)
        assert outcomes(report) == [("ship_order", "applied")]
        assert reasons(report) == {"serial_refused"}
        assert ["imei" in call for call in ship_calls(shop)] == [True, False]
        assert shop.line_states(order_id) == [SHIPPED]

    def test_serials_that_cannot_be_read(self, shop: Shop) -> None:
        orders = [accepted(shop) for _ in range(3)]
        for order_id in orders:
            ship(shop, order_id, serials={"A": [f"S-{order_id}"]})
        shop.world.faults.add("html", path="Orders/Serials", times=None)
        report = push(shop)
        assert outcomes(report) == [("ship_order", "applied")] * 3
        assert reasons(report) == {"serials_unreadable"}
        assert len({str(entry.query) for entry in shop.requests("sellercloud") if "Serials" in entry.path}) == 1

    def test_serials_of_many_orders_are_read_side_by_side(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        for order_id in [accepted(shop) for _ in range(3)]:
            ship(shop, order_id, serials={"A": [f"S-{order_id}"]})
        alone, met, read = iter([True]), threading.Barrier(2, timeout=10), ShipmentCalls.serials

        def meeting(self: ShipmentCalls, order_id: SellerCloudOrderId) -> Sequence[NotedSerial]:
            if not next(alone, False):
                met.wait()
            return read(self, order_id)

        monkeypatch.setattr(ShipmentCalls, "serials", meeting)
        assert outcomes(push(shop)) == [("ship_order", "applied")] * 3
        assert sorted(call["imei" if "imei" in call else "serial_number"] for call in ship_calls(shop)) == sorted(
            f"S-{order_id}" for order_id in shop.world.account.orders
        )

    def test_no_serials_wished(self, shop: Shop) -> None:
        shop.configure("\n[tracking]\nsend_serials = false\n")
        ship(shop, accepted(shop), serials={"A": [IMEI]})
        push(shop)
        assert asked(shop, "sellercloud", "Serials") == 0
        assert "imei" not in ship_calls(shop)[0]

    def test_shipped_tomorrow(self, shop: Shop) -> None:
        order_id = accepted(shop)
        tomorrow = START + timedelta(days=1)
        twin = shop.twin(order_id).id
        shop.world.tenant.ship(twin, carrier="UPS", service="", tracking="1Z999", ship_date=tomorrow)
        push(shop)
        assert "date_shipping" not in ship_calls(shop)[0]
        assert shop.line_states(order_id) == [SHIPPED]

    def test_backship(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1), is_backship=True, shipper="DHL Express")
        act(shop, "merchant", "move_order", order_id=order_id, new_state=2, sku="A")
        mirrored(shop, order_id)
        ship(shop, order_id, carrier="UPS", tracking="OURS")
        push(shop)
        order = shop.backmarket(order_id)
        assert (order.tracking_number, order.shipper) == (f"1ZBACKSHIP{order_id}", "DHL Express")

    def test_backship_without_a_number(self, shop: Shop) -> None:
        shop.switch("backmarket", backship_tracking="delivery_only")
        ship(shop, accepted(shop, is_backship=True), tracking="OURS")
        assert reasons(push(shop)) == {"backship_without_tracking"}

    def test_a_label_is_no_shipment(self, shop: Shop) -> None:
        order_id = accepted(shop)
        act(shop, "warehouse", "label", number=str(order_id), tracking="1Z1")
        assert reasons(push(shop)) == set()
        shop.advance(2 * 3600)
        report = push(shop)
        assert facts(report) == {(f"order:{order_id}", "tracking_but_not_shipped")}
        assert ship_calls(shop) == []

    def test_words_of_a_refusal_lose_the_buyer(self, shop: Shop) -> None:
        order_id = accepted(shop, address={"first_name": "CanaryFirst", "last_name": "CanaryLast"})
        ship(shop, order_id)
        said = {"status": 400, "json": {"error": {"message": "CanaryFirst CanaryLast moved away"}}}
        shop.world.faults.add("status_before", method="POST", path="/ws/orders/", args=said)
        report = push(shop)
        assert reasons(report) == {"refused_by_backmarket"}
        assert "Canary" not in report.holds[0].fact.detail + shop.written_down()


class TestRaces:
    """Somebody acts between our reading and our writing; after 30 s both sides are read again."""

    AFTER_LOOKING = {"platform": "sellercloud", "path": "orderSourceOrderIDList"}

    def test_cancelled_meanwhile(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id)
        meanwhile(shop, 31, "warehouse", "cancel", {"number": str(order_id)}, **self.AFTER_LOOKING)
        report = push(shop)
        assert outcomes(report) == [("ship_order", "deferred")]
        assert ship_calls(shop) == []
        assert skipped(push(shop)) == {"cancelled_in_sellercloud": 1}
        assert reasons(shop.run("cancel sync")) == {"cancelled_but_shipped"}

    def test_no_serial_is_written_for_what_has_not_left_after_all(self, shop: Shop) -> None:
        order_id = accepted(shop, ("A", 1), ("B", 1))
        ship(shop, order_id, serials={"A": [IMEI]})
        meanwhile(shop, 31, "warehouse", "unship", {"number": str(order_id)}, **self.AFTER_LOOKING)
        assert outcomes(push(shop)) == [("register_serial", "deferred"), ("ship_order", "deferred")]
        assert shop.writes() == []

    def test_unshipped_meanwhile(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id)
        meanwhile(shop, 31, "warehouse", "unship", {"number": str(order_id)}, **self.AFTER_LOOKING)
        assert outcomes(push(shop)) == [("ship_order", "deferred")]
        assert ship_calls(shop) == []

    def test_refunded_by_care_meanwhile(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id)
        meanwhile(shop, 31, "backmarket", "refund", {"order_id": order_id}, **self.AFTER_LOOKING)
        report = push(shop)
        assert outcomes(report) == [("ship_order", "already")]
        assert reasons(report) == {"cancelled_after_shipping"}
        assert ship_calls(shop) == []

    def test_refunded_within_the_30_seconds(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id, serials={"A": [IMEI]})
        meanwhile(shop, 5, "backmarket", "refund", {"order_id": order_id}, **self.AFTER_LOOKING)
        report = push(shop)
        assert outcomes(report) == [("ship_order", "already")]
        assert reasons(report) == {"cancelled_after_shipping"}
        assert len(ship_calls(shop)) == 1

    def test_cancelled_within_the_30_seconds_is_told_by_the_next_run(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id)
        meanwhile(shop, 5, "warehouse", "cancel", {"number": str(order_id)}, **self.AFTER_LOOKING)
        assert outcomes(push(shop)) == [("ship_order", "applied")]
        assert facts(shop.run("cancel sync")) == {(f"order:{order_id}", "cancelled_after_shipping")}


class TestABusyDay:
    """120 orders to ship, with the numbers that the design promises."""

    def test_each_as_it_should(self, shop: Shop) -> None:
        shop.world.tenant.set_physical("A", 500)
        shop.world.tenant.set_physical("B", 500)
        orders = [accepted(shop, ("A", 1), ("B", 1)) if n < 2 else accepted(shop) for n in range(120)]
        partly, no_number, cancelled, shipped = orders[:2], orders[2], orders[3:6], orders[6:46]
        for order_id in partly:
            ship(shop, order_id, partially=True)
        ship(shop, no_number, tracking="")
        for order_id in shipped:
            ship(shop, order_id, serials={"A": [f"S-{order_id}"]})
        for order_id in cancelled:
            cancel(shop, order_id)
        report = push(shop)
        assert asked(shop, "backmarket", "page-size") == 3
        assert asked(shop, "sellercloud", "orderSourceOrderIDList") == 3
        assert asked(shop, "sellercloud", "Serials") == 40
        assert len(ship_calls(shop)) == len(shop.writes()) == 40
        assert skipped(report) == {
            "partial_shipment": 2,
            "shipped_without_tracking": 1,
            "cancelled_in_sellercloud": 3,
            "not_shipped": 74,
        }
        assert all(shop.line_states(order_id) == [SHIPPED] for order_id in shipped)
        shop.world.log.clear()
        report = shop.run("cancel sync")
        assert outcomes(report) == [("refund_line", "applied")] * 3
        assert [shop.line_states(order_id) for order_id in cancelled] == [[5]] * 3
        shop.world.log.clear()
        report = push(shop)
        assert len(report.plan.skips) == 77
        assert asked(shop, "backmarket", "page-size") == len(shop.requests("backmarket")) == 2
        assert asked(shop, "sellercloud", "orderSourceOrderIDList") == len(shop.requests("sellercloud")) == 2
        assert shop.writes() == []
        shop.world.log.clear()
        assert outcomes(shop.run("cancel sync")) == []
        assert shop.writes() == []
        assert [entry for entry in shop.requests("backmarket") if "page-size" not in str(entry.query)] == []


class TestAging:
    """A fact is told when it is new, as its deadline nears, and when it is gone."""

    def test_new_then_by_the_time_left_then_resolved(self, shop: Shop) -> None:
        order_id = accepted(shop, dispatch_by="2026-03-02T19:00:00+00:00")
        ship(shop, order_id, tracking="9" * 250)
        shown = []
        for minutes in (0, 5, 115, 5, 55, 40, 5):
            shop.advance(minutes * 60)
            shown.append(bool(text.render_news(push(shop))))
        assert shown == [True, False, True, False, True, True, False]
        act(shop, "warehouse", "label", number=str(order_id), tracking="1Z1")
        report = push(shop)
        assert [(gone.subject, gone.reason) for gone in report.resolved] == [(f"order:{order_id}", "tracking_too_long")]

    def test_the_deadline_is_kept_from_orders_pull(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1), dispatch_by="2026-03-02T19:00:00+00:00")
        shop.pull()
        shop.backmarket(order_id).dispatch_by = None
        ship(shop, order_id, tracking="9" * 250)
        (hold,) = push(shop).holds
        assert hold.fact.deadline is not None
        assert hold.fact.deadline.hour == 19


class TestMemory:
    """What is shared with other commands, and what survives its loss."""

    def test_accepted_by_hand_is_named_with_the_way_out(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1), state=3)
        report = push(shop)
        assert facts(report) == {(f"order:{order_id}", "not_in_sellercloud")}
        assert f"--order {order_id}" in report.holds[0].fact.detail

    def test_an_empty_answer_is_no_absence_once_a_number_is_known(self, shop: Shop) -> None:
        accepted(shop)
        push(shop)
        shop.world.faults.add("empty_list", path="orderSourceOrderIDList")
        assert reasons(push(shop)) == {"absence_unproven"}

    def test_a_list_that_lags_behind_is_not_shipped_again(self, shop: Shop) -> None:
        shop.switch("backmarket", order_list_lag_seconds=600)
        order_id = accepted(shop)
        shop.advance(601)
        ship(shop, order_id, serials={"A": [IMEI]})
        for _ in range(3):
            push(shop)
            shop.advance(60)
        assert len(ship_calls(shop)) == 1

    def test_a_lost_state_directory_ships_nothing_twice(self, shop: Shop) -> None:
        ship(shop, accepted(shop))
        push(shop)
        shutil.rmtree(shop.state_dir)
        push(shop)
        assert len(ship_calls(shop)) == 1

    def test_the_report_speaks_for_scripts(self, shop: Shop) -> None:
        from bmsc.report import json as json_report

        ship(shop, accepted(shop))
        told = json.loads(json_report.render(push(shop)))
        assert told["actions"][0]["kind"] == "ship_order"


@pytest.mark.parametrize("first", [True, False])
def test_partial_shipments(shop: Shop, first: bool) -> None:
    if first:
        shop.configure('\n[tracking]\npartial_shipment = "first"\n')
    order_id = accepted(shop, ("A", 1), ("B", 1))
    ship(shop, order_id, partially=True)
    push(shop)
    assert set(shop.line_states(order_id)) == ({SHIPPED} if first else {2})
