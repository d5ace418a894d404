"""Who may come in, and how often?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import request

from bmsc.sandbox.backmarket.markets import Market
from bmsc.sandbox.backmarket.refusals import Refusal, page, v1

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account

OFFICIAL_AGENT = re.compile(r"BM-[^;]+-[^;]+;\S+@\S+")
BLOCK_SECONDS = "10"


def check(account: Account) -> None:
    """Let a request in or raise Refusal: the edge first, then the agent, then the token."""
    _count(account)
    agent = request.headers.get("User-Agent", "")
    if account.switches.user_agent == "required" and not agent:
        raise page(403, "Access denied")
    if account.switches.user_agent == "official_form" and not OFFICIAL_AGENT.fullmatch(agent):
        raise page(403, "Access denied")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or token.strip() != account.token:
        raise v1(account.switches.unauthorized_status, "unauthenticated", "Authentication failed.")


def market(account: Account) -> Market:
    """Tell the market that the caller speaks of, by Accept-Language."""
    asked = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip().lower()
    if asked in account.markets:
        return account.markets[asked]
    if asked not in ("", "*") and account.switches.foreign_language == "refuse":
        raise v1(400, "invalid_language", f"{asked} is not a market of this platform")
    return account.markets.get(account.switches.no_language) or account.markets[account.home]


def date_zone(account: Account) -> ZoneInfo:
    """Choose the zone in which this caller is told dates."""
    wanted = account.switches.date_zone
    if wanted == "market":
        return ZoneInfo(market(account).time_zone)
    return ZoneInfo("UTC" if wanted == "utc" else wanted)


def _count(account: Account) -> None:
    switches = account.switches
    if not account.edge.take(1, switches.edge_requests_per_10s):
        raise _too_many(account)
    if not request.path.startswith("/ws/listings") or not switches.sensitive_listings:
        return
    if not account.sensitive.take(1, switches.sensitive_requests_per_10s):
        raise _too_many(account)


def _too_many(account: Account) -> Refusal:
    html = account.switches.edge_answer == "html"
    refusal = page(429, "Too Many Requests") if html else throttled()
    if account.switches.retry_after:
        refusal.headers["Retry-After"] = BLOCK_SECONDS
    return refusal


def throttled() -> Refusal:
    """Refuse in the platform's own words for too many requests."""
    return v1(429, "E008", "Request was throttled.")
