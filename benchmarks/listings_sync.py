"""How long, how large and how many requests: `listings sync` over 10,000 listings, 50 and 300 ms away.

Run it with `python benchmarks/listings_sync.py`; --listings and --changes choose other sizes, --kill-after ends the
first run so hard after as many lines. The sandbox serves from a process of its own, so that memory and processor time
are those of the program alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

BACK_MARKET_SECONDS, SELLERCLOUD_SECONDS = 0.05, 0.3
NAMES = {
    "/ws/orders": "order pages",
    "/api/token": "logins",
    "/api/orders": "order look-ups",
    "/api/catalog": "catalog batches",
}
SHADOW_EVERY = 40
CONFIG = """
[sellercloud]
base_url = "{url}/rest"
username = "integration@example.test"
password_file = "sellercloud.password"
company_id = 163
[backmarket]
base_url = "{url}"
token_file = "backmarket.token"
user_agent = "BM-Example-bmsc;ops@example.test"
[[markets]]
locale = "en-us"
suffix = "US"
currency = "USD"
"""


def serve(pipe: Any, listings: int, changes: int, orders: int) -> None:
    """Open a shop in which a share of the listings differs, and serve it until told to stop."""
    from bmsc.sandbox.serve import start
    from bmsc.sandbox.world import World

    world = World(shop="empty")
    world.switches.sellercloud.aggregate_lag_seconds = 0
    fill(world, listings, changes, orders)
    for platform, seconds in (("backmarket", BACK_MARKET_SECONDS), ("sellercloud", SELLERCLOUD_SECONDS)):
        world.faults.add("slow", platform=platform, times=None, args={"seconds": seconds})
    with start(world) as running:
        pipe.send((running.url, world.tenant.password, world.account.token))
        while (asked := pipe.recv()) != "stop":
            if asked == "count":
                pipe.send(count(world))
            elif asked == "clear":
                world.log.clear()
                pipe.send(None)
            else:
                kill(world, *asked)


def kill(world: Any, pid: int, lines: int) -> None:
    """Let the program be killed hard once so many of its lines have arrived."""
    world.faults.add("kill_after", method="POST", path="/ws/listings/", skip=lines - 1, args={"pid": pid})
    world.faults.rules.insert(0, world.faults.rules.pop())


def fill(world: Any, listings: int, changes: int, orders: int) -> None:
    """A third of the changes lowers, a third raises, a third changes a price; one SKU in 40 is a shadow."""
    account, tenant = world.account, world.tenant
    product = account.add_product("Phone", max_prices={"en-us": Decimal(999)})
    every = max(1, listings // changes)
    for number in range(listings):
        sku, differs = f"SKU-{number:06}", number % every == 0 and number // every < changes
        kind = (number // every) % 3 if differs else -1
        quantity, price = (9 if kind == 0 else 2 if kind == 1 else 5), ("310.00" if kind == 2 else "319.00")
        columns = {"BACKMARKET_ENABLED_US": True, "BACKMARKET_PRICE_US": "319.00"}
        facts: dict[str, Any] = {"columns": columns, "company_id": 163, "name": sku}
        if number % SHADOW_EVERY == 7 and not differs:
            tenant.add_product(f"{sku}-PARENT", quantity=5, **(facts | {"columns": {}}))
            facts["shadow_of"] = f"{sku}-PARENT"
        tenant.add_product(sku, quantity=0 if facts.get("shadow_of") else 5, **facts)
        account.add_listing(sku, product=product, quantity=quantity, prices={"en-us": Decimal(price)})
    for number in range(orders):
        sku = f"SKU-{listings - 1 - 3 * number:06}"
        order_id = account.place_order([(sku, 1)], state=3)
        tenant.add_order(str(order_id), 163, lines=[(sku, 1, Decimal("319.00"))])


def count(world: Any) -> dict[str, int]:
    """Count the requests by what they are."""
    counted: Counter[str] = Counter()
    for entry in world.log.entries:
        path = entry.path.casefold()
        if "/ws/listings" in path:
            writes = entry.method == "POST"
            name = "listing lines" if writes else "listing pages" if path.endswith("listings") else "re-reads of raises"
        else:
            name = next((word for part, word in NAMES.items() if part in path), "something else")
        counted[name] += 1
    return dict(counted)


def measure(folder: Path, what: str = "sync", *, started: Callable[[int], None] | None = None) -> dict[str, float]:
    """Run the program once in a process of its own; its report, unless it was killed, and its resources."""
    command = [sys.executable, "-m", "bmsc", "listings", what, "--json", "--config", str(folder / "config.toml")]
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = [0]
    with subprocess.Popen([*command, "--state-dir", str(folder / "state")], stdout=subprocess.PIPE) as process:
        watcher = threading.Thread(target=watch, args=(process.pid, peak), daemon=True)
        watcher.start()
        if started:
            started(process.pid)
        output, _ = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report = json.loads(output) if output else {"exit_code": process.returncode, "counts": {}}
    found = {"seconds": time.perf_counter() - began, "megabytes": peak[0] / 1024, "processor": spent}
    return found | {"exit": report["exit_code"], **report["counts"]}


def watch(pid: int, peak: list[int]) -> None:
    """Follow the largest resident size of a process, in kilobytes."""
    status = Path(f"/proc/{pid}/status")
    try:
        while True:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            peak[0] = max(peak[0], int(fields.get("VmHWM", "0").split()[0]))
            time.sleep(0.05)
    except (OSError, ValueError):
        return


def bound(counted: dict[str, int]) -> float:
    """Give the seconds that limits and concurrency alone ask for.

    Both platforms are read side by side, spaced requests there and four at once here; orders and lines come after.
    """
    spaced, cloud = 10 / 150, SELLERCLOUD_SECONDS / 4
    pages, batches = counted.get("listing pages", 0) * spaced, counted.get("catalog batches", 0) * cloud
    market = sum(counted.get(name, 0) for name in ("order pages", "re-reads of raises", "listing lines"))
    return max(pages, batches) + market * spaced + counted.get("order look-ups", 0) * cloud


def total(counted: dict[str, int], listings: int) -> int:
    """Add up what a run may ask: a page and a batch for 50 listings, shadows' parents, orders, raises and lines."""
    pages, parents = -(-listings // 50), -(-(listings // SHADOW_EVERY) // 50)
    named = ("listing lines", "order pages", "order look-ups", "re-reads of raises", "logins")
    return 2 * pages + parents + sum(counted.get(name, 0) for name in named)


def told(name: str, found: dict[str, float], counted: dict[str, int], listings: int) -> str:
    """Write one run's numbers."""
    requests = ", ".join(f"{number} {what}" for what, number in sorted(counted.items()))
    return (
        f"{name}: exit {found['exit']:.0f}, {found.get('applied', 0):.0f} applied, "
        f"{found.get('deferred', 0):.0f} deferred\n"
        f"  {found['seconds']:.1f} s (bound by limits and concurrency {bound(counted):.1f} s), "
        f"peak {found['megabytes']:.0f} MB, processor {found['processor']:.1f} s\n"
        f"  {sum(counted.values())} requests (the sum allows {total(counted, listings)}): {requests}\n"
    )


def main() -> None:
    """Print a first run with changes and a second run without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=300)
    parser.add_argument("--orders", type=int, default=120)
    parser.add_argument("--kill-after", type=int, default=0)
    asked = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there, asked.listings, asked.changes, asked.orders))
    server.start()
    url, password, token = here.recv()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(CONFIG.format(url=url))
        for file, secret in (("sellercloud.password", password), ("backmarket.token", token)):
            (folder / file).write_text(secret)
            (folder / file).chmod(0o600)

        def doom(pid: int) -> None:
            here.send((pid, asked.kill_after))

        for title in ("killed", "run again", "once more") if asked.kill_after else ("first run", "second run"):
            here.send("clear")
            here.recv()
            found = measure(folder, started=doom if title == "killed" else None)
            here.send("count")
            print(told(title, found, here.recv(), asked.listings), flush=True)
    here.send("stop")
    server.join()


if __name__ == "__main__":
    main()
