"""How is a seed's world opened and moved, inside the process that serves it?"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any

from contract.watch import Watch
from simulation import misfortune
from simulation.broken import Broken
from simulation.clocks import PlatformClock
from simulation.people import People
from simulation.rest_witness import Told
from simulation.scenario import Event, Scenario
from simulation.truth import WAITING, orders_in
from simulation.witness import Witness

from bmsc.sandbox.log import LogEntry
from bmsc.sandbox.people import Person
from bmsc.sandbox.sellercloud.codes import OrderStatus
from bmsc.sandbox.serve import Running, start
from bmsc.sandbox.world import World

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OPENED_SECONDS_AGO = 3600
"""The shop's first orders were there long before the first event: every list shows them."""
MOST_RULES = 12
STRAGGLER_SECONDS = 10.0
MEANWHILE = ("ships", "staff_cancels", "counts", "edits_columns", "edits_listing", "buys")


@dataclass(frozen=True)
class Seen:
    """What the sandbox saw of one run, or of several at once."""

    writes: tuple[str, ...]
    requests: int
    faults: int
    broken: tuple[Broken, ...]


@dataclass
class Tally:
    """What was injected so far."""

    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0


class Fate(Person):
    """What happens in the middle of a run: time passes, people act."""

    def __init__(self, world: World, people: People) -> None:
        super().__init__(world, Random(0))
        self._people = people

    def pass_time(self, seconds: float) -> None:
        """Let time pass while a request is under way."""
        self._world.clock.advance(seconds)

    def change_mind(self, order_id: int, one_line: bool) -> None:
        """Let a buyer cancel what is not accepted yet."""
        self._people.buyers.cancel(order_id, one_line=one_line)

    def let(self, kind: str, seed: int) -> None:
        """Let somebody do something."""
        self._people.let(kind, Random(seed))


