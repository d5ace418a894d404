"""What is asked of Back Market and what its answers mean, call by call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from bmsc.clients import words
from bmsc.clients.backmarket_wire import OrdersEnvelope, WireOrder
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.paging import PAGE_SIZE, Page, whole_list
from bmsc.clients.wire import NOT_BELIEVED, parse, whole
from bmsc.domain.ids import OrderId, Sku
from bmsc.domain.orders import BackMarketOrder, LineState, OrderState
from bmsc.errors import NotFound, OutcomeUnknown, RemoteMisbehaved

PLATFORM = "Back Market"
ORDERS = "/ws/orders"
ONE_ORDER = "/ws/orders/{id}"
_READ_LATER = "nothing; later runs read the order before anything is written again"


class BackMarketReads:
    """The reads. Orders of all markets come in one list, whatever language is asked for."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def orders_in_state(self, state: OrderState) -> Sequence[BackMarketOrder]:
        """Read every order in a state, all pages, each order once."""

        def read(number: int) -> Page[BackMarketOrder]:
            page = self._page(number, state)
            if any(order.state is not state for order in page.rows):
                message = f"{_where(ORDERS)} gave orders in other states than {state.value}: it ignored the filter"
                raise RemoteMisbehaved(message, next_step=NOT_BELIEVED)
            return page

        return whole_list(read, lambda order: order.id, where=_where(ORDERS))

    def order(self, order_id: OrderId) -> BackMarketOrder:
        """Read one order."""
        answer = self._http.send(Call("GET", f"{ORDERS}/{order_id}", ONE_ORDER))
        return _the_order(answer, order_id, _where(ONE_ORDER))

    def check_token(self) -> str:
        """Look whether the token may read orders."""
        envelope = self._envelope(1, ())
        count = "" if envelope.count is None else f", {envelope.count} orders in all"
        return f"{self._http.base_url} lets the token read orders{count}"

    def _page(self, number: int, state: OrderState) -> Page[BackMarketOrder]:
        try:
            envelope = self._envelope(number, (("state", str(state.value)),))
        except NotFound:
            if number == 1:
                raise
            # The list has become shorter than the page number since the page before it was read.
            return Page((), None, is_last=True)
        rows = [_order(row, _where(ORDERS)) for row in envelope.results]
        return Page(rows, envelope.count, is_last=not envelope.next)

    def _envelope(self, number: int, query: tuple[tuple[str, str], ...]) -> OrdersEnvelope:
        """Read one page by its number; `next` only tells whether there is one more, and is never followed."""
        # The hyphen matters: Back Market ignores `page_size` and falls back to 10 rows.
        paging = (("page", str(number)), ("page-size", str(PAGE_SIZE)))
        answer = self._http.send(Call("GET", ORDERS, ORDERS, query=(*query, *paging)))
        envelope = parse(OrdersEnvelope, answer, where=_where(ORDERS))
        self._check_host(envelope.next)
        return envelope

    def _check_host(self, following: str) -> None:
        host = urlsplit(following).hostname
        if host is not None and host != urlsplit(self._http.base_url).hostname:
            message = f"{_where(ORDERS)} names {words.tidy(host)} as the host of its next page"
            step = "if that host is right, set backmarket.base_url to it, then: bmsc doctor"
            raise RemoteMisbehaved(message, next_step=step)


class BackMarketWrites(BackMarketReads):
    """The writes beside the reads; none is ever repeated here once it may have arrived."""

    def accept_line(self, order_id: OrderId, sku: Sku) -> BackMarketOrder:
        """Accept the lines of one SKU; answers with the order as it then stands."""
        return self._move(order_id, {"new_state": LineState.ACCEPTED.value, "sku": sku})

    def _move(self, order_id: OrderId, change: Mapping[str, object]) -> BackMarketOrder:
        body = {"order_id": order_id, **change}
        answer = self._http.send(Call("POST", f"{ORDERS}/{order_id}", ONE_ORDER, body=body))
        try:
            return _the_order(answer, order_id, f"{PLATFORM} POST {ONE_ORDER}")
        except RemoteMisbehaved as misbehaved:
            raise OutcomeUnknown(misbehaved.message, next_step=_READ_LATER) from None


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
    return f"{PLATFORM} GET {template}"
