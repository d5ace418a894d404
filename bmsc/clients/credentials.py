"""How each platform comes to know us: a fixed token, or a login whose token is shared between runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bmsc.clients.exchange import Call
from bmsc.clients.token_cache import Token, TokenCache, fits_a_header
from bmsc.domain import money
from bmsc.errors import CredentialsRefused, RemoteMisbehaved

LOGIN_ATTEMPTS = 2
"""More refused logins in one run could lock the account."""
PAUSE_AFTER_REFUSAL = timedelta(minutes=15)
"""Cron would try the same wrong password dozens of times an hour, run after run."""
SHORTEST_LIFETIME_SECONDS = 1800.0
"""The shortest that SellerCloud's documentation shows; used when the answer names none."""
RENEW = "renew the password or token named in the configuration, then: bmsc doctor"
_MARGIN_SECONDS = 300.0
_MARGIN_SHARE = 0.2
_Send = Callable[[Call], object]


class _Clock(Protocol):
    def now(self) -> datetime: ...


class FixedHeader:
    """A header that is the same for ever: Back Market's token, sent exactly as its back office shows it."""

    def __init__(self, value: str, *, renew: str = RENEW) -> None:
        self._value = value
        self.renew = renew

    def authorization(self, _send: _Send) -> str:
        """Give the header's value."""
        return self._value

    def renewed(self, _refused: str, _send: _Send) -> str | None:
        """Give nothing: only a person can renew it."""
        return None

    def log_in(self, _send: _Send) -> None:
        """Do nothing: every request shows the token itself."""


class SellerCloudLogin:
    """A bearer token, obtained by username and password, kept for the processes that follow."""

    def __init__(self, username: str, password: str, *, cache: TokenCache, clock: _Clock, renew: str = RENEW) -> None:
        self.renew = renew
        self._username = username
        self._password = password
        self._cache = cache
        self._clock = clock
        self._token: Token | None = None
        self._refusals = 0
        self._lock = threading.Lock()

    def authorization(self, send: _Send) -> str:
        """Give the header's value, logging in only when no usable token is at hand."""
        return self._bearer(send, refused="")

    def renewed(self, refused: str, send: _Send) -> str | None:
        """Give the header of a newer token: another process's if there is one, else by logging in."""
        return self._bearer(send, refused=refused)

    def log_in(self, send: _Send) -> None:
        """Log in whatever token is at hand, and however lately that failed; raises CredentialsRefused."""
        with self._lock, self._cache.locked():
            self._token = self._log_in(send)
            self._cache.write(self._token)

    def _bearer(self, send: _Send, *, refused: str) -> str:
        with self._lock:
            if not self._usable(self._token, refused):
                self._token = self._shared_or_new(send, refused)
            assert self._token is not None
            return _header(self._token)

    def _shared_or_new(self, send: _Send, refused: str) -> Token:
        with self._cache.locked():
            shared = self._cache.read()
            if shared is not None and self._usable(shared, refused):
                return shared
            self._pause()
            token = self._log_in(send)
            self._cache.write(token)
            return token

    def _pause(self) -> None:
        """Refuse by ourselves what an earlier run was refused just now; a new password is tried at once."""
        at, now = None if self._refusals else self._cache.refused_at(self._password), self._clock.now()
        if at is not None and timedelta(0) <= now - at < PAUSE_AFTER_REFUSAL:
            message = f"SellerCloud refused this user name and password at {at:%H:%M} UTC: they are not tried again yet"
            raise CredentialsRefused(message, next_step=self.renew)

    def _usable(self, token: Token | None, refused: str) -> bool:
        return token is not None and _header(token) != refused and self._clock.now() < token.expires_at

    def _log_in(self, send: _Send) -> Token:
        if self._refusals >= LOGIN_ATTEMPTS:
            message = "SellerCloud refused our login twice in this run: it is not tried again"
            raise CredentialsRefused(message, next_step=self.renew)
        asked_at = self._clock.now()
        body = {"Username": self._username, "Password": self._password}
        try:
            answer = send(Call("POST", "/api/token", "/api/token", body=body, is_login=True))
        except CredentialsRefused:
            self._refusals += 1
            self._cache.note_refusal(self._password, asked_at)
            raise
        return token_of(answer, asked_at)


def token_of(answer: object, asked_at: datetime) -> Token:
    """Read the answer of a login; the token is given up a margin before SellerCloud does."""
    access_token = answer.get("access_token") if isinstance(answer, Mapping) else None
    if not fits_a_header(access_token):
        message = "SellerCloud answered our login without a usable access_token [POST /api/token]"
        raise RemoteMisbehaved(message, next_step="compare sellercloud.base_url, then: bmsc doctor")
    lifetime = _lifetime(answer)
    margin = min(_MARGIN_SECONDS, _MARGIN_SHARE * lifetime)
    return Token(str(access_token), asked_at + timedelta(seconds=lifetime - margin))


def _lifetime(answer: object) -> float:
    named = money.parse(answer.get("expires_in")) if isinstance(answer, Mapping) else None
    return float(named) if named is not None and named > 0 else SHORTEST_LIFETIME_SECONDS


def _header(token: Token) -> str:
    return f"Bearer {token.access_token}"
