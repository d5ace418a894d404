"""How are the journal's lines read: one after the other, none of them trusted?"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from bmsc.domain import money
from bmsc.domain.papers import DAMAGE
from bmsc.retrospect.records import (
    Bought,
    FactGone,
    FactTold,
    LockedOut,
    OrderMet,
    OrderStep,
    PriceSeen,
    Reach,
    Record,
    RunEnded,
)

Line = Mapping[str, Any]

_AT = slice(len('{"at":"'), len('{"at":"2026-03-02'))
"""Where the journal's own pen writes the day of a line."""
_OF_PRICES = re.compile(rb'"event":"(?:price|market|set_price|set_quantity)"')
_STANDS_ON = re.compile(rb'"event":"(?:order|price|market|set_price|set_quantity)"')
_LONGEST_LINE = 1 << 20


class Count(Struct):
    """How many lines were read, and how many of them nobody could understand."""

    lines: int = 0
    unreadable: int = 0


def records(files: Sequence[Path], since: datetime, count: Count) -> Iterator[Record]:
    """Read what was written since a moment, and of what was before it the prices, which may stand until today, and
    the orders that were met: what is done about one later is no news of a stranger.

    A line that cannot be understood is counted and passed over; a file that is gone by now is an empty one.
    """
    first_day = since.astimezone(UTC).strftime("%Y-%m-%d").encode("ascii")
    return _understood((line for line in _lines(files) if line[_AT] >= first_day or _STANDS_ON.search(line)), count)


def prices(files: Sequence[Path]) -> Iterator[Record]:
    """Read only what may tell of prices."""
    return _understood(filter(_tells_a_price, _lines(files)), Count())


def _understood(lines: Iterable[bytes], count: Count) -> Iterator[Record]:
    for line in lines:
        count.lines += 1
        try:
            record = understood(line)
        except DAMAGE:
            count.unreadable += 1
            continue
        if record is not None:
            yield record


def understood(line: bytes) -> Record | None:
    """Read one line; None for an event that no figure needs. Raises what a damaged line makes Python raise."""
    found = json.loads(line)
    read = _READERS.get(found["event"])
    return read(_moment(found["at"]), str(found["command"]), found) if read else None


def _tells_a_price(line: bytes) -> bool:
    return _OF_PRICES.search(line) is not None


def _lines(files: Sequence[Path]) -> Iterator[bytes]:
    for path in files:
        with suppress(FileNotFoundError), path.open("rb") as file:
            while line := file.readline(_LONGEST_LINE):
                if line != b"\n":
                    yield line


def _met(at: datetime, command: str, line: Line) -> Record:
    bought = tuple(Bought(str(one["sku"]), int(one["quantity"]), _money(one["price"])) for one in line["lines"])
    return OrderMet(
        at, command, _order(line), _perhaps(line, "paid_at"), str(line["market"]), str(line["currency"]), bought
    )


def _step(at: datetime, command: str, line: Line) -> Record:
    learned = line.get("learned") or {}
    ours = line["event"] == "create_order" or bool(learned.get("ours"))
    undone = line["event"] == "accept_line" and line["outcome"] == "held" and bool(learned.get("finished"))
    return OrderStep(at, command, _order(line), str(line["event"]), str(line["outcome"]), ours, undone)


def _told(at: datetime, command: str, line: Line) -> Record:
    kind, passing = str(line.get("kind", "hold")), bool(line.get("passing"))
    return FactTold(at, command, kind, str(line["subject"]), str(line["reason"]), _perhaps(line, "first_seen"), passing)


def _gone(at: datetime, command: str, line: Line) -> Record:
    return FactGone(at, command, str(line["subject"]), str(line["reason"]), _perhaps(line, "first_seen"))


def _written(at: datetime, command: str, line: Line) -> Record | None:
    if line.get("outcome", "applied") != "applied" or line.get("new") is None:
        return None
    return PriceSeen(
        at,
        command,
        str(line["sku"]),
        str(line["locale"]),
        str(line["currency"]),
        _money(line["new"]),
        _amount(line, "buybox"),
        _amount(line, "minimum"),
        _amount(line, "default"),
        str(line.get("contest", "")),
        str(line.get("reason", "listings_sync")),
        written=True,
        before=_amount(line, "old"),
    )


def _standing(at: datetime, command: str, line: Line) -> Record:
    return PriceSeen(
        at,
        command,
        str(line["sku"]),
        str(line["locale"]),
        "",
        _amount(line, "shown"),
        _amount(line, "buybox"),
        _amount(line, "minimum"),
        _amount(line, "default"),
        str(line["contest"]),
        str(line["reason"]),
        written=False,
    )


def _reach(at: datetime, command: str, line: Line) -> Record:
    return Reach(
        at,
        command,
        int(line["worth_asking"]),
        int(line["asked"]),
        int(line["answered"]),
        int(line["never_checked"]),
        _perhaps(line, "oldest_check"),
        _perhaps(line, "median_check"),
        _counts(line, "standings"),
    )


def _run(at: datetime, command: str, line: Line) -> Record:
    waited = float(line.get("waited_seconds", 0))
    return RunEnded(
        at,
        command,
        _moment(line["started_at"]),
        int(line["exit_code"]),
        _counts(line, "requests"),
        _counts(line, "lines_this_hour"),
        waited if math.isfinite(waited) else 0.0,
        bool(line.get("narrowed")),
    )


def _locked_out(at: datetime, command: str, line: Line) -> Record:
    del line
    return LockedOut(at, command)


def _order(line: Line) -> int:
    return int(str(line["subject"]).removeprefix("order:"))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _perhaps(line: Line, name: str) -> datetime | None:
    return _moment(line[name]) if line.get(name) else None


def _money(text: object) -> Decimal:
    amount = money.parse(text)
    if amount is None:
        raise ValueError("an amount that is no number")
    return amount


def _amount(line: Line, name: str) -> Decimal | None:
    return None if line.get(name) is None else _money(line[name])


def _counts(line: Line, name: str) -> dict[str, int]:
    return {str(key): int(number) for key, number in (line.get(name) or {}).items()}


_ORDER_STEPS = ("create_order", "adopt_order", "accept_line", "ship_order", "cancel_line", "refund_line")
_READERS: Mapping[str, Callable[[datetime, str, Line], Record | None]] = {
    "order": _met,
    **dict.fromkeys((*_ORDER_STEPS, "cancel_sc_order"), _step),
    "attention": _told,
    "resolved": _gone,
    "released": _gone,
    "price": _written,
    "set_price": _written,
    "set_quantity": _written,
    "market": _standing,
    "coverage": _reach,
    "run": _run,
    "locked_out": _locked_out,
}
