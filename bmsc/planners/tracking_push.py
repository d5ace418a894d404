"""Which orders Back Market is told have left, and why not the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.ids import OrderLineId, order_subject
from bmsc.domain.orders import (
    WAITING_LINE_STATES,
    LineState,
    OrderState,
    OrderStatus,
    SellerCloudOrder,
    ShippingStatus,
)
from bmsc.domain.plan import Action, Alert, Chain, Hold, Plan, RegisterSerial, ShipOrder, Skip
from bmsc.domain.settings import PartialShipment
from bmsc.domain.shipments import UnitSerial
from bmsc.planners import existing_order, parcels, unit_serials
from bmsc.planners.order_facts import LookUp
from bmsc.planners.parcels import Flaw, Packed
from bmsc.planners.tracking_facts import ShipmentFacts, TrackingFacts
from bmsc.planners.verdicts import Hindrance, Wait

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

NUMBER_MISSING_FOR = timedelta(hours=24)
"""How long a shipped order may lack a tracking number before a person is told."""
SHIPMENT_MISSING_FOR = timedelta(hours=2)
"""How long an order may carry a tracking number without counting as shipped before a person is told."""
_LEAVES_THE_HOUSE = frozenset({OrderStatus.IN_PROCESS, OrderStatus.COMPLETED, OrderStatus.PROBLEM, OrderStatus.ON_HOLD})


class Ship(Struct, frozen=True):
    """Tell Back Market that this order left, as SellerCloud's only match shows it."""

    match: SellerCloudOrder
    packed: Packed


Verdict = Ship | Wait | Hindrance


def plan(facts: TrackingFacts, settings: Settings) -> Plan:
    """Decide every order to ship."""
    decided = [(one, decide(one, facts.now, settings)) for one in facts.orders]
    shipped = [(one, verdict) for one, verdict in decided if isinstance(verdict, Ship)]
    serials = [unit_serials.sendable(one, facts.serials_sent, settings) for one, _ in shipped]
    chains = [_chain(one, ship, found.of_line) for (one, ship), found in zip(shipped, serials, strict=True)]
    return Plan(
        chains=tuple(chains),
        skips=tuple(verdict.skip for _, verdict in decided if isinstance(verdict, Wait)),
        holds=tuple(verdict.hold for _, verdict in decided if isinstance(verdict, Hindrance)),
        alerts=(
            *(alert for found in serials for alert in found.alerts),
            *(alert for one, ship in shipped for alert in _remarks(one, ship, settings)),
            *(alert for one, verdict in decided for alert in _overdue(one, verdict, facts.now)),
        ),
        warnings=tuple(_unmapped(shipped)),
    )


def decide(one: ShipmentFacts, now: datetime, settings: Settings) -> Verdict:
    """Decide one order from what both sides say now; the first line that applies wins."""
    if waits := _not_to_ship(one):
        return waits
    if any(line.state is LineState.PAID for line in one.order.live_lines):
        detail = f"accepted in part; `bmsc orders pull --order {one.order.id}` accepts the rest"
        return _hold(one, "partly_accepted", detail)
    if not one.matches:
        return _absent(one)
    if len(one.matches) > 1:
        ids = ", ".join(str(match.id) for match in one.matches)
        return _hold(one, "several_sellercloud_orders", f"SellerCloud orders {ids} carry its number; keep one")
    match = one.matches[0]
    if match.company_id != settings.sellercloud.company_id:
        return _hold(one, "other_company", f"SellerCloud order {match.id} belongs to company {match.company_id}")
    if match.is_cancelled:
        detail = f"SellerCloud order {match.id} is cancelled: left to `bmsc cancel sync`"
        return _wait(one, "cancelled_in_sellercloud", detail)
    if match.status not in _LEAVES_THE_HOUSE:
        return _hold(one, "sellercloud_status", f"SellerCloud order {match.id} stands at {match.status.name}")
    return _by_shipping(one, match, now, settings)


def has_left(match: SellerCloudOrder, settings: Settings) -> bool:
    """Say whether an order in SellerCloud counts as shipped."""
    first = settings.tracking.partial_shipment is PartialShipment.FIRST
    enough = {ShippingStatus.FULLY_SHIPPED} | ({ShippingStatus.PARTIALLY_SHIPPED} if first else set())
    return match.status in _LEAVES_THE_HOUSE and match.shipping_status in enough


def _not_to_ship(one: ShipmentFacts) -> Wait | None:
    order = one.order
    if not order.live_lines:
        return _wait(one, "nothing_wanted", "every line was cancelled or refunded on Back Market")
    states = {line.state for line in order.live_lines}
    if states & WAITING_LINE_STATES:
        return _wait(one, "not_confirmed", "Back Market still waits for a payment or check of one of its lines")
    if LineState.PAID in states and order.state is not OrderState.TO_SHIP:
        return _wait(one, "not_accepted", "a line still waits for acceptance: left to `bmsc orders pull`")
    if states == {LineState.SHIPPED}:
        return _wait(one, "shipped_already", "Back Market shows it as shipped")
    if order.state is not OrderState.TO_SHIP:
        return _wait(one, "not_to_ship", f"Back Market has it in state {order.state.name}")
    return None


