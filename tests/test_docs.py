"""The README, the crontab and the changelog agree with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mutation.table import exists, safeguards
from reasons import every_reason
from typer.cli import app as typer_cli
from typer.testing import CliRunner

from bmsc import errors
from bmsc.cli import app
from bmsc.domain.listing_actions import GuardClass
from bmsc.domain.plan import Kind
from bmsc.errors import BmscError, ExitCode
from bmsc.jobs.telling import GUARDED
from bmsc.planners.cancel_sync import GUARD as CANCELLED
from bmsc.planners.listings_create import GUARD as CREATED
from bmsc.planners.listings_sync import PRICE_CLASS
from bmsc.planners.reckoning import Rule
from bmsc.planners.reprice import LOWERED
from bmsc.upkeep import crontab

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
CRONTAB = (ROOT / "crontab.example").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
CRON_WORDS = re.compile(r"(\S+) \* \* \* \* \S*(bmsc .*?)( --state-dir .*| --config .*)?")
CRON_LINE = re.compile(r"^(\S+) (\S+) (\S+) (\S+) (\S+) (bmsc .*)$")


def reasons_and_rules() -> set[str]:
    """Give every reason code; a deferred action gives words instead of one."""
    return {reason for reason in every_reason() if " " not in reason} | {rule.value for rule in Rule}


def cron_lines() -> list[re.Match[str]]:
    """Give every line that starts bmsc; that of `reprice`, which is off at first, waits behind a #."""
    return [match for line in CRONTAB.splitlines() if (match := CRON_LINE.match(line.removeprefix("#")))]


def test_the_readme_has_two_commands_that_stand_alone() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
    assert len(commands) == 2
    assert commands[0].endswith("bmsc demo")
    assert commands[1].endswith(" -m pytest -n 2 --dist loadfile")


@pytest.mark.parametrize("page", [README, RUNBOOK], ids=["readme", "runbook"])
@pytest.mark.parametrize("code", list(ExitCode), ids=lambda code: code.name)
def test_every_exit_status_is_documented(code: ExitCode, page: str) -> None:
    assert re.search(rf"^\| {int(code)} \|", page, re.MULTILINE)


@pytest.mark.parametrize("reason", sorted(reasons_and_rules()))
def test_the_runbook_says_what_every_reason_means(reason: str) -> None:
    assert f"`{reason}`" in RUNBOOK


def ends_without_a_plan() -> set[str]:
    """Give the exit statuses of runs that read nothing; their names are the reasons of what is told."""
    kinds = (found for found in vars(errors).values() if isinstance(found, type) and issubclass(found, BmscError))
    by_ourselves = {ExitCode.BUG, ExitCode.USAGE, ExitCode.INTERRUPTED}
    return {error.exit_code.name.lower() for error in kinds if error.exit_code not in by_ourselves}


def test_the_runbook_says_what_a_run_that_could_not_read_means() -> None:
    assert len(ends_without_a_plan()) == 5
    told = section(RUNBOOK, "Holds and alerts of orders").partition("Facts of a whole run")[2]
    assert [reason for reason in ends_without_a_plan() if f"`{reason}`" not in told] == []
    assert f"`{GUARDED}{GuardClass.ZEROED}`" in told


@pytest.mark.parametrize("kind", Kind)
def test_the_runbook_says_what_a_failed_action_means(kind: Kind) -> None:
    assert f"`{kind.value}_failed`" in RUNBOOK


def test_the_reasons_are_really_read_from_the_source() -> None:
    known = {
        "unknown_sku",
        "unknown_carrier",
        "void_in_sellercloud",
        "bad_cell",
        "in_batch",
        "sibling_wins",
        "unchecked",
    }
    assert known < reasons_and_rules()
    assert len(reasons_and_rules()) > 90


