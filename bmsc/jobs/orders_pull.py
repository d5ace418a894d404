"""`orders pull`: every waiting order is created, paid there and accepted here, exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import AcceptLine, Action, AdoptOrder, CancelSellerCloudOrder, CreateOrder, PayOrder
from bmsc.domain.settings import Settings
from bmsc.jobs import orders_memory, orders_remember
from bmsc.jobs.house import House
from bmsc.jobs.job import Settlement
from bmsc.jobs.orders_gather import Gathered, OrdersGatherer
from bmsc.jobs.orders_steps import OrderSteps
from bmsc.planners import orders_pull
from bmsc.planners.guards import Judged


class OrdersPull:
    """The job of `bmsc orders pull`."""

    command = orders_memory.COMMAND

    def __init__(self, gatherer: OrdersGatherer, steps: OrderSteps, settings: Settings, house: House) -> None:
        self._gatherer = gatherer
        self._steps = steps
        self._settings = settings
        self._house = house

    def gather(self) -> Gathered:
        """Read both sides; an intent that an earlier run settled counts as remembered."""
        intents = self._house.intents.all()
        memory = orders_memory.with_intents(orders_memory.load(self._house.memory.load()), intents)
        gathered = self._gatherer.gather(memory, intents, self._house.clock.now())
        orders_remember.journal_met(gathered, self._house.journal)
        return gathered

    def plan(self, facts: Gathered) -> Judged:
        """Decide. No guard judges this command: an order is paid for, or it is not."""
        return Judged(orders_pull.plan(facts.facts, self._settings))

    def settlements(self, facts: Gathered) -> Iterator[Settlement]:
        """Settle the intents whose fate was read."""
        return orders_remember.settlements(facts)

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:
        """Do one action."""
        match action:
            case CreateOrder():
                return self._steps.create(action)
            case AdoptOrder():
                return self._steps.adopt(action)
            case PayOrder():
                return self._steps.pay(action, learned)
            case AcceptLine():
                return self._steps.accept(action, learned)
            case CancelSellerCloudOrder():
                return self._steps.cancel(action)
            case _:
                raise AssertionError(f"orders pull does not know {action.kind}")

    def remember(self, facts: Gathered, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know."""
        taught = orders_memory.with_intents(facts.memory, self._house.intents.all())
        now = self._house.clock.now()
        memory = orders_remember.remember(replace(facts, memory=taught), results, self._settings, now)
        return orders_memory.dump(memory)
