"""Which orders Back Market is told have left: every line state, status and shipping status has its cell."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from builders import NOW, a_line, a_twin, an_order, settings
from msgspec.structs import replace

from bmsc.domain.ids import SellerCloudOrderId, Sku
from bmsc.domain.memory import KnownShipment
from bmsc.domain.orders import (
    BackMarketOrder,
    LineState,
    OrderState,
    OrderStatus,
    SellerCloudItem,
    SellerCloudOrder,
    ShippingStatus,
)
from bmsc.domain.plan import Plan, RegisterSerial, ShipOrder
from bmsc.domain.settings import PartialShipment, Settings, TrackingSettings
from bmsc.domain.shipments import NotedSerial
from bmsc.planners.order_facts import LookUp
from bmsc.planners.tracking_facts import ShipmentFacts, TrackingFacts
from bmsc.planners.tracking_push import plan

US = settings()
IMEI = "490154203237518"
NUMBER = "1Z999"

SHIP, HOLD_STATUS, CANCELLED = "ship", "hold sellercloud_status", "skip cancelled_in_sellercloud"
LEFT = {
    ShippingStatus.FULLY_SHIPPED: (SHIP, "skip shipped_without_tracking"),
    ShippingStatus.PARTIALLY_SHIPPED: ("skip partial_shipment", "skip partial_shipment"),
    ShippingStatus.UNSHIPPED: ("skip tracking_but_not_shipped", "skip not_shipped"),
    ShippingStatus.READY_FOR_PICKUP: ("skip tracking_but_not_shipped", "skip not_shipped"),
    ShippingStatus.UNKNOWN: ("skip tracking_but_not_shipped", "skip not_shipped"),
}
"""What an accepted order of a working status meets, with and without a tracking number."""
HELD = dict.fromkeys(ShippingStatus, (HOLD_STATUS, HOLD_STATUS))
ACCEPTED = {
    OrderStatus.CANCELED: dict.fromkeys(ShippingStatus, (CANCELLED, CANCELLED)),
    OrderStatus.SHOPPING_CART: HELD,
    OrderStatus.IN_PROCESS: LEFT,
    OrderStatus.COMPLETED: LEFT,
    OrderStatus.PROBLEM: LEFT,
    OrderStatus.ON_HOLD: LEFT,
    OrderStatus.QUOTE: HELD,
    OrderStatus.VOID: HELD,
    OrderStatus.UNHEARD_OF: HELD,
}


def whatever(answer: str) -> dict[OrderStatus, dict[ShippingStatus, tuple[str, str]]]:
    return {status: dict.fromkeys(ShippingStatus, (answer, answer)) for status in OrderStatus}


TABLE = {
    LineState.NEW: whatever("skip not_confirmed"),
    LineState.PAID: whatever("hold partly_accepted"),
    LineState.ACCEPTED: ACCEPTED,
    LineState.SHIPPED: whatever("skip shipped_already"),
    LineState.CANCELLED: whatever("skip nothing_wanted"),
    LineState.REFUNDED_BEFORE_SHIPPING: whatever("skip nothing_wanted"),
    LineState.REFUNDED: whatever("skip nothing_wanted"),
    LineState.NOT_PAID: whatever("skip nothing_wanted"),
    LineState.PENDING: whatever("skip not_confirmed"),
    LineState.ON_HOLD: whatever("skip not_confirmed"),
    LineState.UNHEARD_OF: whatever("skip not_confirmed"),
}
CELLS = list(product(LineState, OrderStatus, ShippingStatus, (True, False)))


def tracking(**choices: object) -> Settings:
    return replace(US, tracking=TrackingSettings(**choices))  # type: ignore[arg-type]


def to_ship(*lines: object, **fields: object) -> BackMarketOrder:
    its = list(lines) or [a_line(state=LineState.ACCEPTED)]
    return an_order(lines=its, **{"state": OrderState.TO_SHIP, **fields})  # type: ignore[arg-type]


def left(order: BackMarketOrder, **fields: object) -> SellerCloudOrder:
    shipped = {
        "status": OrderStatus.COMPLETED,
        "shipping_status": ShippingStatus.FULLY_SHIPPED,
        "tracking_numbers": (NUMBER,),
        "carrier": "UPS",
        "service": "UPS Ground",
        "shipped_at": NOW - timedelta(seconds=30),
    }
    return a_twin(order, **{**shipped, **fields})


def facts(order: BackMarketOrder, *matches: SellerCloudOrder, **fields: object) -> ShipmentFacts:
    look_up = LookUp.FOUND if matches else LookUp.ABSENT
    return replace(ShipmentFacts(order, look_up, matches), **fields)  # type: ignore[arg-type]


def decided(one: ShipmentFacts, choices: Settings = US, **more: object) -> Plan:
    return plan(replace(TrackingFacts(NOW, (one,)), **more), choices)  # type: ignore[arg-type]


def answer(result: Plan) -> str:
    kinds = [action.kind.value.removesuffix("_order") for action in result.actions]
    told = [f"skip {fact.reason}" for fact in result.skips] + [f"hold {fact.reason}" for fact in result.holds]
    return " ".join([*kinds, *told])


def call(result: Plan) -> ShipOrder:
    (action,) = (one for one in result.actions if isinstance(one, ShipOrder))
    return action


def alerts(result: Plan) -> list[str]:
    return [alert.reason for alert in result.alerts]


def test_no_cell_is_missing() -> None:
    assert set(TABLE) == set(LineState)
    assert all(set(row) == set(OrderStatus) for row in TABLE.values())
    assert all(set(cell) == set(ShippingStatus) for row in TABLE.values() for cell in row.values())


def test_every_cell() -> None:
    wrong = {}
    for line_state, status, shipping, numbered in CELLS:
        order = to_ship(a_line(state=line_state))
        match = left(order, status=status, shipping_status=shipping, tracking_numbers=(NUMBER,) if numbered else ())
        wanted = TABLE[line_state][status][shipping][0 if numbered else 1]
        if (got := answer(decided(facts(order, match)))) != wanted:
            wrong[line_state.name, status.name, shipping.name, numbered] = got
    assert not wrong


def test_the_first_parcel_may_do() -> None:
    order, first = to_ship(), tracking(partial_shipment=PartialShipment.FIRST)
    partly = left(order, status=OrderStatus.IN_PROCESS, shipping_status=ShippingStatus.PARTIALLY_SHIPPED)
    assert answer(decided(facts(order, partly), first)) == SHIP
    assert answer(decided(facts(order, replace(partly, tracking_numbers=())), first)) == "skip partial_shipment"


ONE = to_ship()
HELD_OR_LEFT = {
    "unproven": (facts(ONE, look_up=LookUp.UNPROVEN), "hold absence_unproven"),
    "absent: accepted by hand": (facts(ONE), "hold not_in_sellercloud"),
    "deleted": (facts(ONE, look_up=LookUp.DELETED), "hold deleted_in_sellercloud"),
    "two of one number": (
        facts(ONE, left(ONE), left(ONE, id=SellerCloudOrderId(7), status=OrderStatus.CANCELED)),
        "hold several_sellercloud_orders",
    ),
    "another company": (facts(ONE, left(ONE, company_id=164)), "hold other_company"),
    "split: what left is not the whole": (
        facts(ONE, left(ONE, related=(SellerCloudOrderId(9),), items=())),
        SHIP,
    ),
    "asked for by name, finished": (facts(replace(ONE, state=OrderState.FINISHED), left(ONE)), "skip not_to_ship"),
}


@pytest.mark.parametrize(("one", "wanted"), HELD_OR_LEFT.values(), ids=HELD_OR_LEFT.keys())
def test_the_first_line_that_applies(one: ShipmentFacts, wanted: str) -> None:
    assert answer(decided(one)) == wanted


def test_a_split_order_waits_for_its_other_half() -> None:
    order = to_ship(a_line("A", state=LineState.ACCEPTED), a_line("B", state=LineState.ACCEPTED))
    half = (SellerCloudItem(1, Sku("A"), 1),)
    assert (
        answer(decided(facts(order, left(order, items=half, related=(SellerCloudOrderId(9),)))))
        == "skip partial_shipment"
    )
    alone = decided(facts(order, left(order, items=half)))
    assert answer(alone) == SHIP
    assert alerts(alone) == ["lines_differ"]


NUMBERS = {
    "spaces around": ("  1Z999 ", "1Z999"),
    "no-break space, zero width, direction and byte order marks": ("\ufeff\u200b1Z\u200e999\u00a0\u2060", "1Z999"),
    "a control mark": ("1Z\x00999\x1f", "1Z999"),
    "exactly 200": ("9" * 200, "9" * 200),
}


@pytest.mark.parametrize(("raw", "sent"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_are_cleaned(raw: str, sent: str) -> None:
    assert call(decided(facts(ONE, left(ONE, tracking_numbers=(raw,))))).parcel.tracking_number == sent


@pytest.mark.parametrize("blank", [" ", "\u00a0\u200b", "\ufeff", "\t\n", ""])
def test_a_blank_number_is_none(blank: str) -> None:
    assert answer(decided(facts(ONE, left(ONE, tracking_numbers=(blank,))))) == "skip shipped_without_tracking"
    assert call(decided(facts(ONE, left(ONE, tracking_numbers=(blank, NUMBER))))).parcel.tracking_number == NUMBER


def test_a_number_that_is_too_long() -> None:
    assert answer(decided(facts(ONE, left(ONE, tracking_numbers=("9" * 250,))))) == "hold tracking_too_long"


def test_a_web_address_in_the_field() -> None:
    url = "https://track.example/1Z999"
    result = decided(facts(ONE, left(ONE, tracking_numbers=(url,))))
    assert (call(result).parcel.tracking_number, call(result).parcel.tracking_url) == (url, url)
    assert alerts(result) == ["tracking_is_a_url"]
    assert call(decided(facts(ONE, left(ONE)))).parcel.tracking_url is None


SHIP_DATES = {
    "an hour ago": (timedelta(hours=-1), True),
    "tomorrow": (timedelta(days=1), False),
    "before payment": (timedelta(days=-2), False),
}


@pytest.mark.parametrize(("shift", "sent"), SHIP_DATES.values(), ids=SHIP_DATES.keys())
def test_ship_dates(shift: timedelta, sent: bool) -> None:
    order = replace(ONE, paid_at=NOW - timedelta(days=1))
    told = call(decided(facts(order, left(order, shipped_at=NOW + shift)))).parcel.shipped_at
    assert told == (NOW + shift if sent else None)


CARRIERS = {
    ("UPS", "UPS Ground"): "UPS Ground",
    ("UPS", "UPS 2nd Day Air"): "UPS 2nd Day Air",
    ("UPS", "2nd Day Air"): "UPS 2nd Day Air",
    ("UPS", "UPS Next Day Air Saver"): "UPS next day",
    ("UPS", "nobody knows this one"): "UPS",
    ("FedEx", "FedEx 2Day"): "FedEx - 2Days",
    ("FedEx", "FedEx_Ground"): "FedEx",
    ("FedEx", "Standard Overnight"): "FedEx - Overnight",
    ("USPS", "Priority Mail"): "USPS - Priority Mail",
    ("USPS", "Priority Mail Express"): "USPS - Priority Mail Express",
    ("USPS", "First Class Mail"): "USPS - First Class",
    ("DHL", ""): "DHL",
    ("DHL Express", "Worldwide"): "DHL Express",
    ("DHL  EXPRESS", ""): "DHL  EXPRESS",
    ("royal mail", ""): "Royal Mail",
    ("Chronopost", "chronopost express"): "Chronopost Express",
}


@pytest.mark.parametrize(("told", "shipper"), CARRIERS.items(), ids=map(" / ".join, CARRIERS))
def test_our_table_of_carriers(told: tuple[str, str], shipper: str) -> None:
    result = decided(facts(ONE, left(ONE, carrier=told[0], service=told[1])))
    assert call(result).parcel.shipper == shipper
    assert result.warnings == ()


def test_the_users_own_table_comes_first() -> None:
    choices = tracking(carriers={"ups": "UPS Express", "UPS GROUND": "UPS standard", "Pigeon": "La Poste? no"})
    assert call(decided(facts(ONE, left(ONE)), choices)).parcel.shipper == "UPS standard"
    assert call(decided(facts(ONE, left(ONE, service="Air")), choices)).parcel.shipper == "UPS Express"
    assert call(decided(facts(ONE, left(ONE, carrier="pigeon", service="")), choices)).parcel.shipper == "La Poste? no"


def test_a_carrier_nobody_has_heard_of() -> None:
    result = decided(facts(ONE, left(ONE, carrier="Pigeon Post", service="Loft")))
    assert call(result).parcel.shipper == "Other"
    assert "Pigeon Post" in result.warnings[0]
    assert "Loft" in result.warnings[0]
    held = decided(facts(ONE, left(ONE, carrier="Pigeon Post", service="")), tracking(unknown_carrier=None))
    assert answer(held) == "hold unknown_carrier"


def test_backship() -> None:
    order = replace(ONE, is_backship=True, tracking_number=" BM1 ", shipper="DHL Express")
    parcel = call(decided(facts(order, left(order, carrier="UPS", tracking_numbers=())))).parcel
    assert (parcel.tracking_number, parcel.shipper) == ("BM1", "DHL Express")
    bare = replace(order, tracking_number=" ")
    assert answer(decided(facts(bare, left(bare)))) == "hold backship_without_tracking"


def noted(*texts: str, sku: str = "IP13", item: int = 0) -> tuple[NotedSerial, ...]:
    return tuple(NotedSerial(text, Sku(sku), item) for text in texts)


SERIALS = {
    "an IMEI": (noted(IMEI), (IMEI, True), []),
    "an IMEI with a wrong check digit": (noted("490154203237519"), ("490154203237519", False), []),
    "a serial number": (noted(" F2LX\u200b "), ("F2LX", False), []),
    "of another SKU": (noted(IMEI, sku="B"), None, []),
    "none": ((), None, []),
    "blank": (noted(" \u200b"), None, ["serial_not_sent"]),
    "51 characters": (noted("x" * 51), None, ["serial_not_sent"]),
    "two for one unit": (noted(IMEI, "F2LX"), None, ["serial_not_sent"]),
    "the same twice": (noted(IMEI, IMEI), (IMEI, True), []),
}


@pytest.mark.parametrize(("serials", "sent", "told"), SERIALS.values(), ids=SERIALS.keys())
def test_the_serial_of_an_only_unit_rides_in_the_ship_call(
    serials: tuple[NotedSerial, ...], sent: tuple[str, bool] | None, told: list[str]
) -> None:
    result = decided(facts(ONE, left(ONE), serials=serials))
    serial = call(result).serial
    assert ((serial.text, serial.is_imei) if serial else None) == sent
    assert answer(result) == SHIP
    assert alerts(result) == told


def test_a_serial_is_never_sent_twice() -> None:
    line = ONE.lines[0]
    again = decided(facts(ONE, left(ONE), serials=noted(IMEI)), serials_sent=frozenset({line.id}))
    assert call(again).serial is None
    assert alerts(again) == ["serial_not_sent"]
    has = replace(ONE, lines=(replace(line, imei=IMEI),))
    assert call(decided(facts(has, left(has), serials=noted(IMEI)))).serial is None


def test_serials_nobody_could_read_do_not_delay() -> None:
    result = decided(facts(ONE, left(ONE), serials_trouble="SellerCloud failed (502)"))
    assert call(result).serial is None
    assert alerts(result) == ["serials_unreadable"]


def test_serials_of_several_lines_go_first_one_by_one() -> None:
    order = to_ship(
        a_line("A", state=LineState.ACCEPTED),
        a_line("A", state=LineState.ACCEPTED),
        a_line("B", state=LineState.ACCEPTED, quantity=2),
        a_line("C", state=LineState.CANCELLED),
    )
    match = left(order)
    serials = (NotedSerial("A-1", Sku("A"), 0), NotedSerial("B-1", Sku("B"), 2), NotedSerial("A-2", Sku("A"), 1))
    first = NotedSerial("A-0", Sku("A"), 0)
    result = decided(facts(order, match, serials=(*serials, first)))
    sent = {one.line_id: one.serial.text for one in result.actions if isinstance(one, RegisterSerial)}
    assert sent == {order.lines[1].id: "A-2"}
    assert [action.kind.value for action in result.actions] == ["register_serial", "ship_order"]
    assert not RegisterSerial.blocks
    assert call(result).serial is None


def known(reason: str, hours: float) -> KnownShipment:
    since = NOW - timedelta(hours=hours)
    return KnownShipment(since, waits_for=reason, waits_since=since, expected_dispatch_at=NOW + timedelta(hours=5))


AGES = {
    "shipped without a number for 25 h": (
        {"tracking_numbers": (), "shipped_at": NOW - timedelta(hours=25)},
        None,
        True,
    ),
    "shipped without a number for 23 h": (
        {"tracking_numbers": (), "shipped_at": NOW - timedelta(hours=23)},
        None,
        False,
    ),
    "no date, seen 25 h ago": (
        {"tracking_numbers": (), "shipped_at": None},
        known("shipped_without_tracking", 25),
        True,
    ),
    "no date, seen now": ({"tracking_numbers": (), "shipped_at": None}, None, False),
    "a number for 2 h": (
        {"shipping_status": ShippingStatus.UNSHIPPED, "status": OrderStatus.IN_PROCESS},
        known("tracking_but_not_shipped", 2),
        True,
    ),
    "a number for 1 h": (
        {"shipping_status": ShippingStatus.UNSHIPPED, "status": OrderStatus.IN_PROCESS},
        known("tracking_but_not_shipped", 1),
        False,
    ),
    "something else before": (
        {"shipping_status": ShippingStatus.UNSHIPPED, "status": OrderStatus.IN_PROCESS},
        known("not_shipped", 9),
        False,
    ),
}


@pytest.mark.parametrize(("match", "before", "told"), AGES.values(), ids=AGES.keys())
def test_what_waits_too_long_is_told(match: dict[str, object], before: KnownShipment | None, told: bool) -> None:
    result = decided(facts(ONE, left(ONE, **match), known=before))
    assert alerts(result) == ([result.skips[0].reason] if told else [])
    if told and before:
        assert result.alerts[0].deadline == before.expected_dispatch_at
