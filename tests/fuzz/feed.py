"""Feed spoilt input: `python tests/fuzz/feed.py --inputs 100000`; feed one again with `--replay TARGET SEED`.

With --book FILE a run that was ended goes on where it was: give the same words again.
"""

# ruff: noqa: T201 - it is a program that talks to a person
from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.every import Fed, Slice, fed, noted, slices, targets
from fuzz.rooms import ROOM, place

ME = "python tests/fuzz/feed.py"
REPORT_EVERY_SECONDS = 60


def main() -> int:
    """Feed the inputs, print what became of them, and end with 1 when something broke."""
    asked = _arguments()
    if asked.replay:
        name, seed = asked.replay
        print(f"{name}, seed {seed}: {targets()[name].take(int(seed))}")
        return 0
    done = noted(asked.book)
    wanted = set(slices(asked.inputs, asked.first, asked.only))
    done = [one for one in done if one.slice in wanted]
    left = sorted(wanted - {one.slice for one in done}, key=lambda one: (one.first, one.target))
    _feed(left, done, asked)
    return _print(done)


def _feed(left: Sequence[Slice], done: list[Fed], asked: argparse.Namespace) -> None:
    """Feed slices in processes of their own, noting each."""
    begun = reported = time.monotonic()
    with ProcessPoolExecutor(asked.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for future in as_completed([pool.submit(fed, one) for one in left]):
            one = future.result()
            done.append(one)
            if asked.book:
                with asked.book.open("a") as book:
                    book.write(one.line())
            for seed, what in one.broken.items():
                print(f'BROKEN {one.slice.target}, seed {seed}: {what}\n  {ME} --replay "{one.slice.target}" {seed}')
            if time.monotonic() - begun > 60 * asked.minutes:
                pool.shutdown(wait=False, cancel_futures=True)
                break
            if time.monotonic() - reported > REPORT_EVERY_SECONDS:
                begun = reported = time.monotonic()
                print(f"... {sum(each.slice.count for each in done)} inputs", flush=True)


def _print(done: Iterable[Fed]) -> int:
    """Print inputs and outcomes by target."""
    inputs: Counter[str] = Counter()
    outcomes: dict[str, Counter[str]] = {}
    broken = 0
    for one in done:
        inputs[one.slice.target] += one.slice.count
        outcomes.setdefault(one.slice.target, Counter()).update(one.outcomes)
        broken += len(one.broken)
    for name, count in inputs.items():
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(outcomes[name].items()))
        print(f"{name}: {count} inputs: {told}")
    print(f"{inputs.total()} inputs to {len(inputs)} targets, {broken} broken")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many inputs, shared out among the targets")
    parser.add_argument("--first", type=int, default=0, help="the first seed of each target")
    parser.add_argument("--only", default="", help="only targets whose name holds this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin nothing more after so long")
    parser.add_argument("--book", type=Path, default=None, help="note every slice here, and feed none twice")
    parser.add_argument("--replay", nargs=2, metavar=("TARGET", "SEED"), default=None, help="feed this one input again")
    return parser.parse_args()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bmsc-fuzz-", dir=place()) as room:
        os.environ[ROOM] = room
        raise SystemExit(main())
