"""What `listings create` reads, in this order: all SKUs of Back Market, then the catalog, keeping what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bmsc.domain.creations import CreateMemory, Defect, NewListing, OpenBatch
from bmsc.domain.ids import Sku, SkuKey, sku_key, sku_subject
from bmsc.domain.lines import LineUse
from bmsc.domain.listings import CatalogSlice, Listing, Product
from bmsc.domain.plan import Skip
from bmsc.jobs.create_ports import Catalogue, Shelf
from bmsc.jobs.listing_ports import Lines
from bmsc.jobs.ports import Clock, SellerCloudReader
from bmsc.planners import readiness
from bmsc.planners.creation_facts import Candidates, CreateFacts
from bmsc.planners.whose_row import Aliases

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

LINES_WAITED_FOR_SECONDS = 1_800
"""An hourly run begins just before the lines of the last one are free again: it waits for them so long."""


@dataclass(frozen=True)
class CreateSources:
    """Whom `listings create` asks."""

    catalogue: Catalogue
    sellercloud: SellerCloudReader
    shelf: Shelf
    lines: Lines


class CreateGatherer:
    """Reads both sides for one run of `listings create`."""

    def __init__(self, sources: CreateSources, settings: Settings, clock: Clock) -> None:
        self._ask = sources
        self._settings = settings
        self._clock = clock
        self._home = settings.markets[0].locale

    def gather(self, memory: CreateMemory, batches: tuple[OpenBatch, ...], skus: Sequence[str] = ()) -> CreateFacts:
        """Read everything; naming SKUs reads only those."""
        doubtful = {sku_key(row.sku): row.sku for batch in batches if not batch.has_task for row in batch.rows}
        taken, met = self._listed(skus, memory.setbacks.keys() | doubtful.keys())
        if not skus:
            met |= self._looked_up(doubtful[key] for key in doubtful.keys() - met.keys())
        sieve = _Sieve(self._settings, taken - memory.setbacks.keys())
        for part in self._slices(skus):
            sieve.take(part)
        return CreateFacts(
            now=self._clock.now(),
            candidates=sieve.candidates(),
            taken=taken,
            met=met,
            batches=batches,
            room=self._ask.lines.left(LineUse.CREATE, within_seconds=LINES_WAITED_FOR_SECONDS),
            memory=memory,
            narrowed=bool(skus),
        )

    def _listed(
        self, skus: Sequence[str], of_interest: Iterable[SkuKey]
    ) -> tuple[frozenset[SkuKey], dict[SkuKey, Listing]]:
        """Give every SKU that Back Market lists, and the listings of those that need a second look."""
        aliases, wanted = Aliases(self._settings), frozenset(of_interest)
        taken: set[SkuKey] = set()
        met: dict[SkuKey, Listing] = {}
        for listing in self._listings(skus):
            key = sku_key(listing.sku)
            taken |= {key, sku_key(aliases.resolve(listing.sku))}
            if key in wanted:
                met[key] = listing
        return frozenset(taken), met

    def _listings(self, skus: Sequence[str]) -> Iterator[Listing]:
        if not skus:
            yield from self._ask.shelf.listings(self._home)
            yield from self._ask.shelf.deactivated(self._home)
            return
        for sku in (*skus, *self._aliased(skus)):
            if found := self._ask.shelf.listing_of(Sku(sku), self._home):
                yield found

    def _aliased(self, skus: Sequence[str]) -> Iterator[str]:
        """Name the Back Market SKUs that stand for a product."""
        keys = {sku_key(sku) for sku in skus}
        return (alias for alias, sku in self._settings.sku_aliases.items() if sku_key(sku) in keys)

    def _looked_up(self, skus: Iterable[Sku]) -> dict[SkuKey, Listing]:
        found = (self._ask.shelf.listing_of(sku, self._home) for sku in skus)
        return {sku_key(listing.sku): listing for listing in found if listing}

    def _slices(self, skus: Sequence[str]) -> Iterator[CatalogSlice]:
        if skus:
            products = tuple(self._ask.sellercloud.products(map(Sku, skus)).found.values())
            return iter([CatalogSlice(products, total=len(products))])
        view = self._settings.listings.create.saved_view_id
        return self._ask.catalogue.of_view(view) if view else self._ask.catalogue.of_company()


@dataclass
class _Sieve:
    """Keeps of the catalog what may become a listing; everything else passes through and is forgotten."""

    settings: Settings
    taken: frozenset[SkuKey]
    ready: dict[SkuKey, NewListing] = field(default_factory=dict)
    defects: dict[SkuKey, tuple[Defect, ...]] = field(default_factory=dict)
    left_out: dict[SkuKey, Skip] = field(default_factory=dict)
    kit_parts: set[SkuKey] = field(default_factory=set)
    seen: set[SkuKey] = field(default_factory=set)
    total: int = 0
    columns_shown: bool = False
    without_columns: int = 0

    def take(self, part: CatalogSlice) -> None:
        """Look at one page."""
        self.total = max(self.total, part.total)
        self.kit_parts |= part.kit_parts
        for product in part.products:
            key = sku_key(product.sku)
            if key not in self.seen:
                self.seen.add(key)
                self._look_at(key, product)

    def _look_at(self, key: SkuKey, product: Product) -> None:
        self.without_columns += product.columns is None
        names = (market.enabled_column.casefold() for market in self.settings.markets)
        self.columns_shown |= any(name in (product.columns or ()) for name in names)
        verdict = None if key in self.taken else readiness.read(product, self.settings)
        if verdict is None:
            return
        if why := _left_out(product, self.settings):
            self.left_out[key] = Skip(sku_subject(product.sku), *why)
        elif isinstance(verdict, NewListing):
            self.ready[key] = verdict
        else:
            self.defects[key] = verdict

    def candidates(self) -> Candidates:
        """Give what is left, in the order of the SKUs."""
        for key in self.kit_parts & (self.ready.keys() | self.defects.keys()):
            sku = self.ready[key].sku if key in self.ready else self.defects[key][0].sku
            self.left_out[key] = Skip(sku_subject(sku), "kit_part", f"{sku} is a part of a kit: it is not sold alone")
            self.ready.pop(key, None)
            self.defects.pop(key, None)
        return Candidates(
            ready=tuple(self.ready[key] for key in sorted(self.ready)),
            defects=tuple(defect for key in sorted(self.defects) for defect in self.defects[key]),
            left_out=tuple(self.left_out[key] for key in sorted(self.left_out)),
            warnings=tuple(self._warnings()),
        )

    def _warnings(self) -> Iterator[str]:
        if len(self.seen) < self.total:
            yield f"SellerCloud counts {self.total} products and gave {len(self.seen)}: the rest is left to a later run"
        if self.without_columns:
            yield f"{self.without_columns} products came without custom columns: nothing was concluded about them"
        if self.seen and not self.columns_shown:
            names = ", ".join(market.enabled_column for market in self.settings.markets)
            yield f"no product shows the custom column {names}: define it in SellerCloud, or let this user see it"


def _left_out(product: Product, settings: Settings) -> tuple[str, str] | None:
    if product.company_id != settings.sellercloud.company_id:
        return "other_company", f"product {product.sku} belongs to company {product.company_id}"
    if not product.active:
        return "inactive", f"product {product.sku} is inactive in SellerCloud"
    if product.is_matrix_parent:
        return "matrix_parent", f"{product.sku} is the parent of variations: it holds no stock"
    return None
