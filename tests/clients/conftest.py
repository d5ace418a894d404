"""Both clients on a mocked wire, with a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clients.standing import BACKMARKET_URL, COMPANY, SELLERCLOUD_URL, StandingClock

from bmsc.clients.backmarket import BackMarketWrites
from bmsc.clients.credentials import FixedHeader, SellerCloudLogin
from bmsc.clients.http import Http, Road
from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.clients.token_cache import TokenCache

MakeRoad = Callable[..., Road]


@pytest.fixture
def clock() -> StandingClock:
    """Give the clock that every part of the test shares."""
    return StandingClock()


@pytest.fixture
def road(clock: StandingClock) -> MakeRoad:
    """Give a maker of roads without jitter and, unless told otherwise, without a pace."""

    def make(**parts: Any) -> Road:
        return Road(**{"clock": clock, "jitter": lambda delay: delay, **parts})

    return make


@pytest.fixture
def login(clock: StandingClock, tmp_path: Path) -> SellerCloudLogin:
    """Give a SellerCloud login whose token is kept in the test's folder."""
    cache = TokenCache(tmp_path / "cache" / "token", base_url=SELLERCLOUD_URL, username="ops@example.test")
    return SellerCloudLogin("ops@example.test", "CANARY-password", cache=cache, clock=clock)


@pytest.fixture
def sellercloud(road: MakeRoad) -> SellerCloudWrites:
    """Give a SellerCloud client that is logged in already."""
    http = Http("SellerCloud", SELLERCLOUD_URL, credentials=FixedHeader("Bearer CANARY-token"), road=road(), headers={})
    return SellerCloudWrites(http, company_id=COMPANY, zone=ZoneInfo("America/New_York"))


@pytest.fixture
def backmarket(road: MakeRoad) -> BackMarketWrites:
    """Give a Back Market client."""
    headers = {"Accept-Language": "en-us", "User-Agent": "BM-Example-bmsc;ops@example.test"}
    credentials = FixedHeader("Basic CANARY-token")
    return BackMarketWrites(Http("Back Market", BACKMARKET_URL, credentials=credentials, road=road(), headers=headers))
