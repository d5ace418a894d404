"""What do the order paths answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from bmsc.sandbox.backmarket import order_moves, serials
from bmsc.sandbox.backmarket.door import date_zone
from bmsc.sandbox.backmarket.order_query import matching
from bmsc.sandbox.backmarket.order_views import delivery_view, order_view
from bmsc.sandbox.backmarket.orders import Line, Order
from bmsc.sandbox.backmarket.paging import paged
from bmsc.sandbox.backmarket.refusals import v1

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account


class OrderRoutes:
    """The order paths of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def mount(self, routes: Blueprint) -> None:
        """Add the paths to the blueprint."""
        routes.add_url_rule("/orders", endpoint="orders", view_func=self.listed)
        routes.add_url_rule("/orders/<order_id>", endpoint="order", view_func=self.one)
        routes.add_url_rule("/orders/<order_id>", view_func=self.update, methods=["POST"])
        routes.add_url_rule("/orders/<order_id>/invoice", view_func=self.invoice, methods=["POST"])
        routes.add_url_rule("/orderlines/<line_id>", view_func=self.serial, methods=["PATCH"])
        routes.add_url_rule("/shipping/v1/deliveries", view_func=self.deliveries)

    def listed(self) -> dict[str, Any]:
        """Answer one page of orders."""
        zone = date_zone(self._account)
        found = matching(self._account, request.args, zone)
        return paged(found, lambda order: order_view(self._account, order, zone), self._account.switches)

    def one(self, order_id: str) -> dict[str, Any]:
        """Answer one order as it is now."""
        return order_view(self._account, self._find(order_id), date_zone(self._account))

    def update(self, order_id: str) -> dict[str, Any]:
        """Move lines or ship, and answer the order."""
        body = self._body()
        order = order_moves.update(self._account, self._find(order_id), body)
        return order_view(self._account, order, date_zone(self._account))

    def invoice(self, order_id: str) -> dict[str, Any]:
        """Take an invoice for an order."""
        order = self._find(order_id)
        if not request.files.getlist("invoice"):
            raise v1(400, "E009", "invoice is required")
        order.bill_provided = self._account.now()
        return {}

    def serial(self, line_id: str) -> dict[str, Any]:
        """Register serial numbers of one unit and answer them."""
        order, line = self._find_line(line_id)
        try:
            brought = serials.asked_for(self._body())
            serials.check_line(line, brought, self._account.switches)
        except serials.BadSerial as error:
            raise v1(422, "E009", str(error)) from None
        if not brought:
            raise v1(400, "E009", "imei or serial_number is required")
        with self._account.changing_order(order):
            serials.register(line, brought)
        return brought

    def deliveries(self) -> dict[str, Any]:
        """List the shipments of orders whose transport Back Market arranges."""
        wanted = request.args.get("order_id")
        orders = [
            order
            for order in self._account.orders.values()
            if order.backship_number and wanted in (None, str(order.order_id))
        ]
        zone = date_zone(self._account)
        return paged(orders, lambda order: delivery_view(order, zone), self._account.switches)

    def _find(self, order_id: str) -> Order:
        if not order_id.isdecimal():
            raise v1(400, "E009", "An integer is needed.")
        order = self._account.orders.get(int(order_id))
        if order is None:
            raise v1(404, "not_found", "Order not found.")
        return order

    def _find_line(self, line_id: str) -> tuple[Order, Line]:
        for order in self._account.orders.values():
            for line in order.lines:
                if str(line.id) == line_id:
                    return order, line
        raise v1(404, "not_found", "Orderline not found.")

    def _body(self) -> dict[str, Any]:
        if request.form and self._account.switches.form_bodies == "accept":
            return dict(request.form.items())
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            raise order_moves.refuse(self._account, "the body is not a JSON object")
        return body
