"""`bmsc doctor`."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bmsc.cli import options
from bmsc.cli.saying import say

if TYPE_CHECKING:
    from bmsc.jobs.doctor import Check
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
    answers = _probe(config, state_dir, report or Path("bmsc-probe.json")) if probe else []
    if json:
        plain = [vars(check) | {"state": check.state.value, "exit_code": int(check.exit_code)} for check in checks]
        told = {"schema_version": 1, "mended": mended, "checks": plain, "answers": [vars(one) for one in answers]}
        say(json_text.dumps(told, indent=2))
    else:
        found = (f"  {one.question:<44} {one.found}\n{'':<47}bmsc assumed: {one.assumed}" for one in answers)
        say("\n".join([*(f"  mended  {one}" for one in mended), *lines(checks), *found]))
    raise typer.Exit(int(worst(checks)))


def lines(checks: Sequence[Check]) -> Iterator[str]:
    """Write each check on a line, with its remedy below where there is one."""
    for check in checks:
        yield f"  {check.state.value:<7} {check.name:<28} {check.detail}"
        if check.remedy:
            yield f"          next: {check.remedy}"
    tally = {state: sum(1 for check in checks if check.state == state) for state in ("ok", "warn", "fail", "skipped")}
    yield "  " + ", ".join(f"{number} {state}" for state, number in tally.items() if number)


def _probe(config: Path | None, state_dir: Path | None, report: Path) -> Sequence[Answer]:
    """Ask both platforms; a set-up that cannot even be loaded is doctor's own affair."""
    from bmsc.errors import ConfigError, StateError
    from bmsc.upkeep import probing

    try:
        answers = probing.probe(config, state_dir)
    except (ConfigError, StateError):
        return []
    say(f"scrubbed report: {probing.write_report(answers, report)}", err=True)
    return answers
