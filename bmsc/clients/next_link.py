"""Whether the link to a list's next page stays where the list was asked for: believed or not, and never followed."""

from __future__ import annotations

from urllib.parse import urlsplit

from bmsc.clients import words
from bmsc.errors import RemoteMisbehaved

_STANDARD_PORTS = frozenset({None, 80, 443})
_STEP = "if that host is right, set backmarket.base_url to it, then: bmsc doctor"


def check(link: str, base_url: str, *, where: str) -> None:
    """Raise RemoteMisbehaved for a link to another host; one without a host, or none at all, is as good as ours.

    The scheme is not compared: behind a proxy that ends TLS a platform may take itself for plain http.
    """
    place = _place(link)
    if place is not None and place != _place(base_url):
        message = f"{where} names {words.tidy(place[0])[:80]} as the host of its next page"
        raise RemoteMisbehaved(message, next_step=_STEP)


def _place(url: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "no address", None
    return None if host is None else (host, None if port in _STANDARD_PORTS else port)
