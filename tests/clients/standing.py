"""Where the mocked platforms are, and a clock that only sleeping moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SELLERCLOUD_URL = "https://xx.api.sellercloud.com/rest"
BACKMARKET_URL = "https://www.backmarket.com"
COMPANY = 163


class StandingClock:
    """A time that stands still until somebody sleeps; remembers every sleep."""

    def __init__(self) -> None:
        self.moment = START
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.moment += timedelta(seconds=seconds)
