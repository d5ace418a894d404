"""Has somebody asked the run to stop, and may it stop right here?"""

from __future__ import annotations

import threading

from bmsc.errors import Interrupted


class StopSign(threading.Event):
    """Set once a person or the system asks the run to stop.

    A run that has written nothing yet leaves at its next read; one that has begun to write finishes
    the subject in hand.
    """

    def __init__(self) -> None:
        super().__init__()
        self._has_written = False

    def writing_begins(self) -> None:
        """Note that a write is about to be sent: from here on what was begun is finished."""
        self._has_written = True

    def leave_if_asked(self) -> None:
        """Raise Interrupted when the run is to stop and has written nothing."""
        if self.is_set() and not self._has_written:
            raise Interrupted("stopped as asked: this run has written nothing", next_step="run it again when you like")
