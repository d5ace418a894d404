"""The order paths of the Back Market half, over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from backmarket_desk import Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.serve import Running

IMEI = "490154203237518"


def states(order: dict[str, Any]) -> tuple[int, list[int]]:
    return order["state"], [line["state"] for line in order["orderlines"]]


def move(seller: Caller, order_id: int, new_state: int, sku: str = "PHONE-A", **more: Any) -> Any:
    body = {"order_id": order_id, "new_state": new_state, "sku": sku, **more}
    return seller.post(f"orders/{order_id}", body)


def ship(seller: Caller, order_id: int, **more: Any) -> Any:
    body = {"order_id": order_id, "new_state": 3, "tracking_number": "1Z999", **more}
    return seller.post(f"orders/{order_id}", body)


class TestList:
    def test_pages_are_ten_rows_and_links_keep_the_filters(self, seller: Caller, account: Account) -> None:
        for _ in range(12):
            account.place_order([("PHONE-A", 1)])
        first = seller.get("orders", state=1).json()
        assert (first["count"], len(first["results"]), first["previous"]) == (12, 10, None)
        assert first["next"].startswith(f"{seller.url}/ws/orders?")
        assert "state=1" in first["next"]
        second = seller.session.get(first["next"], timeout=5).json()
        assert len(second["results"]) == 2
        assert second["next"] is None
        numbers = [order["order_id"] for order in first["results"] + second["results"]]
        assert numbers == sorted(numbers, reverse=True)

    def test_only_the_hyphenated_page_size_counts_and_it_is_clamped(self, seller: Caller, account: Account) -> None:
        for _ in range(55):
            account.place_order([("PHONE-A", 1)])
        assert len(seller.get("orders", limit=40, per_page=40).json()["results"]) == 10
        under = seller.session.get(f"{seller.url}/ws/orders?page_size=40", timeout=5)
        assert len(under.json()["results"]) == 10
        assert len(seller.get("orders", page_size=100).json()["results"]) == 50
        account.switches.oversized_page = "refuse"
        assert seller.get("orders", page_size=51).status_code == 400

    def test_a_page_past_the_end_is_not_found_or_empty(self, seller: Caller, account: Account) -> None:
        assert seller.get("orders").json()["results"] == []
        assert seller.get("orders", page=2).status_code == 404
        account.switches.past_end_page = "empty"
        assert seller.get("orders", page=2).json()["results"] == []

    def test_filters_by_state_country_and_dates(self, seller: Caller, account: Account, box: Running) -> None:
        early = account.place_order([("PHONE-A", 1)])
        box.world.clock.advance(3600)
        late = account.place_order([("PHONE-A", 1)], market="en-gb", state=3)
        moment = (account.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")

        def found(**params: Any) -> list[int]:
            return [order["order_id"] for order in seller.get("orders", **params).json()["results"]]

        assert found(state=1) == [early]
        assert found(state=3) == [late]
        assert found(country_code="en-gb") == [late]
        assert found(date_modification=moment) == [late]
        assert found(date_creation=moment, state=1) == []
        assert found(nonsense=1) == [late, early]
        assert seller.get("orders", state=77).status_code == 400

    def test_unpaid_orders_are_hidden_but_pending_ones_are_not(self, seller: Caller, account: Account) -> None:
        hidden = account.place_order([("PHONE-A", 1)], state=0)
        pending = account.place_order([("PHONE-A", 1)], state=10)
        listed = [order["order_id"] for order in seller.get("orders").json()["results"]]
        assert listed == [pending]
        assert seller.get("orders", state=0).json()["count"] == 0
        account.switches.hidden_order_states = "shown"
        assert seller.get("orders", state=0).json()["results"][0]["order_id"] == hidden
        account.pay(hidden)
        assert states(seller.get(f"orders/{hidden}").json()) == (1, [1])

    def test_a_lagging_list_shows_what_was(self, seller: Caller, account: Account, box: Running) -> None:
        account.switches.order_list_lag_seconds = 60
        order_id = account.place_order([("PHONE-A", 1)])
        assert seller.get("orders", state=1).json()["count"] == 0
        assert seller.get(f"orders/{order_id}").status_code == 200
        box.world.clock.advance(61)
        assert seller.get("orders", state=1).json()["count"] == 1
        move(seller, order_id, 2)
        assert seller.get("orders", state=1).json()["count"] == 1


class TestShape:
    def test_money_is_text_and_the_line_price_is_a_total(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-B", 3)], sales_taxes="12.50", shipping_price="4.90")
        order = seller.get(f"orders/{order_id}").json()
        line = order["orderlines"][0]
        assert (line["price"], order["price"]) == ("599.97", "599.97")
        assert (order["shipping_price"], order["sales_taxes"]) == ("4.90", "12.50")
        assert (line["listing"], line["quantity"], line["condition"]) == ("PHONE-B", 3, 12)

    def test_dates_follow_the_market_or_the_switch(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        assert seller.get(f"orders/{order_id}").json()["date_creation"][-6:] in ("-05:00", "-04:00")
        account.switches.date_zone = "utc"
        assert seller.get(f"orders/{order_id}").json()["date_creation"].endswith("Z")

    def test_the_delivery_note_appears_on_acceptance_and_differs_each_time(
        self, seller: Caller, account: Account
    ) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        assert seller.get(f"orders/{order_id}").json()["delivery_note"] is None
        first = move(seller, order_id, 2).json()["delivery_note"]
        assert first != seller.get(f"orders/{order_id}").json()["delivery_note"]

    def test_addresses_in_either_spelling(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)], address={"state_or_province": "CA"})
        address = seller.get(f"orders/{order_id}").json()["shipping_address"]
        assert address["state_or_province"] == "CA"
        assert "postal_code" in address
        account.switches.address_keys = "camel"
        assert "postalCode" in seller.get(f"orders/{order_id}").json()["shipping_address"]


class TestMoves:
    def test_accept_then_ship(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1), ("PHONE-B", 1)])
        assert states(move(seller, order_id, 2).json()) == (1, [2, 1])
        assert states(move(seller, order_id, 2, "PHONE-B").json()) == (3, [2, 2])
        shipped = ship(seller, order_id, shipper="UPS").json()
        assert states(shipped) == (9, [3, 3])
        assert shipped["tracking_number"] == "1Z999"
        assert "courier=ups" in shipped["tracking_url"]
        assert shipped["expected_dispatch_date"] is None
        assert shipped["date_shipping"] == shipped["date_modification"]

    @pytest.mark.parametrize(("first", "second"), [(4, None), (2, 5)])
    def test_cancel_before_and_after_acceptance(
        self, seller: Caller, account: Account, first: int, second: int | None
    ) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        order = move(seller, order_id, first).json()
        if second:
            order = move(seller, order_id, second).json()
        assert states(order) == (9, [second or first])
        assert order["date_shipping"] is None

    def test_refund_after_shipping(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)], state=9)
        order = move(seller, order_id, 6, return_reason=25, return_message="faulty").json()
        assert states(order) == (9, [6])
        assert order["orderlines"][0]["return_reason"] == 25

    @pytest.mark.parametrize("value", [0, 1, 7, 9, "x", None, True])
    def test_new_state_must_be_two_to_six(self, seller: Caller, account: Account, value: Any) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        answer = move(seller, order_id, value)
        assert answer.status_code == 400
        assert f"new_state {value} must be in 2,3,4,5,6" in answer.text

    def test_an_unknown_sku_is_refused_in_the_shape_of_the_switch(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        assert move(seller, order_id, 2, "phone-a").json() == {"error": {"code": "E001", "message": "sku not found"}}
        account.switches.error_shape = "string"
        assert move(seller, order_id, 2, "nope").json() == "sku not found"
        account.switches.sku_case = "ignored"
        assert move(seller, order_id, 2, "phone-a").status_code == 200

    @pytest.mark.parametrize(("begin", "new_state"), [(1, 5), (1, 6), (3, 4), (3, 6), (9, 2), (9, 5), (0, 2)])
    def test_illegal_moves_change_nothing(self, seller: Caller, account: Account, begin: int, new_state: int) -> None:
        order_id = account.place_order([("PHONE-A", 1)], state=begin)
        before = account.orders[order_id].line_states()
        assert move(seller, order_id, new_state).status_code == 400
        assert account.orders[order_id].line_states() == before

    def test_a_repeat_is_refused_unless_the_switch_says_otherwise(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)], state=3)
        assert move(seller, order_id, 2).status_code == 400
        account.switches.repeated_state = "accept"
        assert move(seller, order_id, 2).status_code == 200

    def test_shipping_needs_every_line_accepted(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1), ("PHONE-B", 1)])
        assert ship(seller, order_id).status_code == 400
        move(seller, order_id, 2)
        assert ship(seller, order_id).status_code == 400
        account.switches.ship_partly_accepted = "accepted_only"
        assert states(ship(seller, order_id).json()) == (1, [3, 1])

    @pytest.mark.parametrize("tracking", ["", "   ", None, "x" * 201])
    def test_shipping_needs_a_tracking_number(self, seller: Caller, account: Account, tracking: str | None) -> None:
        order_id = account.place_order([("PHONE-A", 1)], state=3)
        assert ship(seller, order_id, tracking_number=tracking).status_code == 400
        assert account.orders[order_id].state == 3

    def test_unknown_shippers_are_stored_refused_or_ignored(self, seller: Caller, account: Account) -> None:
        shipped = []
        for choice in ("store", "refuse", "ignore"):
            account.switches.unknown_shipper = choice
            order_id = account.place_order([("PHONE-A", 1)], state=3)
            answer = ship(seller, order_id, shipper="Pigeon")
            shipped.append(answer.json().get("shipper"))
        assert shipped == ["Pigeon", None, "UPS Ground"]

    def test_two_lines_of_one_sku_move_together(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1), ("PHONE-A", 1)])
        assert states(move(seller, order_id, 2).json()) == (3, [2, 2])

    def test_backship_orders_carry_their_own_number(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)], is_backship=True)
        number = move(seller, order_id, 2).json()["tracking_number"]
        assert number.startswith("1ZBACKSHIP")
        listed = seller.get("shipping/v1/deliveries", order_id=order_id).json()["results"]
        assert listed[0]["trackingNumber"] == number

    def test_forms_are_taken_too(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        form = {"order_id": str(order_id), "new_state": "2", "sku": "PHONE-A"}
        assert seller.post(f"orders/{order_id}", data=form).status_code == 200

    def test_a_broken_body_and_an_unknown_order(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)])
        assert seller.post(f"orders/{order_id}", [1]).status_code == 400
        assert seller.post("orders/123", {"new_state": 2}).status_code == 404
        assert seller.get("orders/123").status_code == 404
        assert seller.session.put(f"{seller.url}/ws/orders/{order_id}", timeout=5).status_code == 405


class TestSerials:
    def test_the_ship_call_takes_a_good_imei_for_one_unit(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)], state=3)
        assert ship(seller, order_id, imei="123456789012345").status_code == 400
        order = ship(seller, order_id, imei=IMEI).json()
        assert order["orderlines"][0]["imei"] == IMEI

    def test_several_units_ignore_it_or_refuse(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 2)], state=3)
        account.switches.imei_for_several = "refuse"
        assert ship(seller, order_id, imei=IMEI).status_code == 400
        account.switches.imei_for_several = "ignore"
        assert ship(seller, order_id, imei=IMEI).json()["orderlines"][0]["imei"] == ""

    def test_a_line_takes_a_serial_once(self, seller: Caller, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1), ("PHONE-B", 2)], state=3)
        one, two = account.orders[order_id].lines
        assert seller.patch(f"orderlines/{one.id}", {}).status_code == 400
        assert seller.patch(f"orderlines/{one.id}", {"imei": "12"}).status_code == 422
        good = seller.patch(f"orderlines/{one.id}", {"serial_number": "SN1"})
        assert (good.status_code, good.json()) == (200, {"serial_number": "SN1"})
        assert seller.patch(f"orderlines/{one.id}", {"serial_number": "SN1"}).status_code == 422
        assert seller.patch(f"orderlines/{two.id}", {"serial_number": "SN2"}).status_code == 422
        assert seller.patch("orderlines/1", {"imei": IMEI}).status_code == 404
        assert states(seller.get(f"orders/{order_id}").json()) == (3, [2, 2])


class TestOthers:
    def test_the_buyer_cancels_before_acceptance_only(self, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1), ("PHONE-B", 1)])
        first = account.orders[order_id].lines[0]
        assert account.buyer_cancels(order_id, [first.id]) == [first.id]
        assert account.orders[order_id].state == 1
        account.set_line_state(order_id, account.orders[order_id].lines[1].id, 2)
        assert account.buyer_cancels(order_id) == []
        assert account.orders[order_id].state == 3

    @pytest.mark.parametrize(("at", "left"), [("new", 4), ("paid", 5)])
    def test_stock_falls_when_the_switch_says(self, account: Account, at: Any, left: int) -> None:
        account.switches.stock_falls_at = at
        order_id = account.place_order([("PHONE-A", 1)], state=0)
        assert account.skus["phone-a"].quantity == left
        account.pay(order_id)
        account.pay(order_id)
        assert account.skus["phone-a"].quantity == 4

    def test_overselling_goes_below_zero_and_cancelling_may_restore(self, account: Account) -> None:
        order_id = account.place_order([("PHONE-B", 4)])
        assert account.skus["phone-b"].quantity == -1
        account.switches.cancel_restores_stock = True
        account.buyer_cancels(order_id)
        assert account.skus["phone-b"].quantity == 3

    def test_orders_may_begin_accepted_or_shipped(self, account: Account) -> None:
        accepted = account.orders[account.place_order([("PHONE-A", 1)], state=3, is_backship=True)]
        shipped = account.orders[account.place_order([("PHONE-A", 1)], state=9)]
        assert (accepted.state, accepted.tracking_number[:10]) == (3, "1ZBACKSHIP")
        assert (shipped.state, shipped.shipped, shipped.dispatch_by) == (9, shipped.modified, None)

    def test_payment_may_fail(self, account: Account) -> None:
        order_id = account.place_order([("PHONE-A", 1)], state=10)
        account.fail_payment(order_id)
        assert (account.orders[order_id].state, account.orders[order_id].line_states()) == (8, {7})
