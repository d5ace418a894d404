"""`cancel sync` over real HTTP: a cancellation on either side reaches the other, or a person."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from accepted import accepted, act, cancel, facts, meanwhile, mirrored, outcomes, reasons, ship, skipped
from shops import Shop

from bmsc.domain.outcome import RunReport

CANCELLED, REFUNDED = 4, 5
LOOKED = {"platform": "sellercloud", "path": "orderSourceOrderIDList"}


def sync(shop: Shop, **scope: object) -> RunReport:
    return shop.run("cancel sync", **scope)


def waiting(shop: Shop, *lines: tuple[str, int]) -> int:
    """Place an order that waits for acceptance and stands in SellerCloud already."""
    order_id = shop.place(*(lines or (("A", 1),)))
    mirrored(shop, order_id)
    return order_id


def end_calls(shop: Shop) -> list[dict[str, object]]:
    return [entry.body for entry in shop.writes() if "/ws/orders/" in entry.path]


class TestFromSellerCloud:
    """Cancelled in SellerCloud: ended on Back Market."""

    def test_before_and_after_acceptance(self, shop: Shop) -> None:
        shop.configure('\n[cancel]\nmessage = "Out of stock, sorry."\n')
        before, after, alive = waiting(shop), accepted(shop), accepted(shop)
        cancel(shop, before)
        cancel(shop, after)
        report = sync(shop)
        assert sorted(outcomes(report)) == [("cancel_line", "applied"), ("refund_line", "applied")]
        assert (shop.line_states(before), shop.line_states(after)) == ([CANCELLED], [REFUNDED])
        assert shop.backmarket(after).lines[0].return_message == "Out of stock, sorry."
        assert shop.line_states(alive) == [2]
        assert report.exit_code == 0
        shop.world.log.clear()
        assert outcomes(sync(shop)) == []
        assert shop.writes() == []

    def test_each_sku_once(self, shop: Shop) -> None:
        order_id = accepted(shop, ("A", 1), ("A", 1), ("B", 2))
        cancel(shop, order_id)
        sync(shop)
        assert [call["sku"] for call in end_calls(shop)] == ["A", "B"]
        assert set(shop.line_states(order_id)) == {REFUNDED}

    def test_partly_accepted(self, shop: Shop) -> None:
        order_id = waiting(shop, ("A", 1), ("B", 1))
        act(shop, "merchant", "move_order", order_id=order_id, new_state=2, sku="A")
        cancel(shop, order_id)
        assert outcomes(sync(shop)) == [("refund_line", "applied"), ("cancel_line", "applied")]
        assert shop.line_states(order_id) == [REFUNDED, CANCELLED]

    def test_two_lines_of_one_sku_in_two_states(self, shop: Shop) -> None:
        order_id = waiting(shop, ("A", 1), ("A", 1))
        act(
            shop,
            "backmarket",
            "set_line_state",
            order_id=order_id,
            line_id=shop.backmarket(order_id).lines[0].id,
            state=2,
        )
        cancel(shop, order_id)
        assert reasons(sync(shop)) == {"same_sku_lines"}
        assert shop.writes() == []

    def test_cancelled_there_already(self, shop: Shop) -> None:
        order_id = waiting(shop)
        cancel(shop, order_id)
        meanwhile(shop, 1, "buyer", "cancel", {"order_id": order_id}, **LOOKED)
        report = sync(shop)
        assert outcomes(report) == [("cancel_line", "already")]
        assert report.exit_code == 0

    def test_shipped_and_cancelled(self, shop: Shop) -> None:
        order_id = accepted(shop)
        ship(shop, order_id)
        cancel(shop, order_id)
        assert facts(sync(shop)) == {(f"order:{order_id}", "cancelled_but_shipped")}
        assert shop.writes() == []

    def test_a_dry_run_plans_the_same_and_writes_nothing(self, shop: Shop) -> None:
        cancel(shop, accepted(shop))
        dry = sync(shop, dry_run=True)
        assert shop.writes() == []
        assert list(dry.plan.actions) == list(sync(shop).plan.actions)

    def test_one_order_by_name(self, shop: Shop) -> None:
        wanted, other = accepted(shop), accepted(shop)
        cancel(shop, wanted)
        cancel(shop, other)
        sync(shop, order_ids=(wanted,))
        assert (shop.line_states(wanted), shop.line_states(other)) == ([REFUNDED], [2])

    def test_a_tenant_that_leaves_cancelled_orders_out_of_its_list(self, shop: Shop) -> None:
        order_id = shop.place(("A", 1))
        shop.pull()
        shop.switch("sellercloud", unlisted_statuses=(-1,))
        cancel(shop, order_id)
        assert outcomes(sync(shop)) == [("refund_line", "applied")]


class TestNothingIsGuessed:
    """What is not surely cancelled is named and left alone."""

    def named(self, shop: Shop) -> dict[str, str]:
        report = sync(shop)
        assert [write for write in shop.writes() if "/ws/" in write.path] == []
        return {shown.fact.subject: shown.fact.reason for shown in (*report.holds, *report.alerts)}

    @pytest.mark.parametrize("number", ["same", "suffixed", "empty"])
    @pytest.mark.parametrize("then", ["", "parent cancelled"])
    def test_split(self, shop: Shop, number: str, then: str) -> None:
        shop.switch("sellercloud", split_number=number)
        order_id = accepted(shop, ("A", 1), ("B", 1))
        parent = shop.twin(order_id).id
        act(shop, "warehouse", "split", number=str(order_id))
        if then:
            shop.world.tenant.cancel(parent)
        wanted = "several_sellercloud_orders" if number == "same" else "related_orders"
        assert self.named(shop) == {f"order:{order_id}": wanted}

    @pytest.mark.parametrize("number", ["first", "joined", "empty"])
    @pytest.mark.parametrize("status", [-1, 999])
    def test_merged(self, shop: Shop, number: str, status: int) -> None:
        shop.switch("sellercloud", merge_number=number, merged_status=status)
        first, second = accepted(shop), accepted(shop, ("B", 1))
        act(shop, "warehouse", "merge", number=str(first), other=str(second))
        named = self.named(shop)
        single = "related_orders" if status == -1 else "void_in_sellercloud"
        several = "several_sellercloud_orders" if status == -1 else "void_in_sellercloud"
        assert named == {f"order:{first}": several if number == "first" else single, f"order:{second}": single}

    def test_duplicated(self, shop: Shop) -> None:
        order_id = accepted(shop)
        second = mirrored(shop, order_id)
        shop.world.tenant.cancel(second)
        assert self.named(shop) == {f"order:{order_id}": "several_sellercloud_orders"}
        shop.world.tenant.cancel(shop.twins(order_id)[0].id)
        assert outcomes(sync(shop)) == [("refund_line", "applied")]

    def test_voided(self, shop: Shop) -> None:
        order_id = accepted(shop)
        act(shop, "warehouse", "set_status", number=str(order_id), status=999)
        assert self.named(shop) == {f"order:{order_id}": "void_in_sellercloud"}

    def test_of_another_company(self, shop: Shop) -> None:
        shop.world.tenant.add_company(164, "Wholesale")
        order_id = shop.place(("A", 1), state=3)
        mirrored(shop, order_id, company_id=164)
        cancel(shop, order_id)
        assert self.named(shop) == {f"order:{order_id}": "other_company"}

    def test_a_line_removed_or_lowered_is_no_cancellation(self, shop: Shop) -> None:
        removed, lowered = accepted(shop, ("A", 1), ("B", 1)), accepted(shop, ("A", 3))
        for order_id, quantity in ((removed, 0), (lowered, 1)):
            twin = shop.twin(order_id)
            shop.world.tenant.edit_line(twin.id, twin.lines[0].id, quantity=quantity)
        assert self.named(shop) == {f"order:{removed}": "lines_differ", f"order:{lowered}": "lines_differ"}

    def test_absent(self, shop: Shop) -> None:
        shop.place(("A", 1))
        report = sync(shop)
        assert skipped(report) == {"not_in_sellercloud": 1}
        assert reasons(report) == set()


class TestRaces:
    """SellerCloud's order is read again by its id, Back Market's after 30 s, and that decides."""

    @pytest.mark.parametrize("seconds", [31, 5])
    def test_back_in_process_meanwhile(self, shop: Shop, seconds: int) -> None:
        order_id = accepted(shop)
        cancel(shop, order_id)
        alive = {"number": str(order_id), "status": 2}
        meanwhile(shop, seconds, "warehouse", "set_status", alive, platform="sellercloud", path="orderStatus=-1")
        assert outcomes(sync(shop)) == [("refund_line", "deferred")]
        assert shop.line_states(order_id) == [2]
        assert skipped(sync(shop)) == {"in_step": 1}

    def test_revived_and_shipped_while_the_list_lags(self, shop: Shop) -> None:
        order_id = accepted(shop)
        cancel(shop, order_id)
        shop.advance(120)
        shop.world.switches.sellercloud.order_list_lag_seconds = 60
        act(shop, "warehouse", "set_status", number=str(order_id), status=2)
        ship(shop, order_id)
        assert outcomes(sync(shop)) == [("refund_line", "deferred")]
        assert shop.line_states(order_id) == [2]
        shop.advance(120)
        assert skipped(sync(shop)) == {"in_step": 1}

    def test_shipped_meanwhile(self, shop: Shop) -> None:
        order_id = accepted(shop)
        cancel(shop, order_id)
        meanwhile(
            shop, 31, "warehouse", "ship", {"number": str(order_id)}, platform="sellercloud", path="orderStatus=-1"
        )
        assert outcomes(sync(shop)) == [("refund_line", "deferred")]

    def test_the_buyer_was_faster(self, shop: Shop) -> None:
        order_id = waiting(shop)
        cancel(shop, order_id)
        meanwhile(shop, 31, "buyer", "cancel", {"order_id": order_id}, platform="sellercloud", path="orderStatus=-1")
        assert outcomes(sync(shop)) == [("cancel_line", "already")]
        assert end_calls(shop) == []

    def test_accepted_meanwhile(self, shop: Shop) -> None:
        order_id = waiting(shop)
        cancel(shop, order_id)
        body = {"order_id": order_id, "new_state": 2, "sku": "A"}
        meanwhile(shop, 31, "merchant", "move_order", body, platform="sellercloud", path="orderStatus=-1")
        assert outcomes(sync(shop)) == [("cancel_line", "deferred")]
        assert outcomes(sync(shop)) == [("refund_line", "applied")]


class TestFromBackMarket:
    """Cancelled on Back Market: told, or cancelled in SellerCloud."""

    def gone(self, shop: Shop) -> int:
        order_id = waiting(shop)
        act(shop, "buyer", "cancel", order_id=order_id)
        return order_id

    def test_told_until_it_is_settled(self, shop: Shop) -> None:
        order_id = self.gone(shop)
        for _ in range(2):
            assert facts(sync(shop)) == {(f"order:{order_id}", "cancelled_on_backmarket")}
        assert shop.writes() == []
        cancel(shop, order_id)
        report = sync(shop)
        assert reasons(report) == set()
        assert [gone.reason for gone in report.resolved] == ["cancelled_on_backmarket"]

    def test_cancelled_where_wished(self, shop: Shop) -> None:
        shop.configure('\n[cancel]\nfrom_backmarket = "cancel"\n')
        order_id, alive = self.gone(shop), accepted(shop)
        assert outcomes(sync(shop)) == [("cancel_sc_order", "applied")]
        assert (shop.twin(order_id).status, shop.twin(alive).status) == (-1, 2)
        shop.world.log.clear()
        assert outcomes(sync(shop)) == []
        assert shop.writes() == []

    def test_shipped_meanwhile(self, shop: Shop) -> None:
        shop.configure('\n[cancel]\nfrom_backmarket = "cancel"\n')
        order_id = self.gone(shop)
        meanwhile(
            shop, 5, "warehouse", "ship", {"number": str(order_id)}, platform="sellercloud", path="orderStatus=-1"
        )
        report = sync(shop)
        assert reasons(report) == {"cancelled_after_shipping"}
        assert shop.twin(order_id).status != -1

    def test_orders_of_others_are_asked_for_once(self, shop: Shop) -> None:
        shop.configure('\n[orders]\norder_number_prefix = "BM-"\n')
        for number in ("77001", "BM-77002", "BM-x", "BM-", "WEB-1"):
            shop.world.tenant.add_order(number, 163, lines=[("A", 1, 1)])
        sync(shop)
        asked = [entry.path for entry in shop.requests("backmarket") if "/ws/orders/" in entry.path]
        assert asked == ["/ws/orders/77002"]
        shop.world.log.clear()
        assert reasons(sync(shop)) == set()
        assert [entry.path for entry in shop.requests("backmarket") if "/ws/orders/" in entry.path] == []

    def test_shipped_by_hand_there_is_asked_for_once_a_day(self, shop: Shop) -> None:
        order_id = accepted(shop)
        act(shop, "merchant", "move_order", order_id=order_id, new_state=3, tracking_number="1Z1")
        for pause, reads in ((0, 1), (300, 0), (24 * 3600, 1)):
            shop.advance(pause)
            shop.world.log.clear()
            sync(shop)
            assert len([entry for entry in shop.requests("backmarket") if "/ws/orders/" in entry.path]) == reads

    def test_a_filter_that_is_ignored_stops_everything(self, shop: Shop) -> None:
        cancel(shop, accepted(shop))
        shop.world.tenant.add_company(164, "Wholesale")
        shop.world.tenant.add_order("1", 164, lines=[("A", 1, 1)])
        shop.world.faults.add("ignore_filters", platform="sellercloud", path="orderStatus", times=None)
        assert sync(shop).exit_code == 13
        assert shop.writes() == []

    @pytest.mark.parametrize("lost", [False, True])
    def test_the_buyer_cancels_after_a_kill_between_pay_and_accept(self, shop: Shop, lost: bool) -> None:
        order_id = shop.place(("A", 1))
        command = [sys.executable, "-m", "bmsc", "orders", "pull", "--config", str(shop.config), "--quiet"]
        process = subprocess.Popen([*command, "--state-dir", str(shop.state_dir)], env=os.environ)
        shop.world.faults.add("kill_before", method="POST", path="/ws/orders/", args={"pid": process.pid})
        assert process.wait(timeout=30) == -9
        assert shop.twin(order_id).payments
        act(shop, "buyer", "cancel", order_id=order_id)
        if lost:
            shutil.rmtree(shop.state_dir)
        assert facts(sync(shop)) == {(f"order:{order_id}", "cancelled_on_backmarket")}


class TestTheGuard:
    """30 cancelled orders at once need a person's word; other work goes on."""

    def test_withheld_then_forced(self, shop: Shop) -> None:
        shop.world.tenant.set_physical("A", 100)
        doomed = [accepted(shop) for _ in range(30)]
        shipped = accepted(shop)
        for order_id in doomed:
            cancel(shop, order_id)
        ship(shop, shipped)
        report = sync(shop)
        assert report.exit_code == 14
        assert (report.guards[0].name, report.guards[0].n, len(report.guards[0].subjects)) == (
            "cancelled_orders",
            30,
            30,
        )
        assert shop.writes() == []
        assert outcomes(shop.run("tracking push")) == [("ship_order", "applied")]
        late = accepted(shop)
        cancel(shop, late)
        report = sync(shop, force=True)
        assert outcomes(report) == [("refund_line", "applied")] * 30
        assert report.guards[0].subjects == (f"order:{late}",)
        assert report.exit_code == 14
        assert {tuple(shop.line_states(order_id)) for order_id in doomed} == {(REFUNDED,)}
        assert shop.line_states(late) == [2]
        assert sync(shop).exit_code == 14
        assert outcomes(sync(shop, force=True)) == [("refund_line", "applied")]

    def test_a_drip_counts_as_a_flood(self, shop: Shop) -> None:
        shop.configure("\n[guards]\nmax_cancelled_orders = 2\n")
        for exit_code in (0, 0, 14):
            cancel(shop, accepted(shop))
            assert sync(shop).exit_code == exit_code
            shop.advance(3600)
        shop.advance(24 * 3600)
        assert sync(shop).exit_code == 0
