"""Which products of the catalog may become listings, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bmsc.domain.creations import Defect, NewListing
from bmsc.domain.ids import Sku, SkuKey, sku_key, sku_subject
from bmsc.domain.listings import CatalogSlice, Product, ProductsAnswer
from bmsc.domain.plan import Skip
from bmsc.planners import cells, readiness
from bmsc.planners.creation_facts import Candidates, Shelved
from bmsc.planners.wishes import ID_COLUMN

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings


class Sieve(Struct):
    """Keeps of the catalog what may become a listing; what does not concern Back Market is forgotten at once."""

    settings: Settings
    shelved: Shelved
    named: tuple[Sku, ...] = ()
    """The products a narrowed run was asked about: each of them gets an answer."""
    _ready: dict[SkuKey, NewListing] = field(default_factory=dict)
    _defects: dict[SkuKey, tuple[Defect, ...]] = field(default_factory=dict)
    _left_out: dict[SkuKey, Skip] = field(default_factory=dict)
    _kit_parts: set[SkuKey] = field(default_factory=set)
    _seen: set[SkuKey] = field(default_factory=set)
    _columns_shown: set[str] = field(default_factory=set)
    _total: int = 0
    _without_columns: int = 0

    @property
    def needs_kits(self) -> bool:
        """Say whether a kit that nobody has read may hold one of the candidates."""
        is_whole = not self.named and not self.settings.listings.create.saved_view_id and not self._is_short
        return not is_whole and bool(self._ready or self._defects)

    @property
    def _is_short(self) -> bool:
        return len(self._seen) < self._total

    def take(self, part: CatalogSlice) -> None:
        """Look at one page."""
        self._total = max(self._total, part.total)
        self._kit_parts |= part.kit_parts
        for product in part.products:
            key = sku_key(product.sku)
            if key not in self._seen:
                self._seen.add(key)
                self._look_at(key, product)

    def take_named(self, answer: ProductsAnswer) -> None:
        """Look at the products that were asked for by name."""
        self.take(CatalogSlice(tuple(answer.found.values())))
        for sku in self.named:
            key = sku_key(sku)
            if key in answer.unknown:
                self._leave_out(key, sku, "unknown", "SellerCloud gave no believable answer about it")
            elif key not in answer.found:
                self._leave_out(key, sku, "not_in_sellercloud", f"SellerCloud has no product {sku} for this user")

    def take_kit_parts(self, parts: Iterable[SkuKey]) -> None:
        """Learn which products go into kits that were not among the pages."""
        self._kit_parts |= set(parts)

    def candidates(self) -> Candidates:
        """Give what is left, in the order of the SKUs."""
        for key in self._kit_parts & (self._ready.keys() | self._defects.keys()):
            sku = self._ready[key].sku if key in self._ready else self._defects[key][0].sku
            self._leave_out(key, sku, "kit_part", f"{sku} is a part of a kit: it is not sold alone")
            self._ready.pop(key, None)
            self._defects.pop(key, None)
        return Candidates(
            ready=tuple(self._ready[key] for key in sorted(self._ready)),
            defects=tuple(defect for key in sorted(self._defects) for defect in self._defects[key]),
            left_out=tuple(self._left_out[key] for key in sorted(self._left_out)),
            warnings=tuple(self._warnings()),
        )

    def _look_at(self, key: SkuKey, product: Product) -> None:
        self._without_columns += product.columns is None
        self._columns_shown.update(product.columns or ())
        if key in self.shelved.taken:
            self._leave_listed(key, product)
            return
        verdict = readiness.read(product, self.settings)
        if verdict is None:
            self._leave_off(key, product)
        elif why := _unfit(product, self.settings):
            self._leave_out(key, product.sku, *why)
        elif isinstance(verdict, NewListing):
            self._ready[key] = verdict
        else:
            self._defects[key] = verdict

    def _leave_listed(self, key: SkuKey, product: Product) -> None:
        """Say nothing of what is listed as it should be: that is for `listings sync` to tell."""
        if key in self.shelved.deactivated:
            if readiness.read(product, self.settings) is not None:
                detail = "its listing is deactivated on Back Market: bring it back there"
                self._leave_out(key, product.sku, "deactivated", detail)
        elif self.named:
            detail = f"Back Market has it already; `bmsc explain {product.sku}` tells what it offers"
            self._leave_out(key, product.sku, "listed", detail)

    def _leave_off(self, key: SkuKey, product: Product) -> None:
        """Name a product that is on sale nowhere though somebody has looked up its Back Market product."""
        if self.named or cells.text(product.columns or {}, ID_COLUMN):
            names = ", ".join(market.enabled_column for market in self.settings.markets)
            self._leave_out(key, product.sku, "not_enabled", f"{names} does not say yes")

    def _leave_out(self, key: SkuKey, sku: Sku, reason: str, detail: str) -> None:
        self._left_out[key] = Skip(sku_subject(sku), reason, detail)

    def _warnings(self) -> Iterator[str]:
        if self._is_short:
            given = f"{len(self._seen)}: the rest is left to a later run"
            yield f"SellerCloud counts {self._total} products and gave {given}"
        if self._without_columns:
            yield f"{self._without_columns} products came without custom columns: nothing was concluded about them"
        if self._seen and (hidden := self._hidden()):
            yield f"no product shows the custom column {hidden}: define it in SellerCloud, or let this user see it"

    def _hidden(self) -> str:
        needed = readiness.needed_columns(self.settings)
        return ", ".join(name for name in needed if name.casefold() not in self._columns_shown)


def _unfit(product: Product, settings: Settings) -> tuple[str, str] | None:
    if product.company_id != settings.sellercloud.company_id:
        return "other_company", f"product {product.sku} belongs to company {product.company_id}"
    if not product.active:
        return "inactive", f"product {product.sku} is inactive in SellerCloud"
    if product.is_matrix_parent:
        return "matrix_parent", f"{product.sku} is the parent of variations: it holds no stock"
    return None
