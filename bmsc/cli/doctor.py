"""`bmsc doctor`."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import asdict

from bmsc.cli import options
from bmsc.cli.saying import say, tell

if TYPE_CHECKING:
    from bmsc.jobs.doctor import Check
    from bmsc.report.layout import Line
    from bmsc.upkeep.answers import Answer

Fix = Annotated[bool, typer.Option("--fix", help="First mend what is safe to mend: file modes, bytecode.")]
Probe = Annotated[bool, typer.Option("--probe", help="Also find out, by reading, how both platforms really answer.")]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="PATH", help="Where --probe writes its scrubbed report (default: here)."),
]


def doctor(
    fix: Fix = False,
    probe: Probe = False,
    report: Report = None,
    json: options.Json = False,
    config: options.Config = None,
    state_dir: options.StateDir = None,
) -> None:
    """Check every prerequisite for real and name the remedy of each that fails.

    Reads: the configuration, the secrets, the state directory, cron; fewer than 20 answers of each platform.
    Writes: probe files in the state directory, the login token's cache; with --fix modes, with --probe a report.

    Example: bmsc doctor --fix
    """
    from bmsc.jobs.doctor import worst
    from bmsc.upkeep import doctor as upkeep
    from bmsc.upkeep import fixes

    mended = fixes.mend(config, state_dir) if fix else []
    checks = upkeep.doctor(config, state_dir)
    answers = _probe(config, state_dir) if probe else []
    if json:
        plain = [asdict(check) | {"state": check.state.value, "exit_code": int(check.exit_code)} for check in checks]
        told = {"schema_version": 1, "mended": mended, "checks": plain, "answers": [asdict(one) for one in answers]}
        say(json_text.dumps(told, indent=2))
    else:
        tell([*(("mended", one) for one in mended), *lines(checks), *_found(answers)])
    if answers:
        _write_report(answers, report or Path("bmsc-probe.json"))
    raise typer.Exit(int(worst(checks)))


def lines(checks: Sequence[Check]) -> Iterator[Line]:
    """Give each check as a row, with its remedy below where there is one, and what to look at in the end."""
    for check in checks:
        yield check.state.value, check.name, f"{check.detail}\nnext: {check.remedy}" if check.remedy else check.detail
    for state in ("ok", "skipped", "warn", "fail"):
        names = [check.name for check in checks if check.state == state]
        if names:
            yield f"{len(names)} {state}" + (f": {', '.join(names)}" if state in ("warn", "fail") else "")


def _found(answers: Sequence[Answer]) -> Iterator[Line]:
    if answers:
        told = sum(one.is_settled for one in answers)
        yield f"how both platforms really answer, beside what bmsc assumed: {told} of {len(answers)} questions settled"
    yield from ((f"{one.platform}: {one.question}", f"{one.found}\nbmsc assumed: {one.assumed}") for one in answers)


def _probe(config: Path | None, state_dir: Path | None) -> Sequence[Answer]:
    """Ask both platforms; a set-up that cannot even be loaded is doctor's own affair."""
    from bmsc.errors import ConfigError, StateError
    from bmsc.upkeep import probing

    try:
        return probing.probe(config, state_dir)
    except (ConfigError, StateError):
        return []


def _write_report(answers: Sequence[Answer], report: Path) -> None:
    """Write the answers for the maintainers, once they stand on the screen: a file may be refused."""
    from bmsc.upkeep import probing

    say(f"scrubbed report: {probing.write_report(answers, report)}", err=True)
