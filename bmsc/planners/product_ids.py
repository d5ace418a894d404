"""Which Back Market product a person means who writes a number, a UUID or the address of its page."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

REMEDY = (
    "a product number such as 761585, its UUID, or the address of its page "
    "(https://www.backmarket.com/en-us/p/name/ and the UUID)"
)
_NUMBER = re.compile(r"[1-9][0-9]{0,11}")
_SPREADSHEET_NUMBER = re.compile(r"([1-9][0-9]{0,11})\.0+")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HOST = re.compile(r"([a-z0-9-]+\.)*backmarket\.[a-z]{2,3}(\.[a-z]{2})?")
_LOCALE = re.compile(r"[a-z]{2}(-[a-z]{2})?", re.IGNORECASE)
_PRODUCT_PAGE = "p"
"""`/en-us/p/name/id`. A page of several products is `/en-us/l/name/uuid`: its UUID is no product's."""


def read(written: str) -> str | None:
    """Give the product's UUID (lower case) or old number; None when the text names no product for sure."""
    spelled = written.strip()
    if spreadsheet := _SPREADSHEET_NUMBER.fullmatch(spelled):
        return spreadsheet[1]
    return _reference(spelled) or _of_page(spelled)


def _reference(spelled: str) -> str | None:
    if _NUMBER.fullmatch(spelled):
        return spelled
    return spelled.casefold() if _UUID.fullmatch(spelled) else None


def _of_page(address: str) -> str | None:
    """Read the address of a product's page; query, fragment and the product's name in it say nothing."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    *way, last = [segment for segment in unquote(parts.path).split("/") if segment] or [""]
    if way and _LOCALE.fullmatch(way[0]) and way[0].casefold() != _PRODUCT_PAGE:
        way = way[1:]
    if way[:1] == [_PRODUCT_PAGE] and len(way) in (1, 2):
        return _reference(last)
    # Before the pages had a section of their own: /name/761585.html
    number = last.removesuffix(".html")
    return number if len(way) == 1 and way[0] != "l" and _NUMBER.fullmatch(number) else None
