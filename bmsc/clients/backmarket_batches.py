"""How many listings are created at once: one CSV handed to Back Market, and the task that works it off."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bmsc.clients import errands, words
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http
from bmsc.clients.wire import RequiredWhole, Text, Wire, parse, whole
from bmsc.domain.creations import BatchTask, NewListing, TaskState
from bmsc.domain.money import text
from bmsc.errors import NotFound, OutcomeUnknown

BATCH = "/ws/listings"
TASK = "/ws/tasks/{id}"
COLUMNS = ("sku", "product_id", "quantity", "price", "currency", "grade", "warranty_delay")
_QUOTE, _DELIMITER, _ENCODING = '"', ",", "utf-8"
_READ_LATER = "nothing; later runs look every SKU up before anything is handed in again"
_STATES = {
    0: TaskState.RUNNING,
    2: TaskState.RUNNING,
    3: TaskState.UNCLEAR,
    7: TaskState.UNCLEAR,
    8: TaskState.FAILED,
    9: TaskState.PROCESSED,
}


class WireTask(Wire):
    """A task as `GET /ws/tasks/{id}` shows it; what `result` holds depends on the task."""

    task_id: RequiredWhole
    action_status: RequiredWhole
    last_action_error: Text = ""
    result: Any = None

    def to_domain(self) -> BatchTask:
        """Give what it says; a status nobody has heard of is unclear, not finished."""
        rows = self.result if isinstance(self.result, Mapping) else {}
        return BatchTask(
            state=_STATES.get(self.action_status, TaskState.UNCLEAR),
            status=self.action_status,
            words=words.tidy(self.last_action_error),
            created=_numbers(rows.get("product_success")),
            refused=_complaints(rows.get("product_errors")),
        )


class BackMarketBatches:
    """Hands in batches of new listings and asks what became of them."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def submit(self, rows: Sequence[NewListing], locale: str) -> int:
        """Hand in listings of quantity 0, priced for one market; answers with the number of the task."""
        body = {"catalog": catalog(rows), "quotechar": _QUOTE, "delimiter": _DELIMITER, "encoding": _ENCODING}
        call = Call("POST", BATCH, BATCH, body=body, extra_headers={"Accept-Language": locale})
        answer = self._http.send(call)
        task_id = whole(answer.get("bodymessage")) if isinstance(answer, Mapping) else None
        if task_id is None or task_id <= 0:
            message = f"Back Market took the new listings without naming a task [POST {BATCH}]"
            raise OutcomeUnknown(message, next_step=_READ_LATER)
        return task_id

    def task(self, task_id: int) -> BatchTask:
        """Ask how far a task has come; one that Back Market does not know is lost."""
        try:
            answer = self._http.send(Call("GET", TASK.replace("{id}", str(task_id)), TASK))
        except NotFound:
            return BatchTask(TaskState.LOST, words="Back Market does not know the task")
        return parse(WireTask, answer, where=errands.where("Back Market", TASK), subject=f"task {task_id}").to_domain()


def catalog(rows: Iterable[NewListing]) -> str:
    """Write the CSV; every field is quoted, so that any SKU travels whole."""
    written = io.StringIO()
    writer = csv.writer(written, quotechar=_QUOTE, delimiter=_DELIMITER, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, rows))
    return written.getvalue()


def _cells(row: NewListing) -> tuple[str, ...]:
    price = text(row.home.price, row.home.currency)
    return (row.sku, row.product, "0", price, row.home.currency, row.grade.value, str(row.warranty_months))


def _numbers(rows: object) -> dict[str, int]:
    """Read what was made per row key; a row without a listing number was still named as made."""
    if not isinstance(rows, Mapping):
        return {}
    return {str(key): _number(row) for key, row in rows.items()}


def _number(row: object) -> int:
    return whole(row.get("listing_id") if isinstance(row, Mapping) else row) or 0


def _complaints(rows: object) -> dict[str, str]:
    """Read Back Market's words per row key, whatever shape it gives them: a text, a list, or field by field."""
    if not isinstance(rows, Mapping):
        return {}
    return {str(key): _words(row) or "refused without a word" for key, row in rows.items()}


def _words(row: object) -> str:
    if not isinstance(row, Mapping):
        return words.readable(row)
    return words.readable(row) or "; ".join(f"{field}: {words.readable(said)}" for field, said in row.items())[:300]
