"""Which prerequisites hold: each check real, independent of the others, with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import Struct

from bmsc.errors import BmscError, ExitCode


class State(StrEnum):
    """How a check came out; `skipped` when what it builds on failed already."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIPPED = "skipped"


class Finding(Struct, frozen=True):
    """What a look brought to light: with a remedy it is a warning, with an exit status as well a failure."""

    detail: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.DONE

    @property
    def state(self) -> State:
        """Say how bad it is."""
        if self.exit_code is not ExitCode.DONE:
            return State.FAIL
        return State.WARN if self.remedy else State.OK


class Look(Struct, frozen=True):
    """One prerequisite: how it is looked at, and which earlier check it builds on."""

    name: str
    examine: Callable[[], Finding | str]
    needs: tuple[str, ...] = ()


class Check(Struct, frozen=True):
    """One prerequisite as it was found."""

    name: str
    state: State
    detail: str
    remedy: str = ""
    exit_code: ExitCode = ExitCode.DONE


def examine(tests: Iterable[Look]) -> list[Check]:
    """Make every check, whatever the others say; only what builds on a failed one is left out, by name."""
    checks: list[Check] = []
    for test in tests:
        broken = {check.name for check in checks if check.state in (State.FAIL, State.SKIPPED)}
        missing = [name for name in test.needs if name in broken]
        if missing:
            checks.append(Check(test.name, State.SKIPPED, f"not looked at: {missing[0]} comes first"))
        else:
            checks.append(_examine(test))
    return checks


def worst(checks: Iterable[Check]) -> ExitCode:
    """Give the exit status that fits the worst failure: what stops everything before what may pass by itself."""
    found = {check.exit_code for check in checks if check.state is State.FAIL}
    order = (ExitCode.BUG, ExitCode.CONFIGURATION, ExitCode.CREDENTIALS, ExitCode.GUARD, ExitCode.UNAVAILABLE)
    return next((code for code in order if code in found), max(found, default=ExitCode.DONE))


def failure(name: str, error: BmscError) -> Check:
    """Give the check that an error broke off."""
    remedy = error.next_step or "see log/bmsc.log in the state directory"
    return Check(name, State.FAIL, error.message.removeprefix(f"{name}: "), remedy, error.exit_code)


def _examine(test: Look) -> Check:
    try:
        found = test.examine()
    except BmscError as error:
        return failure(test.name, error)
    finding = Finding(found) if isinstance(found, str) else found
    return Check(test.name, finding.state, finding.detail, finding.remedy, finding.exit_code)
