"""How much does `bmsc report` take with a long journal: a million lines of a month and the one before it?

Run it with `python benchmarks/report.py`; --lines and --listings choose other sizes. The journal is made up in the form
that the jobs write, in the shares of a shop that reprices hourly.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
DAYS = 45
COMMANDS = ("orders pull", "tracking push", "cancel sync", "listings sync")
REASONS = ("unknown_sku", "short_stock", "money_mismatch", "price_change", "bad_cell")
ROUND = 14
"""So many lines are written each time round: two of prices that moved, four of an order, the rest of runs."""


def moments(lines: int) -> Iterator[datetime]:
    """Spread the lines evenly over the days before now."""
    span = timedelta(days=DAYS)
    return (NOW - span + span * number / lines for number in range(lines))


def events(listings: int, dice: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give command, event and fields of one line after the other, for ever."""
    order_id = 60_000_000
    while True:
        order_id += 1
        subject = f"order:{order_id}"
        sku = f"SKU-{dice.randrange(listings):06}"
        paid = "{paid}"
        bought = [{"sku": sku, "quantity": 1, "price": "301.00"}]
        order = {"subject": subject, "paid_at": paid, "market": "en-us", "currency": "USD", "lines": bought}
        step = {"subject": subject, "detail": "", "outcome": "applied", "message": "", "learned": {}}
        yield "orders pull", "order", order
        yield "orders pull", "create_order", step
        yield "orders pull", "accept_line", step
        yield "tracking push", "ship_order", step
        for contest in ("losing", "winning"):
            yield "reprice", "price" if contest == "losing" else "market", price(sku, contest, dice)
        yield "reprice", "coverage", coverage(listings, dice)
        if dice.random() < 0.2:
            fact = {"subject": subject, "reason": dice.choice(REASONS), "detail": "held"}
            yield "orders pull", "attention", {"kind": "hold", **fact, "first_seen": paid}
            yield "orders pull", "resolved", fact | {"first_seen": paid}
        for command in COMMANDS:
            yield command, "set_quantity", {"subject": f"sku:{sku}", "outcome": "applied", "detail": "5 -> 4"}
            yield command, "run", run(dice)


def price(sku: str, contest: str, dice: Random) -> dict[str, Any]:
    """Make up how a price stands."""
    amounts = {"buybox": f"{dice.uniform(280, 319):.2f}", "minimum": "280.00", "default": "319.00"}
    facts = {"sku": sku, "locale": "en-us", "contest": contest, "reason": "buybox", **amounts}
    moved = {"currency": "USD", "old": "310.00", "new": amounts["buybox"], "outcome": "applied"}
    return facts | (moved if contest == "losing" else {"shown": amounts["buybox"]})


def coverage(listings: int, dice: Random) -> dict[str, Any]:
    """Make up how far a repricing reached."""
    won = dice.randrange(listings)
    standings = {"winning": won, "losing": listings - won}
    asked = min(listings, 6_500)
    facts = {"worth_asking": listings, "asked": asked, "answered": asked, "never_checked": 0}
    return facts | {"oldest_check": "{paid}", "median_check": "{paid}", "standings": standings}


def run(dice: Random) -> dict[str, Any]:
    """Make up the end of a run."""
    requests = {"sellercloud": dice.randrange(90), "backmarket": dice.randrange(90)}
    code = dice.choice((0,) * 50 + (3, 13, 14))
    return {"started_at": "{paid}", "exit_code": code, "requests": requests, "lines_this_hour": {"reprice": 40}}


def write(folder: Path, lines: int, listings: int) -> int:
    """Write the journals of the months; answers with their size in bytes."""
    dice, size = Random(11), 0
    files: dict[str, Any] = {}
    for at, (command, event, fields) in zip(moments(lines), events(listings, dice), strict=False):
        month = f"{at:%Y-%m}"
        if month not in files:
            files[month] = (folder / f"journal-{month}.jsonl").open("w")
        head = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "run": f"{at:%Y%m%dT%H%M%S}-0a1b2c", "command": command}
        earlier = at - timedelta(seconds=dice.randrange(5, 9_000))
        text = json.dumps(head | {"event": event} | fields, separators=(",", ":"))
        size += files[month].write(text.replace("{paid}", f"{earlier:%Y-%m-%dT%H:%M:%SZ}") + "\n")
    for file in files.values():
        file.close()
    return size


def measure(folder: Path, words: tuple[str, ...]) -> tuple[float, float]:
    """Run the command in a process of its own; answers with its CPU seconds and its most memory in MiB."""
    command = [sys.executable, "-m", "bmsc", "report", *words, "--state-dir", str(folder)]
    clock = folder.parent / "clock"
    clock.write_text(f"{NOW.timestamp():.6f}")
    environ = os.environ | {"BMSC_CLOCK_FILE": str(clock)}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"bmsc report ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print what the page, the figures alone and the screen take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--listings", type=int, default=5_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, page = Path(name) / "state", Path(name) / "report.html"
        folder.mkdir(mode=0o700)
        size = write(folder, asked.lines, asked.listings)
        print(f"{asked.lines:,} lines, {size / 1e6:.0f} MB, {asked.listings:,} listings")
        for title, words in (("--html", ("--html", str(page))), ("--json", ("--json",)), ("the screen", ())):
            seconds, memory = measure(folder, words)
            print(f"{title:<12} {seconds:5.1f} s of processor, {memory:4.0f} MiB")
        print(f"the page: {page.stat().st_size / 2**20:.2f} MiB")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
