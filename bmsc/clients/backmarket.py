"""What is asked of Back Market and what its answers mean, call by call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bmsc.clients import errands, next_link
from bmsc.clients.backmarket_wire import OrdersEnvelope, WireOrder
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.paging import PAGE_SIZE, Page, whole_list
from bmsc.clients.wire import NOT_BELIEVED, known, parse, whole
from bmsc.domain.ids import OrderId, OrderLineId, Sku
from bmsc.domain.orders import BackMarketOrder, LineState, OrderState, UnreadableOrder
from bmsc.domain.shipments import Parcel, UnitSerial
from bmsc.domain.times import to_text
from bmsc.errors import NotFound, OutcomeUnknown, RemoteMisbehaved

Row = TypeVar("Row", bound=BackMarketOrder | UnreadableOrder)
PLATFORM = "Back Market"
ORDERS = "/ws/orders"
ONE_ORDER = "/ws/orders/{id}"
ORDER_LINES = "/ws/orderlines"
ONE_LINE = "/ws/orderlines/{id}"
LISTINGS = "/ws/listings"
COMPETITORS = "/ws/backbox/v1/competitors"
SECONDS_APART = 0.54
"""Two a second are allowed (seller documentation, 2026); the rest is for requests that arrive closer than they left."""
_READ_LATER = "nothing; later runs read the order before anything is written again"


class BackMarketReads:
    """The reads. Orders of all markets come in one list, whatever language is asked for."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def http(self) -> Http:
        """Give the road to the platform, for the calls that have a module of their own."""
        return self._http

    def orders_in_state(self, state: OrderState, *, changed_since: datetime | None = None) -> Sequence[BackMarketOrder]:
        """Read every order in a state, all pages, each order once; only those changed since a moment if given."""

        return self._in_state(state, lambda row: _order(row, _where(ORDERS)), changed_since)

    def waiting_orders(self) -> tuple[Sequence[BackMarketOrder], Sequence[UnreadableOrder]]:
        """Read every order that waits for acceptance; one row that cannot be believed hides no other order."""
        rows = self._in_state(OrderState.TO_ACCEPT, _order_or_why, None)
        readable = [row for row in rows if isinstance(row, BackMarketOrder)]
        return readable, [row for row in rows if isinstance(row, UnreadableOrder)]

    def _in_state(self, state: OrderState, read_row: Callable[[object], Row], since: datetime | None) -> Sequence[Row]:
        def read(number: int) -> Page[Row]:
            page = self._page(number, state, read_row, since)
            if any(order.state is not state for order in page.rows):
                message = f"{_where(ORDERS)} gave orders in other states than {state.value}: it ignored the filter"
                raise RemoteMisbehaved(message, next_step=NOT_BELIEVED)
            return page

        return whole_list(read, lambda order: order.id, where=_where(ORDERS))

    def order(self, order_id: OrderId) -> BackMarketOrder:
        """Read one order."""
        answer = self._http.send(Call("GET", f"{ORDERS}/{order_id}", ONE_ORDER))
        return _the_order(answer, order_id, _where(ONE_ORDER))

    def _page(
        self, number: int, state: OrderState, read_row: Callable[[object], Row], since: datetime | None
    ) -> Page[Row]:
        changed = (("date_modification", to_text(since.replace(microsecond=0))),) if since else ()
        try:
            envelope = self._envelope(number, (("state", str(state.value)), *changed))
        except NotFound:
            if number == 1:
                raise
            # The list has become shorter than the page number since the page before it was read.
            return Page((), None, is_last=True)
        rows = [read_row(row) for row in envelope.results]
        return Page(rows, envelope.count, is_last=not envelope.next)

    def _envelope(self, number: int, query: tuple[tuple[str, str], ...]) -> OrdersEnvelope:
        """Read one page by its number; `next` only tells whether there is one more, and is never followed."""
        # The hyphen matters: Back Market ignores `page_size` and falls back to 10 rows.
        paging = (("page", str(number)), ("page-size", str(PAGE_SIZE)))
        answer = self._http.send(Call("GET", ORDERS, ORDERS, query=(*query, *paging)))
        envelope = parse(OrdersEnvelope, answer, where=_where(ORDERS))
        next_link.check(envelope.next, self._http.base_url, where=_where(ORDERS))
        return envelope


