"""What a listing that is to be created is made of, and what Back Market said about a batch of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto

from msgspec import Struct, field

from bmsc.domain.grades import Grade
from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.domain.listing_actions import MarketPrice
from bmsc.domain.plan import Action, Hold, Kind, Skip


class NewListing(Struct, frozen=True):
    """A product as it is to stand on Back Market; `product` is a UUID or an old number.

    It is created in the market of the first price; the others get theirs afterwards.
    """

    sku: Sku
    product: str
    grade: Grade
    warranty_months: int
    prices: tuple[MarketPrice, ...]
    name: str = ""

    @property
    def home(self) -> MarketPrice:
        """Give the price of the market it is created in."""
        return self.prices[0]

    @property
    def lines(self) -> int:
        """Count the hour's listing lines that it takes: one a market."""
        return len(self.prices)

    def told(self) -> str:
        """Say what will be listed beside SellerCloud's name for it, so that a person sees a wrong product."""
        return f'"{self.name}": {self.words()}' if self.name else self.words()

    def words(self) -> str:
        """Say what will be listed, with the grade as buyers will read it."""
        prices = ", ".join(f"{price.price} {price.currency} in {price.locale}" for price in self.prices)
        grade = f"grade {self.grade.value} ({self.grade.number}), buyers read {self.grade.shown_to_buyers!r}"
        return f"product {self.product}, {grade}, {self.warranty_months} months, {prices}, quantity 0"


class Defect(Struct, frozen=True):
    """One cell that keeps a product from being listed; `found` is None where the cell is empty."""

    sku: Sku
    name: str
    column: str
    found: str | None
    remedy: str
    """What a right value looks like."""

    @property
    def problem(self) -> str:
        """Say what is wrong."""
        return "is empty" if self.found is None else f"holds {self.found!r}"

    def __str__(self) -> str:
        return f"{self.column} {self.problem}; right is {self.remedy}"


class Readiness(Struct, frozen=True):
    """Every enabled product that is not listed: the cells that stand in its way, or that it is ready."""

    defects: tuple[Defect, ...] = ()
    ready: tuple[NewListing, ...] = ()
    others: tuple[Skip | Hold, ...] = ()
    """What is neither: refused by Back Market, in a batch, or left out for what it is."""

    def summary(self) -> str:
        """Count what is ready, and what is not by column; empty when there is neither."""
        columns = Counter(defect.column for defect in self.defects)
        unready = len({sku_key(defect.sku) for defect in self.defects})
        if not unready and not self.ready:
            return ""
        counts = ", ".join(f"{column} {count}" for column, count in columns.most_common())
        waiting = f"; with cells to fill in or mend: {unready} ({counts}); --csv FILE lists them" if unready else ""
        return f"ready to be listed: {len(self.ready)}{waiting}"


class TaskState(Enum):
    """How far Back Market has come with a batch."""

    RUNNING = auto()
    UNCLEAR = auto()
    """A status that is in Back Market's list and explained nowhere."""
    PROCESSED = auto()
    """Every row was looked at; that does not say that every row went well."""
    FAILED = auto()
    LOST = auto()
    """Back Market does not know the task, or no longer."""


class BatchTask(Struct, frozen=True):
    """What Back Market says about a batch; `created` and `refused` are by row key: a SKU or a row number."""

    state: TaskState
    status: int = 0
    words: str = ""
    created: Mapping[str, int] = field(default_factory=dict)
    """The listing number that Back Market names for a row."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Back Market's own words about a row."""


class OpenBatch(Struct, frozen=True):
    """A batch that was handed in, or may have been, and that nobody has seen the end of."""

    intent_id: str
    at: datetime
    locale: str
    rows: tuple[NewListing, ...]
    task_id: int | None = None
    over: str = ""
    """Why the task will never tell more: then only looking up every SKU does."""

    @property
    def subject(self) -> str:
        """Name it in reports."""
        return batch_subject(self.locale) if self.task_id is None else task_subject(self.task_id)

    @property
    def has_task(self) -> bool:
        """Say whether Back Market can still be asked about it as a whole."""
        return self.task_id is not None and not self.over


class Setback(Struct, frozen=True):
    """Why a product is not handed in again for now; forgotten when its cells change."""

    reason: str
    detail: str
    wanted: str
    """The words of the listing that was wanted: with other cells it is another attempt."""
    at: datetime
    rows: int = 0
    """How many rows its batch had, if that failed as a whole."""
    failures: int = 0
    """How many batches in a row have failed as a whole with it."""


class BrokenBatch(Struct, frozen=True):
    """A batch that Back Market could not work off at all: one of its rows may be what breaks it."""

    rows: tuple[NewListing, ...]
    words: str


class CreateMemory(Struct, frozen=True):
    """The section of `listings create` in the state document, typed."""

    setbacks: Mapping[SkuKey, Setback] = field(default_factory=dict)


class SubmitBatch(Action, frozen=True):
    """Hand in one CSV batch and follow its task for a while."""

    kind = Kind.SUBMIT_BATCH
    locale: str
    rows: tuple[NewListing, ...]


class ResolveTask(Action, frozen=True):
    """Ask how far the task of an earlier run has come."""

    kind = Kind.RESOLVE_TASK
    batch: OpenBatch


class CreateListing(Action, frozen=True):
    """Read a row's listing back, compare it, and give its further markets their price.

    The batch before it in the chain has created it; without one, a batch of unknown outcome may have.
    """

    kind = Kind.CREATE_LISTING
    blocks = False
    wanted: NewListing
    batch: OpenBatch | None = None
    """The batch of an earlier run that it belongs to."""


def batch_subject(locale: str) -> str:
    """Name a batch that has no task yet."""
    return f"batch:{locale}"


def task_subject(task_id: int) -> str:
    """Name a batch by its task."""
    return f"task:{task_id}"
