"""`reprice`: prices follow the buybox between the merchant's minimum and default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import sku_subject
from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import Action, Skip
from bmsc.domain.repricing import Reprice
from bmsc.domain.scope import Scope
from bmsc.domain.settings import Settings
from bmsc.jobs import guard_memory, reprice_journal, reprice_reach, reprice_remember
from bmsc.jobs.house import House
from bmsc.jobs.job import Settlement
from bmsc.jobs.listing_ports import ListingMemory
from bmsc.jobs.reprice_gather import Gathered, RepriceGatherer
from bmsc.jobs.reprice_ports import PriceBook, Tape
from bmsc.jobs.reprice_remember import Lesson
from bmsc.jobs.reprice_steps import RepriceSteps
from bmsc.planners import reprice
from bmsc.planners.guards import Judged
from bmsc.planners.reprice import Decided

COMMAND = "reprice"
NOT_LISTED = "not_on_backmarket"


class Read(Struct, frozen=True):
    """What was read, and what it comes to."""

    gathered: Gathered
    decided: Decided
    judged: Judged


class Books(Struct, frozen=True):
    """What is remembered of listings: our own rows, and those of `listings sync` to read."""

    prices: PriceBook
    listings: ListingMemory
    tape: Tape | None = None


class RepriceJob:
    """The job of `bmsc reprice`."""

    command = COMMAND

    def __init__(
        self,
        gatherer: RepriceGatherer,
        steps: RepriceSteps,
        books: Books,
        *,
        settings: Settings,
        house: House,
        scope: Scope,
    ) -> None:
        self._gatherer = gatherer
        self._steps = steps
        self._books = books
        self._settings = settings
        self._house = house
        self._scope = scope

    def gather(self) -> Read:
        """Read both sides and decide every price."""
        gathered = self._gatherer.gather(self._books.prices.load(), self._books.listings.load(), self._scope.skus)
        memory = guard_memory.load(self._house.memory.load())
        force = self._scope.force
        decided = reprice.decide_all(gathered.facts, self._settings, memory, force=force)
        if self._books.tape is not None:
            self._books.tape.keep((price.facts, price.decision) for price in decided.prices)
        notes = tuple(reprice_reach.notes(gathered))
        return Read(gathered, decided, reprice.plan(decided, self._settings, memory, force=force, notes=notes))

    def plan(self, facts: Read) -> Judged:
        """Give the decision, judged by the guards."""
        missing = tuple(
            Skip(sku_subject(sku), NOT_LISTED, "Back Market has no listing of this SKU")
            for sku in facts.gathered.not_listed
        )
        alerts = tuple(reprice_reach.alerts(facts.gathered))
        plan = facts.judged.plan
        return replace(facts.judged, plan=replace(plan, skips=(*plan.skips, *missing), alerts=alerts))

    def settlements(self, facts: Read) -> Iterable[Settlement]:
        """Settle nothing: a price is absolute, and read again in every run."""
        del facts
        return ()

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:
        """Do one action."""
        del learned
        assert isinstance(action, Reprice), f"reprice does not know {action.kind}"
        return self._steps.set_price(action)

    def remember(self, facts: Read, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know; rows of prices go into their own file."""
        lesson = Lesson(facts.gathered, facts.decided, facts.judged.reports, results)
        guards = reprice_remember.guard_memory(lesson, guard_memory.load(self._house.memory.load()), self._scope)
        if not self._scope.narrowed:
            before = self._books.prices.load()
            after = reprice_remember.rows(lesson, before)
            reprice_journal.keep(lesson, before, after, self._house.journal)
            self._books.prices.save(after, reprice_remember.gone(lesson, before))
        return guard_memory.dump(guards)
