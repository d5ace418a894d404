"""How batches are handed in: look every SKU up, book lines, announce, send, and follow the task to its end."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from bmsc.domain.creations import (
    BrokenBatch,
    CreateListing,
    NewListing,
    OpenBatch,
    ResolveTask,
    SubmitBatch,
    TaskState,
    task_subject,
)
from bmsc.domain.ids import SkuKey, sku_key
from bmsc.domain.lines import USED_UP, LineUse
from bmsc.domain.listings import Listing
from bmsc.domain.outcome import Outcome, Verdict
from bmsc.domain.plan import Hold
from bmsc.errors import CredentialsRefused, OutcomeUnknown, Refused, RemoteError
from bmsc.jobs import create_courses
from bmsc.jobs.create_courses import Course
from bmsc.jobs.create_gather import LINES_WAITED_FOR_SECONDS
from bmsc.jobs.create_memory import batch_data
from bmsc.jobs.create_ports import Batches, Shelf
from bmsc.jobs.create_rows import CreateRows
from bmsc.jobs.house import House
from bmsc.jobs.listing_ports import Lines

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

STUCK_AFTER = timedelta(hours=6)
"""A task that has not ended by then is not asked any more: its SKUs are looked up."""
ENOUGH_BROKEN = 3
"""So many batches that fail as a whole end the handing in of one run."""
ABOUT_THE_FILE = frozenset({400, 413, 422})
_WAIT_SECONDS = 5
_MOST_UNREAD = 3
_UNREAD = "could not be looked up just before it was to be sent: left to a later run"


class CreateSteps:
    """The writes of `listings create`, one method an action."""

    def __init__(self, shelf: Shelf, batches: Batches, lines: Lines, settings: Settings, house: House) -> None:
        self._shelf = shelf
        self._rows = CreateRows(shelf, lines)
        self._batches = batches
        self._lines = lines
        self._seconds = settings.listings.create.task_timeout_seconds
        self._house = house
        self._courses: dict[SkuKey, Course] = {}
        self._met: set[SkuKey] = set()
        """SKUs that a last look found on Back Market already."""
        self._unread: set[SkuKey] = set()
        """SKUs that could not be looked up."""
        self.handed_in: set[SkuKey] = set()
        """The SKUs of batches that were sent, whatever became of them."""
        self.broken: list[BrokenBatch] = []

    def submit(self, action: SubmitBatch) -> Outcome:
        """Hand in what is not on Back Market yet, and follow the task for a while."""
        if len(self.broken) >= ENOUGH_BROKEN:
            return Outcome(Verdict.DEFERRED, "several batches failed as a whole in this run: left to a later one")
        booked = self._booked(len(action.rows))
        if not booked:
            return Outcome(Verdict.DEFERRED, USED_UP)
        rows = self._absent(action.rows[:booked], action.locale)
        if not rows:
            return Outcome(Verdict.ALREADY, "Back Market has every SKU of it already")
        try:
            course, task_id = self._sent(action, rows)
        except Refused as refused:
            return self._unreadable(rows, refused)
        outcome = self._followed(course, task_id)
        if outcome.verdict is Verdict.DEFERRED:
            course.waits_for = outcome.message
            return Outcome(Verdict.APPLIED, f"handed in; {outcome.message}")
        return outcome

    def resolve(self, action: ResolveTask) -> Outcome:
        """Ask for the end of a batch of an earlier run."""
        course = self._take_up(action.batch)
        assert action.batch.task_id is not None
        return self._followed(course, action.batch.task_id)

    def create(self, action: CreateListing) -> Outcome:
        """Read one row's listing back, compare it, and price its further markets."""
        key = sku_key(action.wanted.sku)
        course = self._courses.get(key)
        if key in self._met:
            return Outcome(Verdict.ALREADY, "Back Market has it already: left to `bmsc listings sync`")
        if course is None:
            if action.batch is None:
                return Outcome(Verdict.DEFERRED, _UNREAD if key in self._unread else USED_UP)
            course = self._take_up(action.batch)
        if course.waits_for:
            return Outcome(Verdict.DEFERRED, course.waits_for)
        outcome = self._rows.look_at(action, course, self._house.clock.now())
        if outcome.verdict is Verdict.DEFERRED:
            course.unsettled = True
        course.left.discard(key)
        if not course.left and not course.unsettled:
            self._house.intents.settle(course.intent_id, "applied", {})
        return outcome

    def _absent(self, rows: Sequence[NewListing], locale: str) -> tuple[NewListing, ...]:
        """Look up every SKU just before it is sent: a row for one that exists would set its quantity to 0.

        One that cannot be looked up stays behind; raises what kept the third from it.
        """
        absent: list[NewListing] = []
        unread: set[SkuKey] = set()
        with ThreadPoolExecutor(max_workers=self._house.concurrency) as workers:
            for row, found in zip(rows, workers.map(lambda row: self._seen(row, locale), rows), strict=True):
                if found is None:
                    absent.append(row)
                elif isinstance(found, RemoteError):
                    unread.add(sku_key(row.sku))
                    if len(unread) >= min(_MOST_UNREAD, len(rows)):
                        raise found
                else:
                    self._met.add(sku_key(row.sku))
        self._unread |= unread
        return tuple(absent)

    def _seen(self, row: NewListing, locale: str) -> Listing | RemoteError | None:
        try:
            return self._shelf.listing_of(row.sku, locale)
        except CredentialsRefused:
            raise
        except RemoteError as error:
            return error

    def _booked(self, rows: int) -> int:
        """Book a line a row, waiting for those that come free soon; answers with how many rows may go."""
        for patience in range(LINES_WAITED_FOR_SECONDS, -1, -_WAIT_SECONDS):
            rows = min(rows, self._lines.left(LineUse.CREATE, within_seconds=patience))
            if not rows or self._house.stop.is_set():
                return 0
            if self._lines.take(LineUse.CREATE, rows):
                return rows
            self._house.clock.sleep(_WAIT_SECONDS)
        return 0

    def _sent(self, action: SubmitBatch, rows: tuple[NewListing, ...]) -> tuple[Course, int]:
        """Announce the batch, hand it in and note the task: killed in between, it is looked up, not repeated."""
        intents = self._house.intents
        intent_id = intents.open(action.kind.value, action.subject, batch_data(rows, action.locale))
        course = Course(intent_id, self._house.clock.now(), action.locale, rows)
        self._courses |= dict.fromkeys(course.left, course)
        try:
            task_id = self._batches.submit(rows, action.locale)
        except OutcomeUnknown as unknown:
            self.handed_in |= course.left
            intents.settle(intent_id, "unknown", {"words": unknown.words})
            raise
        except RemoteError:
            intents.settle(intent_id, "refused", {})
            raise
        self.handed_in |= course.left
        intents.settle(intent_id, "unknown", {"task_id": task_id})
        return course, task_id

    def _unreadable(self, rows: tuple[NewListing, ...], refused: Refused) -> Outcome:
        """Note a file that Back Market does not take because of what stands in it."""
        if refused.status not in ABOUT_THE_FILE:
            raise refused
        self.broken.append(BrokenBatch(rows, refused.words))
        return Outcome(Verdict.FAILED, f'{refused.message}: "{refused.words}"; tried again in smaller batches')

    def _take_up(self, batch: OpenBatch) -> Course:
        course = Course(batch.intent_id, batch.at, batch.locale, batch.rows)
        self._courses |= dict.fromkeys(course.left, course)
        return course

    def _followed(self, course: Course, task_id: int) -> Outcome:
        said = create_courses.watch(self._batches, task_id, self._house, seconds=self._seconds)
        course.learn(said)
        match said.state:
            case TaskState.PROCESSED:
                told = f"{len(said.created)} named as made, {len(said.refused)} refused"
                return Outcome(Verdict.APPLIED, f"task {task_id} processed: {told}; each is read back")
            case TaskState.FAILED:
                return self._failed(course, task_id, said.words)
            case TaskState.LOST:
                return self._lost(course, task_id, said.words)
            case _:
                return self._unfinished(course, task_id, said.status)

    def _failed(self, course: Course, task_id: int, words: str) -> Outcome:
        self._house.intents.settle(course.intent_id, "unknown", {"task_id": task_id, "over": words or "failed"})
        self.broken.append(BrokenBatch(course.rows, words or "failed"))
        message = f'task {task_id} failed as a whole: "{words}"; every SKU is looked up before it is tried again'
        return Outcome(Verdict.FAILED, message)

    def _lost(self, course: Course, task_id: int, words: str) -> Outcome:
        self._house.intents.settle(course.intent_id, "unknown", {"lost_task": task_id})
        detail = f"task {task_id}: {words}; every SKU is looked up before anything is handed in again"
        return Outcome(Verdict.UNKNOWN, detail, hold=Hold(task_subject(task_id), "outcome_unknown", detail))

    def _unfinished(self, course: Course, task_id: int, status: int) -> Outcome:
        if self._house.clock.now() - course.at >= STUCK_AFTER:
            return self._lost(course, task_id, f"it has stood at status {status} for hours")
        return Outcome(Verdict.DEFERRED, f"task {task_id} is still at work (status {status}): a later run goes on")
