"""How is a seed's world opened and moved, inside the process that serves it?"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from simulation import misfortune
from simulation.people import WAITING, People
from simulation.scenario import Event, Scenario
from simulation.witness import Broken, Told, Witness

from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.people import Person
from bmsc.sandbox.sellercloud.codes import OrderStatus
from bmsc.sandbox.serve import Running, start
from bmsc.sandbox.world import World

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
OPENED_SECONDS_AGO = 3600
"""The shop's first orders were there long before the first event: every list shows them."""
MOST_RULES = 12


@dataclass(frozen=True)
class Seen:
    """What the sandbox saw of one run."""

    writes: tuple[str, ...]
    requests: int
    broken: tuple[Broken, ...]


@dataclass
class Tally:
    """What was injected so far."""

    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0


class Fate(Person):
    """What happens in the middle of a run: time passes, a buyer changes his mind."""

    def pass_time(self, seconds: float) -> None:
        """Let time pass while a request is under way."""
        self._world.clock.advance(seconds)

    def change_mind(self, order_id: int, one_line: bool) -> None:
        """Let a buyer cancel what is not accepted yet."""
        self._world.people.cancel(order_id, one_line=one_line)  # type: ignore[attr-defined]


class Stage:
    """One world that serves; every public method is called from the process that plays the seeds."""

    def __init__(self, clock_file: Path) -> None:
        self._world = World(SandboxClock(clock_file))
        self._running: Running = start(self._world)

    def open(self, scenario: Scenario) -> int:
        """Begin anew with a seed's world; answers with the port."""
        self._world.clock.set(MONDAY)
        self._world.reset(seed=scenario.seed, shop=scenario.shop)
        self._world.clock.advance(OPENED_SECONDS_AGO)
        for side, values in scenario.switches.items():
            for name, value in values.items():
                setattr(getattr(self._world.switches, side), name, value)
        self._people = People(self._world, scenario.shop)
        self._world.people = self._people  # type: ignore[attr-defined]
        self._world.actors.fate = Fate(self._world, Random(scenario.seed))  # type: ignore[attr-defined]
        self._witness = Witness(self._world, self._people, scenario)
        self._tally = Tally()
        return self._running.port

    def happen(self, event: Event, *, sure: bool) -> list[Broken]:
        """Let one event happen; `sure` when the program knows orders whose absence would discredit an answer."""
        with self._world.lock:
            if hasattr(self, f"_{event.kind}"):
                getattr(self, f"_{event.kind}")(event.dice, sure)
            else:
                getattr(self._people, event.kind)(event.dice)
            return self._witness.now()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._world.clock.advance(seconds)

    def kill(self, event: Event, pid: int) -> None:
        """Let a run die at one of its writes."""
        self._world.faults.add(**misfortune.a_kill(event.dice, pid))

    def after_run(self) -> Seen:
        """Take stock of a run and forget its requests."""
        with self._world.lock:
            entries = list(self._world.log.entries)
            writes = tuple(f"{entry.method} {entry.path}" for entry in entries if entry.mutating)
            self._tally.faults.update(entry.fault for entry in entries if entry.fault)
            self._tally.requests += len(entries)
            broken = tuple(self._witness.now())
            self._world.log.clear()
            self._end_what_ends_with_a_run()
        return Seen(writes, len(entries), broken)

    def may_forget(self) -> bool:
        """Tell whether a look-up can see everything just now: only then may the program lose its memory."""
        with self._world.lock:
            lag = timedelta(seconds=self._world.switches.sellercloud.order_list_lag_seconds)
            horizon = self._world.clock.now() - lag
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
        """Judge the world once it has come to rest."""
        with self._world.lock:
            return self._witness.at_rest(told, forgot=forgot)

    def tally(self) -> Tally:
        """Tell what was injected so far."""
        return self._tally

    def show(self, order_id: int) -> Any:
        """Show one order on both sides, for whoever looks into a failure."""
        twins = self._world.tenant.orders_by_number(str(order_id))
        return asdict(self._world.account.orders[order_id]), [asdict(twin) for twin in twins]

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

    def _meanwhile(self, dice: Random, sure: bool) -> None:
        waiting = self._people.orders_in(WAITING)
        order_id = dice.choice(waiting) if waiting and dice.random() < 0.75 else None
        act: dict[str, Any] = {"actor": "fate", "action": "pass_time", "args": {"seconds": dice.choice((31, 70, 250))}}
        if order_id is not None:
            changed = {"order_id": order_id, "one_line": dice.random() < 0.4}
            act = {"actor": "fate", "action": "change_mind", "args": changed}
        self._world.faults.add(**misfortune.a_moment(dice, order_id), args=act)

    def _waits(self, dice: Random, sure: bool) -> None:
        self._world.clock.advance(dice.choice((7, 45, 299, 620, 2400)))

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
