"""Which Back Market platform a market or a host belongs to, and which currency a market sells in."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Platform(StrEnum):
    """Back Market's three platforms: an account, its token and its host belong to exactly one."""

    EUROPE = "Europe"
    NORTH_AMERICA = "North America"
    ASIA_PACIFIC = "Asia-Pacific"


_EURO_LOCALES = (
    "de-at", "de-de", "el-gr", "en-ie", "es-es", "fi-fi", "fr-be", "fr-fr", "it-it", "nl-nl", "pt-pt",
    "sk-sk",
)  # fmt: skip

CURRENCY_OF_LOCALE = MappingProxyType(
    dict.fromkeys(_EURO_LOCALES, "EUR")
    | {"en-gb": "GBP", "sv-se": "SEK", "en-us": "USD", "ja-jp": "JPY", "en-au": "AUD"}
)
"""Back Market's seller documentation, 2025; fi-fi, JPY and AUD are seen in use only."""

PLATFORM_OF_HOST = MappingProxyType(
    {
        "www.backmarket.fr": Platform.EUROPE,
        "www.backmarket.co.uk": Platform.EUROPE,  # answers for European accounts too
        "preprod.backmarket.fr": Platform.EUROPE,
        "www.backmarket.com": Platform.NORTH_AMERICA,
        "preprod.backmarket.com": Platform.NORTH_AMERICA,
        "www.backmarket.co.jp": Platform.ASIA_PACIFIC,
        "preprod.backmarket.co.jp": Platform.ASIA_PACIFIC,
    }
)

_ELSEWHERE = MappingProxyType(
    {"en-us": Platform.NORTH_AMERICA, "ja-jp": Platform.ASIA_PACIFIC, "en-au": Platform.ASIA_PACIFIC}
)


def platform_of_locale(locale: str) -> Platform:
    """Name the platform that serves a known market."""
    return _ELSEWHERE.get(locale, Platform.EUROPE)
