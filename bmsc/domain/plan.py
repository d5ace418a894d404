"""What a run intends: inert, typed actions in chains, and a reason for everything left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field

from bmsc.domain.ids import OrderId, OrderLineId, OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.orders import BackMarketOrder, OrderDraft
from bmsc.domain.shipments import Parcel, UnitSerial

if TYPE_CHECKING:
    from bmsc.domain.creations import Readiness
    from bmsc.domain.reading import Reading


class Kind(StrEnum):
    """The kinds of action, as reports and the journal spell them."""

    CREATE_ORDER = "create_order"
    ADOPT_ORDER = "adopt_order"
    PAY_ORDER = "pay_order"
    ACCEPT_LINE = "accept_line"
    CANCEL_SC_ORDER = "cancel_sc_order"
    SHIP_ORDER = "ship_order"
    REGISTER_SERIAL = "register_serial"
    CANCEL_LINE = "cancel_line"
    REFUND_LINE = "refund_line"
    SET_QUANTITY = "set_quantity"
    SET_PRICE = "set_price"
    SUBMIT_BATCH = "submit_batch"
    CREATE_LISTING = "create_listing"
    RESOLVE_TASK = "resolve_task"


class Action(Struct, frozen=True):
    """One write to one platform (or, for an adoption, to our own memory).

    `blocks` says whether the rest of its chain waits for its success.
    """

    kind: ClassVar[Kind]
    blocks: ClassVar[bool] = True
    subject: str
    detail: str

    def private_strings(self) -> tuple[str, ...]:
        """Give the buyer's strings that another side might quote about this action."""
        return ()

    def deadline(self) -> datetime | None:
        """Give the moment by which a person must have helped if it fails."""
        return None

    def journaled(self) -> Mapping[str, object]:
        """Give the facts the journal keeps of it beside subject, detail and outcome; never a buyer's."""
        return {}


class OrderAction(Action, frozen=True):
    """An action on one Back Market order."""

    order: BackMarketOrder

    def private_strings(self) -> tuple[str, ...]:
        """Give the buyer's strings."""
        return self.order.buyer_strings()

    def deadline(self) -> datetime | None:
        """Give the order's dispatch deadline."""
        return self.order.expected_dispatch_at


class CreateOrder(OrderAction, frozen=True):
    """Create the order in SellerCloud and compare what was made."""

    kind = Kind.CREATE_ORDER
    draft: OrderDraft


class AdoptOrder(OrderAction, frozen=True):
    """Take an order that SellerCloud holds already as the one to go on with."""

    kind = Kind.ADOPT_ORDER
    sellercloud_id: SellerCloudOrderId
    ours: bool


class PayOrder(OrderAction, frozen=True):
    """Record SellerCloud's remaining dues as paid; the id is None when the order is created just before."""

    kind = Kind.PAY_ORDER
    number: OrderNumber
    sellercloud_id: SellerCloudOrderId | None


class AcceptLine(OrderAction, frozen=True):
    """Accept every line of one SKU on Back Market."""

    kind = Kind.ACCEPT_LINE
    sku: Sku
    line_ids: tuple[OrderLineId, ...]
    listed_as: SellerCloudOrderId | None = None
    """The SellerCloud order that only a list has shown; None where the chain reads it by its id."""


class CancelSellerCloudOrder(Action, frozen=True):
    """Cancel an order of ours in SellerCloud that Back Market no longer wants."""

    kind = Kind.CANCEL_SC_ORDER
    order_id: OrderId
    sellercloud_id: SellerCloudOrderId
    private: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Name the order, and nobody who bought it."""
        return f"CancelSellerCloudOrder({self.subject})"

    def private_strings(self) -> tuple[str, ...]:
        """Give the buyer's strings."""
        return self.private


class RegisterSerial(OrderAction, frozen=True):
    """Write the serial number of a line's only unit, once and for ever; shipping never waits for it."""

    kind = Kind.REGISTER_SERIAL
    blocks = False
    sellercloud_id: SellerCloudOrderId
    line_id: OrderLineId
    serial: UnitSerial


class ShipOrder(OrderAction, frozen=True):
    """Tell Back Market that the whole order has left; `serial` is that of its only unit."""

    kind = Kind.SHIP_ORDER
    sellercloud_id: SellerCloudOrderId
    parcel: Parcel
    serial: UnitSerial | None = None


class EndLine(OrderAction, frozen=True):
    """End every line of one SKU on Back Market, because SellerCloud has cancelled the order."""

    sku: Sku
    line_ids: tuple[OrderLineId, ...]
    sellercloud_ids: tuple[SellerCloudOrderId, ...]
    message: str = ""


class CancelLine(EndLine, frozen=True):
    """Cancel lines that were not accepted yet."""

    kind = Kind.CANCEL_LINE


class RefundLine(EndLine, frozen=True):
    """Refund lines that were accepted and have not left."""

    kind = Kind.REFUND_LINE


class Skip(Struct, frozen=True):
    """A subject that needs nothing, or nothing from this command, and why."""

    subject: str
    reason: str
    detail: str


class Hold(Struct, frozen=True):
    """A subject nothing is written to until a person has settled something."""

    subject: str
    reason: str
    detail: str
    deadline: datetime | None = None


class Alert(Hold, frozen=True):
    """A fact for a person about a subject the run otherwise goes on with.

    A `passing` one is told when it happens: later runs cannot see whether it still holds, so they never
    call it resolved.
    """

    passing: bool = False


class Chain(Struct, frozen=True):
    """Actions on one subject, done strictly in sequence; chains of one stage may run side by side.

    `proves` names a fact that this chain's success establishes; a chain that `needs` it waits for the
    chain that proves it, and is deferred when that one did not succeed.
    """

    subject: str
    actions: tuple[Action, ...]
    stage: int = 0
    proves: str | None = None
    needs: str | None = None


class Plan(Struct, frozen=True):
    """Everything one run decided, before anything is written."""

    chains: tuple[Chain, ...] = ()
    skips: tuple[Skip, ...] = ()
    holds: tuple[Hold, ...] = ()
    alerts: tuple[Alert, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = ()
    """What a person may like to know of the whole run, though nothing is wrong."""
    counted: Mapping[str, int] = field(default_factory=dict)
    """Subjects left alone that are too many to name, by reason."""
    reading: Reading | None = None
    """How the facts came together, where not everything was read."""
    readiness: Readiness | None = None
    """What keeps products from being listed, cell by cell; only `listings create` tells."""

    @property
    def actions(self) -> Iterator[Action]:
        """Give every action in the order of execution."""
        return (action for chain in self.chains for action in chain.actions)
