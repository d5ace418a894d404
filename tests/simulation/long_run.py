"""Play many seeds: `python tests/simulation/long_run.py --seeds 1000 --events 200`; replay one with --replay.

With --book FILE a run that was ended goes on where it was: give the same words again.
A replay is the same to the letter but for what the machine decides: which of several runs that begin at the same
moment is first, and in shops that ask several things at once (one in four), which of the questions meets a fault.
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
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulation import book
from simulation.play import Story, play, share_clock
from simulation.process import Remote, warm_up
from simulation.shorten import fewest, shortest

ME = "python tests/simulation/long_run.py"
REPORT_EVERY_SECONDS = 30
ROOM = "BMSC_SIMULATION_ROOM"
"""Names the folder that all processes of one long run work in."""


@cache
def _theatre() -> tuple[Remote, Path]:
    """Give this process its own sandbox process and folder."""
    folder = Path(os.environ[ROOM], str(os.getpid()))
    folder.mkdir()
    clock_file = share_clock(folder)
    stage = Remote(clock_file)
    warm_up()
    return stage, folder


def play_here(seed: int, events: int, only: Sequence[int], commands: Sequence[str]) -> Story:
    """Play one seed in this process."""
    stage, folder = _theatre()
    return play(seed, events, stage, folder, only=only, commands=commands)


def main() -> int:
    """Play the seeds, print what happened, and end with 1 at the first broken promise."""
    asked = _arguments()
    commands = tuple(asked.commands.split(",")) if asked.commands else ()
    if asked.replay is not None:
        only = [int(number) for number in asked.only.split(",")] if asked.only else []
        story = play_here(asked.replay, asked.events, only, commands)
        _print_totals([story])
        return _print_broken(story)
    return _many(asked, commands)


def _many(asked: argparse.Namespace, commands: Sequence[str]) -> int:
    stories = list(book.read(asked.book)) if asked.book else []
    known = {story.seed for story in stories}
    seeds = [seed for seed in range(asked.first, asked.first + asked.seeds) if seed not in known]
    began = last = time.monotonic()
    for story in _played(seeds, asked, commands):
        stories.append(story)
        if asked.book:
            book.note(asked.book, story)
        if story.broken:
            _print_broken(story)
            _print_shorter(story, commands, fully=asked.shrink)
            if not asked.go_on:
                break
        if time.monotonic() - began > 60 * asked.minutes:
            break
        if time.monotonic() - last > REPORT_EVERY_SECONDS:
            last = time.monotonic()
            print(f"round {len(stories)} of {asked.seeds}: {sum(one.events for one in stories)} events", flush=True)
    _print_totals(stories)
    return int(any(story.broken for story in stories))


def _played(seeds: Sequence[int], asked: argparse.Namespace, commands: Sequence[str]) -> Iterator[Story]:
    if asked.jobs == 1:
        yield from (play_here(seed, asked.events, (), commands) for seed in seeds)
        return
    with ProcessPoolExecutor(asked.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(play_here, seed, asked.events, (), commands) for seed in seeds]
        try:
            for one in waiting:
                yield one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _print_totals(stories: Sequence[Story]) -> None:
    runs, kinds, faults, statuses = (
        sum((getattr(story, name) for story in stories), Counter()) for name in ("runs", "kinds", "faults", "statuses")
    )
    hours = sum(story.minutes for story in stories) // 60
    print(f"rounds: {len(stories)}, events: {sum(story.events for story in stories)}, runs: {runs.total()}", end=", ")
    print(f"simulated hours: {hours}, faults: {faults.total()}")
    print(f"broken: {sum(bool(story.broken) for story in stories)}")
    titles = ("runs by command", "events by kind", "faults by kind", "exit statuses")
    for title, counted in zip(titles, (runs, kinds, faults, statuses), strict=True):
        falling = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
        print(f"{title}: " + ", ".join(f"{name} {count}" for name, count in falling))


def _print_broken(story: Story) -> int:
    if not story.broken:
        print(f"seed {story.seed}: every promise kept")
        return 0
    print(f"\nseed {story.seed} BROKEN after event {story.at}")
    for broken in story.broken:
        print(f"  {broken}")
    return 1


def _print_shorter(story: Story, commands: Sequence[str], *, fully: bool) -> None:
    def breaks(count: int, only: Sequence[int]) -> bool:
        return bool(play_here(story.seed, count, only, commands).broken)

    count = shortest(story.events, lambda length: breaks(length, ()))
    if count is None:
        print(f"  it did not break again: {ME} --replay {story.seed} --events {story.events}", flush=True)
        return
    print(f"  shortest prefix: {count} events")
    print(f"  replay: {ME} --replay {story.seed} --events {count}{_also(commands)}")
    if fully:
        only = ",".join(map(str, fewest(count, lambda some: breaks(count, some))))
        print(f"  fewest events: {ME} --replay {story.seed} --events {count} --only {only}{_also(commands)}")
    sys.stdout.flush()


def _also(commands: Sequence[str]) -> str:
    return f' --commands "{",".join(commands)}"' if commands else ""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many seeds")
    parser.add_argument("--events", type=int, default=200, help="how many events each")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no further round after so long")
    parser.add_argument("--book", type=Path, default=None, help="note every round here, and play none twice")
    parser.add_argument("--commands", default="", help='comma separated, such as "orders pull,tracking push"')
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first broken promise")
    parser.add_argument("--shrink", action="store_true", help="leave out every event of the prefix that is not needed")
    parser.add_argument("--replay", type=int, default=None, help="play this one seed")
    parser.add_argument("--only", default="", help="of a replayed seed, only these events (comma separated numbers)")
    return parser.parse_args()


if __name__ == "__main__":
    in_memory = Path("/dev/shm")
    where = in_memory if os.access(in_memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="bmsc-simulation-", dir=where) as room:
        os.environ[ROOM] = room
        raise SystemExit(main())
