"""Whole runs of every command while what they read is spoilt: answers on their way, or papers on the disk.

A write must be one that the clean facts ask for: to the same subject, and of the same value where it is money or an
order; a quantity may only be lower.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fuzz import spoiling
from fuzz.scene import CANARY, JOBS, scene
from fuzz.target import Broken, Target, made_of
from shops import PASSWORD, TOKEN

from bmsc.report import json as report_json
from bmsc.report import text
from bmsc.sandbox.faults import Arrival, Fault
from bmsc.sandbox.log import LogEntry, is_mutating

Write = tuple[str, str, str]
"""What was written: how, to which subject, and what."""
KINDS = ("scramble",) * 12 + ("html", "truncate", "empty_body", "numbers_as_text", "redirect", "extra_fields")
PAPERS = ("state.json", "state.json.good", "listings.jsonl", "prices.jsonl", "intents-orders-pull.jsonl")
PAPERS += ("intents-tracking-push.jsonl", "intents-cancel-sync.jsonl", "intents-listings-create.jsonl")
PAPERS += ("runs/orders-pull.json", "locks/listing-lines", "cache/sellercloud.requests", "cache/sellercloud.token")
SILENT = (PASSWORD, TOKEN, CANARY)


@dataclass
class Spoiling:
    """Spoils some of the answers that nobody writes with; the same ones for the same seed, in whatever order asked."""

    seed: str
    rate: float
    asked: Counter[str] = field(default_factory=Counter)
    fired: int = 0

    def pick(self, arrival: Arrival) -> Fault | None:
        """Roll the dice for one request."""
        if is_mutating(arrival.method, arrival.target.partition("?")[0]):
            return None
        self.asked[arrival.target] += 1
        dice = Random(f"{self.seed}:{arrival.target}:{self.asked[arrival.target]}")
        if dice.random() >= self.rate:
            return None
        self.fired += 1
        return Fault(dice.choice(KINDS), {}, dice)


def targets() -> list[Target]:
    """Give a target for each command, by what is spoilt."""
    answers = [Target(f"{job}, answers spoilt", 1, lambda dice, job=job: _misled(job, dice)) for job in JOBS]
    return answers + [Target(f"{job}, papers spoilt", 1, lambda dice, job=job: _forgetful(job, dice)) for job in JOBS]


def _misled(job: str, dice: Random) -> str:
    """Run a command while answers are spoilt."""
    here = scene()
    here.restore()
    here.shop.world.faults.chaos = Spoiling(f"{dice.random()}", dice.choice((0.02, 0.1, 0.3, 0.8)))  # type: ignore[assignment]
    return _run(job, _clean(job, "state"))


def _forgetful(job: str, dice: Random) -> str:
    """Run a command upon spoilt papers."""
    here = scene()
    here.restore(here.doubtful)
    for name in dice.sample(PAPERS, dice.choice((1, 1, 2))):
        path = here.shop.state_dir / name
        if path.exists():
            spoil = dice.choice((spoiling.lines if path.suffix == ".jsonl" else spoiling.document, spoiling.bytes_of))
            path.write_bytes(spoil(path.read_bytes(), dice))
    return _run(job, _clean(job, "doubtful"))


@cache
def _clean(job: str, papers: str) -> frozenset[Write]:
    """Give what a run writes while nothing is spoilt."""
    here = scene()
    here.restore(getattr(here, papers))
    here.shop.run(job)
    return frozenset(_writes())


def _run(job: str, clean: frozenset[Write]) -> str:
    here = scene()
    told: list[str] = []
    codes: list[int] = []

    def run() -> None:
        report = here.shop.run(job)
        codes.append(report.exit_code)
        told.append(_words(report))

    made = made_of(run, silent=SILENT)
    if crashes := here.shop.world.log.crashes:
        raise RuntimeError(f"the sandbox itself crashed: {crashes[0]}")
    if odd := [write for write in _writes() if not _asked_for(write, clean)]:
        raise Broken(f"{job} wrote {odd}; the clean facts ask for {sorted(clean)}")
    for paper, words in (
        *((paper, paper.read_text(errors="replace")) for paper in _papers()),
        *(("report", one) for one in told),
    ):
        if sung := [word for word in SILENT if word in words]:
            raise Broken(f"{paper} holds {sung}")
    return f"exit {codes[0]}" if codes else made


def _words(report: Any) -> str:
    """Give all a run says, as it would be typed; refuse what no terminal takes."""
    shown = text.render(report) + text.render_news(report)
    return shown + report_json.render(report)


def _papers() -> Iterator[Path]:
    return (path for path in scene().shop.state_dir.rglob("*") if path.is_file() and path.name != "sellercloud.token")


def _writes() -> Iterator[Write]:
    """Name what was applied; SellerCloud's own numbers, which come by order of arrival, by the order they stand for."""
    for entry in scene().shop.writes():
        if entry.applied and entry.status is not None and entry.status < 400:
            yield _write(entry)


def _write(entry: LogEntry) -> Write:
    body = entry.body if isinstance(entry.body, dict) else {}
    path, tenant = entry.path, scene().shop.world.tenant
    if path.endswith("/api/Orders") and entry.method == "POST":
        details = body.get("OrderDetails") or body
        return "create", str(details.get("OrderSourceOrderID") or details.get("OrderSourceOrderId")), ""
    numbers = [int(part) for part in path.split("/") if part.isdigit()]
    numbers += [int(one) for one in body.get("Orders") or () if entry.platform == "sellercloud"]
    if entry.platform == "sellercloud":
        named = [tenant.orders[number].number for number in numbers if number in tenant.orders]
        return path.rpartition("/")[2], ",".join(map(str, named)), str(body.get("Amount", ""))
    if "catalog" in body:
        return "batch", "", str(body["catalog"])
    return (
        path,
        json.dumps({name: value for name, value in body.items() if name != "quantity"}, sort_keys=True),
        str(body.get("quantity", "")),
    )


def _asked_for(write: Write, clean: frozenset[Write]) -> bool:
    """Say whether a write is one of the clean ones, or lowers a quantity that they name further than they do."""
    if write in clean:
        return True
    how, subject, what = write
    same = [other for other in clean if other[:2] == (how, subject)]
    if how == "batch":
        return any(set(what.splitlines()) <= set(other[2].splitlines()) for other in same)
    return what.isdigit() and any(other[2].isdigit() and int(what) < int(other[2]) for other in same)
