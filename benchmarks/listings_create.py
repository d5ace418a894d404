"""How many hourly runs, how long and how large: `listings create` with 20,000 candidates at 950 lines an hour.

Run it with `python benchmarks/listings_create.py`; --candidates and --others choose other sizes. Both platforms
are served from a process of their own and share a simulated clock with the program; after each run of
`listings create` a `listings sync` lowers a few live listings, which must never have to wait.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.host import Host, hosted
from bench.program import configure, run

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
CELLS = {"ENABLED_US": True, "PRICE_US": "319.00", "ID": PRODUCT, "GRADE": 2, "WARRANTY_DELAY": 24}
HOUR = 3600
CUTS = 100


class Stage:
    """The shop, in the process that serves it."""

    def __init__(self, clock_file: str, candidates: int, others: int, live: int) -> None:
        from bmsc.sandbox.clock import SandboxClock
        from bmsc.sandbox.world import World

        clock = SandboxClock(Path(clock_file))
        clock.set(START)
        self.world = World(clock, shop="empty")
        self.world.switches.sellercloud.aggregate_lag_seconds = 0
        fill(self.world, candidates, others, live)

    def hour(self, number: int) -> None:
        """Let the clock reach an hour."""
        late = START.timestamp() + number * HOUR - self.world.clock.now().timestamp()
        self.world.clock.advance(max(0.0, late))

    def cut(self, number: int) -> None:
        """Sell units elsewhere."""
        for sku in _cut(number):
            self.world.tenant.set_physical(sku, 4)

    def told(self, number: int) -> tuple[int, int, int]:
        """Count what was made, the cuts that still wait, and the requests refused for pace."""
        made = sum(sku.startswith("new") for sku in self.world.account.skus)
        waiting = sum(self.world.account.skus[sku.casefold()].quantity != 4 for sku in _cut(number))
        refused = sum(entry.status == 429 for entry in self.world.log.entries)
        self.world.log.clear()
        return made, waiting, refused


def _cut(number: int) -> list[str]:
    return [f"LIVE-{one:06}" for one in range(number * CUTS, (number + 1) * CUTS)]


def fill(world: Any, candidates: int, others: int, live: int) -> None:
    """Add candidates, products that Back Market does not concern, and live listings."""
    product = world.account.add_product("Phone", product_id=PRODUCT)
    columns = {f"BACKMARKET_{name}": value for name, value in CELLS.items()}
    for number in range(others):
        world.tenant.add_product(f"OTHER-{number:06}", company_id=163, name="Case", quantity=5)
    for number in range(candidates):
        world.tenant.add_product(f"NEW-{number:06}", company_id=163, name="Phone", quantity=0, columns=columns)
    for number in range(live):
        sku, prices = f"LIVE-{number:06}", {"en-us": Decimal("319.00")}
        world.tenant.add_product(sku, company_id=163, name="Phone", quantity=5, columns=columns)
        world.account.add_listing(sku, product=product, quantity=5, prices=prices)


def play(folder: Path, host: Host, hour: int) -> dict[str, float]:
    """Play one hour."""
    clock = folder / "clock"
    host.ask("hour", hour)
    created = run(folder, "listings", "create", clock=clock)
    host.ask("cut", hour)
    run(folder, "listings", "sync", clock=clock)
    made, waiting, refused = host.ask("told", hour)
    took = {"seconds": created.seconds, "megabytes": created.megabytes}
    return took | {"made": made, "waiting": waiting, "refused": refused}


def main() -> None:
    """Print one line an hour, until every candidate is listed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=20_000)
    parser.add_argument("--others", type=int, default=0)
    parser.add_argument("--hours", type=int, default=30)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = (chosen.candidates, chosen.others, chosen.hours * CUTS)
        with hosted(Stage, str(folder / "clock"), *sizes) as host:
            configure(folder, host, f"[guards]\nmax_created_listings = {chosen.candidates}\n")
            _hours(folder, host, chosen)


def _hours(folder: Path, host: Host, chosen: argparse.Namespace) -> None:
    for hour in range(chosen.hours):
        found = play(folder, host, hour)
        print(
            f"run {hour + 1:>2}: {found['made']:>6} made, {found['seconds']:.1f} s, "
            f"{found['megabytes']:.0f} MB, {found['waiting']} cuts waiting, {found['refused']} refused (429)",
            flush=True,
        )
        if found["made"] >= chosen.candidates:
            break
    print(json.dumps({"runs": hour + 1, "lines an hour": 950, "least": -(-chosen.candidates // 950)}))


if __name__ == "__main__":
    main()
