"""How far the batches of one run have come: their tasks, and the rows that are yet to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bmsc.domain.creations import BatchTask, NewListing, TaskState
from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.errors import CredentialsRefused, RemoteError
from bmsc.jobs.create_ports import Batches
from bmsc.jobs.house import House

LONGEST_INTERVAL_SECONDS = 30
UNFINISHED = frozenset({TaskState.RUNNING, TaskState.UNCLEAR})


@dataclass
class Course:
    """One batch on its way; the intent is settled once no row is `left`."""

    intent_id: str
    at: datetime
    locale: str
    rows: tuple[NewListing, ...]
    task: BatchTask | None = None
    left: set[SkuKey] = field(default_factory=set)
    unsettled: bool = False
    """Whether some row must be looked at again by a later run."""

    def __post_init__(self) -> None:
        self.left = {sku_key(row.sku) for row in self.rows}

    def number_of(self, sku: Sku) -> int:
        """Give the listing number that the task names for a SKU; 0 when it names none."""
        return next((found for key in self._keys(sku) if self.task and (found := self.task.created.get(key))), 0)

    def refusal_of(self, sku: Sku) -> str:
        """Give Back Market's own words about a SKU."""
        return next((found for key in self._keys(sku) if self.task and (found := self.task.refused.get(key))), "")

    def _keys(self, sku: Sku) -> Iterator[str]:
        """Nobody has published how rows are named: by SKU, it seems, else by their number from 1."""
        said = (*self.task.created, *self.task.refused) if self.task else ()
        yield from (key for key in said if sku_key(key) == sku_key(sku))
        if not self._named_by_sku(said):
            yield from (str(place) for place, row in enumerate(self.rows, start=1) if row.sku == sku)

    def _named_by_sku(self, said: Iterable[str]) -> bool:
        skus = {sku_key(row.sku) for row in self.rows}
        return any(sku_key(key) in skus for key in said)


def watch(batches: Batches, task_id: int, house: House, *, seconds: float) -> BatchTask:
    """Ask with growing intervals until the task has ended or the time is up; an unanswered question is asked again."""
    began, waits = house.clock.now(), _intervals()
    said = BatchTask(TaskState.RUNNING)
    while True:
        said = _ask(batches, task_id, said)
        spent = (house.clock.now() - began).total_seconds()
        if said.state not in UNFINISHED or spent >= seconds or house.stop.is_set():
            return said
        house.clock.sleep(min(next(waits), max(1.0, seconds - spent)))


def _ask(batches: Batches, task_id: int, before: BatchTask) -> BatchTask:
    try:
        return batches.task(task_id)
    except CredentialsRefused:
        raise
    except RemoteError:
        return before


def _intervals() -> Iterator[float]:
    """Batches end within seconds or within minutes: 1, 2, 3, 5, 8 seconds and so on."""
    one, two = 1, 2
    while True:
        yield float(min(one, LONGEST_INTERVAL_SECONDS))
        one, two = two, one + two
