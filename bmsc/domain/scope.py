"""What a person asked one run to do."""

from __future__ import annotations

from msgspec import Struct

from bmsc.domain.ids import OrderId


class Scope(Struct, frozen=True):
    """The options of one run. A narrowed run looks at the named subjects only."""

    dry_run: bool = False
    force: bool = False
    only_existing: bool = False
    order_ids: tuple[OrderId, ...] = ()
    skus: tuple[str, ...] = ()
    record: str = ""
    """The file that `reprice` keeps its facts in."""

    @property
    def narrowed(self) -> bool:
        """Say whether the run leaves out subjects it would normally look at."""
        return bool(self.order_ids or self.skus or self.only_existing)

    @property
    def leaves_marks(self) -> bool:
        """Say whether the run counts as one: for the run book, the heartbeat, the metrics and notifications."""
        return not (self.dry_run or self.narrowed)
