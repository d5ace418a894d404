"""`tracking push`: what left the warehouse is told to Back Market, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import Action, RegisterSerial, ShipOrder
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.jobs import orders_memory, tracking_memory, tracking_remember
from bmsc.jobs.house import House
from bmsc.jobs.job import Settlement
from bmsc.jobs.tracking_gather import Gathered, TrackingGatherer
from bmsc.jobs.tracking_steps import TrackingSteps
from bmsc.planners import tracking_push
from bmsc.planners.guards import Judged


class TrackingPush:
    """The job of `bmsc tracking push`."""

    command = "tracking push"

    def __init__(
        self, gatherer: TrackingGatherer, steps: TrackingSteps, settings: Settings, *, scope: Scope, house: House
    ) -> None:
        self._gatherer = gatherer
        self._steps = steps
        self._settings = settings
        self._scope = scope
        self._house = house

    def gather(self) -> Gathered:
        """Read both sides."""
        intents = self._house.intents.all()
        memory = tracking_memory.load(self._house.memory.load(), intents)
        pulled = orders_memory.load(self._house.memory.load_other(orders_memory.COMMAND))
        return self._gatherer.gather(memory, pulled, intents, self._house.clock.now())

    def plan(self, facts: Gathered) -> Judged:
        """Decide. No guard judges this command: a parcel has left, or it has not."""
        return Judged(tracking_push.plan(facts.facts, self._settings))

    def settlements(self, facts: Gathered) -> Iterator[Settlement]:
        """Settle the intents whose fate was read."""
        return tracking_remember.settlements(facts)

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:  # noqa: ARG002 - the job's shape
        """Do one action."""
        match action:
            case RegisterSerial():
                return self._steps.register(action)
            case ShipOrder():
                return self._steps.ship(action)
            case _:
                raise AssertionError(f"tracking push does not know {action.kind}")

    def remember(self, facts: Gathered, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know; a narrowed run adds to what was known."""
        now = self._house.clock.now()
        memory = tracking_remember.remember(facts, results, self._settings, self._house.intents.all(), now)
        if self._scope.narrowed:
            memory = tracking_remember.added(facts.memory, memory)
        return tracking_memory.dump(memory)
