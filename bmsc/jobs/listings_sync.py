"""`listings sync`: Back Market shows what SellerCloud can deliver, at the prices it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import sku_subject
from bmsc.domain.listing_actions import SetPrice, SetQuantity
from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import Action, Skip
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.jobs import guard_memory, listings_memory, listings_remember, orders_memory
from bmsc.jobs.house import House
from bmsc.jobs.job import Settlement
from bmsc.jobs.listing_ports import ListingMemory
from bmsc.jobs.listings_gather import COMMAND, Gathered, ListingsGatherer, Remembered
from bmsc.jobs.listings_remember import Lesson
from bmsc.jobs.listings_steps import ListingSteps
from bmsc.jobs.partial_reading import PartialReading
from bmsc.jobs.ports import Memory
from bmsc.planners import freshness, listings_sync
from bmsc.planners.guards import GuardMemory, Judged
from bmsc.planners.listings_sync import Reckoned

NOT_LISTED = "not_on_backmarket"


class Read(Struct, frozen=True):
    """What was read, and what it comes to."""

    gathered: Gathered
    reckoned: Reckoned
    judged: Judged


def recall(memory: Memory, listings: ListingMemory) -> Remembered:
    """Bring back what earlier runs left; order numbers known to be in SellerCloud come from `orders pull`."""
    sentinels = orders_memory.load(memory.load_other("orders pull")).sentinels
    own = listings_memory.load(memory.load_other(COMMAND))
    return Remembered(listings.load(), own, sentinels)


class ListingsSync:
    """The job of `bmsc listings sync`."""

    command = COMMAND

    def __init__(
        self,
        gatherer: ListingsGatherer,
        steps: ListingSteps,
        listings: ListingMemory,
        *,
        settings: Settings,
        house: House,
        scope: Scope,
    ) -> None:
        self._gatherer = gatherer
        self._steps = steps
        self._listings = listings
        self._settings = settings
        self._house = house
        self._scope = scope

    def gather(self) -> Read:
        """Read both sides and reckon every listing."""
        before = recall(self._house.memory, self._listings)
        memory = guard_memory.load(self._house.memory.load())
        gathered = self._gatherer.gather(before, self._scope.skus)
        reckoned = self._reckon(gathered, memory)
        if gathered.partial is not None:
            gathered, reckoned = self._on_fresh_facts(gathered, gathered.partial, reckoned, before, memory)
        now, force = gathered.facts.now, self._scope.force
        judged = listings_sync.plan(reckoned, self._settings, memory, now=now, force=force)
        return Read(gathered, reckoned, judged)

    def _reckon(self, gathered: Gathered, memory: GuardMemory) -> Reckoned:
        return listings_sync.reckon(gathered.facts, self._settings, memory, force=self._scope.force)

    def _on_fresh_facts(
        self,
        gathered: Gathered,
        partial: PartialReading,
        reckoned: Reckoned,
        before: Remembered,
        memory: GuardMemory,
    ) -> tuple[Gathered, Reckoned]:
        """Read again what writes would rest on, and decide again; what then still stands on older facts waits."""
        left = self._house.no_new_subject_after_seconds - self._house.age_seconds()
        most = self._gatherer.affordable(left, before.memory)
        doubtful = freshness.to_read_again(reckoned.listings, gathered.facts.catalog, partial.started_at, most=most)
        if doubtful:
            gathered = self._gatherer.read_again(gathered, doubtful, before)
            reckoned = self._reckon(gathered, memory)
        catalog, since = gathered.facts.catalog, partial.started_at
        return gathered, replace(
            reckoned, listings=tuple(freshness.withheld(one, catalog, since) for one in reckoned.listings)
        )

    def plan(self, facts: Read) -> Judged:
        """Give the decision, judged by the guards."""
        missing = tuple(
            Skip(sku_subject(sku), NOT_LISTED, "Back Market has no listing of this SKU")
            for sku in facts.gathered.not_listed
        )
        plan = facts.judged.plan
        partial = facts.gathered.partial
        reading = None if partial is None else partial.told()
        return replace(facts.judged, plan=replace(plan, skips=(*plan.skips, *missing), reading=reading))

    def settlements(self, facts: Read) -> Iterable[Settlement]:
        """Settle nothing: a quantity or a price is absolute, and read again in every run."""
        del facts
        return ()

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:
        """Do one action."""
        del learned
        match action:
            case SetQuantity():
                return self._steps.set_quantity(action)
            case SetPrice():
                return self._steps.set_price(action)
            case _:
                raise AssertionError(f"listings sync does not know {action.kind}")

    def remember(self, facts: Read, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know; rows of listings go into their own file."""
        lesson = Lesson(facts.gathered, facts.reckoned, facts.judged.reports, results)
        section = self._house.memory.load()
        guards = listings_remember.guard_memory(lesson, guard_memory.load(section), self._scope)
        if self._scope.narrowed:
            kept = listings_memory.load(section)
        else:
            self._listings.save(listings_remember.rows(lesson, self._listings.load()))
            kept = listings_remember.section(lesson)
            if facts.gathered.partial is not None:
                facts.gathered.partial.wrote(results)
        return {**listings_memory.dump(kept), **guard_memory.dump(guards)}
