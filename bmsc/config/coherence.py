"""Which keys of the file contradict each other, told apart from what each may say alone.

The raw document is looked at, so that one wrong value elsewhere never hides a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from bmsc.config.addresses import platform_of
from bmsc.config.wording import dotted, problem
from bmsc.domain.platforms import CURRENCY_OF_LOCALE, Platform, platform_of_locale

_CURRENCIES = frozenset(CURRENCY_OF_LOCALE.values())


class _Market(Struct, frozen=True):
    position: int
    table: Mapping[str, object]

    def text(self, key: str) -> str:
        value = self.table.get(key)
        return value if isinstance(value, str) else ""

    @property
    def platform(self) -> Platform | None:
        locale = self.text("locale")
        return platform_of_locale(locale) if locale in CURRENCY_OF_LOCALE else None


def contradictions(document: Mapping[str, object]) -> list[str]:
    """List every contradiction; values of a wrong type are left to the model."""
    markets = list(_markets(document))
    return [
        *_wrong_currencies(markets),
        *_repeated(markets, "locale"),
        *_repeated(markets, "suffix"),
        *_strangers(markets, document),
        *_standing_climb(document),
    ]


def _markets(document: Mapping[str, object]) -> Iterator[_Market]:
    markets = document.get("markets")
    for position, table in enumerate(markets if isinstance(markets, list) else ()):
        if isinstance(table, dict):
            yield _Market(position, table)


def _wrong_currencies(markets: list[_Market]) -> Iterator[str]:
    for market in markets:
        expected = CURRENCY_OF_LOCALE.get(market.text("locale"))
        if expected and market.text("currency") in _CURRENCIES - {expected}:
            yield problem(
                ("markets", market.position, "currency"), f'must be "{expected}", the currency of that market'
            )


def _repeated(markets: list[_Market], key: str) -> Iterator[str]:
    first: dict[str, int] = {}
    for market in markets:
        value = market.text(key)
        earlier = first.setdefault(value, market.position)
        if value and earlier != market.position:
            yield problem(
                ("markets", market.position, key),
                f"is the same as in {dotted(('markets', earlier))}; each must differ",
            )


def _strangers(markets: list[_Market], document: Mapping[str, object]) -> Iterator[str]:
    home = _host_platform(document)
    whose = "backmarket.base_url"
    for market in markets:
        if market.platform is None:
            continue
        if home is None:
            home, whose = market.platform, dotted(("markets", market.position))
        if market.platform is not home:
            yield problem(
                ("markets", market.position, "locale"),
                f"is a market of {market.platform}, but {whose} is of {home}; "
                "each Back Market platform needs an account and a configuration of its own",
            )


def _host_platform(document: Mapping[str, object]) -> Platform | None:
    url = _table(document, "backmarket").get("base_url")
    return platform_of(url) if isinstance(url, str) else None


def _standing_climb(document: Mapping[str, object]) -> Iterator[str]:
    reprice = _table(document, "reprice")
    if reprice.get("winning") == "climb" and reprice.get("climb_percent") == 0:
        yield problem(("reprice", "climb_percent"), 'must be at least 1 while reprice.winning is "climb"')


def _table(document: Mapping[str, object], key: str) -> Mapping[str, object]:
    table = document.get(key)
    return table if isinstance(table, dict) else {}
