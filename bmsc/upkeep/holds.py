"""Which facts wait for a person, and how does a person answer them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bmsc import premises
from bmsc.domain.runs import EVERY
from bmsc.errors import UsageError
from bmsc.jobs import remarks_memory, telling
from bmsc.planners.attention import Remembered, key_of
from bmsc.planners.remarks import Remark, Remarks
from bmsc.state.journal import JournalFile
from bmsc.state.store import Store


class Waiting(Struct, frozen=True):
    """One remembered hold or alert, which command told it, and what a person said of it."""

    command: str
    fact: Remembered
    muted_until: datetime | None = None
    note: str = ""


class HoldsDesk:
    """The facts of every command, and the remarks upon them; needs no lock, and runs never wait for it."""

    def __init__(self, state_dir: Path | None) -> None:
        self._directory = premises.state_directory(state_dir, for_reading=True)
        self._store = Store(self._directory)
        self._clock = premises.clock()
        self._now = self._clock.now()

    def waiting(self) -> Sequence[Waiting]:
        """List every fact that stands, the one with the nearest deadline first."""
        return sorted(self._waiting(), key=_urgency)

    def about(self, subject: str) -> Sequence[Waiting]:
        """List the facts about one subject; raises UsageError when there are none."""
        found = [one for one in self.waiting() if subject.casefold() in _names(one.fact.subject)]
        if not found:
            raise UsageError(f"nothing waits for a person about {subject}", next_step="bmsc holds list")
        return found

    def mute(self, subject: str, reason: str | None, *, days: int, note: str) -> Sequence[Waiting]:
        """Keep facts about a subject silent for so many days; they stay holds, and stay on the list."""
        return self._remark(subject, reason, Remark(self._now, self._now + timedelta(days=days), note))

    def release(self, subject: str, reason: str | None, *, note: str) -> Sequence[Waiting]:
        """Forget facts about a subject: the next run looks afresh, and tells them as new if they still stand."""
        released = self._remark(subject, reason, Remark(self._now, None, note))
        for one in released:
            journal = JournalFile(self._directory, self._clock, run_id="", command=one.command)
            fact = one.fact
            said = {"subject": fact.subject, "reason": fact.reason, "first_seen": fact.first_seen}
            journal.write("released", said)
        return released

    def _remark(self, subject: str, reason: str | None, remark: Remark) -> Sequence[Waiting]:
        found = [one for one in self.about(subject) if reason in (None, one.fact.reason)]
        if not found:
            raise UsageError(f"{subject} has no hold called {reason}", next_step=f"bmsc holds show {subject}")
        said = {key: old for key, old in self._remarks().said.items() if self._worth_keeping(key)}
        said |= {_key(one): remark for one in found}
        self._store.save_section(remarks_memory.SECTION, remarks_memory.dump(Remarks(said)))
        return [replace(one, muted_until=remark.until, note=remark.note) for one in found]

    def _waiting(self) -> Iterator[Waiting]:
        remarks = self._remarks()
        for command, facts in self._facts():
            for key, fact in remarks.not_released(facts).items():
                if fact.told_by:
                    continue
                remark = remarks.said.get(key)
                muted = remark.until if remark and remarks.is_muted(key, self._now) else None
                yield Waiting(command, fact, muted, remark.note if remark else "")

    def _facts(self) -> Iterator[tuple[str, dict[str, Remembered]]]:
        for command in EVERY:
            yield command, telling.remembered(self._store.section(command))

    def _worth_keeping(self, key: str) -> bool:
        return any(key in facts for _, facts in self._facts())

    def _remarks(self) -> Remarks:
        return remarks_memory.load(self._store.section(remarks_memory.SECTION))


def _key(one: Waiting) -> str:
    return key_of(one.fact.subject, one.fact.reason)


def _names(subject: str) -> set[str]:
    """Accept `order:1` and plain `1`."""
    return {subject.casefold(), subject.partition(":")[2].casefold()}


def _urgency(one: Waiting) -> tuple[bool, datetime]:
    fact = one.fact
    return (fact.deadline is None, fact.deadline or fact.first_seen)
