"""Which order lines are accepted, and how a decision about an order is worded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bmsc.domain.ids import SellerCloudOrderId, order_subject
from bmsc.domain.orders import BackMarketOrder, LineState
from bmsc.domain.plan import AcceptLine, Hold, Skip
from bmsc.planners.order_facts import OrderFacts
from bmsc.planners.verdicts import Hindrance, Wait


def accept_lines(order: BackMarketOrder, *, listed_as: SellerCloudOrderId | None = None) -> Iterator[AcceptLine]:
    """Accept each distinct SKU that has a paid line, once; `listed_as` is a SellerCloud order to look at before."""
    paid = [line for line in order.lines if line.state is LineState.PAID]
    for sku in dict.fromkeys(line.sku for line in paid):
        ids = tuple(line.id for line in paid if line.sku == sku)
        yield AcceptLine(order_subject(order.id), str(sku), order=order, sku=sku, line_ids=ids, listed_as=listed_as)


def deadline_of(one: OrderFacts) -> datetime | None:
    """Give the dispatch deadline, as first seen when Back Market no longer shows it."""
    return one.order.expected_dispatch_at or (one.known.expected_dispatch_at if one.known else None)


def hold(one: OrderFacts, reason: str, detail: str) -> Hindrance:
    """Hold an order for a person, with its dispatch deadline."""
    return Hindrance(Hold(order_subject(one.order.id), reason, detail, deadline_of(one)))


def wait(one: OrderFacts, reason: str, detail: str) -> Wait:
    """Leave an order alone, and say why."""
    return Wait(Skip(order_subject(one.order.id), reason, detail))
