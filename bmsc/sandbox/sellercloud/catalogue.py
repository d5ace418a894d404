"""Which products does a filter of the catalogue mean?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from bmsc.sandbox.sellercloud.products import ColumnDefinition, Company, Product
from bmsc.sandbox.sellercloud.query import DateSpan
from bmsc.sandbox.sellercloud.stock import Stockroom

ALWAYS = DateSpan(None, None, inclusive=True)
REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class Population:
    """The filters whose answer changes only when products are added or move: None means any."""

    companies: frozenset[int] | None = None
    active: bool | None = True
    shadows: int | None = None
    kits: int | None = None
    kit_mode: int | None = None
    keyword: str | None = None
    upc: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogFilter:
    """Everything a list of products may be asked for."""

    population: Population = Population()
    skus: tuple[str, ...] | None = None
    updated: DateSpan = ALWAYS
    aggregated: DateSpan = ALWAYS
    physical_from: int | None = None
    physical_to: int | None = None
    column: tuple[str, str] | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether the population alone decides."""
        bounds = (self.physical_from, self.physical_to, self.column)
        return not self.updated and not self.aggregated and all(bound is None for bound in bounds)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named filter that a person keeps in SellerCloud."""

    id: int
    name: str
    filter: CatalogFilter


@dataclass
class Catalogue:
    """The tenant's products, companies, column definitions and saved views."""

    stockroom: Stockroom
    products: dict[str, Product]
    companies: dict[int, Company] = field(default_factory=dict)
    columns: dict[str, ColumnDefinition] = field(default_factory=dict)
    views: dict[int, SavedView] = field(default_factory=dict)
    _selections: dict[Population, list[Product]] = field(default_factory=dict)
    _roles: Roles | None = None

    def find(self, sku: str) -> Product | None:
        """Give a product by its id, whatever its case."""
        return self.products.get(sku.strip().casefold())

    def changed(self) -> None:
        """Forget remembered populations: a product was added, moved, renamed or switched."""
        self._selections.clear()
        self._roles = None

    def select(self, wanted: CatalogFilter) -> Sequence[Product]:
        """Give the products of a filter in a stable order."""
        if wanted.skus is not None:
            found = {sku.casefold(): self.find(sku) for sku in wanted.skus}
            fits = self._test(wanted.population)
            chosen = [product for product in found.values() if product is not None and fits(product)]
        else:
            chosen = self._population(wanted.population)
        return chosen if wanted.is_fixed else [product for product in chosen if self._fits_now(product, wanted)]

    def save_view(self, name: str, wanted: CatalogFilter) -> int:
        """Keep a named filter and give its id."""
        view = SavedView(len(self.views) + 101, name, wanted)
        self.views[view.id] = view
        return view.id

    def _population(self, population: Population) -> list[Product]:
        if population not in self._selections:
            if len(self._selections) >= REMEMBERED:
                self._selections.clear()
            self._selections[population] = list(filter(self._test(population), self.products.values()))
        return self._selections[population]

    def _fits_now(self, product: Product, wanted: CatalogFilter) -> bool:
        if not wanted.updated.holds(product.modified_at):
            return False
        if wanted.aggregated and not wanted.aggregated.holds(self.stockroom.shown_since(product)):
            return False
        if wanted.column and str(product.columns.get(wanted.column[0])).casefold() != wanted.column[1]:
            return False
        return self._fits_physical(product, wanted)

    def _fits_physical(self, product: Product, wanted: CatalogFilter) -> bool:
        low, high = wanted.physical_from, wanted.physical_to
        if low is None and high is None:
            return True
        units = sum(self.stockroom.shown(product).physical.values())
        return (low is None or low <= units) and (high is None or units <= high)

    def _test(self, wanted: Population) -> Callable[[Product], bool]:
        if self._roles is None:
            self._roles = Roles.of(self.products.values())
        return PopulationTest(wanted, self._roles)


@dataclass(frozen=True, slots=True)
class Roles:
    """Which products others lean on."""

    shadow_parents: frozenset[str]
    components: frozenset[str]

    @classmethod
    def of(cls, products: Iterable[Product]) -> Roles:
        """Look through the products once."""
        parents: set[str] = set()
        components: set[str] = set()
        for product in products:
            if product.shadow_of:
                parents.add(product.shadow_of.casefold())
            components.update(part.sku.casefold() for part in product.parts)
        return cls(frozenset(parents), frozenset(components))


@dataclass(frozen=True, slots=True)
class PopulationTest:
    """Says whether one product belongs to a population."""

    wanted: Population
    roles: Roles

    def __call__(self, product: Product) -> bool:
        """Apply every filter that was given."""
        wanted = self.wanted
        if wanted.companies is not None and product.company_id not in wanted.companies:
            return False
        if wanted.active is not None and product.active is not wanted.active:
            return False
        if wanted.kit_mode is not None and product.kit_mode != wanted.kit_mode:
            return False
        if wanted.upc and wanted.upc != product.upc:
            return False
        return self._keyword(product) and self._shadows(product) and self._kits(product)

    def _keyword(self, product: Product) -> bool:
        keyword = self.wanted.keyword
        return not keyword or keyword in f"{product.sku}\n{product.name}\n{product.upc}".casefold()

    def _shadows(self, product: Product) -> bool:
        shadow, parent = bool(product.shadow_of), product.key in self.roles.shadow_parents
        tests = {0: not shadow, 1: shadow, 2: parent, 3: not shadow and not parent}
        return tests.get(self.wanted.shadows if self.wanted.shadows is not None else -1, True)

    def _kits(self, product: Product) -> bool:
        kit, component = product.is_kit, product.key in self.roles.components
        tests = {0: not kit and not component, 1: kit, 2: component, 3: not kit, 4: not component}
        return tests.get(self.wanted.kits if self.wanted.kits is not None else -1, True)


def narrowed(population: Population, visible: Iterable[int]) -> Population:
    """Keep a population inside the companies that the user is assigned to."""
    assigned = frozenset(visible)
    if not assigned:
        return population
    asked = population.companies
    return replace(population, companies=assigned if asked is None else asked & assigned)
