"""A shop of 100,000 listings in steady state: `listings sync` every five minutes, one in a hundred changed an hour."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.host import Host, hosted
from bench.program import Run, configure, limited, run
from bench.shape import Limits, Shape
from bench.shop import PRICE, UNITS, Stage

INTERVAL = 300
CHANGED_AN_HOUR = 0.01
CLOUD = frozenset({"logins", "orders made", "payments", "serials read", "twins read", "order look-ups", "catalog"})


@dataclass(frozen=True)
class Tick:
    """One five-minute run."""

    number: int
    clock: str
    per_second: float
    seconds: float
    processor: float
    megabytes: float
    market: int
    cloud: int
    applied: int
    deferred: int
    exit_code: int
    unread: int
    oldest_seconds: int
    differing: int
    refused: int

    def told(self) -> str:
        """Say it in one line."""
        return (
            f"run {self.number:>2}, {self.clock}, {self.per_second:g}/s: {self.seconds:5.0f} s, "
            f"{self.processor:4.1f} s of processor, {self.megabytes:3.0f} MiB, {self.market} + {self.cloud} requests, "
            f"{self.applied} applied, {self.deferred} deferred, exit {self.exit_code}; oldest fact "
            f"{self.oldest_seconds / 60:.0f} min, {self.unread} never read; {self.differing} differ afterwards"
            + (f"; {self.refused} refused for pace" if self.refused else "")
        )

    def plain(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return asdict(self)


class Arena(Stage):
    """The shop, opened at a chosen moment with nothing to write, at no distance until it goes live."""

    def __init__(self, shape: Shape, limits: Limits, clock_file: str, began: float) -> None:
        super().__init__(shape, limits, clock_file)
        self.world.clock.set(datetime.fromtimestamp(began, UTC))
        for listing in self.world.account.listings.values():
            listing.quantity = UNITS
            listing.offers["en-us"].price = Decimal(PRICE)


def ticks(shape: Shape, limits: Limits, *, simulated: int, real: int) -> Iterator[Tick]:
    """Play runs on a simulated clock until it has met the real one, then `real` ones at the real distance."""
    quick = replace(limits, market_seconds=0, cloud_seconds=0, simulated=True)
    began = time.time() - simulated * INTERVAL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clock = folder / "clock"
        with hosted(Arena, shape, quick, str(clock), began) as host:
            day = _Day(folder, host, shape, quick, began)
            while day.number < simulated or (real and host.ask("now") + INTERVAL < time.time()):
                yield day.tick(clock)
            if real:
                day.catch_up()
                host.ask("live")
                host.ask("far", limits.market_seconds, limits.cloud_seconds)
                day.limits = limits
            for _ in range(real):
                yield day.tick(None)


class _Day:
    """One run after the other, each at its time."""

    def __init__(self, folder: Path, host: Host, shape: Shape, limits: Limits, began: float) -> None:
        self._folder, self._host, self._shape = folder, host, shape
        self.limits = limits
        self._next_at = began
        self._changed = 0
        self.number = 0

    def catch_up(self) -> None:
        """Bring the shop's clock to the real time."""
        self._host.ask("wait", max(0.0, time.time() - self._host.ask("now")))

    def tick(self, clock: Path | None) -> Tick:
        """Wait for the time of the next run, let people change what they change, and run."""
        self._wait(real=clock is None)
        count = round(self._shape.listings * CHANGED_AN_HOUR * INTERVAL / 3600)
        self._host.ask("change", self._changed, count)
        self._changed += count
        self.number += 1
        self._host.ask("told")
        configure(self._folder, self._host, market=limited(self.limits))
        before = self._host.ask("now")
        done = run(self._folder, "listings", "sync", clock=clock)
        spent = self._host.ask("now") - before if clock else done.seconds
        return self._line(done, spent, "simulated" if clock else "real")

    def _wait(self, *, real: bool) -> None:
        now = self._host.ask("now")
        late = max(0.0, self._next_at - now)
        if real:
            time.sleep(late)
        else:
            self._host.ask("wait", late)
        self._next_at = max(self._next_at, now) + INTERVAL

    def _line(self, done: Run, seconds: float, clock: str) -> Tick:
        asked, refused = self._host.ask("told")
        counts, reading = done.report.get("counts", {}), done.report.get("reading") or {}
        cloud = sum(number for kind, number in asked.items() if kind in CLOUD)
        return Tick(
            number=self.number,
            clock=clock,
            per_second=self.limits.per_10s / 10,
            seconds=seconds,
            processor=done.processor,
            megabytes=done.megabytes,
            market=sum(asked.values()) - cloud,
            cloud=cloud,
            applied=int(counts.get("applied", 0)),
            deferred=int(counts.get("deferred", 0)),
            exit_code=done.exit_code,
            unread=int(reading.get("unread", 0)),
            oldest_seconds=int(reading.get("oldest_fact_seconds", 0)),
            differing=int(self._host.ask("differing")),
            refused=refused,
        )
