"""Holds every request that the program sends to a sandbox of this process against the contracts."""

from __future__ import annotations

import pytest
from contract.agreement import PLATFORMS, Request, contract

from bmsc.sandbox.log import LogEntry, RequestLog

OURS = "bmsc"
"""Stands in the User-Agent of the program, and of nobody else who calls in the tests."""


class Watch:
    """What was wrong with the requests since the last look, and which operations were asked for."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.seen: set[str] = set()

    def see(self, entry: LogEntry) -> None:
        """Look at one request as it arrived."""
        if OURS not in entry.headers.get("User-Agent", ""):
            return
        if entry.platform not in PLATFORMS:
            self.complaints.append(f"{entry.method} {entry.path} belongs to no platform")
            return
        agreed = contract(entry.platform)
        request = Request(entry.method, entry.path, tuple(entry.query), entry.headers, entry.body)
        self.complaints += agreed.complaints(request)
        if operation := agreed.asked(entry.method, entry.path):
            self.seen.add(f"{entry.platform} {operation.name}")

    def stand(self, patch: pytest.MonkeyPatch) -> None:
        """See every request of every sandbox from now on, also those whose log is cleared."""
        opened = RequestLog.open

        def seen(log: RequestLog, entry: LogEntry) -> LogEntry:
            self.see(entry)
            return opened(log, entry)

        patch.setattr(RequestLog, "open", seen)
