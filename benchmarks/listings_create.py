"""How many hourly runs, how long and how large: `listings create` with 20,000 candidates at 950 lines an hour.

Run it with `python benchmarks/listings_create.py`; --candidates and --others choose other sizes. Both platforms
are served from a process of their own and share a simulated clock with the program; after each run of
`listings create` a `listings sync` lowers a few live listings, which must never have to wait.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from listings_sync import CONFIG, measure

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PRODUCT = "cea70000-0000-4000-8000-0000000000b2"
CELLS = {"ENABLED_US": True, "PRICE_US": "319.00", "ID": PRODUCT, "GRADE": 2, "WARRANTY_DELAY": 24}
HOUR = 3600
CUTS = 100


def serve(pipe: Any, clock_file: str, candidates: int, others: int, live: int) -> None:
    """Serve a shop until told to stop."""
    from bmsc.sandbox.clock import SandboxClock
    from bmsc.sandbox.serve import start
    from bmsc.sandbox.world import World

    clock = SandboxClock(Path(clock_file))
    clock.set(START)
    world = World(clock, shop="empty")
    world.switches.sellercloud.aggregate_lag_seconds = 0
    fill(world, candidates, others, live)
    with start(world) as running:
        pipe.send((running.url, world.tenant.password, world.account.token))
        while (asked := pipe.recv()) != "stop":
            pipe.send(answer(world, *asked))


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


def answer(world: Any, what: str, number: int) -> Any:
    """Let the clock reach an hour, sell units elsewhere, or count."""
    with world.lock:
        if what == "hour":
            late = START.timestamp() + number * HOUR - world.clock.now().timestamp()
            world.clock.advance(max(0.0, late))
            return None
        cut = [f"LIVE-{one:06}" for one in range(number * CUTS, (number + 1) * CUTS)]
        if what == "cut":
            for sku in cut:
                world.tenant.set_physical(sku, 4)
            return None
        made = sum(sku.startswith("new") for sku in world.account.skus)
        waiting = sum(world.account.skus[sku.casefold()].quantity != 4 for sku in cut)
        refused = sum(entry.status == 429 for entry in world.log.entries)
        world.log.clear()
        return made, waiting, refused


def run(folder: Path, pipe: Any, hour: int) -> dict[str, float]:
    """Play one hour."""

    def ask(what: str) -> Any:
        pipe.send((what, hour))
        return pipe.recv()

    ask("hour")
    created = measure(folder, "create")
    ask("cut")
    measure(folder, "sync")
    made, waiting, refused = ask("count")
    return created | {"made": made, "waiting": waiting, "refused": refused}


def main() -> None:
    """Print one line an hour, until every candidate is listed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=20_000)
    parser.add_argument("--others", type=int, default=0)
    parser.add_argument("--hours", type=int, default=30)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["BMSC_CLOCK_FILE"] = str(folder / "clock")
        live = chosen.hours * CUTS
        sizes = (chosen.candidates, chosen.others, live)
        server = multiprocessing.Process(target=serve, args=(theirs, str(folder / "clock"), *sizes), daemon=True)
        server.start()
        url, password, token = ours.recv()
        guard = f"[guards]\nmax_created_listings = {chosen.candidates}\n"
        (folder / "config.toml").write_text(CONFIG.format(url=url) + guard)
        for file, secret in (("sellercloud.password", password), ("backmarket.token", token)):
            (folder / file).touch(mode=0o600)
            (folder / file).write_text(secret)
        for hour in range(chosen.hours):
            found = run(folder, ours, hour)
            print(
                f"run {hour + 1:>2}: {found['made']:>6} made, {found['seconds']:.1f} s, "
                f"{found['megabytes']:.0f} MB, {found['waiting']} cuts waiting, {found['refused']} refused (429)",
                flush=True,
            )
            if found["made"] >= chosen.candidates:
                break
        print(json.dumps({"runs": hour + 1, "lines an hour": 950, "least": -(-chosen.candidates // 950)}))
        ours.send("stop")


if __name__ == "__main__":
    main()
