"""How does a configuration come to stand on disk, and which companies may the user choose from?"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tomli_w

from bmsc import premises
from bmsc.clients import connect, survey, words
from bmsc.clients.http import Road
from bmsc.clients.wire import flag, text, whole
from bmsc.config.coherence import contradictions
from bmsc.config.model import parse
from bmsc.config.placeholders import left_over
from bmsc.config.secrets import Secrets
from bmsc.domain.platforms import CURRENCY_OF_LOCALE, Platform, platform_of_locale
from bmsc.domain.settings import BackMarketSettings, Market, SellerCloudSettings, Settings
from bmsc.errors import ConfigError
from bmsc.state import atomic, disk

PASSWORD_FILE, TOKEN_FILE = "sellercloud.password", "backmarket.token"
HOSTS = {
    Platform.EUROPE: "https://www.backmarket.fr",
    Platform.NORTH_AMERICA: "https://www.backmarket.com",
    Platform.ASIA_PACIFIC: "https://www.backmarket.co.jp",
}
"""Where an account of each platform lives."""
_HEADER = "# Written by `bmsc init`. Every key, and what it may say, is in the README and examples/config.toml.\n"


@dataclass(frozen=True)
class Company:
    """A company that the SellerCloud user may see."""

    id: int
    name: str
    disabled: bool


@dataclass(frozen=True)
class Answers:
    """What init was told."""

    sellercloud_url: str
    username: str
    password: str = field(repr=False)
    company_id: int
    backmarket_url: str
    token: str = field(repr=False)
    user_agent: str
    markets: tuple[Market, ...]

    def document(self) -> dict[str, object]:
        """Give the configuration's content; the secrets stay out of it."""
        return {
            "sellercloud": {
                "base_url": self.sellercloud_url,
                "username": self.username,
                "password_file": PASSWORD_FILE,
                "company_id": self.company_id,
                "channel": "Website",
            },
            "backmarket": {
                "base_url": self.backmarket_url,
                "token_file": TOKEN_FILE,
                "user_agent": self.user_agent,
            },
            "markets": [vars(market) for market in self.markets],
        }


def companies(url: str, username: str, password: str) -> Sequence[Company]:
    """Log in and list the companies this user may see; raises the remote errors of `bmsc.errors`."""
    sellercloud = SellerCloudSettings(url, username, company_id=1)
    nowhere = BackMarketSettings("http://127.0.0.1", "BM-Example-bmsc;init@example.com")
    settings = Settings(sellercloud, nowhere, (Market("en-us", "US", "USD"),))
    clock = premises.clock()
    with tempfile.TemporaryDirectory() as cache:
        _, client, _ = connect.both(settings, Secrets(password, "none"), Path(cache), Road(clock=clock, read_only=True))
        page = (("model.pageNumber", "1"), ("model.pageSize", "50"))
        rows = survey.sellercloud(client.http, clock).rows("/api/Companies", page).rows
    found = [(whole(row.get("ID")), row) for row in rows]
    return [
        Company(number, words.tidy(text(row.get("CompanyName"))), flag(row.get("IsDisabled")))
        for number, row in found
        if number is not None
    ]


def market(spelled: str) -> Market:
    """Read `en-us` or `en-us:US`; raises ValueError for a market Back Market does not have."""
    locale, _, suffix = spelled.strip().partition(":")
    locale = locale.lower()
    if locale not in CURRENCY_OF_LOCALE:
        raise ValueError(f"{locale} is no Back Market market; there are {', '.join(sorted(CURRENCY_OF_LOCALE))}")
    return Market(locale, (suffix or locale[-2:]).upper(), CURRENCY_OF_LOCALE[locale])


def host_of(markets: Sequence[Market]) -> str:
    """Name the address of the platform that serves the markets."""
    return HOSTS[platform_of_locale(markets[0].locale)]


def in_the_way(config: Path) -> list[Path]:
    """Name the files that are there already."""
    places = (config, config.with_name(PASSWORD_FILE), config.with_name(TOKEN_FILE))
    return [path for path in places if path.exists()]


def write(answers: Answers, config: Path) -> list[str]:
    """Write the configuration and both secret files, private; an older configuration is kept beside it.

    Tells what was written. Raises ConfigError, and writes nothing, when an answer is unfit.
    """
    document = answers.document()
    _, found = parse(document)
    problems = [*found, *contradictions(document), *left_over(document)]
    if problems:
        raise ConfigError(problems, config)
    with disk.explained(config.parent):
        config.parent.mkdir(mode=disk.PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    told = _kept_beside(config)
    contents: Mapping[Path, str] = {
        config.with_name(PASSWORD_FILE): f"{answers.password}\n",
        config.with_name(TOKEN_FILE): f"{answers.token}\n",
        config: _HEADER + tomli_w.dumps(document),
    }
    for path, content in contents.items():
        word = "replaced" if path.exists() else "wrote"
        atomic.write_bytes(path, content.encode())
        told.append(f"{word} {path} (mode 0600)")
    return told


def _kept_beside(config: Path) -> list[str]:
    if not config.exists():
        return []
    aside = config.with_name(f"{config.name}.{premises.clock().now():%Y%m%dT%H%M%S}")
    with disk.explained(config):
        os.replace(config, aside)
    return [f"kept the older configuration as {aside}"]