@pytest.mark.parametrize("name", [*GuardClass, PRICE_CLASS, LOWERED, CREATED, CANCELLED])
def test_the_runbook_says_what_every_guard_judges(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", RUNBOOK, re.MULTILINE)


def test_the_crontab_names_its_path_and_only_quiet_commands() -> None:
    assert re.search(r"^PATH=", CRONTAB, re.MULTILINE)
    assert cron_lines()
    assert all("--quiet" in line[6] for line in cron_lines())


def test_the_minutes_are_staggered() -> None:
    minutes = [line[1] for line in cron_lines()]
    assert len(set(minutes)) == len(minutes)


def test_the_crontab_is_what_init_prints() -> None:
    printed = [CRON_WORDS.fullmatch(line) for line in crontab.lines(None, None, reprice=True) if line[0] != "#"]
    assert [(line[1], line[2]) for line in printed if line] == [(line[1], line[6]) for line in cron_lines()]


@pytest.mark.parametrize("line", cron_lines(), ids=lambda line: line[6])
def test_every_crontab_command_exists(line: re.Match[str]) -> None:
    words = line[6].split()[1:]
    done = CliRunner().invoke(app, [*words, "--help"])
    assert done.exit_code == 0, done.output


def test_every_command_is_in_the_readme_and_has_help() -> None:
    for command in (
        "orders pull",
        "tracking push",
        "cancel sync",
        "listings sync",
        "listings create",
        "explain",
        "doctor",
        "init",
        "status",
        "report",
        "sandbox",
        "demo",
    ):
        assert f"`bmsc {command}" in README
        done = CliRunner().invoke(app, [*command.split(), "--help"])
        assert done.exit_code == 0
        assert "Example:" in done.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_resolve(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_every_test_that_the_threats_name_exists() -> None:
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", (ROOT / "docs" / "threats.md").read_text(), re.MULTILINE)
    named = {threat: re.findall(r"`(tests/[^`]+)`", shown) for threat, shown in rows[2:]}
    assert len(named) >= 15
    assert [threat for threat, tests in named.items() if not tests] == []
    assert [test for tests in named.values() for test in tests if not exists(test)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_it_names_in_the_source_is_there(page: Path) -> None:
    named = re.findall(r"`(?:python )?((?:bmsc|tests|docs|examples|benchmarks)/[\w./-]*)", page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


def rows(page: str, head: str) -> list[list[str]]:
    """Give the cells of the table whose head begins so."""
    table = page.partition(f"\n| {head}")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def test_every_claim_about_the_native_integration_has_a_source() -> None:
    text = (ROOT / "docs" / "compare.md").read_text()
    claims = {subject: claim for subject, claim, _ in rows(text, "| SellerCloud's integration")}
    assert len(claims) > 15
    common_knowledge = {"support", "years in production"}
    for subject, claim in claims.items():
        assert "](" not in claim, "name the page below the table"
        assert subject in common_knowledge or claim == "not said" or re.search(r"\]\[\w+\]", claim), subject
    linked = set(re.findall(r"\]\[(\w+)\]", text))
    assert linked == set(re.findall(r"^\[(\w+)\]: https://help\.sellercloud\.com/\S+$", text, re.MULTILINE))


def test_the_figures_of_the_promises_are_those_of_the_proof() -> None:
    promises = README.partition("| promise |")[2].partition("\n\n")[0]
    (runs, shops) = re.findall(r"([\d,]+) runs in ([\d,]+) simulated shops", promises)[0]
    proof = (ROOT / "docs" / "proof.md").read_text()
    assert re.search(rf"{shops} seeds, [\d,]+ events, {runs} runs, .*; 0 broken promises", proof.replace("\n", " "))
    (guards,) = re.findall(r"(\d+) guards", promises)
    assert int(guards) == len(re.findall(r"^\| `\w+` \|", section(RUNBOOK, "Guards"), re.MULTILINE))
    assert int(re.findall(r"more than (\d+) safeguards", promises)[0]) < len(safeguards())
    assert int(re.findall(r"more than (\d+) reasons", promises)[0]) < len(reasons_and_rules())


def section(page: str, title: str) -> str:
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_page_of_commands_is_what_the_program_says() -> None:
    done = CliRunner().invoke(typer_cli, ["bmsc.cli", "utils", "docs", "--name", "bmsc"])
    told = "type: python -m typer bmsc.cli utils docs --name bmsc --output docs/commands.md"
    assert done.output.strip() == (ROOT / "docs" / "commands.md").read_text().strip(), told


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_can_complete(shell: str) -> None:
    environ = {"_BMSC_COMPLETE": f"source_{shell}"}
    done = CliRunner().invoke(app, [], prog_name="bmsc", env=environ)
    assert "_BMSC_COMPLETE" in done.output
