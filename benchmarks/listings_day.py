"""What becomes of 5,000 changes when the hour has 1,900 lines, on a day on which every command runs.

Run it with `python benchmarks/listings_day.py`; --listings, --changes, --hours and --minutes choose other sizes. Both
platforms are served from a process of their own and share a simulated clock with the commands. Right after a first
quiet run a third of the changes takes listings off sale, a third lowers and a third raises. From then on buyers buy and
change their minds, the warehouse ships, staff cancel, a few listings are lowered before every run, rivals move their
prices every hour and new products are to be listed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, deque
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from bench.host import Host, hosted
from bench.program import configure

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BUDGET = 1_900
HOUR = 3600
CUTS, NEW_AN_HOUR, NEW_HOURS, REPRICED, SOLD = 5, 60, 8, 200, 200
PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
CELLS = {"BACKMARKET_ENABLED_US": True, "BACKMARKET_PRICE_US": "319.00"}
WANTED = {"BACKMARKET_ID": PRODUCT, "BACKMARKET_GRADE": 2, "BACKMARKET_WARRANTY_DELAY": 24}
KINDS = {0: "to zero", 3: "down", 9: "up", 4: "cuts"}
EVERY_TICK = ("orders pull", "tracking push", "cancel sync", "listings sync")
EVERY_HOUR = ("listings create", "reprice")


class Stage:
    """The shop and the people around it, in the process that serves it."""

    def __init__(self, clock_file: str, listings: int, changes: int) -> None:
        from bmsc.sandbox.clock import SandboxClock
        from bmsc.sandbox.world import World

        clock = SandboxClock(Path(clock_file))
        clock.set(START)
        self.world = World(clock, shop="empty")
        self.world.switches.sellercloud.aggregate_lag_seconds = 0
        self._dice = Random(7)
        self._changes, self._listings = changes, listings
        self._lines: deque[tuple[float, int]] = deque()
        self._most_in_an_hour = self._new = 0
        product = self.world.account.add_product("Phone", product_id=PRODUCT)
        for number in range(listings):
            self._add(f"S{number:05}", product)

    def _add(self, sku: str, product: Any) -> None:
        self.world.tenant.add_product(sku, company_id=163, name=sku, quantity=5, columns=CELLS)
        self.world.account.add_listing(sku, product=product, quantity=5, prices={"en-us": Decimal("319.00")})

    def until(self, second: int) -> None:
        """Let the clock reach a second of the day."""
        self.world.clock.advance(max(0.0, START.timestamp() + second - self.world.clock.now().timestamp()))

    def contest(self, number: int) -> None:
        """Put up products with rivals, to be repriced."""
        for one in range(number):
            product = self.world.account.add_product(f"Contested {one}", max_prices={"en-us": Decimal(999)})
            self.world.account.add_rival(product, "en-us", grade="GOOD", price=Decimal(310))
            self._add(f"R{one:05}", product)
            self.world.tenant.set_column(f"R{one:05}", "BACKMARKET_MIN_PRICE_US", "280.00")

    def flood(self, _: int) -> None:
        """Change thousands of quantities at once."""
        for number in range(self._changes):
            self.world.tenant.set_physical(f"S{number:05}", (0, 3, 9)[number % 3])

    def live(self, tick: int) -> None:
        """Let everybody act once, and lower a few listings."""
        for sku in self._cut(tick):
            self.world.tenant.set_physical(sku, 4)
        self.world.account.place_order([(f"S{self._listings - 1 - tick % SOLD:05}", 1)], totals={}, state=1)
        for number in self.world.actors.warehouse.waiting():
            if self._dice.random() < 0.2:
                self.world.actors.warehouse.ship(number)
        waiting = self.world.actors.buyer.orders_in(1)
        if waiting and tick % 10 == 3:
            self.world.account.buyer_cancels(waiting[-1])
        if tick % 12 == 5 and (ready := self.world.actors.warehouse.waiting()):
            self.world.actors.warehouse.cancel(ready[-1])

    def hourly(self, hour: int) -> None:
        """Let rivals move and products arrive."""
        for key, rivals in self.world.account.rivals_of.items():
            price = Decimal(self._dice.choice((290, 300, 305, 310)))
            self.world.account.rivals_of[key] = [replace(rival, price=price) for rival in rivals]
        for _ in range(NEW_AN_HOUR if hour < NEW_HOURS else 0):
            self._new += 1
            columns = CELLS | WANTED
            self.world.tenant.add_product(
                f"NEW-{self._new:05}", company_id=163, name="Phone", quantity=0, columns=columns
            )

    def _cut(self, tick: int) -> list[str]:
        first = self._changes + tick * CUTS
        return [f"S{number:05}" for number in range(first, min(first + CUTS, self._listings - SOLD))]

    def waiting(self, tick: int) -> int:
        """Count the lowered listings of this tick that still show what they showed."""
        return sum(self.world.account.skus[sku.casefold()].quantity > 4 for sku in self._cut(tick))

    def told(self, _: int) -> tuple[Counter[str], Counter[str], list[str], int]:
        """Give the lines by kind, refused requests, the kinds in order, and the most lines in any hour."""
        kinds: list[str] = []
        answers: Counter[str] = Counter()
        for entry in self.world.log.entries:
            if entry.status not in (200, 201):
                answers[f"{entry.status} {entry.method} {entry.path.rsplit('/', 1)[0]}"] += 1
            if entry.method == "POST" and "/ws/listings" in entry.path and entry.status == 200:
                found = _kinds(entry.body)
                self._count(datetime.fromisoformat(entry.at).timestamp(), len(found))
                kinds += found
        self.world.log.clear()
        return Counter(kinds), answers, kinds, self._most_in_an_hour

    def _count(self, at: float, lines: int) -> None:
        self._lines.append((at, lines))
        while self._lines[0][0] <= at - HOUR:
            self._lines.popleft()
        self._most_in_an_hour = max(self._most_in_an_hour, sum(count for _, count in self._lines))


def _kinds(body: dict[str, Any]) -> list[str]:
    if "catalog" in body:
        return ["created"] * (len(body["catalog"].strip().splitlines()) - 1)
    return [KINDS.get(body["quantity"], "sold") if "quantity" in body else "price"]


class Day:
    """One day of all commands."""

    def __init__(self, folder: Path, host: Host) -> None:
        self._folder = folder
        self._host = host
        self.exits: Counter[str] = Counter()

    def ask(self, what: str, number: int = 0) -> Any:
        """Let the shop do something."""
        return self._host.ask(what, number)

    def run(self, command: str) -> None:
        """Run one command over HTTP."""
        from bmsc import wiring
        from bmsc.domain.scope import Scope

        report = wiring.run(command, self._folder / "config.toml", self._folder / "state", Scope())
        self.exits[f"{command} {report.exit_code}"] += 1

    def hour(self, hour: int, minutes: int) -> str:
        """Play an hour, and tell what happened in it."""
        self.ask("hourly", hour)
        lines: Counter[str] = Counter()
        answers: Counter[str] = Counter()
        late, worst, most, disorder = 0, 0, 0, 0
        for tick in range(hour * 60 // minutes, (hour + 1) * 60 // minutes):
            self.ask("until", (tick + 1) * minutes * 60)
            self.ask("live", tick)
            for command in EVERY_TICK if tick * minutes % 60 else (*EVERY_TICK, *EVERY_HOUR):
                self.run(command)
            worst, late = max(worst, waiting := self.ask("waiting", tick)), late + bool(waiting)
            some, refused, order, most = self.ask("told")
            lines, answers, disorder = lines + some, answers + refused, disorder + _disorder(order)
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(lines.items()))
        return (
            f"hour {hour + 1:>2}: {lines.total():>5} lines ({told}); most in any hour so far {most}; "
            f"cuts waiting after a sync {worst} at most, in {late} runs; raises before decreases {disorder}; "
            f"answers other than 200: {dict(answers)}"
        )


def _disorder(kinds: list[str]) -> int:
    """Count the decreases that one run sent after its first raise."""
    sync = [kind for kind in kinds if kind in KINDS.values()]
    return sum(kind != "up" for kind in sync[sync.index("up") :]) if "up" in sync else 0


def main() -> None:
    """Print one line an hour and a sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=6_700)
    parser.add_argument("--changes", type=int, default=5_000)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--minutes", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, began = Path(name), time.perf_counter()
        os.environ["BMSC_CLOCK_FILE"] = str(folder / "clock")
        with hosted(Stage, str(folder / "clock"), asked.listings, asked.changes) as host:
            # One worker: several that sleep on one simulated clock would wake, and ask, at the same moment.
            market = f"listing_lines_per_hour = {BUDGET}\nconcurrency = 1\n"
            configure(folder, host, "\n[reprice]\nenabled = true\n", market=market)
            day = Day(folder, host)
            _play(day, asked)
            print(f"runs by exit status: {dict(sorted(day.exits.items()))}; {time.perf_counter() - began:.0f} s")


def _play(day: Day, asked: argparse.Namespace) -> None:
    day.ask("contest", REPRICED)
    for command in (*EVERY_TICK, *EVERY_HOUR):
        day.run(command)
    day.ask("told")
    day.ask("flood")
    for hour in range(asked.hours):
        print(day.hour(hour, asked.minutes), flush=True)


if __name__ == "__main__":
    main()
