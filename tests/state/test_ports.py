"""The state room fits the ports that the jobs are written against."""

from __future__ import annotations

from bmsc.jobs import ports
from bmsc.state.clock import FileClock, SystemClock
from bmsc.state.directory import StateDir
from bmsc.state.intents import IntentLog, IntentReader
from bmsc.state.journal import JournalFile, NullJournal
from bmsc.state.locks import OrderLocks
from bmsc.state.store import Store

from .conftest import StandingClock


def test_every_port_has_its_piece(directory: StateDir, clock: StandingClock) -> None:
    clocks: list[ports.Clock] = [SystemClock(), FileClock(directory.path / "clock"), clock]
    path = directory.intents("orders pull")
    intents: list[ports.Intents] = [IntentLog(path, clock, "run-1"), IntentReader(path)]
    memory: ports.Memory = Store(directory).memory("orders pull")
    journals: list[ports.Journal] = [
        JournalFile(directory, clock, run_id="run-1", command="orders pull"),
        NullJournal(),
    ]
    order_locks: ports.OrderLocks = OrderLocks(directory.order_locks)
    with order_locks.hold(7):
        journals[0].write("event", {"at": clocks[-1].now()})
    intents[0].open("create_order", "order:7", {})
    memory.save({"seen": True})
    assert intents[1].all() == intents[0].all()
    assert memory.load() == {"seen": True}
