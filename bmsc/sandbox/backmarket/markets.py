"""Which markets does Back Market have, and what is particular to each?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """One country's shop front."""

    locale: str
    code: str
    currency: str
    time_zone: str
    zone: str


_ROWS = (
    ("fr-fr", "FR", "EUR", "Europe/Paris", "EU"),
    ("fr-be", "BE", "EUR", "Europe/Brussels", "EU"),
    ("es-es", "ES", "EUR", "Europe/Madrid", "EU"),
    ("de-de", "DE", "EUR", "Europe/Berlin", "EU"),
    ("de-at", "AT", "EUR", "Europe/Vienna", "EU"),
    ("it-it", "IT", "EUR", "Europe/Rome", "EU"),
    ("en-gb", "GB", "GBP", "Europe/London", "EU"),
    ("nl-nl", "NL", "EUR", "Europe/Amsterdam", "EU"),
    ("pt-pt", "PT", "EUR", "Europe/Lisbon", "EU"),
    ("en-ie", "IE", "EUR", "Europe/Dublin", "EU"),
    ("el-gr", "GR", "EUR", "Europe/Athens", "EU"),
    ("sk-sk", "SK", "EUR", "Europe/Bratislava", "EU"),
    ("sv-se", "SE", "SEK", "Europe/Stockholm", "EU"),
    ("fi-fi", "FI", "EUR", "Europe/Helsinki", "EU"),
    ("en-us", "US", "USD", "America/New_York", "NA"),
    ("ja-jp", "JP", "JPY", "Asia/Tokyo", "AP"),
    ("en-au", "AU", "AUD", "Australia/Sydney", "AP"),
)
MARKETS = {row[0]: Market(*row) for row in _ROWS}
ZONE_HOME = {"EU": "fr-fr", "NA": "en-us", "AP": "ja-jp"}
ZONE_CURRENCY = {"EU": "EUR", "NA": "USD", "AP": "JPY"}
"""The currency that a price without a currency is taken for."""


def markets_of(zone: str) -> dict[str, Market]:
    """List the markets that one host serves, by locale."""
    return {locale: market for locale, market in MARKETS.items() if market.zone == zone}
