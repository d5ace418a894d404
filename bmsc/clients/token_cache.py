"""Where SellerCloud's token waits for the next run: one private file, shared under a lock, safe to delete."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bmsc.clients import moments

log = logging.getLogger("bmsc.http")
_LARGEST_BYTES = 65_536


@dataclass(frozen=True)
class Token:
    """A bearer token and the moment from which it is no longer used."""

    access_token: str = field(repr=False)
    expires_at: datetime


class TokenCache:
    """One file for one user on one host; what others could have read or written is not believed."""

    def __init__(self, path: Path, *, base_url: str, username: str) -> None:
        self._path = path
        self._base_url = base_url
        self._username_hash = hashlib.sha256(username.encode()).hexdigest()

    def read(self) -> Token | None:
        """Give the token on disk, expired or not; None when there is none that is ours alone."""
        try:
            kept = json.loads(self._private_content())
        except (OSError, ValueError):
            return None
        if not isinstance(kept, dict) or not self._is_ours(kept):
            return None
        access_token, expires_at = kept.get("access_token"), moments.read(kept.get("expires_at"))
        if not isinstance(access_token, str) or not access_token or expires_at is None:
            return None
        return Token(access_token, expires_at)

    def write(self, token: Token) -> None:
        """Put a token on disk for the next run; a disk that takes none only costs a login."""
        kept = {
            "access_token": token.access_token,
            "expires_at": token.expires_at.isoformat(),
            "base_url": self._base_url,
            "username_sha256": self._username_hash,
        }
        try:
            self._replace(json.dumps(kept))
        except OSError as error:
            log.warning("the token cache cannot be written (%s): every run will log in", error.strerror)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from logging in meanwhile; without a writable place, do without."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            log.warning("the token cache cannot be locked (%s)", error.strerror)
            yield
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _is_ours(self, kept: dict[str, object]) -> bool:
        return kept.get("base_url") == self._base_url and kept.get("username_sha256") == self._username_hash

    def _private_content(self) -> bytes:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, so that what is checked is what is read
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode) or about.st_uid != os.getuid() or about.st_mode & 0o077:
                log.warning("the token cache %s is not private to us: it is not used", self._path.name)
                return b""
            return file.read(_LARGEST_BYTES)

    def _replace(self, content: str) -> None:
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        fresh = Path(name)
        try:
            with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - mkstemp made it private
                file.write(content)
            fresh.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
