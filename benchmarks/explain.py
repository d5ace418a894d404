"""How long a person waits for `bmsc explain SKU`: an old journal, many open orders, 50 and 300 ms away.

Run it with `python benchmarks/explain.py`; --journal, --listings and --orders choose other sizes. A call that is told
in cron's shop finds SellerCloud's login in the cache, so the first one does not count.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from decimal import Decimal
from pathlib import Path
from statistics import median

from bench.host import Host, hosted
from bench.program import configure, run
from bench.shape import Limits, Shape
from bench.shop import Stage

SKU = "SKU-000000"


class Shop(Stage):
    """A shop that can sell what no sync has seen."""

    def sell(self, orders: int) -> None:
        """Sell one unit of as many SKUs; SellerCloud has every other order."""
        for number in range(orders):
            sku = f"SKU-{number + 1:06}"
            order_id = self.world.account.place_order([(sku, 1)], state=3)
            if number % 2:
                self.world.tenant.add_order(str(order_id), 163, lines=[(sku, 1, Decimal("319.00"))])


def journal(folder: Path, lines: int) -> None:
    """Write an old journal."""
    line = json.dumps({"at": "2026-01-02T03:04:05Z", "command": "listings sync", "subject": f"sku:{SKU}", "to": 5})
    (folder / "state" / "journal-2026-01.jsonl").write_text(f"{line}\n" * lines)


def measure(folder: Path, host: Host, title: str, times: int) -> None:
    """Print the median of some calls and what one of them asked."""
    run(folder, "explain", SKU)
    runs = []
    for _ in range(times):
        host.ask("told")
        runs.append(run(folder, "explain", SKU))
    requests = ", ".join(f"{number} {what}" for what, number in sorted(host.ask("told")[0].items()))
    whole, spent = [one.seconds for one in runs], median(one.processor for one in runs)
    print(f"{title}: {median(whole):.2f} s (fastest {min(whole):.2f} s), processor {spent:.2f} s; {requests}")


def main() -> None:
    """Print how long it takes with and without orders that no sync has seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=2_000)
    parser.add_argument("--orders", type=int, default=120)
    parser.add_argument("--journal", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    near, far = Limits(market_seconds=0, cloud_seconds=0), Limits()
    with tempfile.TemporaryDirectory() as name, hosted(Shop, Shape(asked.listings), near, "") as host:
        folder = Path(name)
        configure(folder, host)
        run(folder, "listings", "sync")
        host.ask("far", far.market_seconds, far.cloud_seconds)
        measure(folder, host, "young journal, no open order", asked.times)
        journal(folder, asked.journal)
        measure(folder, host, f"{asked.journal:,} journal lines, no open order", asked.times)
        host.ask("sell", asked.orders)
        measure(folder, host, f"{asked.orders} open orders that no sync has seen", asked.times)
        run(folder, "listings", "sync")
        measure(folder, host, "the same, after a sync", asked.times)


if __name__ == "__main__":
    main()
