"""What becomes of a CSV batch of listings? (`POST /ws/listings` and its task)"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket import batch_rows
from bmsc.sandbox.backmarket.listing_edits import BadEdit
from bmsc.sandbox.backmarket.markets import Market
from bmsc.sandbox.backmarket.refusals import Refusal, bare, v1

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

KEYS = {"catalog": (1, None), "quotechar": (1, 1), "delimiter": (1, 1), "encoding": (2, 64)}
"""The keys of a batch, and how short and how long their values may be."""
MOST_LINES = 15_000
INTERRUPTED = "Task has been interrupted."
FINAL_STATUS = {"processed": 9, "failed": 8, "three": 3, "seven": 7, "stuck": 2, "lost": 9}


@dataclass
class Task:
    """A batch that waits, runs or is done; `outcome` is fixed when the batch is handed in."""

    task_id: int
    locale: str
    rows: list[dict[str, str]]
    created: datetime
    outcome: str
    trouble: str | None = None
    done: bool = False
    success: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)


def hand_in(account: Account, market: Market, body: Mapping[str, Any]) -> Task:
    """Take a batch and give it a number; raises Refusal. Its rows are looked at later."""
    _check_keys(body)
    rows, trouble = _read(body)
    if len(rows) > MOST_LINES:
        message = f"catalog has more than {MOST_LINES} lines"
        status = account.switches.batch_too_long_status
        raise bare(message) if status == 400 else v1(429, "E008", message)
    if broken := _broken_row(account, rows):
        trouble = broken
        if account.switches.broken_file == "refused":
            raise bare(broken)
    if not account.listing_lines.take(len(rows), account.switches.listing_lines_per_hour):
        raise v1(429, "E008", "Request was throttled.")
    outcome = "failed" if trouble else account.switches.task_end
    task = Task(account.next_number("task"), market.locale, rows, account.clock(), outcome, trouble)
    account.tasks[task.task_id] = task
    return task


def _broken_row(account: Account, rows: list[dict[str, str]]) -> str:
    breaking = account.switches.breaking_sku
    found = breaking and any(row.get("sku") == breaking for row in rows)
    return "The catalog could not be read to its end." if found else ""


def work_off(account: Account) -> None:
    """Finish every task whose time has come, oldest first."""
    for task in account.tasks.values():
        if not task.done and account.clock() >= _end(account, task):
            _process(account, task)
            task.done = True


def task_view(account: Account, task: Task) -> dict[str, Any]:
    """Render a task as it stands now; raises Refusal for one that was lost."""
    status = _status(account, task)
    if task.outcome == "lost" and account.clock() >= _start(account, task):
        raise v1(404, "not_found", "Task not found.")
    result = {"product_success": task.success, "product_errors": task.errors}
    return {
        "task_id": task.task_id,
        "action_status": status,
        "last_action_error": (task.trouble or INTERRUPTED) if status == 8 else None,
        "result": result if status in (8, 9) and (task.success or task.errors) else {},
        "statuscode": 200,
    }


def _status(account: Account, task: Task) -> int:
    if task.done:
        return FINAL_STATUS[task.outcome]
    return 2 if account.clock() >= _start(account, task) else account.switches.task_todo_status


def _start(account: Account, task: Task) -> datetime:
    return task.created + timedelta(seconds=account.switches.task_start_seconds)


def _end(account: Account, task: Task) -> datetime:
    return task.created + timedelta(seconds=account.switches.task_end_seconds)


def _process(account: Account, task: Task) -> None:
    rows = task.rows if task.outcome == "processed" else _applied_anyway(account, task)
    for number, row in enumerate(rows, start=1):
        key = {"sku": row.get("sku", ""), "number": str(number), "ean": row.get("ean", "")}
        name = key[account.switches.task_row_key] or str(number)
        try:
            task.success[name] = batch_rows.work(account, account.markets[task.locale], row)
        except BadEdit as error:
            _note_error(account, task, name, error)
    if task.outcome != "processed":
        task.success, task.errors = {}, {}


def _applied_anyway(account: Account, task: Task) -> list[dict[str, str]]:
    share = {"none": 0, "half": (len(task.rows) + 1) // 2, "all": len(task.rows)}
    return [] if task.trouble else task.rows[: share[account.switches.unfinished_applied]]


def _note_error(account: Account, task: Task, name: str, error: BadEdit) -> None:
    if account.switches.task_marks == "all_success":
        made_up = account.next_number("listing")
        task.success[name] = {"listing_id": made_up, "backmarket_id": 1, "publication_state": 3}
        return
    shapes = {"text": str(error), "list": [str(error)], "fields": {error.name: [str(error)]}}
    task.errors[name] = shapes[account.switches.task_error_shape]


def _check_keys(body: Mapping[str, Any]) -> None:
    for key, (shortest, longest) in KEYS.items():
        value = body.get(key)
        if value is None:
            raise bare(f"parameter {key} not found")
        if not isinstance(value, str) or len(value) < shortest or (longest and len(value) > longest):
            raise _bad_key(key)


def _bad_key(key: str) -> Refusal:
    return bare(f"parameter {key} is not valid")


def _read(body: Mapping[str, Any]) -> tuple[list[dict[str, str]], str | None]:
    try:
        codecs.lookup(body["encoding"])
        body["catalog"].encode(body["encoding"])
    except (LookupError, ValueError):
        return [], f"The catalog could not be decoded as {body['encoding']}."
    text = io.StringIO(body["catalog"], newline="")
    try:
        reader = csv.DictReader(text, delimiter=body["delimiter"], quotechar=body["quotechar"])
        rows = [_folded(row) for row in reader]
    except (csv.Error, TypeError, ValueError):
        return [], "The catalog is not a CSV file."
    if "sku" not in [str(name).strip().lower() for name in reader.fieldnames or ()]:
        return rows, "The catalog has no column sku."
    return rows, None


def _folded(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name).strip().lower(): str(value).strip() for name, value in row.items() if value and name}
