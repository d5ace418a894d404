"""What happens in the shop while nobody looks?"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bmsc.sandbox.actors import Actors

Event = dict[str, Any]


@dataclass(frozen=True)
class Habits:
    """How likely each thing is to happen in one minute."""

    buys: float = 0.10
    pays_later: float = 0.30
    pays: float = 0.20
    cancels: float = 0.01
    refunds: float = 0.002
    ships: float = 0.08
    cancels_in_sellercloud: float = 0.003
    counts: float = 0.02
    drifts: float = 0.02


class Crowd:
    """Everybody at once, by the dice: the same crowd for the same seed and the same world."""

    def __init__(self, actors: Actors, dice: Random) -> None:
        self._actors = actors
        self._dice = dice

    def minute(self, **habits: float) -> list[Event]:
        """Let one minute's worth of things happen; returns what did. The clock is not moved."""
        wont = Habits(**habits)
        events = [
            self._buy(wont),
            self._pay(wont),
            self._cancel(wont),
            self._refund(wont),
            self._ship(wont),
            self._cancel_in_sellercloud(wont),
            self._count(wont),
            self._drift(wont),
        ]
        return [event for event in events if event]

    def _happens(self, likelihood: float) -> bool:
        return self._dice.random() < likelihood

    def _order_in(self, *states: int) -> int | None:
        orders = self._actors.buyer.orders_in(*states)
        return self._dice.choice(orders) if orders else None

    def _buy(self, wont: Habits) -> Event | None:
        if not self._happens(wont.buys):
            return None
        state = self._dice.choice((0, 10)) if self._happens(wont.pays_later) else 1
        return {"bought": self._actors.buyer.buy_something(state)}

    def _pay(self, wont: Habits) -> Event | None:
        order_id = self._order_in(0, 10)
        if order_id is None or not self._happens(wont.pays):
            return None
        self._actors.buyer.pay(order_id)
        return {"paid": order_id}

    def _cancel(self, wont: Habits) -> Event | None:
        order_id = self._order_in(1)
        if order_id is None or not self._happens(wont.cancels):
            return None
        return {"cancelled": order_id, "lines": self._actors.buyer.cancel(order_id)}

    def _refund(self, wont: Habits) -> Event | None:
        order_id = self._order_in(3)
        if order_id is None or not self._happens(wont.refunds):
            return None
        return {"refunded": order_id, "lines": self._actors.backmarket.refund(order_id)}

    def _ship(self, wont: Habits) -> Event | None:
        if not self._happens(wont.ships):
            return None
        shipped = self._actors.warehouse.ship_everything()
        return {"shipped": shipped} if shipped else None

    def _cancel_in_sellercloud(self, wont: Habits) -> Event | None:
        waiting = self._actors.warehouse.waiting()
        if not waiting or not self._happens(wont.cancels_in_sellercloud):
            return None
        number = self._dice.choice(waiting)
        self._actors.warehouse.cancel(number)
        return {"cancelled_in_sellercloud": number}

    def _count(self, wont: Habits) -> Event | None:
        if not self._happens(wont.counts):
            return None
        return {"counted": self._actors.warehouse.count_something()}

    def _drift(self, wont: Habits) -> Event | None:
        return {"drifted": self._actors.rivals.drift()} if self._happens(wont.drifts) else None
