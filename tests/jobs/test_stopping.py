"""A person presses Ctrl-C: the run leaves at once while it only reads, and finishes what it has begun to write."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from shops import Shop
from terminal import Terminal

from bmsc.errors import Interrupted
from bmsc.jobs.stopping import StopSign
from bmsc.state.clock import SystemClock


def test_a_run_that_only_reads_leaves_and_one_that_writes_stays() -> None:
    stop = StopSign()
    stop.leave_if_asked()
    stop.set()
    with pytest.raises(Interrupted, match="has written nothing"):
        stop.leave_if_asked()
    stop.writing_begins()
    stop.leave_if_asked()


def test_nobody_sleeps_on_after_the_sign() -> None:
    stop = StopSign()
    stop.set()
    began = time.monotonic()
    SystemClock(stop).sleep(3600)
    assert time.monotonic() - began < 60


@pytest.fixture
def away(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Give a shop whose Back Market throttles for a minute, on the machine's own clock."""
    monkeypatch.delenv("BMSC_CLOCK_FILE")
    wait = {"status": 429, "headers": {"Retry-After": "60"}, "json": {"error": {"code": "E008"}}}
    shop.world.faults.add("status_before", path="/ws/orders", times=None, args=wait)
    return shop


def environ(shop: Shop) -> dict[str, str]:
    return os.environ | {
        "BMSC_CONFIG": str(shop.config),
        "BMSC_STATE_DIR": str(shop.state_dir),
        "NO_COLOR": "1",
        "TERM": "xterm",
    }


def test_ctrl_c_during_a_retry_is_answered_at_once(away: Shop) -> None:
    terminal = Terminal(["orders", "pull"], environ(away), columns=100)
    terminal.expect("throttles us (429) while reading its orders")
    terminal.expect("trying again in")
    os.kill(terminal.pid, signal.SIGINT)
    terminal.expect("stopping")
    assert terminal.end() == 130
    assert "has written nothing" in re.sub(r"\s+", " ", terminal.shown)
    assert "Traceback" not in terminal.shown


def test_in_cron_nothing_is_said_of_retries(away: Shop) -> None:
    away.world.faults.clear()
    command = [sys.executable, "-m", "bmsc", "orders", "pull", "--quiet"]
    away.world.faults.add("status_before", path="/ws/orders", args={"status": 503})
    done = subprocess.run(command, capture_output=True, text=True, env=environ(away), timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
