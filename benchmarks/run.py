"""All of speed and scale in one command: `python benchmarks/run.py`. benchmarks/README.md says how to read it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

from bench import against, starting, steady, table
from bench.cases import Row, played
from bench.kept import Kept
from bench.shape import Limits, Shape

PARTS = ("start", "table", "plain", "steady")
NEAR = Limits(market_seconds=0, cloud_seconds=0, simulated=True)
FAR = Limits()
WARM = {20: 8, 2: 14}
"""Runs on the simulated clock before the real ones, by the Back Market requests a second that a merchant may make."""


def main() -> None:
    """Measure what was asked for, print it, and keep it beside what was measured before."""
    asked = _asked()
    kept = Kept(asked.json)
    rows: dict[str, Row] = {}
    real = Shape(asked.real, asked.real_orders)
    if _wanted(asked.only, "start"):
        _print_starts(asked.times, kept)
    if _wanted(asked.only, "table"):
        rows = {row.key: row for row in _measured(asked, real, kept)}
        print("\n".join(["", *table.headlines(rows.values()), ""]), flush=True)
    if _wanted(asked.only, "plain") and asked.real:
        _print_rivals(real, asked.sample, rows, kept)
    if _wanted(asked.only, "steady") and asked.steady:
        _print_steady(asked.steady, asked.rates, asked.ticks, kept)


def _asked() -> argparse.Namespace:
    def numbers(text: str) -> list[int]:
        return [int(one.replace("_", "")) for one in text.split(",") if one]

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=numbers, default=[100, 1_000, 10_000, 100_000], help="on the simulated clock")
    parser.add_argument("--orders", type=numbers, default=[0, 50, 500], help="open orders, at each size")
    parser.add_argument("--real", type=int, default=10_000, help="listings of the shop measured in real time; 0: none")
    parser.add_argument("--real-orders", type=int, default=50)
    parser.add_argument("--times", type=int, default=3, help="repetitions in real time, of which medians are told")
    parser.add_argument("--sample", type=int, default=200, help="listings read by the client that asks one by one")
    parser.add_argument("--steady", type=int, default=100_000, help="listings of the shop in steady state; 0: none")
    parser.add_argument("--rates", type=numbers, default=[20, 2], help="Back Market requests a second in steady state")
    parser.add_argument("--ticks", type=int, default=3, help="five-minute runs in real time in steady state")
    parser.add_argument("--only", action="append", default=[], help=f"{', '.join(PARTS)} or a command; repeatable")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("results.json"))
    return parser.parse_args()


def _wanted(only: Sequence[str], part: str) -> bool:
    return not only or part in only or (part == "table" and any(name not in PARTS for name in only))


def _measured(asked: argparse.Namespace, real: Shape, kept: Kept) -> Iterator[Row]:
    """Measure every command in every shop; each line is printed as soon as it is known."""
    commands = [name for name in asked.only if name not in PARTS] or [""]
    print(table.HEAD, flush=True)
    for size in asked.sizes:
        for orders in asked.orders:
            for row in played(Shape(size, orders), NEAR, commands):
                yield _kept(row, kept)
    if asked.real:
        days = zip(*(played(real, FAR, commands) for _ in range(asked.times)), strict=True)
        for same in days:
            yield _kept(_median(same), kept)


def _median(rows: Sequence[Row]) -> Row:
    measured = {name: median(getattr(row, name) for row in rows) for name in ("seconds", "processor", "megabytes")}
    return replace(max(rows, key=lambda row: row.requests), **measured)


def _kept(row: Row, kept: Kept) -> Row:
    print(table.line(row, kept.before.get(row.key)), flush=True)
    kept.keep(row.key, row.plain())
    return row


def _print_starts(times: int, kept: Kept) -> None:
    for start in starting.starts(max(3, times * 3)):
        print(start.told(), flush=True)
        kept.keep(f"start {start.job}", asdict(start))
    print()


def _print_rivals(shape: Shape, sample: int, rows: dict[str, Row], kept: Kept) -> None:
    found = against.rivals(shape, FAR, sample)
    for rival in found:
        kept.keep(f"plain {rival.name} {rival.work.strip()} {shape.listings}", asdict(rival))
    print("\n".join([*against.told(found, rows, shape), ""]), flush=True)


def _print_steady(listings: int, rates: Sequence[int], real: int, kept: Kept) -> None:
    for rate in rates:
        limits = replace(FAR, per_10s=10 * rate)
        for tick in steady.ticks(Shape(listings), limits, simulated=WARM.get(rate, 8), real=real):
            print(tick.told(), flush=True)
            kept.keep(f"steady {listings} {tick.per_second:g}/s {tick.clock} {tick.number}", tick.plain())
        print()


if __name__ == "__main__":
    main()
