"""How `orders pull` turns its section of the state document into values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from msgspec.structs import asdict, replace

from bmsc.domain.ids import OrderId, OrderNumber, SellerCloudOrderId, SkuKey
from bmsc.domain.intents import Intent
from bmsc.domain.memory import KnownOrder, OrdersMemory, Sentinel
from bmsc.domain.papers import moment, text, whole
from bmsc.domain.plan import Kind
from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling

Plain = Mapping[str, Any]
COMMAND = "orders pull"
"""Whose section it is."""


@recalling.of_memory("what `orders pull` remembers")
def load(section: Mapping[str, object]) -> OrdersMemory:
    """Read the section."""
    plain = cast("Plain", section)
    return OrdersMemory(
        orders={OrderId(int(key)): _known(value) for key, value in plain.get("orders", {}).items()},
        sentinels=tuple(
            Sentinel(OrderNumber(text(n)), SellerCloudOrderId(whole(i))) for n, i in plain.get("sentinels", ())
        ),
        proven_currencies=frozenset(map(text, plain.get("proven_currencies", ()))),
    )


def dump(memory: OrdersMemory) -> dict[str, object]:
    """Write the section as plain JSON values."""
    return {
        "orders": {str(order_id): _plain(known) for order_id, known in memory.orders.items()},
        "sentinels": [[one.number, one.sellercloud_id] for one in memory.sentinels],
        "proven_currencies": sorted(memory.proven_currencies),
    }


@recalling.of_intents("an intent of `orders pull`")
def with_intents(memory: OrdersMemory, intents: Iterable[Intent]) -> OrdersMemory:
    """Fold what settled intents taught into the memory: the last run may have been killed before it saved."""
    orders = dict(memory.orders)
    for intent in intents:
        if intent.is_open or intent.settled == "refused" or not intent.learned:
            continue
        order_id = OrderId(int(intent.subject.partition(":")[2]))
        orders[order_id] = _taught(orders.get(order_id) or KnownOrder(first_seen=intent.at), intent)
    return replace(memory, orders=orders)


def _taught(known: KnownOrder, intent: Intent) -> KnownOrder:
    learned = cast("Plain", intent.learned)
    if intent.kind == Kind.CREATE_ORDER and learned.get("sellercloud_id"):
        sellercloud_id = SellerCloudOrderId(whole(learned["sellercloud_id"]))
        return replace(
            known, sellercloud_id=sellercloud_id, created_by_us=True, absent_since=None, created_at=intent.at
        )
    return known


def _known(plain: Plain) -> KnownOrder:
    return KnownOrder(
        first_seen=moment(plain["first_seen"]),
        sellercloud_id=SellerCloudOrderId(whole(plain["sellercloud_id"])) if plain.get("sellercloud_id") else None,
        created_by_us=bool(plain.get("created_by_us")),
        finished=bool(plain.get("finished")),
        expected_dispatch_at=from_text(plain.get("expected_dispatch_at")),
        absent_since=from_text(plain.get("absent_since")),
        created_at=from_text(plain.get("created_at")),
        units={SkuKey(text(key)): whole(units) for key, units in plain.get("units", {}).items()},
    )


def _plain(known: KnownOrder) -> dict[str, object]:
    return asdict(known) | {
        "first_seen": to_text(known.first_seen),
        "expected_dispatch_at": to_text(known.expected_dispatch_at),
        "absent_since": to_text(known.absent_since),
        "created_at": to_text(known.created_at),
        "units": dict(known.units),
    }
