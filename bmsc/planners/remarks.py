"""What a person said about facts that need one: kept silent until a day, or to be looked at with fresh eyes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from bmsc.domain.outcome import Attention
from bmsc.planners.attention import Remembered, key_of


class Remark(Struct, frozen=True):
    """One person's word on one fact; `until` says how long it is muted, None that it was released."""

    at: datetime
    until: datetime | None
    note: str = ""


class Remarks(Struct, frozen=True):
    """Everything persons said, by the fact's key; the last word counts."""

    said: Mapping[str, Remark] = field(default_factory=dict)

    def not_released(self, facts: Mapping[str, Remembered]) -> dict[str, Remembered]:
        """Leave out facts that were released since they were first seen: if they still stand, they are new."""
        return {key: fact for key, fact in facts.items() if not self._released(key, fact)}

    def is_muted(self, key: str, now: datetime) -> bool:
        """Say whether a fact is kept silent."""
        remark = self.said.get(key)
        return remark is not None and remark.until is not None and now < remark.until

    def quieted(self, shown: Iterable[Attention], now: datetime) -> tuple[Attention, ...]:
        """Let muted facts stand without being shown anew."""
        return tuple(
            replace(one, show=False) if self.is_muted(key_of(one.fact.subject, one.fact.reason), now) else one
            for one in shown
        )

    def _released(self, key: str, fact: Remembered) -> bool:
        remark = self.said.get(key)
        return remark is not None and remark.until is None and remark.at >= fact.first_seen
