"""How `listings sync` turns its section of the state document into values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from bmsc.domain.ids import OrderId, Sku, SkuKey
from bmsc.domain.papers import text, whole
from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling
from bmsc.planners.listing_facts import FollowedOrder, SyncMemory


@recalling.of_memory("what `listings sync` remembers")
def load(section: Mapping[str, object]) -> SyncMemory:
    """Read the section."""
    plain = cast("Mapping[str, Any]", section)
    orders = {OrderId(int(key)): _order(value) for key, value in plain.get("orders", {}).items()}
    pace = plain.get("pages_per_second")
    left = whole(plain.get("lines_left", 0))
    return SyncMemory(orders, from_text(plain.get("seen_at")), float(pace) if pace else None, left)


def dump(memory: SyncMemory) -> dict[str, object]:
    """Write the section as plain JSON values."""
    orders = {
        str(order_id): {
            "units": [list(unit) for unit in order.units],
            "covered_at": to_text(order.covered_at),
            "pools": [list(pool) for pool in order.pools],
            "left_at": to_text(order.left_at),
        }
        for order_id, order in memory.orders.items()
    }
    pace = {"pages_per_second": memory.pages_per_second} if memory.pages_per_second else {}
    left = {"lines_left": memory.lines_left} if memory.lines_left else {}
    return {"orders": orders, "seen_at": to_text(memory.seen_at), **pace, **left}


def _order(plain: Mapping[str, Any]) -> FollowedOrder:
    units = tuple((Sku(text(sku)), whole(quantity)) for sku, quantity in plain["units"])
    pools = tuple((SkuKey(text(key)), whole(quantity)) for key, quantity in plain.get("pools", ()))
    return FollowedOrder(units, from_text(plain.get("covered_at")), pools, from_text(plain.get("left_at")))
