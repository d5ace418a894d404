"""What `listings create` reads, in this order: all SKUs of Back Market, then the catalog, keeping what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.creations import CreateMemory, OpenBatch
from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.domain.lines import LineUse
from bmsc.domain.listings import CatalogSlice, Listing
from bmsc.jobs.create_ports import Catalogue, Shelf
from bmsc.jobs.listing_ports import Lines
from bmsc.jobs.ports import Clock, SellerCloudReader
from bmsc.planners.candidates import Sieve
from bmsc.planners.creation_facts import CreateFacts, Shelved
from bmsc.planners.whose_row import Aliases

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

LINES_WAITED_FOR_SECONDS = 1_800
"""An hourly run begins just before the lines of the last one are free again: it waits for them so long."""


class CreateSources(Struct, frozen=True):
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
        shelved = self._shelved(skus, memory.setbacks.keys() | doubtful.keys())
        if not skus:
            unseen = (doubtful[key] for key in doubtful.keys() - shelved.met.keys())
            shelved = shelved.meeting(self._looked_up(unseen))
        in_hand = (sku_key(row.sku) for batch in batches for row in batch.rows)
        to_read = shelved.without([*memory.setbacks, *([] if skus else in_hand)])
        sieve = Sieve(self._settings, to_read, tuple(map(Sku, skus)))
        self._sift(sieve)
        return CreateFacts(
            now=self._clock.now(),
            candidates=sieve.candidates(),
            shelved=shelved,
            batches=batches,
            room=self._ask.lines.left(LineUse.CREATE, within_seconds=LINES_WAITED_FOR_SECONDS),
            memory=memory,
            narrowed=bool(skus),
        )

    def _shelved(self, skus: Sequence[str], of_interest: Iterable[SkuKey]) -> Shelved:
        """Give every SKU that Back Market lists, and the listings of those that need a second look."""
        aliases, wanted = Aliases(self._settings), frozenset(of_interest)
        taken: set[SkuKey] = set()
        off: set[SkuKey] = set()
        met: dict[SkuKey, Listing] = {}
        for listing in self._listings(skus):
            key = sku_key(listing.sku)
            names = {key, sku_key(aliases.resolve(listing.sku))}
            taken |= names
            if listing.is_deactivated:
                off |= names
            if key in wanted:
                met[key] = listing
        return Shelved(frozenset(taken), frozenset(off), met)

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

    def _sift(self, sieve: Sieve) -> None:
        if sieve.named:
            sieve.take_named(self._ask.sellercloud.products(sieve.named))
        else:
            for part in self._slices():
                sieve.take(part)
        if sieve.needs_kits:
            sieve.take_kit_parts(self._ask.catalogue.parts_of_kits())

    def _slices(self) -> Iterator[CatalogSlice]:
        view = self._settings.listings.create.saved_view_id
        return self._ask.catalogue.of_view(view) if view else self._ask.catalogue.of_company()