def _absent(one: ShipmentFacts) -> Hindrance:
    if one.look_up is LookUp.UNPROVEN:
        return _hold(one, "absence_unproven", "SellerCloud's answer missed an order known to be there: not believed")
    again = f"`bmsc orders pull --order {one.order.id}` creates it"
    if one.look_up is LookUp.DELETED:
        return _hold(one, "deleted_in_sellercloud", f"was deleted in SellerCloud; {again} again")
    return _hold(one, "not_in_sellercloud", f"is accepted, and not in SellerCloud; accepted by hand? {again}")


def _by_shipping(one: ShipmentFacts, match: SellerCloudOrder, now: datetime, settings: Settings) -> Verdict:
    number = parcels.number_of(match)
    if match.shipping_status is ShippingStatus.FULLY_SHIPPED and not _split(one, match, settings):
        if number or one.order.is_backship:
            return _packed(one, match, now, settings)
        return _wait(one, "shipped_without_tracking", f"SellerCloud order {match.id} left without a tracking number")
    if match.is_shipped:
        if settings.tracking.partial_shipment is PartialShipment.FIRST and (number or one.order.is_backship):
            return _packed(one, match, now, settings)
        return _wait(one, "partial_shipment", f"SellerCloud order {match.id} has left in part; the rest is waited for")
    if number:
        detail = f"SellerCloud order {match.id} has a tracking number and stands at {match.shipping_status.name}"
        return _wait(one, "tracking_but_not_shipped", detail)
    return _wait(one, "not_shipped", f"SellerCloud order {match.id} has not left")


def _split(one: ShipmentFacts, match: SellerCloudOrder, settings: Settings) -> bool:
    """A split-off part travels under an order of its own: what stayed is not the whole."""
    return bool(match.related) and _lacks_units(one, match, settings)


def _lacks_units(one: ShipmentFacts, match: SellerCloudOrder, settings: Settings) -> bool:
    return bool(match.items) and bool(existing_order.compare_lines(one.order, match, settings)[1])


def _packed(one: ShipmentFacts, match: SellerCloudOrder, now: datetime, settings: Settings) -> Verdict:
    packed = parcels.pack(one.order, match, settings.tracking, now=now)
    if isinstance(packed, Flaw):
        return _hold(one, packed.reason, packed.detail)
    return Ship(match, packed)


def _chain(one: ShipmentFacts, ship: Ship, serials: dict[OrderLineId, UnitSerial]) -> Chain:
    return Chain(order_subject(one.order.id), tuple(_actions(one, ship, serials)))


def _actions(one: ShipmentFacts, ship: Ship, serials: dict[OrderLineId, UnitSerial]) -> Iterator[Action]:
    subject, order, parcel = order_subject(one.order.id), one.order, ship.packed.parcel
    together = len(order.lines) == 1  # the ship call takes the serial of an order with one line and one unit only
    for line_id, serial in serials.items() if not together else ():
        what = "IMEI" if serial.is_imei else "serial number"
        detail, twin = f"{what} of line {line_id}", ship.match.id
        yield RegisterSerial(subject, detail, order=order, sellercloud_id=twin, line_id=line_id, serial=serial)
    yield ShipOrder(
        subject,
        f"{parcel.tracking_number} by {parcel.shipper}, SellerCloud order {ship.match.id}",
        order=order,
        sellercloud_id=ship.match.id,
        parcel=parcel,
        serial=serials.get(order.lines[0].id) if together else None,
    )


def _remarks(one: ShipmentFacts, ship: Ship, settings: Settings) -> Iterator[Alert]:
    subject = order_subject(one.order.id)
    if parcels.is_url(ship.packed.parcel.tracking_number):
        detail = f"the tracking number of SellerCloud order {ship.match.id} is a web address; it was sent as it is"
        yield Alert(subject, "tracking_is_a_url", detail, one.deadline)
    if _lacks_units(one, ship.match, settings) and not ship.match.related:
        detail = f"SellerCloud order {ship.match.id} left with fewer units than Back Market sold"
        yield Alert(subject, "lines_differ", detail, one.deadline)


def _overdue(one: ShipmentFacts, verdict: Verdict, now: datetime) -> Iterator[Alert]:
    if not isinstance(verdict, Wait):
        return
    skip = verdict.skip
    since = one.waits_since(skip.reason, now)
    if skip.reason == "shipped_without_tracking":
        since = min(since, one.matches[0].shipped_at or since)
        late = now - since >= NUMBER_MISSING_FOR
    else:
        late = skip.reason == "tracking_but_not_shipped" and now - since >= SHIPMENT_MISSING_FOR
    if late:
        detail = f"{skip.detail}, since {since:%Y-%m-%d %H:%M} UTC"
        yield Alert(skip.subject, skip.reason, detail, one.deadline)


def _unmapped(shipped: Iterable[tuple[ShipmentFacts, Ship]]) -> Iterator[str]:
    named = {ship.packed.unmapped: ship.packed.parcel.shipper for _, ship in shipped if ship.packed.unmapped}
    for text, shipper in sorted(named.items()):
        yield f"{text} is no Back Market shipper: sent as {shipper}; add it to [tracking.carriers]"


def _hold(one: ShipmentFacts, reason: str, detail: str) -> Hindrance:
    return Hindrance(Hold(order_subject(one.order.id), reason, detail, one.deadline))


def _wait(one: ShipmentFacts, reason: str, detail: str) -> Wait:
    return Wait(Skip(order_subject(one.order.id), reason, detail))
