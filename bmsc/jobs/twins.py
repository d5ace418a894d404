"""Which SellerCloud orders belong to the open Back Market orders of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from bmsc.domain.ids import OrderId, SellerCloudOrderId
from bmsc.domain.memory import OrdersMemory, Sentinel
from bmsc.domain.orders import BackMarketOrder, SellerCloudOrder
from bmsc.domain.settings import Settings
from bmsc.jobs import look_up
from bmsc.jobs.ports import SellerCloudReader
from bmsc.planners import drafts
from bmsc.planners.order_facts import LookUp

_SENTINELS = 3


class Twin(Struct, frozen=True):
    """What SellerCloud has for one Back Market order."""

    look_up: LookUp
    matches: tuple[SellerCloudOrder, ...] = ()


class Twins(Struct, frozen=True):
    """What SellerCloud has for every order asked for, and what the look-up taught."""

    of: Mapping[OrderId, Twin]
    found: look_up.Found

    def sentinels(self, before: Sequence[Sentinel]) -> tuple[Sentinel, ...]:
        """Give the numbers to look for beside others next time: those a list has just shown first."""
        rows = (row for found in self.found.rows.values() for row in found if not row.is_cancelled)
        seen = [Sentinel(row.number, row.id) for row in rows]
        kept = [one for one in before if one.number not in self.found.gone]
        return tuple(dict.fromkeys([*seen[:_SENTINELS], *kept]))[:_SENTINELS]


def find(
    sellercloud: SellerCloudReader,
    orders: Sequence[BackMarketOrder],
    settings: Settings,
    *,
    sentinels: Sequence[Sentinel],
    pulled: OrdersMemory,
) -> Twins:
    """Look every order up by its number; what `orders pull` remembers finds those that a list leaves out."""
    numbers = {order.id: drafts.number_of(order, settings) for order in orders}
    found = look_up.look_up(sellercloud, list(numbers.values()), sentinels or pulled.sentinels)
    twins: dict[OrderId, Twin] = {}
    for order_id, number in numbers.items():
        rows = found.rows.get(number, ())
        known = pulled.orders.get(order_id)
        if not rows and known and known.sellercloud_id:
            twins[order_id] = _by_id(sellercloud, known.sellercloud_id)
        else:
            twins[order_id] = Twin(found.verdicts.get(number, LookUp.UNPROVEN), _complete(sellercloud, rows))
    return Twins(twins, found)


def _by_id(sellercloud: SellerCloudReader, sellercloud_id: SellerCloudOrderId) -> Twin:
    read = look_up.by_id(sellercloud, [sellercloud_id])
    return Twin(LookUp.FOUND if read else LookUp.DELETED, read)


def _complete(sellercloud: SellerCloudReader, rows: Iterable[SellerCloudOrder]) -> tuple[SellerCloudOrder, ...]:
    """Read by id the rows that came without what a decision needs: lines, or a cancelled order's relations."""
    return tuple(row if _suffices(row) else sellercloud.order(row.id) for row in rows)


def _suffices(row: SellerCloudOrder) -> bool:
    return bool(row.items) and not (row.is_cancelled and row.related is None)
