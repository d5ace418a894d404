"""The three ways a decision about one waiting order can end."""

from __future__ import annotations

from dataclasses import dataclass

from bmsc.domain.plan import Action, Alert, Hold, Skip


@dataclass(frozen=True)
class Go:
    """Write, in this order; `compares_money` when its success proves SellerCloud's sums in that currency."""

    actions: tuple[Action, ...]
    alerts: tuple[Alert, ...] = ()
    currency: str = ""
    compares_money: bool = False


@dataclass(frozen=True)
class Wait:
    """Nothing to do for this command."""

    skip: Skip


@dataclass(frozen=True)
class Hindrance:
    """Nothing is written until a person, or a later read, settles something."""

    hold: Hold


Decision = Go | Wait | Hindrance
