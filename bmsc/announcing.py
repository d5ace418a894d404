"""Who hears that a run began and how it ended: our own run book, the heartbeat, the owner's command, the metrics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.outcome import RunReport
from bmsc.domain.runs import RunRecord
from bmsc.domain.settings import NotifySettings
from bmsc.errors import BmscError, ExitCode, status_of
from bmsc.jobs.ports import Clock
from bmsc.state import disk
from bmsc.state.directory import StateDir
from bmsc.state.run_book import RunBook

if TYPE_CHECKING:
    from bmsc.notify.heartbeat import Heartbeat

log = logging.getLogger("bmsc.notify")
Tell = Callable[[RunReport], None]


class Announcer(Struct, frozen=True):
    """Announces one whole live run. Whatever goes wrong here goes to the log and nowhere else."""

    command: str
    run_id: str
    notify: NotifySettings
    directory: StateDir
    clock: Clock

    @contextmanager
    def announced(self) -> Iterator[Tell]:
        """Announce the start now, and the end when the report is told or the run breaks off."""
        started, heartbeat = self.clock.now(), self._heartbeat()
        if heartbeat:
            heartbeat.start()
        try:
            yield lambda report: self._told(report, heartbeat)
        except BaseException as error:
            self._ended(started, heartbeat, exit_code=int(status_of(error)), counts={})
            raise

    def _told(self, report: RunReport, heartbeat: Heartbeat | None) -> None:
        self._ended(report.started_at, heartbeat, exit_code=report.exit_code, counts=report.counts())
        if self.notify.command:
            from bmsc.notify import hook, news

            hook.call(self.notify.command, news.events(report))

    def _ended(
        self, started: datetime, heartbeat: Heartbeat | None, *, exit_code: int, counts: Mapping[str, int]
    ) -> None:
        record = RunRecord(self.command, self.run_id, started, self.clock.now(), exit_code, counts)
        self._note(record)
        if heartbeat:
            facts = {"command": self.command, "run_id": self.run_id, "exit_code": exit_code, "counts": counts}
            heartbeat.end(succeeded=exit_code == ExitCode.DONE, facts=facts)

    def _note(self, record: RunRecord) -> None:
        book = RunBook(self.directory.runs)
        try:
            with disk.exclusive(self.directory.state_lock.with_name("runs.lock")):
                book.write(record)
                if self.notify.metrics_file:
                    from bmsc.notify import metrics

                    metrics.write(Path(self.notify.metrics_file), book.all().values())
        except (BmscError, OSError) as error:
            log.warning("the end of the run could not be noted: %s", error)

    def _heartbeat(self) -> Heartbeat | None:
        if not (url := self.notify.heartbeat_url):
            return None
        from bmsc.notify.heartbeat import Heartbeat

        return Heartbeat(url, self.command, self.run_id)


@contextmanager
def unannounced() -> Iterator[Tell]:
    """Tell nobody: a run that only looks, or at a part of the shop, leaves no mark."""
    yield lambda _: None