class Stage:
    """One world that serves; every public method is called from the process that plays the seeds."""

    def __init__(self, clock_file: Path) -> None:
        self._clock = PlatformClock(clock_file)
        self._world = World(self._clock)
        self._running: Running = start(self._world)

    def open(self, scenario: Scenario) -> int:
        """Begin anew with a seed's world; answers with the port."""
        self._clock.begin(MONDAY)
        self._world.reset(seed=scenario.seed, shop=scenario.shop)
        self._clock.advance(OPENED_SECONDS_AGO)
        for side, values in scenario.switches.items():
            for name, value in values.items():
                setattr(getattr(self._world.switches, side), name, value)
        self._people = People(self._world, scenario.shop)
        self._world.actors.fate = Fate(self._world, self._people)  # type: ignore[attr-defined]
        self._witness = Witness(self._world, self._people.deeds, scenario)
        self._tally = Tally()
        return self._running.port

    def happen(self, event: Event, *, sure: bool) -> list[Broken]:
        """Let one event happen; `sure` when the program knows orders whose absence would discredit an answer."""
        with self._world.lock:
            if hasattr(self, f"_{event.kind}"):
                getattr(self, f"_{event.kind}")(event.dice, sure)
            else:
                self._people.let(event.kind, event.dice)
            return self._witness.now()

    def begin(self, *, together: bool = False) -> None:
        """Take note that a run begins, or several together."""
        with self._world.lock:
            self._witness.begin(together=together)

    def remembers(self) -> None:
        """Take note that a run has looked at orders, and ended well."""
        with self._world.lock:
            self._witness.remembers()

    def forgets(self) -> None:
        """Take note that the program's memory is lost, or older than it was."""
        with self._world.lock:
            self._witness.forgets()

    def disturbed(self) -> None:
        """Take note that something failed."""
        with self._world.lock:
            self._witness.disturbed()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._clock.advance(seconds)

    def step_clock(self, seconds: float) -> None:
        """Set the machine's clock."""
        self._clock.step_machine(seconds)

    def kill(self, event: Event, pid: int) -> None:
        """Let a run die at one of its writes."""
        self._world.faults.add(**misfortune.a_kill(event.dice, pid))

    def after_run(self) -> Seen:
        """Take stock of a run and forget its requests, once the last of them is done with."""
        self._wait_for_stragglers()
        with self._world.lock:
            entries = list(self._world.log.entries)
            writes = tuple(f"{entry.method} {entry.path}" for entry in entries if entry.mutating)
            faults = Counter(entry.fault for entry in entries if entry.fault)
            self._tally.faults.update(faults)
            self._tally.requests += len(entries)
            if faults:
                self._witness.disturbed()
            broken = (*self._witness.now(), *_not_agreed(entries))
            self._world.log.clear()
            self._end_what_ends_with_a_run()
        return Seen(writes, len(entries), faults.total(), broken)

    def may_forget(self) -> bool:
        """Tell whether a look-up can see everything just now: only then may the program lose memory or time."""
        with self._world.lock:
            lag = timedelta(seconds=self._world.switches.sellercloud.order_list_lag_seconds)
            horizon = self._clock.now() - lag
            return all(twin.created_at <= horizon for twin in self._world.tenant.orders.values())

    def listed(self, numbers: list[str]) -> bool:
        """Tell whether SellerCloud's list shows one of these orders, whatever tenants leave out of it."""
        with self._world.lock:
            found = self._world.tenant.book.listed_numbered(numbers)
            return any(0 < twin.status < OrderStatus.VOID for twin in found)

    def calm(self) -> None:
        """Call every fault off."""
        with self._world.lock:
            self._world.faults.clear()

    def at_rest(self, told: Told, *, forgot: bool) -> list[Broken]:
        """Judge the world once it has come to rest; `forgot` says that the state was lost or put back."""
        with self._world.lock:
            return self._witness.at_rest(told, forgot=forgot)

    def tally(self) -> Tally:
        """Tell what was injected so far."""
        return self._tally

    def show(self, order_id: int) -> Any:
        """Show one order on both sides, for whoever looks into a failure."""
        twins = self._world.tenant.orders_by_number(str(order_id))
        return asdict(self._world.account.orders[order_id]), [asdict(twin) for twin in twins]

    def _wait_for_stragglers(self) -> None:
        """Wait for what a run that is dead, or lost its patience, sent last: it belongs to no later run.

        Connections are accepted in their order, so whoever came before this question has a thread by now.
        """
        door = HTTPConnection("127.0.0.1", self._running.port, timeout=STRAGGLER_SECONDS)
        door.request("GET", "/_sandbox/clock", headers={"Connection": "close"})
        door.getresponse().read()
        door.close()
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(STRAGGLER_SECONDS)

    def _fault(self, dice: Random, sure: bool) -> None:
        """Add a fault. An empty list that looks like a fact strikes once, or twice where a sentinel shows it up."""
        fault = misfortune.a_fault(dice)
        if fault["what"] == misfortune.SOFT:
            fault["times"] = 2 if sure else 1
            if any(rule.what == misfortune.SOFT for rule in self._world.faults.rules):
                return
        if len(self._world.faults.rules) < MOST_RULES:
            self._world.faults.add(**fault)

    def _storm(self, dice: Random, sure: bool) -> None:
        self._world.faults.let_loose(**misfortune.a_storm(dice))

    def _outage(self, dice: Random, sure: bool) -> None:
        self._world.faults.add(**misfortune.an_outage(dice))

    def _meanwhile(self, dice: Random, sure: bool) -> None:
        waiting = orders_in(self._world, WAITING)
        order_id = dice.choice(waiting) if waiting and dice.random() < 0.5 else None
        act: dict[str, Any] = {"actor": "fate", "action": "pass_time", "args": {"seconds": dice.choice((31, 70, 250))}}
        if order_id is not None:
            changed = {"order_id": order_id, "one_line": dice.random() < 0.4}
            act = {"actor": "fate", "action": "change_mind", "args": changed}
        elif dice.random() < 0.5:
            done = {"kind": dice.choice(MEANWHILE), "seed": dice.randrange(10**6)}
            act = {"actor": "fate", "action": "let", "args": done}
        self._world.faults.add(**misfortune.a_moment(dice, order_id), args=act)

    def _waits(self, dice: Random, sure: bool) -> None:
        self._clock.advance(dice.choice((7, 45, 299, 620, 2400)))
        self._witness.disturbed()

    def _sleeps(self, dice: Random, sure: bool) -> None:
        """Switch the machine off for half a night or a whole one."""
        self._clock.advance(dice.choice((4, 9, 14)) * 3600)
        self._witness.disturbed()

    def _end_what_ends_with_a_run(self) -> None:
        """Kills mean one process, storms one spell, and an empty list must not meet a program that has forgotten."""
        rules = self._world.faults.rules
        rules[:] = [
            rule
            for rule in rules
            if not rule.what.startswith("kill_")
            and rule.what != misfortune.SOFT
            and (rule.times is None or rule.fired < rule.times)
        ]
        self._world.faults.chaos = None


def _not_agreed(entries: Iterable[LogEntry]) -> Iterator[Broken]:
    watch = Watch()
    for entry in entries:
        watch.see(entry)
    return (Broken("every request keeps to the contract with its platform", words) for words in set(watch.complaints))
