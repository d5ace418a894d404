"""Who may call, and how often?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bmsc.sandbox.sellercloud.answers import Answer
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

WINDOW = timedelta(hours=1)
_SIGNING_KEY = b"a sandbox has no secrets"


@dataclass
class Access:
    """The tokens that were handed out, and the requests of the running hour."""

    clock: Callable[[], datetime]
    switches: SellerCloudSwitches
    _expiries: dict[str, datetime] = field(default_factory=dict)
    _issued: int = 0
    _window_start: datetime | None = None
    _requests: int = 0

    def grant(self, username: str) -> dict[str, object]:
        """Hand out a new token with its times in UTC."""
        now = self.clock()
        expires = now + timedelta(seconds=self.switches.token_seconds)
        self._issued += 1
        token = _token(username, now, expires, serial=self._issued)
        self._expiries[token] = expires
        return {
            "access_token": token,
            "token_type": "Bearer",
            "username": username,
            "expires_in": self.switches.token_seconds,
            ".issued": seven_digits(now),
            ".expires": seven_digits(expires),
        }

    def admits(self, authorization: str) -> bool:
        """Say whether an Authorization header carries a living token."""
        scheme, _, token = authorization.partition(" ")
        expires = self._expiries.get(token.strip())
        return scheme.casefold() == "bearer" and expires is not None and self.clock() < expires

    def revoke_tokens(self) -> None:
        """Let every token die at once."""
        self._expiries.clear()

    def throttle(self) -> Answer | None:
        """Count one request; beyond the hour's limit give the answer that refuses it."""
        limit, now = self.switches.requests_per_hour, self.clock()
        if self._window_start is None or not timedelta() <= now - self._window_start < WINDOW:
            self._window_start, self._requests = now, 0
        if limit and self._requests >= limit:
            reset = seven_digits(self._window_start + WINDOW)
            return Answer({"Error": "Too many requests.", "RateLimitResetTime": reset}, self.switches.throttle_status)
        self._requests += 1
        return None


def seven_digits(moment: datetime) -> str:
    """Write a UTC moment with the platform's seven fractional digits."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def _token(username: str, issued: datetime, expires: datetime, *, serial: int) -> str:
    claims = {
        "unique_name": username,
        "sub": username,
        "server": "sandbox",
        "jti": str(serial),
        "nbf": int(issued.timestamp()),
        "exp": int(expires.timestamp()),
        "iat": int(issued.timestamp()),
        "iss": "SellerCloud",
        "aud": "SellerCloud",
    }
    signed = f"{_part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{signed}.{_part(hmac.digest(_SIGNING_KEY, signed.encode(), hashlib.sha256))}"


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
