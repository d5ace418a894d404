"""The table, each line beside the run before, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bench.cases import Row

REQUESTS_PERCENT, BOUND_TIMES = 2.0, 1.25
HEAD = (
    f"{'command':<16} {'listings':>8} {'orders':>6}  {'clock':<9}  {'requests':>8} {'least':>6} {'over':>6}  "
    f"{'wall s':>7} {'bound':>6} {'times':>5}  {'CPU s':>6} {'MiB':>4}   since the last run: wall, CPU, MiB"
)


def line(row: Row, before: Mapping[str, Any] | None) -> str:
    """Write one line; a wall time on a simulated clock holds no latency, and so has no ratio."""
    over = 100 * (row.requests - row.least) / row.least
    times = f"{row.seconds / row.bound:5.2f}" if row.clock == "real" and row.bound else "    -"
    return (
        f"{row.name:<16} {row.listings:>8} {row.orders:>6}  {row.clock:<9}  {row.requests:>8} {row.least:>6} "
        f"{over:>+5.1f}%  {row.seconds:>7.1f} {row.bound:>6.1f} {times}  {row.processor:>6.2f} {row.megabytes:>4.0f}"
        f"   {_since(row, before)}{_odd(row)}"
    )


def _since(row: Row, before: Mapping[str, Any] | None) -> str:
    if before is None:
        return "-"
    names = ("seconds", "processor", "megabytes")
    return ", ".join(_change(getattr(row, name), float(before[name])) for name in names)


def _change(now: float, then: float) -> str:
    return f"{100 * (now - then) / then:+.0f}%" if then else "-"


def _odd(row: Row) -> str:
    exit_code = f"; EXIT {row.exit_code}" if row.exit_code else ""
    return exit_code + (f"; {row.refused} REFUSED FOR PACE" if row.refused else "")


def headlines(rows: Iterable[Row]) -> list[str]:
    """Say what the table comes to: requests, bounds, and how processor and memory grow."""
    rows = list(rows)
    if not rows:
        return []
    worst = max(rows, key=lambda row: row.requests / row.least)
    over = [row for row in rows if 100 * (row.requests - row.least) > REQUESTS_PERCENT * row.least]
    said = [
        f"requests: {len(rows) - len(over)} of {len(rows)} lines within {REQUESTS_PERCENT:g} % of the least; the most "
        f"over is {worst.key}, {worst.requests} of {worst.least}"
    ]
    said += [f"  over: {row.key}: {_kinds(row)}" for row in over]
    real = [row for row in rows if row.clock == "real" and row.bound]
    for row in sorted(real, key=lambda row: -row.seconds / row.bound):
        met = "within" if row.seconds <= BOUND_TIMES * row.bound else "BEYOND"
        said.append(f"  {row.seconds / row.bound:.2f} times the bound, {met} {BOUND_TIMES}: {row.key}")
    return said + _growth(rows)


def _kinds(row: Row) -> str:
    return ", ".join(f"{kind} {asked} of {least}" for kind, (asked, least) in row.kinds.items() if asked != least)


def _growth(rows: list[Row]) -> list[str]:
    """Compare the smallest shop from 1,000 listings on with the largest, command by command."""
    said = []
    for name in dict.fromkeys(row.name for row in rows):
        alike = [row for row in rows if row.name == name and row.listings >= 1_000]
        for orders in sorted({row.orders for row in alike}):
            some = sorted((row for row in alike if row.orders == orders), key=lambda row: row.listings)
            if len(some) > 1 and some[-1].listings > some[0].listings:
                said.append(_grown(name.strip(), some[0], some[-1]))
    return said


def _grown(name: str, small: Row, large: Row) -> str:
    return (
        f"  {large.listings / small.listings:.0f} times the listings, {large.orders} orders, {name}: "
        f"{large.processor / small.processor:.1f} times the processor, {large.megabytes / small.megabytes:.1f} times "
        f"the memory"
    )
