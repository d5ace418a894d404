"""Where the two secrets are kept, and whether they are kept well."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from bmsc.config.wording import KeyPath, problem

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Secrets:
    """The two secrets; printing them shows nothing."""

    sellercloud_password: str = field(repr=False)
    backmarket_token: str = field(repr=False)
    password_from: str = field(default="", compare=False)
    """Where a person renews it: a file, or an environment variable."""
    token_from: str = field(default="", compare=False)


class Place(Struct, frozen=True):
    """Where one secret may stand: an environment variable, else a file that a key names."""

    what: str
    table: str
    key: str
    variable: str

    def where(self, environ: Mapping[str, str]) -> KeyPath:
        """Name the place that counts."""
        return (self.variable,) if self.variable in environ else (self.table, self.key)

    def named_in(self, document: Mapping[str, object]) -> str | None:
        """Name the file; None when the key says something else than text, which the model complains of."""
        table = document.get(self.table)
        name = table.get(self.key, "") if isinstance(table, dict) else ""
        return name if isinstance(name, str) else None


PASSWORD = Place("password", "sellercloud", "password_file", "BMSC_SELLERCLOUD_PASSWORD")
TOKEN = Place("token", "backmarket", "token_file", "BMSC_BACKMARKET_TOKEN")


class _Unfit(Exception):
    """A secret that cannot be used: the complaint, without a word of the secret."""


def read(document: Mapping[str, object], folder: Path, environ: Mapping[str, str]) -> tuple[Secrets | None, list[str]]:
    """Give both secrets, or else every problem with them; `folder` is where relative file names begin."""
    found: dict[Place, str] = {}
    stands: dict[Place, str] = {}
    problems: list[str] = []
    for place in (PASSWORD, TOKEN):
        name = place.named_in(document)
        stands[place] = place.variable if place.variable in environ else str(folder.absolute() / (name or ""))
        try:
            if place.variable in environ:
                found[place] = _checked(place, environ[place.variable])
            elif name is not None:
                found[place] = _checked(place, _from_file(place, name, folder))
        except _Unfit as unfit:
            problems.append(problem(place.where(environ), str(unfit)))
    whole = len(found) == len(stands)
    return (Secrets(found[PASSWORD], found[TOKEN], stands[PASSWORD], stands[TOKEN]) if whole else None), problems


def fit_password(text: str) -> str:
    """Give a password as it is used; raises ValueError for what cannot be one."""
    return _fit(PASSWORD, text)


def fit_token(text: str) -> str:
    """Give a token as it is used; raises ValueError for what cannot be one."""
    return _fit(TOKEN, text.strip())


def _fit(place: Place, text: str) -> str:
    try:
        return _checked(place, text)
    except _Unfit as unfit:
        raise ValueError(str(unfit)) from None


def _from_file(place: Place, name: str, folder: Path) -> str:
    if not name:
        raise _Unfit(f"there is no {place.what}; name the file that holds it, or set {place.variable}")
    return _content(place, folder / name)


def _content(place: Place, path: Path) -> str:
    """Read a private file; its name is told only once it is known to be one and not a pasted secret."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _Unfit(f"must name a file that holds the {place.what}, not a directory or device")
        if os.name == "posix" and not _private(status, os.geteuid(), os.getegid()):
            raise _Unfit(f"other users can reach that file; type: chmod 600 {shlex.quote(str(path))}")
        return path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise _Unfit(
            f"that file does not exist (relative names begin beside the configuration); write the "
            f"{place.what} into it and chmod 600 it, or set {place.variable}"
        ) from None
    except UnicodeDecodeError:
        raise _Unfit(f"that file is not UTF-8 text; write the {place.what} into it again") from None
    except (OSError, ValueError):
        raise _Unfit("that file cannot be read by this user; check its owner and the folders above") from None


def _private(status: os.stat_result, user: int, group: int) -> bool:
    """Say whether nobody else can reach a file.

    A cluster mounts secrets as root's, readable by the group of the one process they are for.
    """
    if status.st_uid == 0 != user and status.st_gid == group:
        return not status.st_mode & (_OTHERS ^ stat.S_IRGRP)
    return not status.st_mode & _OTHERS


def _checked(place: Place, text: str) -> str:
    secret = text.rstrip("\r\n")
    if not secret.strip():
        raise _Unfit(f"is empty; it must hold the {place.what}")
    if "\n" in secret or "\r" in secret:
        raise _Unfit(f"holds more than one line; it must hold the {place.what} and nothing else")
    if place is TOKEN and not (secret.isascii() and secret.isprintable() and " " not in secret):
        raise _Unfit('holds white space or special characters; a token has none, and no "Basic" before it')
    return secret
