"""Which serial number belongs to which order line, and which of them may be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.ids import OrderLineId, SkuKey, order_subject, sku_key
from bmsc.domain.orders import BackMarketOrder, OrderLine, SellerCloudItem, SellerCloudOrder
from bmsc.domain.plan import Alert
from bmsc.domain.shipments import LONGEST_SERIAL_NUMBER, NotedSerial, UnitSerial
from bmsc.planners import drafts, parcels
from bmsc.planners.tracking_facts import ShipmentFacts

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings


class Sendable(Struct, frozen=True):
    """The serial numbers to send per line, and what a person must know of the others."""

    of_line: dict[OrderLineId, UnitSerial]
    alerts: tuple[Alert, ...] = ()


def sendable(one: ShipmentFacts, sent: frozenset[OrderLineId], settings: Settings) -> Sendable:
    """Give each live line of one unit its serial number, unless it has one or one was ever sent for it."""
    order = one.order
    if one.serials_trouble:
        detail = f"shipped without its serial numbers: {one.serials_trouble}"
        return Sendable({}, (Alert(order_subject(order.id), "serials_unreadable", detail, one.deadline),))
    found: dict[OrderLineId, UnitSerial] = {}
    alerts: list[Alert] = []
    for line in order.live_lines:
        if line.quantity != 1 or line.imei or line.serial_number or not one.serials:
            continue
        verdict = _verdict(line, one, one.serials, sent, settings)
        if isinstance(verdict, UnitSerial):
            found[line.id] = verdict
        elif verdict:
            alerts.append(Alert(order_subject(order.id), "serial_not_sent", verdict, one.deadline))
    return Sendable(found, tuple(alerts))


def _verdict(
    line: OrderLine,
    one: ShipmentFacts,
    serials: Sequence[NotedSerial],
    sent: frozenset[OrderLineId],
    settings: Settings,
) -> UnitSerial | str | None:
    noted = _noted_for(line, one.order, one.matches[0], serials, settings)
    wanted = sku_key(drafts.sellercloud_sku(line.sku, settings))
    if not noted and any(not serial.item_id and sku_key(serial.sku) == wanted for serial in serials):
        return f"line {line.id} ({line.sku}): SellerCloud does not say which of its lines a serial number belongs to"
    return _only(noted, line, sent)


def _only(noted: Sequence[NotedSerial], line: OrderLine, sent: frozenset[OrderLineId]) -> UnitSerial | str | None:
    if not noted:
        return None
    about = f"line {line.id} ({line.sku})"
    if line.id in sent:
        return f"{about}: a serial number was sent before and is not shown; it can be written only once"
    texts = list(dict.fromkeys(parcels.clean(one.text) for one in noted))
    if len(texts) > 1:
        return f"{about}: SellerCloud notes {len(texts)} serial numbers for one unit"
    if not texts[0]:
        return f"{about}: SellerCloud notes a blank serial number"
    if len(texts[0]) > LONGEST_SERIAL_NUMBER:
        return f"{about}: its serial number has {len(texts[0])} characters, Back Market takes {LONGEST_SERIAL_NUMBER}"
    return UnitSerial(texts[0])


def _noted_for(
    line: OrderLine, order: BackMarketOrder, match: SellerCloudOrder, serials: Iterable[NotedSerial], settings: Settings
) -> list[NotedSerial]:
    """Find a line's serials by the line id that SellerCloud keeps, else by its SKU where only one line has it."""
    items = match.items or ()
    mine = {item.id for item in items if item.reference_id == str(line.id)}
    wanted = sku_key(drafts.sellercloud_sku(line.sku, settings))
    alone = Counter(sku_key(one.sku) for one in order.live_lines)[sku_key(line.sku)] == 1
    if not mine and alone:
        mine = {item.id for item in items if wanted in _names(item)}
    named = {name for item in items if item.id in mine for name in _names(item)} | ({wanted} if alone else set())
    return [one for one in serials if _belongs(one, mine, named if alone else frozenset())]


def _belongs(serial: NotedSerial, items: set[int], names: Iterable[SkuKey]) -> bool:
    return serial.item_id in items if serial.item_id else sku_key(serial.sku) in names


def _names(item: SellerCloudItem) -> set[SkuKey]:
    return {sku_key(name) for name in (item.sku, *item.also_known_as)}
