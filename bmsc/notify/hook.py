"""How the owner's own command hears of a fact: JSON on its standard input, in bounded time."""

from __future__ import annotations

import json
import logging
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress

from bmsc.notify.news import Event

log = logging.getLogger("bmsc.notify")
SECONDS_EACH = 10.0
SECONDS_IN_ALL = 30.0
SECRETS = frozenset({"BMSC_SELLERCLOUD_PASSWORD", "BMSC_BACKMARKET_TOKEN"})
"""Variables that are for the program alone: what the command prints of its surroundings may go anywhere."""


def call(command: str, events: Iterable[Event]) -> None:
    """Run the command once for each event; what it does with it is its own affair, and never the run's."""
    deadline = time.monotonic() + SECONDS_IN_ALL
    words = shlex.split(command)
    for number, event in enumerate(events):
        left = deadline - time.monotonic()
        if left <= 0:
            log.warning("notify.command took too long: events from number %d on were not told", number + 1)
            return
        _once(words, json.dumps(event).encode() + b"\n", min(SECONDS_EACH, left))


def _once(words: list[str], told: bytes, seconds: float) -> None:
    try:
        process = subprocess.Popen(  # noqa: S603 - the owner's own command, without a shell
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name not in SECRETS},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        log.warning("notify.command cannot be started: %s", getattr(error, "strerror", None) or "bad command")
        return
    try:
        process.communicate(told, timeout=seconds)
        if process.returncode:
            log.warning("notify.command ended with status %d", process.returncode)
    except subprocess.TimeoutExpired:
        log.warning("notify.command was stopped after %.0f s", seconds)
        _stop(process)
    except OSError as error:
        log.warning("notify.command did not take its input: %s", error.strerror)
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the command and whatever it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()
