"""What was the program last shown of an order or a product, in the run that is under way?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from bmsc.sandbox.backmarket.orders import Order
from bmsc.sandbox.sellercloud.orders import Order as Twin
from bmsc.sandbox.world import World

_ONE_TWIN = re.compile(r"/api/orders/(\d+)$")
_ONE_ORDER = re.compile(r"/ws/orders/(\d+)$")


class Seen:
    """Keeps what was true of each row that an answer brought, at the time the answer spoke of.

    A run reads before it writes, so everything is forgotten when one begins; while several runs overlap
    nobody can tell their requests apart, and what any of them was shown counts.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.begin(together=False)

    def begin(self, *, together: bool) -> None:
        """Forget: a run begins, or several `together`."""
        self.together = together
        self._twins: defaultdict[int, list[Twin]] = defaultdict(list)
        self._numbers: defaultdict[str, set[int]] = defaultdict(set)
        self._states: defaultdict[int, list[Mapping[int, int]]] = defaultdict(list)
        self._cells: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)

    def look(self, request: Request, response: Response) -> None:
        """Take in one answer."""
        if request.method != "GET" or response.status_code != 200:
            return
        path = request.path.casefold()
        if path.endswith("/api/orders"):
            for row in _rows(response, "Items"):
                self._take_twin(self._world.tenant.book.listed(int(row["ID"])))
        elif found := _ONE_TWIN.search(path):
            self._take_twin(self._world.tenant.orders.get(int(found[1])))
        elif "/api/catalog" in path:
            for row in _rows(response, "Items"):
                self._take_product(str(row["ID"]))
        elif path.endswith("/ws/orders"):
            for row in _rows(response, "results"):
                self._take_order(self._world.account.listed(self._world.account.orders[int(row["order_id"])]))
        elif found := _ONE_ORDER.search(path):
            self._take_order(self._world.account.orders[int(found[1])])

    def all_twins(self) -> set[int]:
        """Give the ids of all SellerCloud orders that were shown."""
        return set(self._twins)

    def twins(self, number: str, test: Callable[[Twin], bool]) -> tuple[bool, ...]:
        """Test every SellerCloud order that was shown with a number, as it was last shown."""
        return tuple(self._holds(self._twins[twin_id], test) for twin_id in sorted(self._numbers[number]))

    def states(self, order_id: int, test: Callable[[Mapping[int, int]], bool]) -> bool:
        """Test the line states, by line id, of a Back Market order as it was last shown."""
        return self._holds(self._states[order_id], test)

    def cells(self, sku: str, test: Callable[[Mapping[str, object]], bool]) -> bool:
        """Test the columns of a product as they were last shown."""
        return self._holds(self._cells[sku.casefold()], test)

    def _holds(self, shown: list[Any], test: Callable[[Any], bool]) -> bool:
        return any(map(test, shown if self.together else shown[-1:]))

    def _take_twin(self, twin: Twin | None) -> None:
        if twin is not None:
            self._numbers[twin.number].add(twin.id)
            self._twins[twin.id].append(twin)

    def _take_order(self, order: Order | None) -> None:
        if order is not None:
            self._states[order.order_id].append({line.id: line.state for line in order.lines})

    def _take_product(self, sku: str) -> None:
        product = self._world.tenant.catalogue.find(sku)
        if product is not None:
            self._cells[product.key].append(dict(product.columns))


def _rows(response: Response, name: str) -> Iterator[Mapping[str, Any]]:
    document = response.get_json(silent=True)
    rows: Iterable[Any] = (document.get(name) or ()) if isinstance(document, dict) else document or ()
    return (row for row in rows if isinstance(row, dict))
