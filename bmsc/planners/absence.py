"""When an order number that SellerCloud did not return may be believed to be absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bmsc.domain.ids import OrderNumber
from bmsc.domain.orders import SellerCloudOrder
from bmsc.planners.order_facts import LookUp

Answers = Sequence[tuple[Sequence[OrderNumber], Sequence[SellerCloudOrder]]]


def matches_of(answers: Answers) -> dict[OrderNumber, tuple[SellerCloudOrder, ...]]:
    """Collect the rows of all answers per number, each SellerCloud order once."""
    rows: dict[OrderNumber, dict[int, SellerCloudOrder]] = {}
    for _, found in answers:
        for row in found:
            rows.setdefault(row.number, {}).setdefault(row.id, row)
    return {number: tuple(orders.values()) for number, orders in rows.items()}


def judge(answers: Answers, sentinels: Iterable[OrderNumber]) -> dict[OrderNumber, LookUp]:
    """Judge every number asked for: an answer that returned no sentinel proves no absence.

    With no sentinel at all, every answer is taken at its word: the caller asks twice.
    """
    known = frozenset(sentinels)
    verdicts: dict[OrderNumber, LookUp] = {}
    for asked, rows in answers:
        returned = {row.number for row in rows}
        absent = LookUp.ABSENT if not known or returned & known else LookUp.UNPROVEN
        verdicts |= {number: LookUp.FOUND if number in returned else absent for number in asked}
    return verdicts


def agree(first: Mapping[OrderNumber, LookUp], second: Mapping[OrderNumber, LookUp]) -> dict[OrderNumber, LookUp]:
    """Combine two asks: absent only where both say so, found where either does."""
    return {
        number: second.get(number, verdict) if verdict is LookUp.ABSENT else verdict
        for number, verdict in first.items()
    }
