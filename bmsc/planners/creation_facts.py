"""What `listings create` knows when it decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.creations import CreateMemory, Defect, NewListing, OpenBatch
from bmsc.domain.ids import SkuKey
from bmsc.domain.listings import Listing
from bmsc.domain.plan import Skip


class Candidates(Struct, frozen=True):
    """The products that a market is switched on for, and that Back Market does not list or that were set back."""

    ready: tuple[NewListing, ...] = ()
    defects: tuple[Defect, ...] = ()
    left_out: tuple[Skip, ...] = ()
    warnings: tuple[str, ...] = ()


class Shelved(Struct, frozen=True):
    """What Back Market lists already."""

    taken: frozenset[SkuKey] = frozenset()
    """Every SKU, deactivated ones and aliases included."""
    deactivated: frozenset[SkuKey] = frozenset()
    met: Mapping[SkuKey, Listing] = field(default_factory=dict)
    """The listings of SKUs that were set back, or that an open batch of unknown fate names."""

    def without(self, keys: Iterable[SkuKey]) -> Shelved:
        """Give the same with some SKUs free, so that their cells are read again."""
        return replace(self, taken=self.taken.difference(keys))

    def meeting(self, more: Mapping[SkuKey, Listing]) -> Shelved:
        """Give the same with listings that were looked up besides."""
        return replace(self, met={**self.met, **more})


class CreateFacts(Struct, frozen=True):
    """Everything one run of `listings create` read before deciding."""

    now: datetime
    candidates: Candidates
    shelved: Shelved = field(default_factory=Shelved)
    batches: tuple[OpenBatch, ...] = ()
    room: int = 0
    """The hour's listing lines that are left for creations."""
    memory: CreateMemory = field(default_factory=CreateMemory)
    narrowed: bool = False
