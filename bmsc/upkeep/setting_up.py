"""How does a configuration come to stand on disk, and which companies may the user choose from?"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tomli_w
from msgspec import Struct
from msgspec.structs import asdict

from bmsc import premises
from bmsc.clients import connect, survey, words
from bmsc.clients.http import Road
from bmsc.clients.wire import flag, text, whole
from bmsc.config import spelling
from bmsc.config.addresses import sellercloud_base
from bmsc.config.coherence import contradictions
from bmsc.config.model import parse
from bmsc.config.placeholders import left_over
from bmsc.config.secrets import Secrets
from bmsc.domain.platforms import CURRENCY_OF_LOCALE, Platform, platform_of_locale
from bmsc.domain.settings import BackMarketSettings, Market, SellerCloudSettings, Settings
from bmsc.errors import ConfigError, StateError
from bmsc.state import atomic, disk
from bmsc.upkeep.readings import page

PASSWORD_FILE, TOKEN_FILE = "sellercloud.password", "backmarket.token"
HOSTS = {
    Platform.EUROPE: "https://www.backmarket.fr",
    Platform.NORTH_AMERICA: "https://www.backmarket.com",
    Platform.ASIA_PACIFIC: "https://www.backmarket.co.jp",
}
"""Where an account of each platform lives."""
_PEOPLES_SITE = re.compile(r"^(https?://[\w-]+)\.delta\.(sellercloud\.(?:com|us)).*")
"""Where people work; the API is on a neighbour."""
_COMPANY_PAGES = 20
_HEADER = "# Written by `bmsc init`. Every key, and what it may say, is in the README and examples/config.toml.\n"


class Company(Struct, frozen=True):
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
            "markets": [asdict(market) for market in self.markets],
        }


def companies(url: str, username: str, password: str) -> Sequence[Company]:
    """Log in and list the companies this user may see; raises the remote errors of `bmsc.errors`."""
    sellercloud = SellerCloudSettings(url, username, company_id=1)
    nowhere = BackMarketSettings("http://127.0.0.1", "BM-Example-bmsc;init@example.com")
    settings = Settings(sellercloud, nowhere, (Market("en-us", "US", "USD"),))
    clock = premises.clock()
    with tempfile.TemporaryDirectory() as cache:
        _, client, _ = connect.both(settings, Secrets(password, "none"), Path(cache), Road(clock=clock, read_only=True))
        rows = list(_company_rows(survey.sellercloud(client.http, clock)))
    found = [(whole(row.get("ID")), row) for row in rows]
    return [
        Company(number, words.tidy(text(row.get("CompanyName"))), flag(row.get("IsDisabled")))
        for number, row in found
        if number is not None
    ]


def try_token(url: str, token: str, user_agent: str) -> None:
    """Read one Back Market order with a token; raises the remote errors of `bmsc.errors`."""
    ours = BackMarketSettings(url, user_agent)
    nowhere = SellerCloudSettings("http://127.0.0.1", "init", company_id=1)
    settings = Settings(nowhere, ours, (Market("en-us", "US", "USD"),))
    clock = premises.clock()
    with tempfile.TemporaryDirectory() as cache:
        client, _, _ = connect.both(settings, Secrets("none", token), Path(cache), Road(clock=clock, read_only=True))
        survey.backmarket(client.http, clock).rows("/ws/orders", (("page", "1"), ("page-size", "1")))


def _company_rows(look: survey.Survey) -> Iterator[survey.Row]:
    read = 0
    for number in range(1, _COMPANY_PAGES + 1):
        got = look.rows("/api/Companies", page(number))
        yield from got.rows
        read += len(got.rows)
        if not got.rows or read >= got.total:
            return


def sellercloud_address(text: str) -> str:
    """Read the address of a SellerCloud server, or that of the site a person works at; raises ValueError."""
    url = text if "://" in text else f"https://{text}"
    base = sellercloud_base(_PEOPLES_SITE.sub(r"\1.api.\2", url))
    if "." not in base.partition("://")[2] and "localhost" not in base:
        raise ValueError('must be a whole host name, such as "xx.api.sellercloud.com"')
    return base


def company_number(known: Sequence[Company]) -> Callable[[str], int]:
    """Make the check of a company's number; with the companies known, it must be one of those in use."""

    def check(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text) < 1:
            raise ValueError("must be a company's number")
        if known and int(text) not in {one.id for one in known if not one.disabled}:
            raise ValueError("is none of the companies in use that this user may see")
        return int(text)

    return check


