"""How long a person waits for `bmsc explain SKU`: an old journal, many open orders, 50 and 300 ms away.

Run it with `python benchmarks/explain.py`; --journal, --listings and --orders choose other sizes. A call that is told
in cron's shop finds SellerCloud's login in the cache, so the first one does not count.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from listings_sync import BACK_MARKET_SECONDS, CONFIG, SELLERCLOUD_SECONDS, count, fill

SKU = "SKU-000000"


def serve(pipe: Any, listings: int) -> None:
    """Open a shop and serve it; told a number, sell so many units of other SKUs."""
    from bmsc.sandbox.serve import start
    from bmsc.sandbox.world import World

    world = World(shop="empty")
    fill(world, listings, 3, 0)
    with start(world) as running:
        pipe.send((running.url, world.tenant.password, world.account.token))
        while (asked := pipe.recv()) != "stop":
            if asked == "slow":
                for platform, seconds in (("backmarket", BACK_MARKET_SECONDS), ("sellercloud", SELLERCLOUD_SECONDS)):
                    world.faults.add("slow", platform=platform, times=None, args={"seconds": seconds})
            elif asked == "count":
                pipe.send(count(world))
                world.log.clear()
            else:
                sell(world, int(asked))
                pipe.send(None)


def sell(world: Any, orders: int) -> None:
    """Sell one unit of as many SKUs; SellerCloud has every other order."""
    for number in range(orders):
        sku = f"SKU-{number + 1:06}"
        order_id = world.account.place_order([(sku, 1)], state=3)
        if number % 2:
            world.tenant.add_order(str(order_id), 163, lines=[(sku, 1, Decimal("319.00"))])


def bmsc(folder: Path, *words: str) -> tuple[float, float]:
    """Run the program once in a process of its own; its seconds, and those of the processor."""
    command = [sys.executable, "-m", "bmsc", *words, "--json", "--config", str(folder / "config.toml")]
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*command, "--state-dir", str(folder / "state")], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent


def journal(folder: Path, lines: int) -> None:
    """Write an old journal."""
    line = json.dumps({"at": "2026-01-02T03:04:05Z", "command": "listings sync", "subject": f"sku:{SKU}", "to": 5})
    (folder / "state" / "journal-2026-01.jsonl").write_text(f"{line}\n" * lines)


def measure(folder: Path, pipe: Any, title: str, times: int) -> None:
    """Print the median of some calls and what one of them asked."""
    bmsc(folder, "explain", SKU)
    seconds = []
    for _ in range(times):
        pipe.send("count")
        pipe.recv()
        seconds.append(bmsc(folder, "explain", SKU))
    pipe.send("count")
    requests = ", ".join(f"{number} {what}" for what, number in sorted(pipe.recv().items()))
    whole, spent = zip(*seconds, strict=True)
    print(f"{title}: {median(whole):.2f} s (fastest {min(whole):.2f} s), processor {median(spent):.2f} s; {requests}")


def main() -> None:
    """Print how long it takes with and without orders that no sync has seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=2_000)
    parser.add_argument("--orders", type=int, default=120)
    parser.add_argument("--journal", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there, asked.listings))
    server.start()
    url, password, token = here.recv()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG.format(url=url))
        for file, secret in (("sellercloud.password", password), ("backmarket.token", token)):
            (folder / file).write_text(secret)
            (folder / file).chmod(0o600)
        bmsc(folder, "listings", "sync")
        here.send("slow")
        measure(folder, here, "young journal, no open order", asked.times)
        journal(folder, asked.journal)
        measure(folder, here, f"{asked.journal:,} journal lines, no open order", asked.times)
        here.send(asked.orders)
        here.recv()
        measure(folder, here, f"{asked.orders} open orders that no sync has seen", asked.times)
        bmsc(folder, "listings", "sync")
        measure(folder, here, "the same, after a sync", asked.times)
    here.send("stop")
    server.join()


if __name__ == "__main__":
    main()
