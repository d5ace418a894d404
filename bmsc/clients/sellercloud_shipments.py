"""What SellerCloud is asked once orders are on their way: the company's orders by status, serials, notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from bmsc.clients import errands, moments
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.paging import PAGE_SIZE, Page, whole_list
from bmsc.clients.sellercloud_wire import OrdersPage
from bmsc.clients.wire import NOT_BELIEVED, RequiredText, Text, Whole, Wire, parse
from bmsc.domain.ids import OrderNumber, SellerCloudOrderId, Sku
from bmsc.domain.orders import OrderStatus, SellerCloudOrder, ShippingStatus
from bmsc.domain.shipments import NotedSerial
from bmsc.errors import RemoteMisbehaved

ORDERS = "/api/Orders"
SERIALS = "/api/Orders/Serials"
STATUSES = "/api/Orders/Statuses"
CHANNEL_NOTIFIED = 0
"""The action of `PUT /api/Orders/Statuses` that marks the channel as told of the shipment."""


class SerialRow(Wire):
    """A serial number of one unit, as `GET /api/Orders/Serials` shows it."""

    ProductID: RequiredText
    SerialNumber: Text = ""
    OrderItemID: Whole = None


class ShipmentCalls:
    """The calls on orders that exist; mixed into the client that holds the road to the platform."""

    _http: Http
    _company_id: int
    _zone: tzinfo

    def company_orders(
        self,
        channel: int,
        status: OrderStatus,
        *,
        shipping: ShippingStatus | None = None,
        updated_since: datetime | None = None,
    ) -> Sequence[SellerCloudOrder]:
        """List our company's orders of a channel that stand at a status, all pages, each row checked."""
        filters = {"companyID": self._company_id, "channel": channel, "orderStatus": int(status)}
        query = [(f"model.{name}", str(value)) for name, value in filters.items()]
        if shipping is not None:
            query.append(("model.shippingStatus", str(int(shipping))))
        if updated_since is not None:
            query.append(("model.lastUpdatedFrom", moments.without_offset(updated_since, self._zone)))

        def read(number: int) -> Page[SellerCloudOrder]:
            page = self._list(tuple(query), number)
            rows = [row.to_domain(OrderNumber(row.OrderSourceOrderID.strip()), self._zone) for row in page.Items or []]
            if not all(self._as_asked(row, channel, status, shipping) for row in rows):
                message = f"{_where(ORDERS)} gave rows nobody asked for: it ignored the filter"
                raise RemoteMisbehaved(message, next_step=NOT_BELIEVED)
            return Page(rows, page.TotalResults)

        return whole_list(read, lambda order: order.id, where=_where(ORDERS))

    def serials(self, order_id: SellerCloudOrderId) -> Sequence[NotedSerial]:
        """Read the serial numbers that the warehouse noted for an order's units."""
        answer = self._http.send(Call("GET", SERIALS, SERIALS, query=(("id", str(order_id)),)))
        if not isinstance(answer, list):
            raise RemoteMisbehaved(f"{_where(SERIALS)} gave no list", next_step=NOT_BELIEVED)
        rows = [parse(SerialRow, row, where=_where(SERIALS), subject=f"order {order_id}") for row in answer]
        return [NotedSerial(row.SerialNumber, Sku(row.ProductID), row.OrderItemID or 0) for row in rows]

    def mark_channel_notified(self, order_id: SellerCloudOrderId) -> None:
        """Mark an order's channel as told of the shipment; twice changes nothing."""
        body = {"OrderIDs": [order_id], "Action": CHANNEL_NOTIFIED}
        self._http.send(Call("PUT", STATUSES, STATUSES, body=body, empty_answer=True))

    def _list(self, query: tuple[tuple[str, str], ...], number: int) -> OrdersPage:
        # Ascending ids: orders that arrive meanwhile do not push rows onto pages already read.
        order = (("model.orderBy", "0"), ("model.isAscending", "true"))
        paging = (("model.pageNumber", str(number)), ("model.pageSize", str(PAGE_SIZE)))
        answer = self._http.send(Call("GET", ORDERS, ORDERS, query=(*query, *order, *paging)))
        return parse(OrdersPage, answer, where=_where(ORDERS))

    def _as_asked(
        self, row: SellerCloudOrder, channel: int, status: OrderStatus, shipping: ShippingStatus | None
    ) -> bool:
        placed = row.company_id == self._company_id and row.channel == channel
        return placed and row.status is status and shipping in (None, row.shipping_status)


def _where(template: str) -> str:
    return errands.where("SellerCloud", template)