def suggested_agent(user: str, company: int, known: Sequence[Company]) -> str | None:
    """Make a name for Back Market out of the company's own and the user's address; None when they do not fit."""
    name = next((one.name for one in known if one.id == company), "")
    try:
        return spelling.user_agent(f"BM-{''.join(filter(str.isalnum, name))}-bmsc;{user}")
    except ValueError:
        return None


def markets(text: str) -> list[Market]:
    """Read `en-us` or `fr-fr:FR,de-de`; raises ValueError for markets that one account cannot have."""
    found = [_market(one) for one in text.split(",")]
    if len({platform_of_locale(one.locale) for one in found}) > 1:
        raise ValueError(
            "names markets of several Back Market platforms; each needs an account and a set-up of its own"
        )
    if len({one.locale for one in found}) < len(found) or len({one.suffix for one in found}) < len(found):
        raise ValueError("names a market or a suffix twice")
    return found


def _market(spelled: str) -> Market:
    locale, _, suffix = spelled.strip().partition(":")
    locale = locale.lower()
    if locale not in CURRENCY_OF_LOCALE:
        raise ValueError(f"is no Back Market market; there are {', '.join(sorted(CURRENCY_OF_LOCALE))}")
    return Market(locale, spelling.suffix((suffix or locale[-2:]).upper()), CURRENCY_OF_LOCALE[locale])


def host_of(markets: Sequence[Market]) -> str:
    """Name the address of the platform that serves the markets."""
    return HOSTS[platform_of_locale(markets[0].locale)]


def in_the_way(config: Path) -> list[Path]:
    """Name the files that are there already."""
    places = (config, config.with_name(PASSWORD_FILE), config.with_name(TOKEN_FILE))
    return [path for path in places if path.exists()]


def refuse_unwritable(folder: Path) -> None:
    """Tell before anything is asked that the answers could not be kept; raises StateError."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir():
        raise disk.refusal(there, NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))
    if not os.access(there, os.W_OK | os.X_OK):
        message = f"{folder} cannot be written by this user: {there} takes no file of theirs"
        raise StateError(
            message, next_step="run bmsc as another user, or name another place with --config or BMSC_CONFIG"
        )


def write(answers: Answers, config: Path) -> list[str]:
    """Write the configuration and both secret files, private; an older configuration is kept beside it.

    Tells what was written. Writes nothing, and raises, when an answer is unfit (ConfigError) or the disk
    does not take every file (StateError).
    """
    document = answers.document()
    _, found = parse(document)
    problems = [*found, *contradictions(document), *left_over(document)]
    if problems:
        raise ConfigError(problems, config)
    with disk.explained(config.parent):
        config.parent.mkdir(mode=disk.PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    older = _older(config)
    contents: Mapping[Path, bytes] = {
        config.with_name(PASSWORD_FILE): f"{answers.password}\n".encode(),
        config.with_name(TOKEN_FILE): f"{answers.token}\n".encode(),
        config: (_HEADER + tomli_w.dumps(document)).encode(),
    }
    told = [f"kept the older configuration as {path}" for path in older]
    told += [f"{'replaced' if path.exists() else 'wrote'} {path} (mode 0600)" for path in contents]
    atomic.write_together({**older, **contents})
    return told


def _older(config: Path) -> Mapping[Path, bytes]:
    """Give the configuration that is about to be replaced, under the name it is kept by."""
    kept = disk.read(config)
    aside = config.with_name(f"{config.name}.{premises.clock().now():%Y%m%dT%H%M%S}")
    return {} if kept is None else {aside: kept}
