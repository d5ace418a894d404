"""Which web addresses may be configured, and how they are spelled inside the program."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from bmsc.domain.platforms import PLATFORM_OF_HOST, Platform

_HTTPS_PORT = 443
_PRINTABLE = re.compile(r"[!-~]*")
_SELLERCLOUD_PATHS = frozenset({"", "/rest", "/rest/api"})


def sellercloud_base(url: str) -> str:
    """Normalise the address of a SellerCloud server so that it ends in `/rest`."""
    parts = _checked(url)
    if parts.path.rstrip("/").lower() not in _SELLERCLOUD_PATHS:
        raise ValueError('must end at the host or in /rest, like "https://xx.api.sellercloud.com/rest"')
    return f"{_root(parts)}/rest"


def backmarket_base(url: str) -> str:
    """Normalise the address of a Back Market platform to scheme and host."""
    parts = _checked(url)
    if parts.path.strip("/"):
        raise ValueError('must end at the host, like "https://www.backmarket.com"')
    if not _is_loopback(parts) and not _is_known(parts):
        known = ", ".join(f"https://{host}" for host in sorted(PLATFORM_OF_HOST))
        raise ValueError(f"is no Back Market address; use one of {known}")
    return _root(parts)


def web_address(url: str) -> str:
    """Accept any plain web address, encrypted or not, to which a path can be added."""
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be a web address that begins with https:// or http://")
    _refuse_extras(parts)
    return url.rstrip("/")


def platform_of(url: str) -> Platform | None:
    """Name the platform a Back Market address serves; None for loopback and for what is no address."""
    try:
        return PLATFORM_OF_HOST.get(_split(url).hostname or "")
    except ValueError:
        return None


def _checked(url: str) -> SplitResult:
    parts = _split(url)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise ValueError("must be a web address that begins with https://")
    if parts.scheme == "http" and not _is_loopback(parts):
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    _refuse_extras(parts)
    return parts


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # the library's own message repeats the address
        raise ValueError("is not a web address") from None
    if not _PRINTABLE.fullmatch(url) or "\\" in url:
        raise ValueError("must be a web address without white space or special characters")
    return parts


def _refuse_extras(parts: SplitResult) -> None:
    if "@" in parts.netloc:
        raise ValueError("must not carry a user name or password; secrets have files of their own")
    if parts.query or parts.fragment:
        raise ValueError("must not carry a query (?) or fragment (#)")


def _is_known(parts: SplitResult) -> bool:
    return parts.hostname in PLATFORM_OF_HOST and parts.port in {None, _HTTPS_PORT}


def _is_loopback(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _root(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.lower()}"
