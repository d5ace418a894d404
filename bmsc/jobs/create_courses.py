"""How far the batches of one run have come: their tasks, and the rows that are yet to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Set
from datetime import datetime

from msgspec import Struct, field

from bmsc.domain.creations import BatchTask, NewListing, TaskState
from bmsc.domain.ids import Sku, SkuKey, sku_key
from bmsc.errors import CredentialsRefused, RemoteError
from bmsc.jobs.create_ports import Batches
from bmsc.jobs.house import House

LONGEST_INTERVAL_SECONDS = 30
UNFINISHED = frozenset({TaskState.RUNNING, TaskState.UNCLEAR})


class Course(Struct):
    """One batch on its way; the intent is settled once no row is `left`."""

    intent_id: str
    at: datetime
    locale: str
    rows: tuple[NewListing, ...]
    left: set[SkuKey] = field(default_factory=set)
    unsettled: bool = False
    """Whether some row must be looked at again by a later run."""
    waits_for: str = ""
    """What its rows wait for, as long as the task has not ended."""
    _made: dict[SkuKey, int] = field(default_factory=dict)
    _words: dict[SkuKey, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.left = {sku_key(row.sku) for row in self.rows}

    def learn(self, task: BatchTask) -> None:
        """Take down what the task says, row by row."""
        names = self._names({*task.created, *task.refused})
        self._made = {names[row]: number for row, number in task.created.items() if row in names}
        self._words = {names[row]: words for row, words in task.refused.items() if row in names}

    def number_of(self, sku: Sku) -> int:
        """Give the listing number that the task names for a SKU; 0 when it names none."""
        return self._made.get(sku_key(sku), 0)

    def refusal_of(self, sku: Sku) -> str:
        """Give Back Market's own words about a SKU."""
        return self._words.get(sku_key(sku), "")

    def _names(self, said: Set[str]) -> dict[str, SkuKey]:
        """Say which SKU a row's name means. Nobody has published it: the SKU, it seems, else the row's number."""
        keys = [sku_key(row.sku) for row in self.rows]
        by_sku = {row: key for row in said if (key := sku_key(row)) in self.left}
        by_place = {str(place): key for place, key in enumerate(keys, start=_first_number(said, len(keys)))}
        return max(by_sku, by_place, key=lambda names: len(names.keys() & said))


def _first_number(said: Set[str], rows: int) -> int:
    """Rows may be counted from 0, from 1, or with the heading as the first."""
    return 0 if "0" in said else 2 if str(rows + 1) in said else 1


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
