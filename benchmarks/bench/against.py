"""The two plain clients, measured in the shop and at the distance in which the program was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cases import Row
from bench.host import Host, hosted
from bench.shape import PAGE, Limits, Shape
from bench.shop import Stage

CLIENT = Path(__file__).with_name("plain.py")


@dataclass(frozen=True)
class Rival:
    """What a plain client took; `scaled` is how many times its sample goes into the shop."""

    name: str
    work: str
    seconds: float
    requests: int
    scaled: float = 1.0


def rivals(shape: Shape, limits: Limits, sample: int) -> list[Rival]:
    """Measure the batching client with the changes and again without; the other one on a sample, scaled up."""
    with hosted(Stage, shape, limits, "") as host:
        changes, again = _run(host), _run(host)
        some = min(sample, shape.listings)
        single = _run(host, "--size", "1", "--most", str(some))
    # Units of orders that SellerCloud has not heard of go back on sale: the plain client knows no better.
    expected = shape.changed + len(set(shape.sold()))
    if (changes["lines"], again["lines"]) != (expected, 0):
        raise SystemExit(f"the plain client wrote {changes['lines']} and {again['lines']} lines, not {expected} and 0")
    scale = shape.listings / some
    return [
        Rival("batched, sequential", "listings sync", changes["seconds"], changes["requests"]),
        Rival("batched, sequential", "  again", again["seconds"], again["requests"]),
        Rival("one SKU a request", "  again", single["seconds"] * scale, round(single["requests"] * scale), scale),
    ]


def _run(host: Host, *more: str) -> dict[str, Any]:
    where = ("--url", host.url, "--password", host.password, "--token", host.token)
    done = subprocess.run([sys.executable, str(CLIENT), *where, *more], stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


def told(found: list[Rival], rows: Mapping[str, Row], shape: Shape) -> list[str]:
    """Say how many times faster the program was."""
    lines = []
    for rival in found:
        ours = rows.get(f"{rival.work.strip()} {shape.listings} {shape.orders} real")
        if ours:
            scaled = f", scaled up from a sample {rival.scaled:.0f} times smaller" if rival.scaled > 1 else ""
            work = "with changes" if rival.work == "listings sync" else "nothing to do"
            lines.append(
                f"{rival.seconds / ours.seconds:6.1f} times faster than {rival.name} ({work}): {rival.seconds:.0f} s, "
                f"{rival.requests} requests, against {ours.seconds:.1f} s, {ours.requests}{scaled}"
            )
    return lines


assert PAGE == 50, "the batching client names as many SKUs in a request as the program does"
