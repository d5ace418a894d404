"""Who hears that a run was refused before it began, and that the cause is gone?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bmsc import premises
from bmsc.domain.outcome import Resolved
from bmsc.domain.runs import EVERY
from bmsc.domain.times import to_text
from bmsc.errors import BmscError, LockHeld
from bmsc.jobs.ports import Clock
from bmsc.notify import hook, news
from bmsc.notify.heartbeat import Heartbeat
from bmsc.state.refusal_book import Refusal, RefusalBook

log = logging.getLogger("bmsc.notify")
untold = nullcontext
_REMIND_AFTER = timedelta(days=1)
_SURELY_TOO_LONG = timedelta(minutes=90)
"""No run may last longer: the hourly ones stop before their next."""


@dataclass(frozen=True)
class Refusals:
    """The refusals of one command: each told when it is new, once a day, and when its cause is gone."""

    command: str
    run_id: str
    config: Path | None
    state_dir: Path | None
    clock: Clock

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell heartbeat and notify.command of a refusal, and mark it as known when a person has heard of it."""
        try:
            yield
        except BmscError as refused:
            self._tell(refused)
            raise

    def mended(self) -> Sequence[Resolved]:
        """Forget the last refusal, now that a run can begin; answers with it if a person had heard of it."""
        try:
            last = RefusalBook(premises.state_directory(self.state_dir), self.command).forget()
        except BmscError:
            return ()
        return () if last is None else (Resolved("run", last.reason, last.first_seen),)

    def _tell(self, refused: BmscError) -> None:
        if isinstance(refused, LockHeld) and not self._overstayed(refused, EVERY[self.command]):
            refused.is_news = False
            return
        notify, code = premises.notify_settings(self.config), int(refused.exit_code)
        if notify.heartbeat_url:
            facts = {"command": self.command, "run_id": self.run_id, "exit_code": code, "counts": {}}
            Heartbeat(notify.heartbeat_url, self.command, self.run_id).end(succeeded=False, facts=facts)
        noted = self._noted(refused)
        refused.is_news = noted is not None
        if notify.command and noted:
            fact = {"reason": noted.reason, "detail": str(refused), "first_seen": to_text(noted.first_seen)}
            is_new = noted.first_seen == noted.last_shown
            hook.call(notify.command, [news.refusal(self.command, self.run_id, fact, is_new=is_new)])

    def _overstayed(self, held: LockHeld, longest: timedelta) -> bool:
        return held.since is not None and self.clock.now() - held.since > longest

    def _noted(self, refused: BmscError) -> Refusal | None:
        """Give what is to be told now, and keep it; what cannot be kept is told every time."""
        if isinstance(refused, LockHeld) and not self._overstayed(refused, _SURELY_TOO_LONG):
            return None
        now = self.clock.now()
        fresh = Refusal.of(refused, first_seen=now, last_shown=now)
        try:
            book = RefusalBook(premises.state_directory(self.state_dir), self.command)
            last = book.last()
            if last is not None and last.is_about(refused):
                if now - last.last_shown < _REMIND_AFTER:
                    return None
                fresh = replace(fresh, first_seen=last.first_seen)
            book.write(fresh)
        except BmscError as error:
            log.warning("the refusal could not be noted: %s", error)
        return fresh
