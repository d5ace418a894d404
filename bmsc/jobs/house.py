"""What every job finds in place: the ports of one run, its clock and its limits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from bmsc.errors import OutcomeUnknown, RemoteError
from bmsc.planners.scrub import scrub

if TYPE_CHECKING:
    from bmsc.domain.plan import Action
    from bmsc.jobs.listing_ports import Books, Lines
    from bmsc.jobs.ports import Clock, Intents, Journal, Memory, OrderLocks

Answer = TypeVar("Answer")

STALE_AFTER_SECONDS = 30
"""Facts older than this are read again before an irreversible write."""


class House(Struct, frozen=True):
    """The furniture of one run."""

    run_id: str
    clock: Clock
    started_at: datetime
    intents: Intents
    memory: Memory
    journal: Journal
    order_locks: OrderLocks
    concurrency: int = 4
    stop: threading.Event = field(default_factory=threading.Event)
    requests: Callable[[], Mapping[str, int]] = dict
    warnings: Sequence[str] = ()
    """What our own memory had to be mended or done without; grows during the run."""
    no_new_subject_after_seconds: int = 240
    books: Books | None = None
    """What is remembered of each listing, for the commands that ask."""
    lines: Lines | None = None
    """The hour's listing lines, shared by all commands."""

    def age_seconds(self) -> float:
        """Tell how long the run has lasted."""
        return (self.clock.now() - self.started_at).total_seconds()

    def once(
        self,
        action: Action,
        write: Callable[[], Answer],
        *,
        data: Mapping[str, object],
        learn: Callable[[Answer], Mapping[str, object]] = lambda _: {},
    ) -> Answer:
        """Do a write that must not happen twice: intent on disk, write, outcome on disk.

        A kill anywhere in between leaves the intent open; so does an unknown outcome.
        """
        intent = self.intents.open(action.kind.value, action.subject, data)
        try:
            answer = write()
        except OutcomeUnknown as unknown:
            self.intents.settle(intent, "unknown", {"words": scrub(unknown.words, action.private_strings())})
            raise
        except RemoteError:
            self.intents.settle(intent, "refused", {})
            raise
        self.intents.settle(intent, "applied", learn(answer))
        return answer
