"""How a run came by its facts, where it could not read both sides whole."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct


class Reading(Struct, frozen=True):
    """What was chosen, and how complete and how old the facts are; `unread` listings were left alone."""

    choice: str
    at: datetime
    known: int
    unread: int
    oldest_listing: datetime | None = None
    oldest_row: datetime | None = None
    remarks: tuple[str, ...] = ()

    @property
    def oldest_fact(self) -> timedelta:
        """Tell how old the oldest fact is that the run stands on."""
        moments = [moment for moment in (self.oldest_listing, self.oldest_row) if moment is not None]
        return max(timedelta(0), self.at - min(moments, default=self.at))

    def told(self) -> str:
        """Say it in one line."""
        unread = f"; {self.unread} listings not read yet and left alone" if self.unread else ""
        remarks = "".join(f"; {remark}" for remark in self.remarks)
        minutes = self.oldest_fact.total_seconds() / 60
        return f"read in part: {self.choice}; oldest fact {minutes:.0f} min{unread}{remarks}"
