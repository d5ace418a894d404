"""How `cancel sync` turns its section of the state document into values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from bmsc.domain.ids import OrderId
from bmsc.domain.memory import CancelMemory
from bmsc.domain.orders import OrderStatus, SellerCloudOrder
from bmsc.domain.times import from_text, to_text
from bmsc.jobs import recalling, tracking_memory

Plain = Mapping[str, Any]


@recalling.of_memory("what `cancel sync` remembers")
def load(section: Mapping[str, object]) -> CancelMemory:
    """Read the section."""
    plain = cast("Plain", section)
    return CancelMemory(
        sentinels=tracking_memory.sentinels(section),
        settled={str(key): at for key, at in _moments(plain, "settled")},
        foreign=_by_order(plain, "foreign"),
        finished=_by_order(plain, "finished"),
        dispatch=_by_order(plain, "dispatch"),
    )


def dump(memory: CancelMemory) -> dict[str, object]:
    """Write the section as plain JSON values."""
    return {
        "sentinels": [[one.number, one.sellercloud_id] for one in memory.sentinels],
        "settled": {key: to_text(at) for key, at in memory.settled.items()},
        "foreign": {str(key): to_text(at) for key, at in memory.foreign.items()},
        "finished": {str(key): to_text(at) for key, at in memory.finished.items()},
        "dispatch": {str(key): to_text(at) for key, at in memory.dispatch.items()},
    }


def standing(order_id: OrderId, twins: Iterable[SellerCloudOrder]) -> str:
    """Word how an order stands in SellerCloud: when that changes, it is asked for again."""
    return _worded(order_id, (twin.status for twin in twins))


def ended(order_id: OrderId, twins: int) -> str:
    """Word how an order stands whose SellerCloud orders are all cancelled."""
    return _worded(order_id, [OrderStatus.CANCELED] * twins)


def _worded(order_id: OrderId, statuses: Iterable[OrderStatus]) -> str:
    return f"{order_id} {','.join(sorted(status.name for status in statuses))}"


def _by_order(plain: Plain, key: str) -> dict[OrderId, datetime]:
    return {OrderId(int(order_id)): at for order_id, at in _moments(plain, key)}


def _moments(plain: Plain, key: str) -> list[tuple[str, datetime]]:
    return [(name, at) for name, text in plain.get(key, {}).items() if (at := from_text(text))]
