"""What the road needs from the outside: the two platforms, the clock and our own memory.

Every remote method raises the exceptions of `bmsc.errors`: `RemoteUnavailable` when the platform cannot be
reached or throttles (for a write: surely nothing was applied), `RemoteMisbehaved` for an answer that
cannot be believed, `CredentialsRefused`, `NotFound`; a write also raises `Refused` when the platform surely
did not do it and `OutcomeUnknown` when nobody can tell (timeout, cut connection, any 5xx).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bmsc.domain.ids import OrderId, OrderLineId, OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.intents import Intent
from bmsc.domain.listings import ProductsAnswer
from bmsc.domain.orders import (
    BackMarketOrder,
    NumbersAnswer,
    OrderDraft,
    OrderState,
    OrderStatus,
    SellerCloudOrder,
    ShippingStatus,
    UnreadableOrder,
)
from bmsc.domain.shipments import NotedSerial, Parcel, UnitSerial


class Clock(Protocol):
    """The time, so that days can be simulated."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


class BackMarketReader(Protocol):
    """What is read on Back Market."""

    def orders_in_state(self, state: OrderState, *, changed_since: datetime | None = None) -> Sequence[BackMarketOrder]:
        """Read every order in a state, all pages, each order once; only those changed since a moment if given."""
        ...

    def waiting_orders(self) -> tuple[Sequence[BackMarketOrder], Sequence[UnreadableOrder]]:
        """Read every order that waits for acceptance; a row that cannot be believed hides no other order."""
        ...

    def order(self, order_id: OrderId) -> BackMarketOrder:
        """Read one order."""
        ...


class BackMarketWriter(BackMarketReader, Protocol):
    """What is written on Back Market, by someone who also reads."""

    def accept_line(self, order_id: OrderId, sku: Sku) -> BackMarketOrder:
        """Accept the lines of one SKU; answers with the order as it then stands."""
        ...

    def cancel_line(self, order_id: OrderId, sku: Sku, *, message: str = "") -> BackMarketOrder:
        """Cancel the lines of one SKU that were not accepted; answers with the order as it then stands."""
        ...

    def refund_line(self, order_id: OrderId, sku: Sku, *, message: str = "") -> BackMarketOrder:
        """Refund the accepted lines of one SKU; answers with the order as it then stands."""
        ...

    def ship_order(self, order_id: OrderId, parcel: Parcel, serial: UnitSerial | None = None) -> BackMarketOrder:
        """Tell that the whole order has left; answers with the order as it then stands."""
        ...

    def register_serial(self, line_id: OrderLineId, serial: UnitSerial) -> None:
        """Write what identifies a line's only unit; Back Market takes it once and never corrects it."""
        ...


class SellerCloudReader(Protocol):
    """What is read in SellerCloud."""

    def orders_by_number(
        self, numbers: Sequence[OrderNumber], *, beside: Sequence[OrderNumber] = ()
    ) -> Sequence[NumbersAnswer]:
        """Find orders of any company by their channel order number; list rows, one answer per batch.

        `beside` rides in every batch: numbers known to be there, whose absence discredits the answer.
        """
        ...

    def order(self, order_id: SellerCloudOrderId) -> SellerCloudOrder:
        """Read one order by SellerCloud's own id: immediate, where lists may lag."""
        ...

    def company_orders_readable(self) -> None:
        """Raise unless the company's order list answers in its proper shape."""
        ...

    def company_orders(
        self,
        channel: int,
        status: OrderStatus,
        *,
        shipping: ShippingStatus | None = None,
        updated_since: datetime | None = None,
    ) -> Sequence[SellerCloudOrder]:
        """List our company's orders of a channel that stand at a status, all pages, each row checked."""
        ...

    def serials(self, order_id: SellerCloudOrderId) -> Sequence[NotedSerial]:
        """Read the serial numbers that the warehouse noted for an order's units."""
        ...

    def products(self, skus: Iterable[Sku]) -> ProductsAnswer:
        """Read the products of the SKUs given, of whatever company, in batches."""
        ...


class SellerCloudWriter(SellerCloudReader, Protocol):
    """What is written in SellerCloud, by someone who also reads."""

    def create_order(self, draft: OrderDraft) -> SellerCloudOrderId:
        """Create an order and answer with its id."""
        ...

    def receive_payment(self, order_id: SellerCloudOrderId, amount: Decimal, *, reference: str) -> None:
        """Record a manual payment; twice would record two."""
        ...

    def cancel_order(self, order_id: SellerCloudOrderId) -> bool:
        """Set an order to Canceled; says whether SellerCloud lists it as updated."""
        ...

    def mark_channel_notified(self, order_id: SellerCloudOrderId) -> None:
        """Mark an order's channel as told of the shipment; twice changes nothing."""
        ...


class Intents(Protocol):
    """The write-ahead list of one command: on disk before and after every write that must not happen twice."""

    def all(self) -> Sequence[Intent]:
        """Give every intent since the last compaction, oldest first."""
        ...

    def open(self, kind: str, subject: str, data: Mapping[str, object]) -> str:
        """Put an intent on disk, fsynced, before the write; answers with its id."""
        ...

    def settle(self, intent_id: str, how: str, learned: Mapping[str, object]) -> None:
        """Put the outcome on disk, fsynced, after the write; `how` is a verdict or "refused"."""
        ...

    def compact(self) -> None:
        """Drop settled intents; call only after what they taught has been saved."""
        ...


class Memory(Protocol):
    """One command's own section of the state document."""

    def load(self) -> dict[str, object]:
        """Read the section; empty only when there never was one."""
        ...

    def load_other(self, command: str) -> dict[str, object]:
        """Read another command's section."""
        ...

    def save(self, section: Mapping[str, object]) -> None:
        """Write the section by read, merge and rename, fsynced; nothing is written when nothing changed."""
        ...


class Journal(Protocol):
    """The append-only audit."""

    def write(self, event: str, fields: Mapping[str, object]) -> None:
        """Append one event of this run."""
        ...


class OrderLocks(Protocol):
    """One lock per order around its writes, across commands."""

    @property
    def waited_seconds(self) -> float:
        """Sum up how long this run's workers have waited for others to let go of an order."""
        ...

    def hold(self, order_id: int) -> AbstractContextManager[None]:
        """Wait until no other process writes to the order."""
        ...
