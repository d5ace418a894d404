"""What does one line of the journal say?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class Record(Struct, frozen=True):
    """One line: when it was written, and by a run of which command."""

    at: datetime
    command: str


class Bought(Struct, frozen=True):
    """One line of an order; `price` is the total for the whole quantity."""

    sku: str
    quantity: int
    price: Decimal


class OrderMet(Record, frozen=True):
    """An order was seen for the first time."""

    order_id: int
    paid_at: datetime | None
    market: str
    currency: str
    lines: tuple[Bought, ...]


class OrderStep(Record, frozen=True):
    """Something was done about an order. `ours` when its SellerCloud order is one that we made."""

    order_id: int
    kind: str
    outcome: str
    ours: bool
    undone: bool
    """Whether the step found the whole order cancelled and took it back."""


class FactTold(Record, frozen=True):
    """A person was told, or reminded, of a hold or alert; a `passing` one is never seen again.

    A journal of before told no beginning, and called everything a hold.
    """

    kind: str
    subject: str
    reason: str
    first_seen: datetime | None
    passing: bool


class FactGone(Record, frozen=True):
    """A hold or alert is over, or a person released it."""

    subject: str
    reason: str
    first_seen: datetime | None


class PriceSeen(Record, frozen=True):
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


class Reach(Record, frozen=True):
    """How far one repricing reached: listings worth a question, asked, answered, and the age of what is known."""

    worth_asking: int
    asked: int
    answered: int
    never_checked: int
    oldest_check: datetime | None
    median_check: datetime | None
    standings: Mapping[str, int]


class RunEnded(Record, frozen=True):
    """A live run is over. `lines` are the listing lines of the hour before its end, by use, of all commands."""

    started_at: datetime
    exit_code: int
    requests: Mapping[str, int]
    lines: Mapping[str, int]
    waited_seconds: float
    narrowed: bool


class LockedOut(Record, frozen=True):
    """A run found another one of its command alive and went."""
