"""Is every write about an order permitted by what is true, and by what the program was last shown?"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from simulation.broken import Notebook
from simulation.deeds import Deeds
from simulation.seen import Seen
from simulation.truth import (
    ACCEPTED,
    CANCELED,
    PAID,
    VOID,
    live_lines,
    payments_of,
    sellercloud_sku,
    twins_of,
    units_of,
)
from werkzeug.wrappers import Request, Response

from bmsc.sandbox.backmarket.orders import Line, Order
from bmsc.sandbox.sellercloud.codes import OrderStatus, PaymentStatus, ShippingStatus
from bmsc.sandbox.sellercloud.orders import Order as Twin
from bmsc.sandbox.shop import COMPANY_ID
from bmsc.sandbox.world import World

UNKNOWN_TO_US = "no write to a subject the rules do not name"
_PAYMENT = re.compile(r"/api/orders/(\d+)/receivemanualpayment$")
_MOVE = re.compile(r"/ws/orders/(\d+)$")
_SERIAL = re.compile(r"/ws/orderlines/(\d+)$")
_CHARGED = PaymentStatus.CHARGED
_LEFT = frozenset({ShippingStatus.PARTIALLY_SHIPPED, ShippingStatus.FULLY_SHIPPED})


class OrderWitness:
    """Watches creates, payments, acceptances, shipments, cancellations and serial numbers."""

    def __init__(self, world: World, deeds: Deeds, seen: Seen, notebook: Notebook, *, first_parcel: bool) -> None:
        self._world = world
        self._deeds = deeds
        self._seen = seen
        self._say = notebook.say
        self._shipped_enough = _LEFT if first_parcel else {ShippingStatus.FULLY_SHIPPED}
        self.created = Counter[str]()
        self.paid = Counter[int]()
        self.serials = Counter[int]()
        self.accepted: set[int] = set()
        self.known: set[int] = set()
        """The SellerCloud orders that runs which ended well were shown since the program last forgot."""
        self.told: dict[int, str] = {}
        """The tracking number that Back Market was told, by order."""
        self._watch_lines()

    def knows(self, request: Request) -> bool:
        """Say whether a write is about an order."""
        path = request.path.casefold()
        ours = (path.endswith(("/api/orders", "/api/orders/statuscode")), _PAYMENT.search(path), _MOVE.search(path))
        return any(ours) or _SERIAL.search(path) is not None

    def sees(self, request: Request) -> None:
        """Judge a write just before it is applied."""
        path, body = request.path.casefold(), request.get_json(force=True, silent=True) or {}
        if path.endswith("/api/orders"):
            self._creates(body)
        elif path.endswith("/statuscode"):
            self._cancels_twin(body)
        elif found := _PAYMENT.search(path):
            self._pays(int(found[1]), body)
        elif found := _MOVE.search(path):
            self._moves(int(found[1]), body)

    def saw(self, request: Request, response: Response) -> None:
        """Count what was applied."""
        if not 200 <= response.status_code < 300:
            return
        path, body = request.path.casefold(), request.get_json(force=True, silent=True) or {}
        if path.endswith("/api/orders"):
            self.created[str(body["OrderDetails"]["OrderSourceOrderID"])] += 1
        elif found := _PAYMENT.search(path):
            self.paid[int(found[1])] += 1
            if self.paid[int(found[1])] > 1:
                self._say(
                    "one payment per order", f"{self.paid[int(found[1])]} payments on SellerCloud order {found[1]}"
                )
        elif found := _SERIAL.search(path):
            self.serials[int(found[1])] += 1
        elif (found := _MOVE.search(path)) and body.get("new_state") == 3:
            self.told[int(found[1])] = str(body.get("tracking_number"))

    def remembers(self) -> None:
        """Take note that a run which was to write ended well: what it was shown it can know from now on."""
        self.known |= self._seen.all_twins()

    # --- SellerCloud

    def _creates(self, body: Mapping[str, Any]) -> None:
        number, company = str(body["OrderDetails"]["OrderSourceOrderID"]), body["OrderDetails"]["CompanyID"]
        order = self._world.account.orders.get(int(number)) if number.isdigit() else None
        if order is None or company != COMPANY_ID:
            self._say(UNKNOWN_TO_US, f"created order {number} for company {company}")
            return
        if not self._seen.states(order.order_id, lambda states: set(states.values()) & {PAID, ACCEPTED}):
            self._say(UNKNOWN_TO_US, f"created order {number}, which was not shown as paid for")
        living = [twin for twin in twins_of(self._world, order.order_id) if twin.status not in (CANCELED, VOID)]
        if living:
            self._say("one SellerCloud order per order", f"order {number} is created beside {all_of(living)}")
        asked, sold = {str(line["ProductID"]).casefold() for line in body["Products"]}, units_of(order.lines)
        if not asked <= set(sold):
            self._say("what is created is what was bought", f"order {number}: {sorted(asked - set(sold))}")

    def _pays(self, twin_id: int, body: Mapping[str, Any]) -> None:
        twin = self._world.tenant.orders.get(twin_id)
        if twin is None or not twin.number.isdigit() or int(twin.number) not in self._world.account.orders:
            self._say(UNKNOWN_TO_US, f"paid SellerCloud order {twin_id}")
        elif twin.received + Decimal(str(body["Amount"])) > round(twin.total, 2):  # thirds of a cent read as cents
            self._say("never paid too much", f"order {twin.number}: {body['Amount']} beside {all_of([twin])}")

    def _cancels_twin(self, body: Mapping[str, Any]) -> None:
        for twin_id in body["Orders"]:
            twin = self._world.tenant.orders[int(twin_id)]
            order = self._world.account.orders.get(int(twin.number)) if twin.number.isdigit() else None
            if order is None or twin.company_id != COMPANY_ID or body["Status"] != CANCELED:
                self._say(UNKNOWN_TO_US, f"put SellerCloud order {all_of([twin])} into status {body['Status']}")
            elif live_lines(order):
                self._say("nothing cancelled that somebody waits for", f"order {order.order_id}: {all_of([twin])}")
            elif not any(self._seen.twins(twin.number, partial(_unsent, int(twin_id)))):
                self._say("nothing cancelled that was shipped", f"order {order.order_id}: {all_of([twin])}")

    # --- Back Market

    def _moves(self, order_id: int, body: Mapping[str, Any]) -> None:
        order = self._world.account.orders.get(order_id)
        if order is None:
            self._say(UNKNOWN_TO_US, f"moved order {order_id}, which there is not")
        elif body.get("new_state") == 3:
            self._ships(order, body)
        elif body.get("new_state") in (4, 5):
            self._ends(order)

    def _ships(self, order: Order, body: Mapping[str, Any]) -> None:
        number = str(order.order_id)
        if any(self._seen.twins(number, lambda twin: twin.status in (CANCELED, VOID))):
            self._say("nothing shipped that was cancelled when last read", f"order {number}: {self._twins(order)}")
        left = self._seen.twins(number, lambda twin: twin.shipping_status in self._shipped_enough)
        if len(left) != 1 or not all(left):
            self._say("nothing shipped that has not left when last read", f"order {number}: {self._twins(order)}")
        same = self._seen.twins(number, lambda twin: body["tracking_number"] in map(visible, twin.tracking_numbers))
        if not all(same) and not order.is_backship:
            self._say(
                "tracking equal on both sides", f"order {number}: {body['tracking_number']}, {self._twins(order)}"
            )

    def _ends(self, order: Order) -> None:
        number = str(order.order_id)
        cancelled = self._seen.twins(number, lambda twin: twin.status == CANCELED)
        if not cancelled or not all(cancelled):
            self._say("nothing ended that SellerCloud has not cancelled", f"order {number}: {self._twins(order)}")
        if any(self._seen.twins(number, has_left)) or any(map(has_left, twins_of(self._world, order.order_id))):
            self._say("nothing cancelled that was shipped", f"order {number}: {self._twins(order)}")

    def _watch_lines(self) -> None:
        account, move = self._world.account, self._world.account.set_state

        def watched(line: Line, state: int) -> None:
            if line.state == PAID and state == ACCEPTED and not self._deeds.by_hand:
                self._accepts(line)
            move(line, state)

        account.set_state = watched  # type: ignore[method-assign]

    def _accepts(self, line: Line) -> None:
        order = next(one for one in self._world.account.orders.values() if line in one.lines)
        self.accepted.add(order.order_id)
        number, words = str(order.order_id), f"order {order.order_id}: {self._twins(order)} when accepted"
        alive = self._seen.twins(number, lambda twin: twin.status not in (CANCELED, VOID))
        if sum(alive) != 1:
            self._say("nothing accepted that SellerCloud lacks", words)
        elif not any(self._seen.twins(number, lambda twin: owes_nothing(twin) or twin.payment_status == _CHARGED)):
            self._say("never accepted before paid", words)
        elif not any(self._seen.twins(number, lambda twin: _holds(twin, line))):
            self._say("nothing accepted that SellerCloud lacks", f"{words}, without {line.sku}")

    def _twins(self, order: Order) -> str:
        return all_of(twins_of(self._world, order.order_id))

    # --- at any time

    def look(self) -> None:
        """Look at what must never be, whoever did it."""
        for order in self._world.account.orders.values():
            twins = twins_of(self._world, order.order_id)
            living = [twin for twin in twins if twin.status not in (CANCELED, VOID)]
            if len(living) > 1 and not any(twin.relations for twin in twins) and not self._revived(order):
                self._say("one SellerCloud order per order", f"order {order.order_id}: {all_of(living)}")
            for twin in twins:
                if payments_of(twin) > 1:
                    self._say("one payment per order", f"order {order.order_id}: {payments_of(twin)} on {twin.id}")

    def _revived(self, order: Order) -> bool:
        """Say whether staff brought a cancelled order back to life beside its successor."""
        return order.order_id in self._deeds.revived


def owes_nothing(twin: Twin) -> bool:
    """Say whether there is nothing to pay: a cent or two of another currency that were converted to nothing."""
    return not twin.total


def visible(text: str) -> str:
    """Leave out what nobody sees in a tracking number."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return "".join(kept).strip()


def _holds(twin: Twin, line: Line) -> bool:
    return units_of(twin.lines)[sellercloud_sku(line.sku)] >= line.quantity


def _unsent(twin_id: int, twin: Twin) -> bool:
    return twin.id == twin_id and not has_left(twin)


def has_left(twin: Twin) -> bool:
    """Say whether anything of an order has left the house."""
    return twin.shipping_status in _LEFT


def all_of(twins: list[Twin]) -> str:
    shown = (
        f"{twin.id} ({_name(OrderStatus, twin.status)}, {_name(PaymentStatus, twin.payment_status)}, "
        f"{_name(ShippingStatus, twin.shipping_status)})"
        for twin in twins
    )
    return ", ".join(shown) or "no SellerCloud order"


def _name(of: Any, number: int) -> str:
    return str(of(number).name)
