"""How order numbers are looked up in SellerCloud so that absence is a fact and not an accident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from bmsc.domain.ids import OrderNumber, SellerCloudOrderId
from bmsc.domain.memory import Sentinel
from bmsc.domain.orders import NumbersAnswer, OrderStatus, SellerCloudOrder
from bmsc.errors import NotFound
from bmsc.jobs.ports import SellerCloudReader
from bmsc.planners import absence
from bmsc.planners.absence import Answers
from bmsc.planners.order_facts import LookUp


class Found(Struct, frozen=True):
    """What the look-up showed per number, and which sentinels turned out to be gone for good."""

    verdicts: dict[OrderNumber, LookUp] = field(default_factory=dict)
    rows: dict[OrderNumber, tuple[SellerCloudOrder, ...]] = field(default_factory=dict)
    gone: frozenset[OrderNumber] = frozenset()


def look_up(sellercloud: SellerCloudReader, numbers: Sequence[OrderNumber], sentinels: Sequence[Sentinel]) -> Found:
    """Ask for all numbers beside the sentinels; with none known, ask twice about what was not returned."""
    if not numbers:
        return Found()
    beside = [one.number for one in sentinels]
    answers = _answers(sellercloud.orders_by_number(numbers, beside=beside))
    verdicts = absence.judge(answers, (one.number for one in sentinels))
    if not sentinels:
        verdicts, answers = _ask_again(sellercloud, verdicts, answers)
    rows = absence.matches_of(answers)
    asked_beside = {
        number: LookUp.FOUND if number in rows else LookUp.UNPROVEN for number in numbers if number in beside
    }
    verdicts = asked_beside | verdicts
    return Found(verdicts, rows, _gone(sellercloud, sentinels, rows))


def _answers(answers: Iterable[NumbersAnswer]) -> Answers:
    return [(one.asked, one.rows) for one in answers]


def _ask_again(
    sellercloud: SellerCloudReader, verdicts: dict[OrderNumber, LookUp], answers: Answers
) -> tuple[dict[OrderNumber, LookUp], Answers]:
    absent = [number for number, verdict in verdicts.items() if verdict is LookUp.ABSENT]
    if not absent:
        return verdicts, answers
    sellercloud.company_orders_readable()
    again = _answers(sellercloud.orders_by_number(absent))
    return absence.agree(verdicts, absence.judge(again, ())), [*answers, *again]


def _gone(
    sellercloud: SellerCloudReader, sentinels: Sequence[Sentinel], rows: dict[OrderNumber, tuple[SellerCloudOrder, ...]]
) -> frozenset[OrderNumber]:
    if any(one.number in rows for one in sentinels):
        return frozenset()
    read = by_id(sellercloud, (one.sellercloud_id for one in sentinels))
    alive = {(order.id, order.number) for order in read if _listed(order)}
    return frozenset(one.number for one in sentinels if (one.sellercloud_id, one.number) not in alive)


def _listed(order: SellerCloudOrder) -> bool:
    """Some tenants leave cancelled and void orders out of their lists: such a one witnesses nothing."""
    return order.status not in (OrderStatus.CANCELED, OrderStatus.VOID)


def by_id(sellercloud: SellerCloudReader, ids: Iterable[SellerCloudOrderId]) -> tuple[SellerCloudOrder, ...]:
    """Read orders by SellerCloud's own ids, which no list lag can hide; those that are gone are left out."""
    found = []
    for sellercloud_id in ids:
        try:
            found.append(sellercloud.order(sellercloud_id))
        except NotFound:
            continue
    return tuple(found)
