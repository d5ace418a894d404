"""How the rows of many SKUs are read so that absence is a fact: two asks, each beside a SKU that came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.domain.listings import CatalogAnswer, Feed, Product, Stamp
from bmsc.jobs.listing_ports import StockReader
from bmsc.planners import whose_row
from bmsc.planners.listing_facts import Catalog

_ASKS = 2


class CatalogReading:
    """Reads catalog rows for one run and remembers what was asked how often."""

    def __init__(self, stock: StockReader) -> None:
        self._stock = stock
        self._products: dict[SkuKey, Product] = {}
        self._unknown: set[SkuKey] = set()
        self._proofs: Counter[SkuKey] = Counter()
        self.newest: dict[Feed, Stamp] = {}
        """The newest dates that rows carried."""

    def read(self, skus: Iterable[Sku]) -> Catalog:
        """Read the rows of SKUs, while they come in, and of their shadows' parents, and prove what is absent."""
        found = replace(self.read_alone(skus), products=self._with_parents())
        return replace(found, in_warehouses=dict(self._fallbacks(found)))

    def read_alone(self, skus: Iterable[Sku]) -> Catalog:
        """Read the rows of SKUs and prove what is absent; columns stand in a SKU's own row, stock need not."""
        wanted: dict[SkuKey, Sku] = {}
        for answer in self._stock.rows(_passing(skus, wanted)):
            self._take(answer, answered=bool(answer.found))
        self._ask_again({key: sku for key, sku in wanted.items() if self._is_missing(key)})
        missing = [key for key in wanted if self._is_missing(key)]
        absent = frozenset(key for key in missing if self._proofs[key] >= _ASKS)
        doubtful = frozenset(missing) - absent
        return Catalog(
            products=dict(self._products),
            absent=absent,
            unproven=frozenset() if self._products else doubtful,
            unknown=frozenset(self._unknown) | (doubtful if self._products else frozenset()),
        )

    def read_more(self, catalog: Catalog, skus: Iterable[Sku]) -> Catalog:
        """Add the rows of SKUs that only tell which pool an order draws on; nothing is concluded from absence."""
        asked = catalog.products.keys() | catalog.absent | catalog.unproven | catalog.unknown
        more = {sku_key(sku): sku for sku in skus if sku_key(sku) not in asked}
        for answer in self._stock.rows(more.values()):
            self._products |= answer.found
        return replace(catalog, products=self._with_parents()) if more else catalog

    def _is_missing(self, key: SkuKey) -> bool:
        return key not in self._products and key not in self._unknown

    def _take(self, answer: CatalogAnswer, *, answered: bool) -> None:
        self._products |= answer.found
        self._unknown |= answer.unknown
        for feed, stamp in answer.newest.items():
            if feed not in self.newest or stamp.moment > self.newest[feed].moment:
                self.newest[feed] = stamp
        if answered:
            self._proofs.update(answer.asked - answer.found.keys() - answer.unknown)

    def _ask_again(self, missing: dict[SkuKey, Sku]) -> None:
        """Ask beside a SKU that is known to be there, until each was asked twice in vain."""
        witness = next((product.sku for product in self._products.values() if "," not in product.sku), None)
        if witness is None:
            return
        for _ in range(_ASKS):
            left = [sku for key, sku in missing.items() if self._is_missing(key) and self._proofs[key] < _ASKS]
            for answer in self._stock.rows(left, beside=[witness]) if left else ():
                self._take(answer, answered=sku_key(witness) in answer.found)

    def _with_parents(self) -> dict[SkuKey, Product]:
        """Read the parents of shadows, and theirs, until no further one comes back."""
        asked: set[Sku] = set()
        while unread := sorted(self._parents() - asked):
            asked.update(unread)
            for answer in self._stock.rows(unread):
                self._products |= answer.found
        return dict(self._products)

    def _parents(self) -> set[Sku]:
        parents = {product.shadow_of for product in self._products.values() if product.shadow_of}
        return {parent for parent in parents if sku_key(parent) not in self._products}

    def _fallbacks(self, catalog: Catalog) -> Iterator[tuple[SkuKey, int]]:
        """Ask the warehouses of shadows whose parent nobody can read and whose own row shows nothing."""
        for key, row in self._products.items():
            if row.shadow_of is not None and whose_row.stock_of(row, catalog) is None:
                units = self._stock.units_in_warehouses(row.sku)
                if units is not None:
                    yield key, units


def _passing(skus: Iterable[Sku], wanted: dict[SkuKey, Sku]) -> Iterator[Sku]:
    """Let each SKU pass once, and note it."""
    for sku in skus:
        key = sku_key(sku)
        if key not in wanted:
            wanted[key] = sku
            yield sku
