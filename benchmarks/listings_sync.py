"""What a kill costs: `listings sync` ended hard after so many of its lines, run again, and once more.

Run it with `python benchmarks/listings_sync.py`; --listings and --kill-after choose other sizes. One listing in a
hundred differs, both platforms are 50 and 300 ms away. How fast it is when nobody kills it: `benchmarks/run.py`.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

from bench.host import Host, hosted
from bench.program import configure, run
from bench.shape import Limits, Shape
from bench.shop import Stage


class Doomed(Stage):
    """A shop in which a kill can be arranged."""

    def doom(self, pid: int, lines: int) -> None:
        """Kill a process hard once so many of its lines have arrived."""
        self.world.faults.add("kill_after", method="POST", path="/ws/listings/", skip=lines - 1, args={"pid": pid})
        self.world.faults.rules.insert(0, self.world.faults.rules.pop())


def doom(host: Host, lines: int, pid: int) -> None:
    """Arrange the kill of a run that has just begun."""
    host.ask("doom", pid, lines)


def main() -> None:
    """Print what each of the three runs wrote."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=10_000)
    parser.add_argument("--kill-after", type=int, default=40)
    asked = parser.parse_args()
    shape = Shape(asked.listings)
    with tempfile.TemporaryDirectory() as name, hosted(Doomed, shape, Limits(), "") as host:
        folder = Path(name)
        configure(folder, host)
        for title in ("killed", "run again", "once more"):
            host.ask("told")
            started = partial(doom, host, asked.kill_after) if title == "killed" else None
            done = run(folder, "listings", "sync", started=started)
            counted, _ = host.ask("told")
            print(
                f"{title}: exit {done.exit_code}, {counted.get('lines', 0)} of {shape.changed} lines, "
                f"{done.seconds:.1f} s, {sum(counted.values())} requests",
                flush=True,
            )


if __name__ == "__main__":
    main()
