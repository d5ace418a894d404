"""`cancel sync`: a cancellation on either side reaches the other, or a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import Action, CancelSellerCloudOrder, EndLine
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.jobs import cancel_memory, cancel_remember, guard_memory, orders_memory
from bmsc.jobs.cancel_gather import CancelGatherer, Gathered
from bmsc.jobs.cancel_steps import CancelSteps
from bmsc.jobs.house import House
from bmsc.jobs.job import Settlement
from bmsc.jobs.orders_steps import OrderSteps
from bmsc.planners import cancel_sync, guards
from bmsc.planners.guards import Judged, Limit


class CancelSync:
    """The job of `bmsc cancel sync`."""

    command = "cancel sync"

    def __init__(
        self,
        gatherer: CancelGatherer,
        steps: CancelSteps,
        order_steps: OrderSteps,
        settings: Settings,
        *,
        scope: Scope,
        house: House,
    ) -> None:
        self._gatherer = gatherer
        self._steps = steps
        self._order_steps = order_steps
        self._settings = settings
        self._scope = scope
        self._house = house

    def gather(self) -> Gathered:
        """Read both sides."""
        memory = cancel_memory.load(self._house.memory.load())
        pulled = orders_memory.load(self._house.memory.load_other(orders_memory.COMMAND))
        return self._gatherer.gather(memory, pulled, self._house.intents.all(), self._house.clock.now())

    def plan(self, facts: Gathered) -> Judged:
        """Decide, and withhold the cancellations when they are too many."""
        decided = cancel_sync.plan(facts.facts, self._settings)
        limit = Limit(count=self._settings.guards.max_cancelled_orders, of=len(facts.facts.orders))
        return guards.judge(
            decided,
            cancel_sync.guarded(decided),
            {cancel_sync.GUARD: limit},
            guard_memory.load(self._house.memory.load()),
            now=self._house.clock.now(),
            force=self._scope.force,
        )

    def settlements(self, facts: Gathered) -> Iterator[Settlement]:
        """Settle the intents whose fate was read."""
        return cancel_remember.settlements(facts)

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:  # noqa: ARG002 - the job's shape
        """Do one action."""
        match action:
            case EndLine():
                return self._steps.end(action)
            case CancelSellerCloudOrder():
                return self._order_steps.cancel(action)
            case _:
                raise AssertionError(f"cancel sync does not know {action.kind}")

    def remember(self, facts: Gathered, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know; a narrowed run adds to what was known."""
        now = self._house.clock.now()
        memory = cancel_remember.remember(facts, results, self._settings, now)
        before = guard_memory.load(self._house.memory.load())
        done = {cancel_sync.GUARD: cancel_remember.ended(results)}
        guarded = guards.remembered(before, done, self.plan(facts).reports, now)
        if self._scope.narrowed:
            memory = cancel_remember.added(facts.memory, memory)
            guarded = replace(guarded, refused=before.refused)
        return {**cancel_memory.dump(memory), **guard_memory.dump(guarded)}
