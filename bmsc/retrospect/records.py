"""What does one line of the journal say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Record:
    """One line: when it was written, and by a run of which command."""

    at: datetime
    command: str


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of an order; `price` is the total for the whole quantity."""

    sku: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class OrderMet(Record):
    """An order was seen for the first time."""

    order_id: int
    paid_at: datetime | None
    market: str
    currency: str
    lines: tuple[Bought, ...]


@dataclass(frozen=True, slots=True)
class OrderStep(Record):
    """Something was done about an order. `ours` when its SellerCloud order is one that we made."""

    order_id: int
    kind: str
    outcome: str
    ours: bool
    undone: bool
    """Whether the step found the whole order cancelled and took it back."""


@dataclass(frozen=True, slots=True)
class FactTold(Record):
    """A person was told, or reminded, of a hold or alert; a `passing` one is never seen again.

    A journal of before told no beginning, and called everything a hold.
    """

    kind: str
    subject: str
    reason: str
    first_seen: datetime | None
    passing: bool


@dataclass(frozen=True, slots=True)
class FactGone(Record):
    """A hold or alert is over, or a person released it."""

    subject: str
    reason: str
    first_seen: datetime | None


@dataclass(frozen=True, slots=True)
class PriceSeen(Record):
    """How a price stands against the market; with `written`, the price that was asked at that moment."""

    sku: str
    locale: str
    currency: str
    price: Decimal | None
    buybox: Decimal | None
    minimum: Decimal | None
    default: Decimal | None
    contest: str
    reason: str
    written: bool
    before: Decimal | None = None
    """What Back Market showed before a price that was written."""


@dataclass(frozen=True, slots=True)
class Reach(Record):
    """How far one repricing reached: listings worth a question, asked, answered, and the age of what is known."""

    worth_asking: int
    asked: int
    answered: int
    never_checked: int
    oldest_check: datetime | None
    median_check: datetime | None
    standings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RunEnded(Record):
    """A live run is over. `lines` are the listing lines of the hour before its end, by use, of all commands."""

    started_at: datetime
    exit_code: int
    requests: Mapping[str, int]
    lines: Mapping[str, int]
    waited_seconds: float
    narrowed: bool


@dataclass(frozen=True, slots=True)
class LockedOut(Record):
    """A run found another one of its command alive and went."""
