"""Measure start-up, and orders per second with 200 waiting orders and 50 ms of latency on both platforms.

    python benchmarks/orders_pull.py

Everything runs in processes of its own; medians of one run are printed, beside the one-at-a-time reference.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ORDERS = 200
LATENCY_SECONDS = 0.05
STARTS = 15
BMSC = [sys.executable, "-m", "bmsc"]


def main() -> None:
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name)) as url:
        folder = Path(name)
        print_starts(folder)
        print_throughput(folder, url)


def print_starts(folder: Path) -> None:
    commands = {
        "python -c 'import typer, requests, pydantic'": [sys.executable, "-c", "import typer, requests, pydantic"],
        "bmsc --version": [*BMSC, "--version"],
        "bmsc orders pull, nothing to do": [*BMSC, "orders", "pull", *where(folder, "state-idle"), "--quiet"],
    }
    medians = {name: statistics.median(timed(command) for _ in range(STARTS)) for name, command in commands.items()}
    bare = next(iter(medians.values()))
    for name, seconds in medians.items():
        print(f"{name:<46} {seconds * 1000:6.0f} ms  {seconds / bare:4.2f} x the bare imports")


def print_throughput(folder: Path, url: str) -> None:
    rates = {}
    for concurrency in (1, 4, 8):
        place_orders(url)
        configure(folder, concurrency)
        add_latency(url)
        seconds = timed([*BMSC, "orders", "pull", *where(folder, f"state-{concurrency}"), "--quiet"])
        call(url, "DELETE", "/_sandbox/faults")
        rates[concurrency] = ORDERS / seconds
        ratio = rates[concurrency] / rates[1]
        print(
            f"{ORDERS} orders, concurrency {concurrency}: {seconds:5.1f} s, "
            f"{rates[concurrency]:5.2f} orders a second, {ratio:4.2f} x one at a time"
        )


def place_orders(url: str) -> None:
    call(url, "POST", "/_sandbox/reset", {"shop": "us"})
    call(url, "POST", "/_sandbox/do", {"actor": "warehouse", "action": "count", "args": {"sku": SKU, "quantity": 5000}})
    for _ in range(ORDERS):
        order = {"lines": [[SKU, 1]], "totals": {SKU: "100.00"}}
        call(url, "POST", "/_sandbox/do", {"actor": "buyer", "action": "place_order", "args": order})


SKU = "CHARGER-USBC-30"


def add_latency(url: str) -> None:
    rule = {"what": "slow", "times": None, "path": "^/(ws|rest)/", "args": {"seconds": LATENCY_SECONDS}}
    call(url, "POST", "/_sandbox/faults", rule)


def configure(folder: Path, concurrency: int) -> None:
    text = (folder / "config.toml").read_text()
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("concurrency", "requests_per_")))
    wider = f"concurrency = {concurrency}\n"
    text = text.replace("[sellercloud]\n", f"[sellercloud]\n{wider}requests_per_hour = 10800\n")
    text = text.replace("[backmarket]\n", f"[backmarket]\n{wider}")
    (folder / "config.toml").write_text(text)


def where(folder: Path, state: str) -> list[str]:
    return ["--config", str(folder / "config.toml"), "--state-dir", str(folder / state)]


def timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def call(url: str, method: str, path: str, body: object = None) -> object:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url + path, data=data, method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


@contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    command = [*BMSC, "sandbox", "--port", "0", "--write-config", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield next(line for line in process.stdout if "ready" in line).split()[-1]
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
