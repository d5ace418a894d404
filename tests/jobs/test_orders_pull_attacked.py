"""What a fault-finder once broke in `orders pull`, kept broken-proof."""

from __future__ import annotations

from decimal import Decimal

from accepted import meanwhile, outcomes
from shops import COMPANY, Shop

from bmsc.domain.outcome import RunReport
from bmsc.report import text

TEN_MINUTES = 601
CREATE = {"method": "POST", "path": r"/api/Orders$"}


def reasons(report: RunReport) -> list[str]:
    return [shown.fact.reason for shown in (*report.holds, *report.alerts)]


def test_a_read_back_that_fails_does_not_forget_the_order_it_made(shop: Shop) -> None:
    shop.switch("sellercloud", order_list_lag_seconds=400, duplicate_numbers="allowed")
    order_id = shop.place(("A", 1))
    shop.world.faults.add("status_before", method="GET", path=r"/api/Orders/\d+", times=4, args={"status": 503})
    assert shop.pull().exit_code == 3
    for _ in range(3):
        shop.advance(300)
        shop.pull()
    assert len(shop.twin(order_id).payments) == 1
    assert shop.line_states(order_id) == [2]


def test_an_order_named_twice_is_created_once(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shop.pull(order_ids=(order_id, order_id))
    assert len(shop.twin(order_id).payments) == 1


def test_a_typing_error_beside_a_good_order_stops_nothing(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    report = shop.pull(order_ids=(999, order_id))
    assert [(skip.subject, skip.reason) for skip in report.plan.skips] == [("order:999", "not_on_backmarket")]
    assert shop.line_states(order_id) == [2]


def test_the_ten_minutes_begin_again_with_each_unknown_create(shop: Shop) -> None:
    shop.switch("sellercloud", order_list_lag_seconds=400, duplicate_numbers="allowed")
    order_id = shop.place(("A", 1))
    shop.world.faults.add("cut_before", **CREATE)
    shop.pull()
    shop.pull()
    shop.advance(TEN_MINUTES)
    shop.world.faults.add("cut_after", **CREATE)
    shop.pull()
    for _ in range(4):
        shop.advance(300)
        shop.pull()
    assert len(shop.twins(order_id)) == 1
    assert shop.line_states(order_id) == [2]


def test_a_cancellation_sellercloud_did_not_carry_out_is_tried_again(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shop.world.faults.add(
        "act_after",
        method="PUT",
        path="ReceiveManualPayment",
        args={"actor": "buyer", "action": "cancel", "args": {"order_id": order_id}},
    )
    shop.world.faults.add("status_before", method="PUT", path="StatusCode", args={"status": 200, "json": []})
    assert shop.pull().exit_code == 3
    shop.pull()
    assert shop.twin(order_id).status == -1


def test_an_answer_nobody_should_believe_settles_nothing(shop: Shop) -> None:
    shop.place(("C", 1))
    shop.pull()
    order_id = shop.place(("A", 1))
    shop.world.faults.add("cut_after", **CREATE)
    shop.pull()
    shop.world.account.buyer_cancels(order_id)
    shop.world.faults.add("empty_list", platform="sellercloud", method="GET", path=r"/api/Orders\?", times=None)
    for _ in range(3):
        report = shop.pull()
        assert reasons(report) == ["outcome_unknown"]
        assert report.resolved == ()
        shop.advance(TEN_MINUTES)
    shop.world.faults.clear()
    shop.pull()
    assert shop.twin(order_id).status == -1


def test_what_stands_there_without_a_makers_mark_is_no_longer_in_doubt(shop: Shop) -> None:
    shop.switch("sellercloud", reference_id_kept=False)
    order_id = shop.place(("A", 1))
    shop.world.faults.add("cut_after", **CREATE)
    shop.pull()
    shop.world.account.buyer_cancels(order_id)
    assert reasons(shop.pull()) == []
    shop.world.log.clear()
    assert reasons(shop.pull()) == []
    assert shop.requests("sellercloud") == []
    assert reasons(shop.run("cancel sync")) == ["cancelled_on_backmarket"]


def test_another_hands_order_is_not_ours_to_cancel(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shop.world.tenant.add_order(str(order_id), COMPANY, lines=[("A", 1, Decimal("100.00"))])
    shop.world.faults.add("cut_before", method="POST", path="/ws/orders/")
    shop.pull()
    shop.world.account.buyer_cancels(order_id)
    shop.pull()
    assert shop.twin(order_id).status == 2


def test_an_accepted_order_that_was_refunded_is_left_to_cancel_sync(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shop.world.faults.add("cut_after", method="POST", path="/ws/orders/")
    shop.pull()
    shop.world.account.care_refunds(order_id)
    shop.pull()
    assert shop.twin(order_id).status == 2


def test_a_total_nobody_can_read_is_not_equal_to_the_cent(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shop.world.faults.add(
        "remove_field", method="GET", path=r"/api/Orders/\d+", times=None, args={"field": "TotalInfo"}
    )
    assert reasons(shop.pull()) == ["money_mismatch"]
    assert shop.line_states(order_id) == [1]


def test_one_odd_order_stops_no_other(shop: Shop) -> None:
    odd, good = shop.place(("A", 1)), shop.place(("B", 1))
    with shop.world.lock:
        shop.backmarket(odd).lines[0].quantity = 0
    report = shop.pull()
    assert reasons(report) == ["order_unreadable"]
    assert shop.line_states(good) == [2]
    assert report.exit_code == 0


def test_sums_back_market_itself_got_wrong_block_no_currency(shop: Shop) -> None:
    odd = shop.place(("A", 1), extra={"price": "123.00"})
    good = shop.place(("B", 1))
    report = shop.pull()
    assert [(hold.fact.subject, hold.fact.reason) for hold in report.holds] == [
        (f"order:{odd}", "backmarket_sums_differ")
    ]
    assert shop.line_states(good) == [2]


def test_a_sentinel_renumbered_in_sellercloud_blocks_nothing_for_long(shop: Shop) -> None:
    from dataclasses import replace

    first = shop.place(("A", 1))
    shop.pull()
    shop.world.tenant.store(replace(shop.twin(first), number="renumbered"))
    order_id = shop.place(("B", 1))
    for _ in range(3):
        shop.pull()
        shop.advance(300)
    assert shop.line_states(order_id) == [2]


def test_a_clock_that_stepped_back_holds_no_payment(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    shop.world.faults.add("cut_before", method="PUT", path="ReceiveManualPayment")
    shop.pull()
    shop.advance(-3 * 24 * 3600)
    shop.pull()
    assert shop.line_states(order_id) == [2]


def test_a_line_to_remove_is_never_called_resolved(shop: Shop) -> None:
    order_id = shop.place(("A", 1), ("B", 1))
    line = shop.backmarket(order_id).lines[1].id
    cancel = {"actor": "buyer", "action": "cancel", "args": {"order_id": order_id, "line_ids": [line]}}
    shop.world.faults.add("act_after", **CREATE, args=cancel)
    assert reasons(shop.pull()) == ["line_to_remove"]
    assert shop.pull().resolved == ()


def test_a_refused_payment_is_told_in_sellerclouds_words(shop: Shop) -> None:
    shop.place(("A", 1))
    said = {"status": 400, "json": {"Message": "the books of March are closed"}}
    shop.world.faults.add("status_before", method="PUT", path="ReceiveManualPayment", args=said)
    report = shop.pull()
    assert "the books of March are closed" in text.render(report)
    assert report.alerts[0].fact.deadline


def test_no_buyer_in_the_words_of_a_refused_cancellation_or_a_failed_read(shop: Shop) -> None:
    order_id = shop.place(("A", 1), address={"first_name": "CanaryFirst", "last_name": "CanaryLast"})
    words = {"status": 500, "json": {"Message": "Order of CanaryFirst CanaryLast is locked"}}
    cancel = {"actor": "buyer", "action": "cancel", "args": {"order_id": order_id}}
    shop.world.faults.add("act_after", method="PUT", path="ReceiveManualPayment", args=cancel)
    shop.world.faults.add("status_before", method="PUT", path="StatusCode", args=words)
    shop.pull()
    shop.place(("B", 1))
    shop.world.faults.add("status_before", method="GET", path=r"/api/Orders\?", times=None, args=words)
    report = shop.pull()
    assert report.exit_code == 13
    assert "Canary" not in shop.written_down() + text.render(report)


def test_an_order_for_nothing_can_be_finished(shop: Shop) -> None:
    order_id = shop.place(("A", 1), totals={"A": "0.00"})
    shop.pull()
    assert shop.line_states(order_id) == [2]


def test_credentials_refused_on_the_way_end_with_their_own_status(shop: Shop) -> None:
    shop.place(("A", 1))
    shop.world.faults.add("status_before", method="GET", path=r"/ws/orders/\d+", times=None, args={"status": 401})
    assert shop.pull().exit_code == 12


def test_a_lost_state_document_is_told_once(shop: Shop) -> None:
    shop.place(("A", 1))
    shop.pull()
    for name in ("state.json", "state.json.good"):
        (shop.state_dir / name).unlink()
    assert "without memory" in text.render_news(shop.pull())


def test_cancelled_while_the_run_lasts_is_not_created(shop: Shop) -> None:
    order_id = shop.place(("A", 1))
    meanwhile(shop, 31, "buyer", "cancel", {"order_id": order_id}, platform="sellercloud", path="/api/Catalog")
    assert outcomes(shop.pull())[0] == ("create_order", "deferred")
    assert shop.twins(order_id) == []


def test_made_by_another_hand_while_the_run_lasts_is_not_made_again(shop: Shop) -> None:
    shop.switch("sellercloud", duplicate_numbers="allowed")
    order_id = shop.place(("A", 1))
    copied = {"order_id": order_id}
    meanwhile(shop, 31, "other_tool", "copies_order", copied, platform="sellercloud", path="/api/Catalog")
    assert outcomes(shop.pull())[0] == ("create_order", "deferred")
    assert len(shop.twins(order_id)) == 1
