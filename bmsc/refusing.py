"""Who hears that a run was refused before it began, and that the cause is gone?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bmsc import premises
from bmsc.domain.outcome import Resolved
from bmsc.domain.runs import EVERY
from bmsc.domain.times import to_text
from bmsc.errors import BmscError, LockHeld
from bmsc.jobs.ports import Clock
from bmsc.state.refusal_book import Refusal, RefusalBook

log = logging.getLogger("bmsc.notify")
untold = nullcontext
_REMIND_AFTER = timedelta(days=1)
_SURELY_TOO_LONG = timedelta(minutes=90)
"""No run may last longer: the hourly ones stop before their next."""


class Refusals(Struct, frozen=True):
    """The refusals of one command: each told when it is new, once a day, and when its cause is gone.

    What refuses several commands alike is told by the first of them alone.
    """

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
        """Forget the last refusal, now that a run can begin; answers with it if a person heard of it from us."""
        try:
            last = RefusalBook(premises.state_directory(self.state_dir), self.command).forget()
        except BmscError:
            return ()
        return () if last is None or last.told_by else (Resolved("run", last.reason, last.first_seen),)

    def _tell(self, refused: BmscError) -> None:
        if isinstance(refused, LockHeld) and not self._overstayed(refused, EVERY[self.command]):
            refused.is_news = False
            return
        notify, code = premises.notify_settings(self.config), int(refused.exit_code)
        if notify.heartbeat_url:
            from bmsc.notify.heartbeat import Heartbeat

            facts = {"command": self.command, "run_id": self.run_id, "exit_code": code, "counts": {}}
            Heartbeat(notify.heartbeat_url, self.command, self.run_id).end(succeeded=False, facts=facts)
        noted = self._noted(refused)
        refused.is_news = noted is not None
        if notify.command and noted:
            from bmsc.notify import hook, news

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
            known = _ours(book.last(), refused)
            if known and now - known.last_shown < _REMIND_AFTER:
                return None
            elsewhere = None if known else _told_elsewhere(book, refused, now)
            told = replace(fresh, first_seen=known.first_seen) if known else fresh
            book.write(elsewhere or told)
        except BmscError as error:
            log.warning("the refusal could not be noted: %s", error)
            return fresh
        return None if elsewhere else told


def _ours(last: Refusal | None, refused: BmscError) -> Refusal | None:
    return last if last and last.is_about(refused) and not last.told_by else None


def _told_elsewhere(book: RefusalBook, refused: BmscError, now: datetime) -> Refusal | None:
    """Find the same fact with another command; a lock is each command's own."""
    since = now - _REMIND_AFTER - _SURELY_TOO_LONG
    return None if isinstance(refused, LockHeld) else book.told_elsewhere(refused, since=since)