class BackMarketWrites(BackMarketReads):
    """The writes beside the reads; none is ever repeated here once it may have arrived."""

    def accept_line(self, order_id: OrderId, sku: Sku) -> BackMarketOrder:
        """Accept the lines of one SKU; answers with the order as it then stands."""
        return self._move(order_id, {"new_state": LineState.ACCEPTED.value, "sku": sku})

    def cancel_line(self, order_id: OrderId, sku: Sku, *, message: str = "") -> BackMarketOrder:
        """Cancel the lines of one SKU that were not accepted; answers with the order as it then stands."""
        return self._end(order_id, LineState.CANCELLED, sku, message)

    def refund_line(self, order_id: OrderId, sku: Sku, *, message: str = "") -> BackMarketOrder:
        """Refund the accepted lines of one SKU; answers with the order as it then stands."""
        return self._end(order_id, LineState.REFUNDED_BEFORE_SHIPPING, sku, message)

    def ship_order(self, order_id: OrderId, parcel: Parcel, serial: UnitSerial | None = None) -> BackMarketOrder:
        """Tell that the whole order has left; answers with the order as it then stands."""
        told: dict[str, object] = {"new_state": LineState.SHIPPED.value, "tracking_number": parcel.tracking_number}
        if parcel.shipper:
            told["shipper"] = parcel.shipper
        if parcel.tracking_url:
            told["tracking_url"] = parcel.tracking_url
        if parcel.shipped_at:
            told["date_shipping"] = to_text(parcel.shipped_at)
        return self._move(order_id, told | (_written(serial) if serial else {}))

    def register_serial(self, line_id: OrderLineId, serial: UnitSerial) -> None:
        """Write what identifies a line's only unit; Back Market takes it once and never corrects it."""
        path = f"{ORDER_LINES}/{line_id}"
        self._http.send(Call("PATCH", path, ONE_LINE, body=_written(serial), empty_answer=True))

    def _end(self, order_id: OrderId, state: LineState, sku: Sku, message: str) -> BackMarketOrder:
        told = {"return_message": message} if message else {}
        return self._move(order_id, {"new_state": state.value, "sku": sku, **told})

    def _move(self, order_id: OrderId, change: Mapping[str, object]) -> BackMarketOrder:
        body = {"order_id": order_id, **change}
        answer = self._http.send(Call("POST", f"{ORDERS}/{order_id}", ONE_ORDER, body=body))
        try:
            return _the_order(answer, order_id, errands.where(PLATFORM, ONE_ORDER, method="POST"))
        except RemoteMisbehaved as misbehaved:
            raise OutcomeUnknown(misbehaved.message, next_step=_READ_LATER) from None


def _written(serial: UnitSerial) -> dict[str, object]:
    return {"imei" if serial.is_imei else "serial_number": serial.text}


def _order_or_why(value: object) -> BackMarketOrder | UnreadableOrder:
    try:
        return _order(value, _where(ORDERS))
    except RemoteMisbehaved as odd:
        order_id = whole(value.get("order_id")) if isinstance(value, Mapping) else None
        state = whole(value.get("state")) if isinstance(value, Mapping) else None
        if order_id is None or state is None:
            raise
        return UnreadableOrder(OrderId(order_id), known(OrderState, state, OrderState.UNHEARD_OF), odd.message)


def _order(value: object, where: str) -> BackMarketOrder:
    order_id = whole(value.get("order_id")) if isinstance(value, Mapping) else None
    subject = f"order {order_id}" if order_id is not None else ""
    return parse(WireOrder, value, where=where, subject=subject).to_domain()


def _the_order(answer: object, order_id: OrderId, where: str) -> BackMarketOrder:
    order = _order(answer, where)
    if order.id != order_id:
        raise RemoteMisbehaved(f"{where} was asked for order {order_id} and gave {order.id}", next_step=NOT_BELIEVED)
    return order


def _where(template: str) -> str:
    return errands.where(PLATFORM, template)
