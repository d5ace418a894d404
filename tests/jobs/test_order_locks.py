"""While a command writes about an order, no other process may: the order's lock is held at every such write."""

from __future__ import annotations

import pytest
from accepted import accepted, cancel, ship
from shops import Shop

from bmsc.state import locks


class Watch:
    """Somebody at the platforms' door who notes whether an order was locked when a write about it arrived."""

    def __init__(self) -> None:
        self.held: set[int] = set()
        self.seen: list[bool] = []

    def look(self, order_id: int) -> None:
        """Note whether the order is locked just now."""
        self.seen.append(order_id in self.held)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    enter, leave = locks.OrderLock.__enter__, locks.OrderLock.__exit__

    def entered(lock: locks.OrderLock) -> None:
        enter(lock)
        watch.held.add(lock._slot)

    def left(lock: locks.OrderLock, *args: object) -> None:
        watch.held.discard(lock._slot)
        leave(lock, *args)

    monkeypatch.setattr(locks.OrderLock, "__enter__", entered)
    monkeypatch.setattr(locks.OrderLock, "__exit__", left)
    return watch


@pytest.mark.parametrize(("command", "writes"), [("orders pull", 3), ("tracking push", 1), ("cancel sync", 1)])
def test_every_write_about_an_order_is_made_under_its_lock(shop: Shop, watch: Watch, command: str, writes: int) -> None:
    order_id = shop.place(("A", 1)) if command == "orders pull" else accepted(shop)
    if command == "tracking push":
        ship(shop, order_id)
    elif command == "cancel sync":
        cancel(shop, order_id)
    shop.world.actors.watch = watch  # type: ignore[attr-defined]
    for method in ("POST", "PUT"):
        args = {"actor": "watch", "action": "look", "args": {"order_id": order_id}}
        shop.world.faults.add("act_before", method=method, path="rders", times=None, args=args)
    shop.run(command)
    assert watch.seen == [True] * writes
