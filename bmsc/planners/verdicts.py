"""The three ways a decision about one waiting order can end."""

from __future__ import annotations

from msgspec import Struct

from bmsc.domain.plan import Action, Alert, Hold, Skip


class Go(Struct, frozen=True):
    """Write, in this order; `compares_money` when its success proves SellerCloud's sums in that currency."""

    actions: tuple[Action, ...]
    alerts: tuple[Alert, ...] = ()
    currency: str = ""
    compares_money: bool = False


class Wait(Struct, frozen=True):
    """Nothing to do for this command."""

    skip: Skip


class Hindrance(Struct, frozen=True):
    """Nothing is written until a person, or a later read, settles something."""

    hold: Hold


Decision = Go | Wait | Hindrance
