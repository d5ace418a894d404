"""`bmsc init`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmsc.cli import asking, options
from bmsc.cli.doctor import lines as doctor_lines
from bmsc.cli.saying import explain, say, tell
from bmsc.errors import BmscError, CredentialsRefused, UsageError

if TYPE_CHECKING:
    from bmsc.upkeep.setting_up import Company

_SELLERCLOUD = """\
1. SellerCloud
   Address: the API host of your server. If you work at https://xx.delta.sellercloud.com, it is \
https://xx.api.sellercloud.com (the letters before the first dot are your server's name).
   User: make a user for bmsc alone (Settings > Client Settings > Employees), without two-factor login, with the \
rights to view, create and edit orders and to view catalog and inventory; assign your Back Market company to it."""
_COMPANY = """\
   Company: its number is in Settings > Companies, in the first column."""
_BACKMARKET = """\
2. Back Market
   Markets: where you sell, such as en-us, or fr-fr,de-de. Each gets its own custom columns in SellerCloud: with the \
suffix US those are BACKMARKET_ENABLED_US, BACKMARKET_PRICE_US and BACKMARKET_MIN_PRICE_US. Another suffix is \
written behind a colon: en-us:USA."""
_INTEGRATION = """\
   Token: seller back office > Options (or Settings) > Integrations > Add new integration; copy it as it stands, \
without "Basic"."""
_AGENT = """\
   Name: Back Market wants to know who calls, as BM-YourCompany-bmsc;your e-mail address."""
_TRIES = 3

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
    from bmsc.config import spelling
    from bmsc.upkeep import setting_up

    if print_crontab:
        _crontab(config, state_dir)
        return
    file = premises.configuration_file(config)
    _make_way(file, overwrite=overwrite)
    explain(_SELLERCLOUD)
    url = asking.answer("Address", sellercloud_url, setting_up.sellercloud_address)
    url, user, password, companies = _logged_in(url, username, password_from, may_skip=company_id is not None)
    explain(_COMPANY)
    company = company_id or _company(companies)
    explain(_BACKMARKET)
    markets = asking.answer("Markets", ",".join(market) if market else None, setting_up.markets, "en-us")
    explain(_AGENT)
    agent = asking.answer("Name", user_agent, spelling.user_agent, setting_up.suggested_agent(user, company, companies))
    host = backmarket_url or setting_up.host_of(markets)
    explain(_INTEGRATION)
    token = _token(host, agent, token_from)
    answers = setting_up.Answers(url, user, password, company, host, token, agent, tuple(markets))
    for told in setting_up.write(answers, file):
        explain(f"   {told}")
    _check(config, state_dir)


def _logged_in(
    url: str, username: str | None, password_from: Path | None, *, may_skip: bool
) -> tuple[str, str, str, Sequence[Company]]:
    """Ask for the SellerCloud user until SellerCloud accepts it; gives up on being sure after three attempts."""
    from bmsc.config import spelling
    from bmsc.config.secrets import PASSWORD, fit_password
    from bmsc.upkeep import setting_up

    user = password = ""
    settled = username is not None and asking.is_given(password_from, PASSWORD.variable)
    for left in reversed(range(_TRIES)):
        user = asking.answer("User name", username, spelling.filled, user or None)
        password = asking.secret("Password", password_from, PASSWORD.variable, fit_password)
        if may_skip and not asking.is_conversation():
            break
        try:
            return url, user, password, setting_up.companies(url, user, password)
        except BmscError as error:
            explain(f"   {error.message}")
            if not left or not asking.is_conversation() or settled:
                explain("   So the companies cannot be listed; doctor will look again.")
                break
            explain("   Once more; Enter keeps what stands in brackets:")
            if not isinstance(error, CredentialsRefused):
                url = asking.answer("Address", None, setting_up.sellercloud_address, url)
    return url, user, password, ()


def _token(host: str, agent: str, token_from: Path | None) -> str:
    """Ask for the token until Back Market accepts it; gives up on being sure after three attempts."""
    from bmsc.config.secrets import TOKEN, fit_token
    from bmsc.upkeep import setting_up

    token = ""
    for left in reversed(range(_TRIES)):
        token = asking.secret("Token", token_from, TOKEN.variable, fit_token)
        if not asking.is_conversation():
            break
        try:
            setting_up.try_token(host, token, agent)
            break
        except BmscError as error:
            explain(f"   {error.message}")
            again = isinstance(error, CredentialsRefused) and not asking.is_given(token_from, TOKEN.variable)
            if not left or not again:
                explain("   It is kept as it stands; doctor will look again.")
                break
            explain("   Once more:")
    return token


def _make_way(file: Path, *, overwrite: bool) -> None:
    from bmsc.upkeep import setting_up

    setting_up.refuse_unwritable(file.parent)
    there = setting_up.in_the_way(file)
    if not there or overwrite:
        return
    named = ", ".join(str(path) for path in there)
    if not asking.is_conversation() or not typer.confirm(f"{named} exist already. Replace them?", default=False):
        raise UsageError(f"{named} exist already: nothing was changed", next_step="bmsc init --overwrite")


def _company(found: Sequence[Company]) -> int:
    from bmsc.upkeep import setting_up

    for one in found:
        explain(f"   {one.id:>6}  {one.name}{'  (disabled)' if one.disabled else ''}")
    usable = [one.id for one in found if not one.disabled]
    default = str(usable[0]) if len(usable) == 1 else None
    return asking.answer("Company", None, setting_up.company_number(found), default)


def _check(config: Path | None, state_dir: Path | None) -> None:
    from bmsc.jobs.doctor import worst
    from bmsc.upkeep.doctor import doctor

    say("3. bmsc doctor")
    checks = doctor(config, state_dir)
    tell(doctor_lines(checks))
    code = int(worst(checks))
    explain("4. crontab -e, once doctor is content and the launch checklist (docs/launch.md) is done:")
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
