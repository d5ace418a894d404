"""Where SellerCloud's token waits for the next run, and what is known of a login that was refused."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bmsc.clients import moments
from bmsc.clients.private_note import PrivateNote

log = logging.getLogger("bmsc.http")
_SALT_BYTES = 16


@dataclass(frozen=True)
class Token:
    """A bearer token and the moment from which it is no longer used."""

    access_token: str = field(repr=False)
    expires_at: datetime


def fits_a_header(token: object) -> bool:
    """Say whether what came as a token can be one."""
    return isinstance(token, str) and token != "" and token.isascii() and token.isprintable()


class TokenCache:
    """One file for one user on one host, and another beside it for the refusal of that user's last login."""

    def __init__(self, path: Path, *, base_url: str, username: str) -> None:
        about = {"base_url": base_url, "username_sha256": hashlib.sha256(username.encode()).hexdigest()}
        self._note = PrivateNote(path, about=about)
        self._refusal = PrivateNote(path.with_name(f"{path.name}.refused"), about=about)

    def read(self) -> Token | None:
        """Give the token on disk, expired or not; None when there is none that is ours alone."""
        kept = self._note.read() or {}
        access_token, expires_at = kept.get("access_token"), moments.read(kept.get("expires_at"))
        if not fits_a_header(access_token) or expires_at is None:
            return None
        return Token(str(access_token), expires_at)

    def write(self, token: Token) -> None:
        """Put a token on disk for the next run; a disk that takes none only costs a login."""
        self._refusal.forget()
        try:
            self._note.write({"access_token": token.access_token, "expires_at": token.expires_at.isoformat()})
        except OSError as error:
            log.warning("the token cache cannot be written (%s): every run will log in", error.strerror)

    def refused_at(self, password: str) -> datetime | None:
        """Tell when a login with this very password was refused last; None when nobody remembers one."""
        kept = self._refusal.read() or {}
        salt, known, at = kept.get("salt"), kept.get("password_scrypt"), moments.read(kept.get("at"))
        if not isinstance(salt, str) or at is None or known != _fingerprint(password, salt):
            return None
        return at

    def note_refusal(self, password: str, at: datetime) -> None:
        """Remember that this password was refused; a disk that takes no note only costs another try."""
        salt = os.urandom(_SALT_BYTES).hex()
        try:
            self._refusal.write({"salt": salt, "password_scrypt": _fingerprint(password, salt), "at": at.isoformat()})
        except OSError as error:
            log.warning("the refused login cannot be noted (%s)", error.strerror)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from logging in meanwhile; without a writable place, do without."""
        with ExitStack() as held:
            try:
                held.enter_context(self._note.locked())
            except OSError as error:
                log.warning("the token cache cannot be locked (%s)", error.strerror)
            yield


def _fingerprint(password: str, salt: str) -> str:
    """Recognise a password without keeping it."""
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**14, r=8, p=1).hex()
