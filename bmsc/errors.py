"""What can go wrong, named by what to do next, and the exit status each one ends with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from pathlib import Path

MOST_TOLD = 50
"""So many problems of a configuration are told at once; a file with more is no configuration."""
MEND = "mend these, then: bmsc doctor"
"""What to do about a configuration that is wrong."""


class ExitCode(IntEnum):
    """The exit statuses of every command: an API for cron wrappers."""

    DONE = 0
    BUG = 1
    USAGE = 2
    PARTIAL = 3
    CONFIGURATION = 10
    LOCKED = 11
    CREDENTIALS = 12
    UNAVAILABLE = 13
    GUARD = 14
    INTERRUPTED = 130


class BmscError(Exception):
    """An expected failure: what happened, in words, and the next step for a person."""

    exit_code = ExitCode.BUG
    is_news = True
    """False once a person has heard of it, or when it will pass by itself: --quiet then says nothing."""

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message}\n  next: {self.next_step}" if self.next_step else self.message


class UsageError(BmscError):
    """The command was asked for something it cannot mean."""

    exit_code = ExitCode.USAGE


class ConfigError(BmscError):
    """The configuration or a secret is wrong; carries every problem found, never a value."""

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, problems: Sequence[str], path: Path | None = None, *, next_step: str = MEND) -> None:
        self.problems = tuple(problems)
        self.path = path
        lines = "\n".join(f"  - {problem}" for problem in _the_first(self.problems))
        where = f" in {path}" if path else ""
        count = f"{len(self.problems)} problem{'s' if len(self.problems) != 1 else ''}"
        super().__init__(f"configuration: {count}{where}\n{lines}", next_step=next_step)


def _the_first(problems: Sequence[str]) -> Sequence[str]:
    """Give as many as a person reads before beginning to mend."""
    left = len(problems) - MOST_TOLD
    return problems if left <= 0 else (*problems[:MOST_TOLD], f"and {left} more, told once these are mended")


class StateError(BmscError):
    """The state directory cannot be trusted or written; nothing was assumed to be empty."""

    exit_code = ExitCode.CONFIGURATION


class OutputRefused(BmscError):
    """What a command has to say could not be written; what it did stands."""

    exit_code = ExitCode.CONFIGURATION


class LockHeld(BmscError):
    """Another run of the same command is alive, since the moment its lock tells."""

    exit_code = ExitCode.LOCKED

    def __init__(self, message: str, *, next_step: str = "", since: datetime | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.since = since


class GuardTripped(BmscError):
    """A guard withholds everything until a person acknowledges."""

    exit_code = ExitCode.GUARD


class Interrupted(BmscError):
    """A person or the system asked the run to stop."""

    exit_code = ExitCode.INTERRUPTED


class RemoteError(BmscError):
    """One of the two platforms did not do what was asked."""

    exit_code = ExitCode.UNAVAILABLE


class CredentialsRefused(RemoteError):
    """The platform knows us no longer: password or token must be renewed by a person."""

    exit_code = ExitCode.CREDENTIALS


class RemoteUnavailable(RemoteError):
    """The platform could not be reached, is throttling or blocks us: try again next run."""


class RemoteMisbehaved(RemoteUnavailable):
    """The platform answered something that cannot be believed, so nothing was concluded from it."""


class NotFound(RemoteError):
    """The platform says that the subject does not exist."""


class Refused(RemoteError):
    """The platform refused one request for a business reason, in its own words; `status` is HTTP's, 0 if it was us."""

    def __init__(self, message: str, *, words: str = "", next_step: str = "", status: int = 0) -> None:
        super().__init__(message, next_step=next_step)
        self.words = words
        self.status = status


class OutcomeUnknown(RemoteError):
    """A write was sent and its fate is not known: only a later read may settle it."""

    def __init__(self, message: str, *, words: str = "", next_step: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.words = words


def status_of(error: BaseException) -> ExitCode:
    """Give the exit status that an exception ends its run with; one nobody expected is a bug."""
    return error.exit_code if isinstance(error, BmscError) else ExitCode.BUG
