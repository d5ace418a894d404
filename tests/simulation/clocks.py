"""How do the machine's clock and the platforms' differ, when somebody sets the machine's?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bmsc.sandbox.clock import SandboxClock


class PlatformClock(SandboxClock):
    """The platforms' time: the machine's, which the file holds, plus what the machine's clock is behind."""

    def __init__(self, path: Path) -> None:
        self._behind = 0.0
        super().__init__(path)

    def begin(self, moment: datetime) -> None:
        """Set both clocks to one moment."""
        self._behind = 0.0
        self.set(moment)

    def step_machine(self, seconds: float) -> None:
        """Put the machine's clock forward, or back; the platforms' goes on as it did."""
        with self._locked():
            machine = super()._epoch()
            self._behind -= seconds
            super()._write(machine + seconds)

    def _epoch(self) -> float:
        return super()._epoch() + self._behind

    def _write(self, epoch: float) -> None:
        super()._write(epoch - self._behind)
