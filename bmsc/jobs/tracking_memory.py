"""How `tracking push` turns its section of the state document into values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from msgspec.structs import asdict, replace

from bmsc.domain.ids import OrderId, OrderLineId, OrderNumber, SellerCloudOrderId
from bmsc.domain.intents import Intent
from bmsc.domain.memory import KnownShipment, Sentinel, ShipmentsMemory
from bmsc.domain.papers import moment, text, whole
from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling

SERIAL_LINE = "serial_line"
"""The key of an intent's data that names the line whose serial number was sent."""
Plain = Mapping[str, Any]


@recalling.of_memory("what `tracking push` remembers")
def load(section: Mapping[str, object], intents: Iterable[Intent]) -> ShipmentsMemory:
    """Read the section; an intent that a killed run left behind counts as remembered."""
    plain = cast("Plain", section)
    sent = {OrderLineId(int(key)): moment(at) for key, at in plain.get("serials_sent", {}).items()}
    memory = ShipmentsMemory(
        orders={OrderId(int(key)): _known(value) for key, value in plain.get("orders", {}).items()},
        sentinels=sentinels(section),
        serials_sent=sent,
    )
    return with_intents(memory, intents)


@recalling.of_intents("an intent of `tracking push`")
def with_intents(memory: ShipmentsMemory, intents: Iterable[Intent]) -> ShipmentsMemory:
    """Fold in every line a serial number was announced for: whatever became of it, it is not sent again."""
    announced = {
        OrderLineId(int(str(intent.data[SERIAL_LINE]))): intent.at for intent in intents if intent.data.get(SERIAL_LINE)
    }
    return replace(memory, serials_sent={**announced, **memory.serials_sent})


@recalling.of_memory("the numbers known to be in SellerCloud")
def sentinels(section: Mapping[str, object]) -> tuple[Sentinel, ...]:
    """Read the numbers known to be in SellerCloud."""
    plain = cast("Plain", section)
    return tuple(Sentinel(OrderNumber(text(n)), SellerCloudOrderId(whole(i))) for n, i in plain.get("sentinels", ()))


def dump(memory: ShipmentsMemory) -> dict[str, object]:
    """Write the section as plain JSON values."""
    return {
        "orders": {str(order_id): _plain(known) for order_id, known in memory.orders.items()},
        "sentinels": [[one.number, one.sellercloud_id] for one in memory.sentinels],
        "serials_sent": {str(line_id): to_text(at) for line_id, at in memory.serials_sent.items()},
    }


def _known(plain: Plain) -> KnownShipment:
    return KnownShipment(
        first_seen=moment(plain["first_seen"]),
        expected_dispatch_at=from_text(plain.get("expected_dispatch_at")),
        waits_for=str(plain.get("waits_for", "")),
        waits_since=from_text(plain.get("waits_since")),
        shipped=bool(plain.get("shipped")),
    )


def _plain(known: KnownShipment) -> dict[str, object]:
    return asdict(known) | {
        "first_seen": to_text(known.first_seen),
        "expected_dispatch_at": to_text(known.expected_dispatch_at),
        "waits_since": to_text(known.waits_since),
    }
