"""How an outside watcher hears that a run began and ended, in bounded time and without ever failing the run."""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from uuid import NAMESPACE_URL, uuid5

from bmsc.domain.runs import slug

log = logging.getLogger("bmsc.notify")
SECONDS = 5.0
"""What a run waits for the watcher at most, at its end."""


class Heartbeat:
    """The pings of one run, healthchecks style: `/start`, the address itself, `/fail`.

    `{command}` in the address stands for the command, so that each can have a check of its own.
    """

    def __init__(self, url: str, command: str, run_id: str) -> None:
        self._url = url.replace("{command}", slug(command)).rstrip("/")
        # The watcher wants a UUID; the same run id always gives the same one.
        self._rid = uuid5(NAMESPACE_URL, f"bmsc:{run_id}")
        self._start: threading.Thread | None = None

    def start(self) -> None:
        """Tell that the run began, beside the run's own work."""
        self._start = self._send("/start", {})

    def end(self, *, succeeded: bool, facts: Mapping[str, object]) -> None:
        """Tell how the run ended; waits five seconds at most."""
        if self._start is not None:
            self._start.join(SECONDS / 2)
        self._send("" if succeeded else "/fail", facts).join(SECONDS / 2)

    def _send(self, ending: str, facts: Mapping[str, object]) -> threading.Thread:
        url = f"{self._url}{ending}?rid={self._rid}"
        thread = threading.Thread(target=_post, args=(url, json.dumps(facts).encode()), daemon=True)
        thread.start()
        return thread


def _post(url: str, body: bytes) -> None:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310
    try:
        # The configuration accepts web addresses only.
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
            pass
    except (OSError, HTTPException, ValueError) as error:
        log.warning("the heartbeat did not get through (%s): the run goes on", type(error).__name__)
