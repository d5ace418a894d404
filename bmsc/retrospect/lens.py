"""Which records are about the SKUs a person asked for?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bmsc.domain.ids import sku_key
from bmsc.retrospect.records import FactGone, FactTold, OrderMet, OrderStep, PriceSeen, Record


class Lens:
    """Lets through what is about some SKUs, their orders among it, and what is about no subject at all.

    Orders keep only the lines that were asked for. Without SKUs everything passes.
    """

    def __init__(self, skus: Iterable[str]) -> None:
        self._skus = frozenset(map(sku_key, skus))
        self._orders: set[int] = set()

    def through(self, records: Iterable[Record]) -> Iterator[Record]:
        """Give the records that are wanted."""
        return filter(self._wants, map(self._narrowed, records)) if self._skus else iter(records)

    def _narrowed(self, record: Record) -> Record:
        if not isinstance(record, OrderMet):
            return record
        lines = tuple(line for line in record.lines if sku_key(line.sku) in self._skus)
        if lines:
            self._orders.add(record.order_id)
        return replace(record, lines=lines)

    def _wants(self, record: Record) -> bool:
        match record:
            case OrderMet():
                return bool(record.lines)
            case OrderStep():
                return record.order_id in self._orders
            case PriceSeen():
                return sku_key(record.sku) in self._skus
            case FactTold() | FactGone():
                return self._is_about(record.subject)
            case _:
                return True

    def _is_about(self, subject: str) -> bool:
        room, _, name = subject.partition(":")
        if room == "order":
            return name.isdecimal() and int(name) in self._orders
        return room == "sku" and sku_key(name.rpartition("@")[0] or name) in self._skus
