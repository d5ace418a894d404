"""How a configured text must be spelled; every complaint tells the rule and never the text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bmsc.domain.platforms import CURRENCY_OF_LOCALE
from bmsc.domain.shippers import OTHER, SHIPPERS

HOLD = "hold"
LONGEST_PREFIX = 20
LONGEST_MESSAGE = 500  # Back Market's limit for a return message
_CURRENCIES = frozenset(CURRENCY_OF_LOCALE.values())
_SUFFIX = re.compile(r"[A-Z0-9_]+")
_PREFIX = re.compile(r"[!-+\--~]*")
_USER_AGENT = re.compile(r"BM-[!-:<-~]+-[!-:<-~]+;[!-:<-?A-~]+@[!-:<-?A-~]+")


def filled(text: str) -> str:
    """Accept a text that says something and has no white space around it."""
    if not text or text != text.strip() or not text.isprintable():
        raise ValueError("must not be blank, nor begin or end with white space")
    return text


def locale(text: str) -> str:
    """Accept one of Back Market's market codes."""
    if text not in CURRENCY_OF_LOCALE:
        raise ValueError(f"must be one of {', '.join(sorted(CURRENCY_OF_LOCALE))}")
    return text


def currency(text: str) -> str:
    """Accept a currency that some market sells in."""
    if text not in _CURRENCIES:
        raise ValueError(f"must be one of {', '.join(sorted(_CURRENCIES))}")
    return text


def suffix(text: str) -> str:
    """Accept the end of a custom column's name."""
    if not _SUFFIX.fullmatch(text):
        raise ValueError("must be capital letters A-Z, digits and _ only: the end of BACKMARKET_ENABLED_...")
    return text


def timezone(text: str) -> str:
    """Accept the name of a time zone this machine knows."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError('must be the name of a time zone, like "America/New_York" or "UTC"') from None


def user_agent(text: str) -> str:
    """Accept the form Back Market prescribes: BM-Company-Integration;contact."""
    if not _USER_AGENT.fullmatch(text):
        raise ValueError('must have the form "BM-Company-Integration;contact@example.com", without spaces')
    return text


def order_number_prefix(text: str) -> str:
    """Accept what can stand in a SellerCloud order number and in a comma-separated filter."""
    if len(text) > LONGEST_PREFIX or not _PREFIX.fullmatch(text):
        raise ValueError(f"must be at most {LONGEST_PREFIX} plain characters, without spaces or commas")
    return text


def message(text: str) -> str:
    """Accept a message that Back Market can take."""
    if len(text) > LONGEST_MESSAGE:
        raise ValueError(f"must be at most {LONGEST_MESSAGE} characters")
    return text


def shipper(text: str) -> str:
    """Accept a carrier as Back Market spells it."""
    if text not in SHIPPERS:
        raise ValueError(f"must be a shipper as Back Market spells it: {_nearest_shippers(text)}")
    return text


def shipper_or_hold(text: str) -> str:
    """Accept a shipper, or the word that keeps such orders back."""
    if text == HOLD:
        return text
    if text not in SHIPPERS:
        raise ValueError(f'must be "{HOLD}" or a shipper as Back Market spells it: {_nearest_shippers(text)}')
    return text


def command(text: str) -> str:
    """Accept a command line whose quotes are closed."""
    try:
        shlex.split(text)
    except ValueError:
        raise ValueError("must be one command line; a quote in it is not closed") from None
    return text


def file_path(text: str) -> str:
    """Accept a path that means the same to cron and to a shell."""
    if text.startswith("~") or not text.isprintable():
        raise ValueError("must be a whole path, or one relative to this file; ~ is not expanded")
    return text


def distinct_names(table: Mapping[str, str]) -> Mapping[str, str]:
    """Accept a table whose names differ by more than capitals, which neither platform tells apart."""
    if len({name.casefold() for name in table}) < len(table):
        raise ValueError("has the same name twice, in other capitals; keep one")
    return table


def _nearest_shippers(text: str) -> str:
    folded = {name.casefold(): name for name in sorted(SHIPPERS)}
    near = [folded[name] for name in get_close_matches(text.casefold(), folded)]
    return f'did you mean "{near[0]}"?' if near else f'"UPS", "FedEx", "DHL Express", ..., or "{OTHER}"'
