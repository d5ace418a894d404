"""Both clients over real HTTP, against a witness that shares no code with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import builders
import pytest
from msgspec.structs import replace
from shops import COMPANY, PASSWORD, TOKEN, Shop

from bmsc.clients import connect
from bmsc.clients.backmarket import BackMarketWrites
from bmsc.clients.connect import Counts
from bmsc.clients.http import Road, WriteForbidden
from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.domain.ids import OrderId, OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.orders import BackMarketOrder, LineState, OrderDraft, OrderState, OrderStatus, ShippingStatus
from bmsc.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RemoteMisbehaved,
    RemoteUnavailable,
)
from bmsc.planners import drafts
from bmsc.state.clock import FileClock


@dataclass(frozen=True)
class Keys:
    """The two secrets."""

    sellercloud_password: str = PASSWORD
    backmarket_token: str = TOKEN
    password_from: str = "/etc/bmsc/sellercloud.password"
    token_from: str = "BMSC_BACKMARKET_TOKEN"


@dataclass(frozen=True)
class Sides:
    """Both clients of one run."""

    backmarket: BackMarketWrites
    sellercloud: SellerCloudWrites
    counts: Counts


def sides(shop: Shop, *, read_only: bool = False, keys: Keys | None = None) -> Sides:
    settings = builders.settings()
    settings = replace(
        settings,
        sellercloud=replace(
            settings.sellercloud, base_url=f"{shop.running.url}/rest", username="integration@example.test"
        ),
        backmarket=replace(settings.backmarket, base_url=shop.running.url),
    )
    clock = FileClock(shop.folder / "clock")
    road = Road(clock=clock, read_only=read_only)
    return Sides(*connect.both(settings, keys or Keys(), shop.folder / "cache", road))


@pytest.fixture
def both(shop: Shop) -> Sides:
    """Give both clients, free to write."""
    return sides(shop)


def fault(shop: Shop, what: str, path: str, **rule: Any) -> None:
    shop.world.faults.add(what, path=path, **rule)


def draft_of(order: BackMarketOrder) -> OrderDraft:
    return drafts.draft_of(order, builders.settings())


def test_many_orders_come_once_each(shop: Shop, both: Sides) -> None:
    placed = [shop.place(("A", 1)) for _ in range(120)]
    orders = both.backmarket.orders_in_state(OrderState.TO_ACCEPT)
    assert sorted(order.id for order in orders) == sorted(placed)
    assert both.counts() == {"sellercloud": 0, "backmarket": 3}
    assert both.backmarket.orders_in_state(OrderState.TO_SHIP) == ()


@pytest.mark.parametrize("past_end", ["not_found", "empty"])
@pytest.mark.parametrize("order", ["newest_first", "shuffled"])
def test_an_order_is_created_paid_accepted(shop: Shop, both: Sides, past_end: str, order: str) -> None:
    shop.switch("backmarket", past_end_page=past_end, order_list=order)
    order_id = OrderId(shop.place(("A", 2), ("B", 1)))
    waiting = both.backmarket.order(order_id)
    made = both.sellercloud.create_order(draft_of(waiting))
    before = both.sellercloud.order(made)
    assert (before.number, before.company_id, before.channel) == (str(order_id), COMPANY, 6)
    assert before.grand_total == before.remaining_dues == waiting.price + waiting.shipping_price
    assert before.items is not None
    assert {(item.sku, item.quantity) for item in before.items} == {("A", 2), ("B", 1)}
    assert not before.is_paid
    both.sellercloud.receive_payment(made, before.remaining_dues, reference=str(order_id))
    after = both.sellercloud.order(made)
    assert (after.is_paid, after.remaining_dues) == (True, 0)
    assert both.backmarket.accept_line(order_id, Sku("A")).state is OrderState.TO_ACCEPT
    accepted = both.backmarket.accept_line(order_id, Sku("B"))
    assert accepted.state is OrderState.TO_SHIP
    assert {line.state for line in accepted.lines} == {LineState.ACCEPTED}
    (answer,) = both.sellercloud.orders_by_number([OrderNumber(str(order_id)), OrderNumber("absent")])
    (row,) = answer.rows
    assert row.items is not None
    assert {item.reference_id for item in row.items} == {str(line.id) for line in waiting.lines}
    assert (row.id, row.grand_total, row.shipping_status) == (made, before.grand_total, ShippingStatus.UNSHIPPED)
    assert row.created_at == after.created_at == FileClock(shop.folder / "clock").now()


def test_many_numbers_in_one_question(shop: Shop, both: Sides) -> None:
    with shop.world.lock:
        for number in range(130):
            shop.world.tenant.add_order(
                number=f"FTP-{number}", company_id=COMPANY, channel=6, lines=[("A", 1, Decimal(9))]
            )
    numbers = [OrderNumber(f"FTP-{number}") for number in range(140)]
    answers = both.sellercloud.orders_by_number(numbers, beside=[OrderNumber("FTP-0")])
    assert {row.number for answer in answers for row in answer.rows} == set(numbers[:130])
    assert max(len(str(entry.query)) for entry in shop.requests("sellercloud")) < 6_000
    both.sellercloud.company_orders_readable()


def test_a_cancellation_and_its_repetition(shop: Shop, both: Sides) -> None:
    order = both.backmarket.order(OrderId(shop.place(("A", 1))))
    made = both.sellercloud.create_order(draft_of(order))
    assert both.sellercloud.cancel_order(made)
    assert both.sellercloud.order(made).status is OrderStatus.CANCELED
    assert not both.sellercloud.cancel_order(made)


@pytest.mark.parametrize("shape", ["v1", "v2", "text", "string", "detail"])
def test_back_market_s_refusals_keep_their_words(shop: Shop, both: Sides, shape: str) -> None:
    shop.switch("backmarket", error_shape=shape)
    order_id = OrderId(shop.place(("A", 1)))
    with pytest.raises(Refused) as caught:
        both.backmarket.accept_line(order_id, Sku("Z"))
    assert "sku not found" in caught.value.words


@pytest.mark.parametrize("shape", ["message", "exception", "string", "text", "problem"])
def test_sellercloud_s_refusals_keep_their_words(shop: Shop, both: Sides, shape: str) -> None:
    shop.switch("sellercloud", error_shape=shape)
    draft = draft_of(both.backmarket.order(OrderId(shop.place(("A", 1)))))
    both.sellercloud.create_order(draft)
    with pytest.raises(OutcomeUnknown) as caught:
        both.sellercloud.create_order(draft)
    assert "already exists" in caught.value.words


@pytest.mark.parametrize("status", [404, 500, 200])
def test_a_missing_sellercloud_order(shop: Shop, both: Sides, status: int) -> None:
    shop.switch("sellercloud", missing_order_status=status)
    with pytest.raises(NotFound):
        both.sellercloud.order(SellerCloudOrderId(999))
    with pytest.raises(NotFound):
        both.backmarket.order(OrderId(999))


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"quantities_as_text": True, "product_id_case": "lower", "row_width": "known"},
        {"available_quantity_null": True, "columns_key": "null", "empty_items_null": True},
        {"past_end_page": "total_zero", "max_page_size": 2},
        {"past_end_page": "last", "page_overlap": 1, "max_page_size": 2},
    ],
    ids=["as documented", "texts", "nulls", "small pages", "overlapping pages"],
)
def test_products_in_every_spelling(shop: Shop, both: Sides, switches: dict[str, Any]) -> None:
    with shop.world.lock:
        shop.world.tenant.add_product("X, 1", company_id=COMPANY, name="comma", quantity=3)
        shop.world.tenant.add_product("OFF", company_id=COMPANY, name="inactive", quantity=2, active=False)
    shop.switch("sellercloud", **switches)
    answer = both.sellercloud.products(map(Sku, ("a", "B", "C", "D", "X, 1", "OFF", "absent")))
    assert {key: product.available for key, product in answer.found.items()} == {
        **dict.fromkeys("abcd", 5),
        "x, 1": 3,
        "off": 2,
    }
    assert (answer.found["off"].active, answer.unknown) == (False, frozenset())


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ("cut_before", {}),
        ("status_before", {"args": {"status": 503}}),
        ("html", {}),
        ("truncate", {}),
        ("edge429", {}),
        ("throttle", {}),
        ("waf403_html", {}),
        ("waf403_json", {}),
    ],
)
@pytest.mark.parametrize("path", ["/rest/api/Orders", "/ws/orders"])
def test_reads_outlive_a_passing_fault(shop: Shop, both: Sides, what: str, rule: dict[str, Any], path: str) -> None:
    shop.place(("A", 1))
    fault(shop, what, path, **rule)
    assert len(read_list(path, both, "1")) == 1
    assert shop.world.faults.rules[0].fired == 1


@pytest.mark.parametrize("what", ["cut_after", "empty_body", "html", "status_after"])
def test_a_write_of_unknown_fate_is_sent_once(shop: Shop, both: Sides, what: str) -> None:
    draft = draft_of(both.backmarket.order(OrderId(shop.place(("A", 1)))))
    fault(shop, what, "/rest/api/Orders", method="POST", args={"status": 502})
    with pytest.raises(OutcomeUnknown) as caught:
        both.sellercloud.create_order(draft)
    assert caught.value.words == ""
    assert len(shop.writes()) == 1


@pytest.mark.parametrize("what", ["throttle", "edge429"])
def test_a_write_that_was_throttled_is_made_after_all(shop: Shop, both: Sides, what: str) -> None:
    order_id = OrderId(shop.place(("A", 1)))
    fault(shop, what, "/ws/orders", method="POST")
    assert both.backmarket.accept_line(order_id, Sku("A")).state is OrderState.TO_SHIP


def test_a_lock_out_ends_the_run_early(shop: Shop, both: Sides) -> None:
    both.sellercloud.company_orders_readable()
    shop.switch("sellercloud", requests_per_hour=2)
    with pytest.raises(RemoteUnavailable, match="throttles us"):
        both.sellercloud.company_orders_readable()
    sent = both.counts()["sellercloud"]
    with pytest.raises(RemoteUnavailable, match="share of requests is used up"):
        sides(shop).sellercloud.company_orders_readable()
    assert sent == 3


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("empty_with_total", "/ws/orders"),
        ("empty_with_total", "/rest/api/Orders"),
        ("ignore_filters", "/rest/api/Orders"),
        ("next_other_host", "/ws/orders"),
        ("redirect", "/ws/orders"),
        ("redirect", "/rest/api/Orders"),
    ],
)
def test_lists_that_lie_are_not_believed(shop: Shop, both: Sides, what: str, path: str) -> None:
    placed = [shop.place(("A", 1)) for _ in range(60)]
    order = both.backmarket.order(OrderId(placed[0]))
    both.sellercloud.create_order(draft_of(order))
    with shop.world.lock:
        shop.world.tenant.add_order(number="FTP-1", company_id=COMPANY, channel=6, lines=[("A", 1, Decimal(9))])
    fault(shop, what, path, method="GET", times=None)
    with pytest.raises(RemoteMisbehaved):
        read_list(path, both, str(order.id))


def read_list(path: str, both: Sides, number: str) -> Sequence[object]:
    """Read the list that the path belongs to."""
    if path.startswith("/ws"):
        return both.backmarket.orders_in_state(OrderState.TO_ACCEPT)
    return both.sellercloud.orders_by_number([OrderNumber(number)])


def test_an_expired_token_is_renewed_and_shared(shop: Shop, both: Sides) -> None:
    shop.switch("sellercloud", token_seconds=1800)
    both.sellercloud.company_orders_readable()
    sides(shop).sellercloud.company_orders_readable()
    shop.advance(1801)
    both.sellercloud.company_orders_readable()
    logins = [entry for entry in shop.requests("sellercloud") if entry.path.endswith("/token")]
    assert len(logins) == 2


def test_the_login_can_be_proved(both: Sides) -> None:
    assert "accepts the username and password" in both.sellercloud.check_login()


def test_wrong_secrets_are_a_matter_for_a_person(shop: Shop) -> None:
    stranger = sides(shop, keys=Keys("wrong", "wrong"))
    secrets = ("/etc/bmsc/sellercloud.password", "BMSC_BACKMARKET_TOKEN")
    for check, place in zip(
        (stranger.sellercloud.check_login, stranger.backmarket.waiting_orders), secrets, strict=True
    ):
        with pytest.raises(CredentialsRefused) as caught:
            check()
        assert "wrong" not in str(caught.value)
        assert place in caught.value.next_step


def test_a_read_only_run_reads_and_writes_nothing(shop: Shop) -> None:
    reader = sides(shop, read_only=True)
    order = reader.backmarket.order(OrderId(shop.place(("A", 1))))
    reader.sellercloud.company_orders_readable()
    with pytest.raises(WriteForbidden):
        reader.sellercloud.create_order(draft_of(order))
    with pytest.raises(WriteForbidden):
        reader.backmarket.accept_line(order.id, Sku("A"))
    assert not shop.writes()
