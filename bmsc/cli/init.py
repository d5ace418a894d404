"""`bmsc init`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bmsc.cli import options
from bmsc.cli.doctor import lines as doctor_lines
from bmsc.cli.saying import say
from bmsc.errors import BmscError, UsageError

Value = TypeVar("Value")
if TYPE_CHECKING:
    from bmsc.domain.settings import Market
    from bmsc.upkeep.setting_up import Company

_SELLERCLOUD = """\
1. SellerCloud
   Address: the API host of your server. If you work at https://xx.delta.sellercloud.com, it is
   https://xx.api.sellercloud.com/rest (the letters before the first dot are your server's name).
   User: make a user for bmsc alone (Settings > Client Settings > Employees) with the rights to view and edit
   orders, and to view catalog and inventory, and assign your Back Market company to it."""
_COMPANY = """\
   Company: its number is in Settings > Companies, in the first column."""
_BACKMARKET = """\
2. Back Market
   Markets: where you sell, such as en-us, or fr-fr,de-de. Each gets its own custom columns in SellerCloud:
   with the suffix US those are BACKMARKET_ENABLED_US, BACKMARKET_PRICE_US and BACKMARKET_MIN_PRICE_US.
   Another suffix is written behind a colon: en-us:USA.
   Token: back office > Options > API and web services; copy it as it stands, without "Basic"."""
_AGENT = """\
   Name: Back Market wants to know who calls, as BM-Company-Integration;contact e-mail."""

Url = Annotated[str | None, typer.Option("--sellercloud-url", help="SellerCloud's API address.")]
Username = Annotated[str | None, typer.Option("--username", help="The SellerCloud user.")]
PasswordFrom = Annotated[
    Path | None, typer.Option("--password-from", metavar="PATH", help="A file to take the password from.")
]
CompanyId = Annotated[int | None, typer.Option("--company-id", min=1, help="The SellerCloud company.")]
Markets = Annotated[
    list[str] | None, typer.Option("--market", metavar="LOCALE[:SUFFIX]", help="A market (repeatable), such as en-us.")
]
BackMarketUrl = Annotated[str | None, typer.Option("--backmarket-url", help="Only if it is not the usual address.")]
TokenFrom = Annotated[Path | None, typer.Option("--token-from", metavar="PATH", help="A file to take the token from.")]
UserAgent = Annotated[str | None, typer.Option("--user-agent", help="BM-Company-Integration;contact e-mail.")]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace files that are there; config.toml is kept aside.")
]
PrintCrontab = Annotated[bool, typer.Option("--print-crontab", help="Only print the crontab lines.")]


def init(
    sellercloud_url: Url = None,
    username: Username = None,
    password_from: PasswordFrom = None,
    company_id: CompanyId = None,
    market: Markets = None,
    backmarket_url: BackMarketUrl = None,
    token_from: TokenFrom = None,
    user_agent: UserAgent = None,
    overwrite: Overwrite = False,
    print_crontab: PrintCrontab = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Ask for both accounts, write the configuration, check it, and print the crontab lines.

    Reads: your answers, or the options; secrets come from files or BMSC_SELLERCLOUD_PASSWORD, BMSC_BACKMARKET_TOKEN.
    Writes: config.toml and two secret files (mode 0600); replaces none without being told to. Nothing on a platform.

    Example: bmsc init
    """
    from bmsc import premises
    from bmsc.upkeep import setting_up

    if print_crontab:
        _crontab(config, state_dir)
        return
    file = premises.configuration_file(config)
    _make_way(file, overwrite=overwrite)
    say(_SELLERCLOUD)
    url = _answer("Address", sellercloud_url, _checked_url)
    user = _answer("User name", username, str)
    password = _secret("Password", password_from, "BMSC_SELLERCLOUD_PASSWORD")
    say(_COMPANY)
    company = company_id or _company(url, user, password)
    say(_BACKMARKET)
    markets = [setting_up.market(one) for one in market] if market else _answer("Markets", None, _markets, "en-us")
    token = _secret("Token", token_from, "BMSC_BACKMARKET_TOKEN")
    say(_AGENT)
    agent = _answer("Name", user_agent, _checked_agent)
    host = backmarket_url or setting_up.host_of(markets)
    answers = setting_up.Answers(url, user, password, company, host, token, agent, tuple(markets))
    for told in setting_up.write(answers, file):
        say(f"   {told}")
    _check(config, state_dir)


def _make_way(file: Path, *, overwrite: bool) -> None:
    from bmsc.upkeep import setting_up

    there = setting_up.in_the_way(file)
    if not there or overwrite:
        return
    named = ", ".join(str(path) for path in there)
    if not _is_conversation() or not typer.confirm(f"{named} exist already. Replace them?", default=False):
        raise UsageError(f"{named} exist already: nothing was changed", next_step="bmsc init --overwrite")


def _is_conversation() -> bool:
    import sys

    return sys.stdin.isatty()


def _answer(words: str, given: str | None, check: Callable[[str], Value], default: str | None = None) -> Value:
    """Take an option's value, or ask until the answer is fit."""
    if given is not None or not _is_conversation():
        if given is None and default is None:
            raise UsageError(f"{words} is not given and nobody can be asked", next_step="bmsc init --help")
        return check(given if given is not None else str(default))
    while True:
        try:
            return check(typer.prompt(f"   {words}", default=default).strip())
        except ValueError as error:
            say(f"   this {error}")


def _secret(words: str, path: Path | None, variable: str) -> str:
    if path is not None:
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if variable in os.environ:
        return os.environ[variable]
    if not _is_conversation():
        raise UsageError(f"{words} is not given and nobody can be asked", next_step=f"set {variable}, or name a file")
    return str(typer.prompt(f"   {words} (not shown)", hide_input=True))


def _company(url: str, user: str, password: str) -> int:
    from bmsc.upkeep import setting_up

    found: Sequence[Company] = ()
    try:
        found = setting_up.companies(url, user, password)
    except BmscError as error:
        say(f"   the companies could not be listed: {error.message}")
    for one in found:
        say(f"   {one.id:>6}  {one.name}{'  (disabled)' if one.disabled else ''}")
    usable = [one.id for one in found if not one.disabled]
    return _answer("Company", None, _whole, str(usable[0]) if len(usable) == 1 else None)


def _check(config: Path | None, state_dir: Path | None) -> None:
    from bmsc.jobs.doctor import worst
    from bmsc.upkeep.doctor import doctor

    say("3. bmsc doctor")
    checks = doctor(config, state_dir)
    say("\n".join(doctor_lines(checks)))
    code = int(worst(checks))
    say("4. crontab -e, once doctor is content and the launch checklist (docs/launch.md) is done:")
    _crontab(config, state_dir)
    raise typer.Exit(code)


def _crontab(config: Path | None, state_dir: Path | None) -> None:
    from bmsc import premises
    from bmsc.errors import ConfigError
    from bmsc.upkeep import crontab

    try:
        reprice = premises.configuration(config).settings.reprice.enabled
    except ConfigError:
        reprice = False
    say("\n".join(crontab.lines(config, state_dir, reprice=reprice)))


def _checked_url(text: str) -> str:
    from bmsc.config.addresses import sellercloud_base

    return sellercloud_base(text if "://" in text else f"https://{text}")


def _checked_agent(text: str) -> str:
    from bmsc.config.spelling import user_agent

    return user_agent(text)


def _markets(text: str) -> list[Market]:
    from bmsc.upkeep import setting_up

    return [setting_up.market(one) for one in text.split(",")]


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ValueError("must be a company's number")
    return int(text)
