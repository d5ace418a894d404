"""The benchmarks still run: the smallest shop, the first commands of the day, beside a run before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parent.parent / "benchmarks" / "run.py"
SMALLEST = ("--sizes", "20", "--orders", "3", "--real", "0", "--only", "listings sync")
BEFORE = {"listings sync 20 3 simulated": {"seconds": 1.0, "processor": 1.0, "megabytes": 50.0}}


def test_one_command_measures_and_compares(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps(BEFORE))

    done = subprocess.run(
        [sys.executable, str(RUN), *SMALLEST, "--json", str(results)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert not done.returncode, done.stderr
    found = json.loads(results.read_text())
    assert {key: (row["exit_code"], row["requests"]) for key, row in found.items()} == {
        "listings sync 20 3 simulated": (0, found["listings sync 20 3 simulated"]["least"]),
        "again 20 3 simulated": (0, found["again 20 3 simulated"]["least"]),
    }
    lines = {words[0]: line for line in done.stdout.splitlines() if (words := line.split())}
    assert lines["listings"].count("%") == 4, "requests over the least, and the change of three measures"
    assert "2 of 2 lines within 2 % of the least" in done.stdout
