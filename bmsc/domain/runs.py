"""What is remembered of each command's last run, and how often each command is meant to run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import Struct, field

EVERY = MappingProxyType(
    {
        "orders pull": timedelta(minutes=5),
        "tracking push": timedelta(minutes=5),
        "cancel sync": timedelta(minutes=5),
        "listings sync": timedelta(minutes=5),
        "listings create": timedelta(hours=1),
        "reprice": timedelta(hours=1),
    }
)
"""Each command and the interval at which cron starts it."""
NO_NEW_SUBJECT_AFTER_SECONDS = MappingProxyType(
    {
        "orders pull": 240,
        "tracking push": 240,
        "cancel sync": 240,
        "listings sync": 240,
        "listings create": 2_700,
        "reprice": 3_300,
    }
)
"""So long after its start a command begins nothing new: it must be over before cron starts the next."""
_MISSED_RUNS = 3
"""So many intervals without a success, and a command is overdue."""


class RunRecord(Struct, frozen=True):
    """A command's last whole live run, and when it last ended with exit status 0."""

    command: str
    run_id: str
    started_at: datetime
    finished_at: datetime
    exit_code: int
    counts: Mapping[str, int] = field(default_factory=dict)
    last_success: datetime | None = None

    @property
    def slug(self) -> str:
        """Name the command in one word."""
        return slug(self.command)


def slug(command: str) -> str:
    """Name a command in one word, for files and addresses."""
    return command.replace(" ", "-")


def patience(command: str) -> timedelta:
    """Tell how long a command may go without success."""
    return _MISSED_RUNS * EVERY.get(command, timedelta(hours=1))


def is_overdue(record: RunRecord, now: datetime) -> bool:
    """Say whether a command has gone without success for three of its intervals."""
    return now - (record.last_success or record.started_at) > patience(record.command)
