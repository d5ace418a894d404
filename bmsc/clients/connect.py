"""Which hosts, budgets and secrets the two clients of one run are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from bmsc.clients.backmarket import COMPETITORS, LISTINGS, SECONDS_APART, BackMarketWrites
from bmsc.clients.backmarket import PLATFORM as BACK_MARKET
from bmsc.clients.credentials import FixedHeader, SellerCloudLogin
from bmsc.clients.exchange import Limits
from bmsc.clients.governor import Governor
from bmsc.clients.http import Http, Road
from bmsc.clients.lane import Lane
from bmsc.clients.listings_lane import LessonFile, ListingsLane
from bmsc.clients.sellercloud import PLATFORM as SELLERCLOUD
from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.clients.token_cache import TokenCache
from bmsc.clients.workers import Workers
from bmsc.domain.settings import Settings

TOKEN_FILE = "sellercloud.token"  # noqa: S105 - the name of a file
LIMITS = Limits()
LEDGERS = {SELLERCLOUD: "sellercloud.requests", BACK_MARKET: "backmarket.requests"}
"""Names of the request ledgers that all processes share."""
COMPETITORS_LEDGER = "backbox.requests"
LISTINGS_LEDGER = "listings.requests"
LISTINGS_LESSON = "listings.class"
"""Which class of requests Back Market's listings belong to, as far as blocks have taught."""


class Secrets(Protocol):
    """What only the shop owner knows."""

    @property
    def sellercloud_password(self) -> str:
        """Give the password of the SellerCloud user."""
        ...

    @property
    def backmarket_token(self) -> str:
        """Give Back Market's token as its back office shows it."""
        ...

    @property
    def password_from(self) -> str:
        """Name the file or variable that holds the password."""
        ...

    @property
    def token_from(self) -> str:
        """Name the file or variable that holds the token."""
        ...


Counts = Callable[[], Mapping[str, int]]


def both(
    settings: Settings, secrets: Secrets, cache: Path, road: Road
) -> tuple[BackMarketWrites, SellerCloudWrites, Counts]:
    """Make both clients on one road, and a function that tells how many requests each has sent so far.

    On a read-only road no write gets past the last step before the wire, whoever asks for it.
    """
    common = replace(road, limits=LIMITS)
    backmarket = _backmarket(settings, secrets, cache, common)
    sellercloud = _sellercloud(settings, secrets, cache, common)
    zone = ZoneInfo(settings.sellercloud.timezone)
    return (
        BackMarketWrites(backmarket),
        SellerCloudWrites(sellercloud, company_id=settings.sellercloud.company_id, zone=zone),
        lambda: {"sellercloud": sellercloud.requests, "backmarket": backmarket.requests},
    )


def _backmarket(settings: Settings, secrets: Secrets, cache: Path, common: Road) -> Http:
    ours = settings.backmarket
    ledger = cache / LEDGERS[BACK_MARKET]
    pace = Governor.per_ten_seconds(ledger, common.clock, requests=ours.requests_per_10s)
    lanes = {
        COMPETITORS: Lane(cache / COMPETITORS_LEDGER, common.clock, seconds_apart=SECONDS_APART),
        LISTINGS: ListingsLane(LessonFile(cache / LISTINGS_LESSON), cache / LISTINGS_LEDGER, common.clock),
    }
    return Http(
        BACK_MARKET,
        ours.base_url,
        credentials=FixedHeader(f"Basic {secrets.backmarket_token}", renew=_renew_token(secrets.token_from)),
        road=replace(common, pace=pace, lanes=lanes, concurrency=ours.concurrency),
        headers={"User-Agent": ours.user_agent, "Accept-Language": settings.markets[0].locale},
    )


def _sellercloud(settings: Settings, secrets: Secrets, cache: Path, common: Road) -> Http:
    ours = settings.sellercloud
    ledger = cache / LEDGERS[SELLERCLOUD]
    pace = Governor.per_hour(ledger, common.clock, requests=ours.requests_per_hour)
    workers = Workers(SELLERCLOUD, most=ours.concurrency)
    tokens = TokenCache(cache / TOKEN_FILE, base_url=ours.base_url, username=ours.username)
    renew = f"correct the password in {secrets.password_from}, or sellercloud.username; then: bmsc doctor"
    login = SellerCloudLogin(ours.username, secrets.sellercloud_password, cache=tokens, clock=common.clock, renew=renew)
    return Http(
        SELLERCLOUD,
        ours.base_url,
        credentials=login,
        road=replace(common, pace=pace, concurrency=ours.concurrency, workers=workers),
        headers={"User-Agent": "bmsc"},
    )


def _renew_token(place: str) -> str:
    return f"copy a valid token from the seller back office (Options > Integrations) into {place}; then: bmsc doctor"
