"""`listings create`: products with filled-in columns become listings of quantity 0, each read back and compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.creations import CreateListing, CreateMemory, OpenBatch, ResolveTask, Setback, SubmitBatch
from bmsc.domain.ids import SkuKey, sku_key, sku_subject
from bmsc.domain.outcome import Outcome, Result
from bmsc.domain.plan import Action
from bmsc.jobs import create_memory, guard_memory
from bmsc.jobs.create_gather import CreateGatherer
from bmsc.jobs.create_steps import CreateSteps
from bmsc.jobs.house import House
from bmsc.jobs.job import Settlement
from bmsc.planners import guards, listings_create, setbacks
from bmsc.planners.creation_facts import CreateFacts
from bmsc.planners.guards import GuardMemory, Judged
from bmsc.planners.listings_create import Decided

if TYPE_CHECKING:
    from bmsc.domain.scope import Scope
    from bmsc.domain.settings import Settings

COMMAND = "listings create"


class Read(Struct, frozen=True):
    """What was read, and what it comes to."""

    facts: CreateFacts
    decided: Decided


class ListingsCreate:
    """The job of `bmsc listings create`."""

    command = COMMAND

    def __init__(
        self, gatherer: CreateGatherer, steps: CreateSteps, settings: Settings, *, house: House, scope: Scope
    ) -> None:
        self._gatherer = gatherer
        self._steps = steps
        self._settings = settings
        self._house = house
        self._scope = scope

    def gather(self) -> Read:
        """Read both sides."""
        section = self._house.memory.load()
        memory = create_memory.load(section, self._house.clock.now())
        batches = create_memory.open_batches(self._house.intents.all())
        facts = self._gatherer.gather(memory, batches, self._scope.skus)
        before = self._guard_memory(batches)
        return Read(facts, listings_create.decide(facts, self._settings, before, force=self._scope.force))

    def plan(self, facts: Read) -> Judged:
        """Give the decision, judged by the guard."""
        return facts.decided.judged

    def settlements(self, facts: Read) -> Iterator[Settlement]:
        """Settle the batches that brought nothing to Back Market."""
        return (Settlement(batch.intent_id, "absent", {}) for batch in facts.decided.followed.given_up)

    def perform(self, action: Action, learned: dict[str, object]) -> Outcome:
        """Do one action."""
        del learned
        match action:
            case SubmitBatch():
                return self._steps.submit(action)
            case ResolveTask():
                return self._steps.resolve(action)
            case CreateListing():
                return self._steps.create(action)
            case _:
                raise AssertionError(f"listings create does not know {action.kind}")

    def remember(self, facts: Read, results: Sequence[Result]) -> Mapping[str, object]:
        """Give what the next run should know; a narrowed run adds to what was known."""
        before, decided = facts.facts.memory.setbacks, facts.decided.setbacks
        untried = {key: one for key, one in decided.lapsed.items() if key not in self._steps.handed_in}
        kept = before if self._scope.narrowed else {**decided.kept, **untried}
        now = {**kept, **dict(self._set_back(results, before))}
        refused = {key for key, one in now.items() if one.reason == setbacks.REFUSED}
        guarded = self._guarded(facts, self._guard_memory(facts.facts.batches), refused)
        return {**create_memory.dump(CreateMemory(now)), **guard_memory.dump(guarded)}

    def _set_back(
        self, results: Sequence[Result], before: Mapping[SkuKey, Setback]
    ) -> Iterator[tuple[SkuKey, Setback]]:
        now = self._house.clock.now()
        for batch in self._steps.broken:
            yield from setbacks.of_broken(batch, before, now).items()
        for result in results:
            action, hold = result.action, result.outcome.hold
            if isinstance(action, CreateListing) and hold and hold.reason in setbacks.OF_ROWS:
                yield sku_key(action.wanted.sku), setbacks.of(action.wanted, hold.reason, hold.detail, now)

    def _guard_memory(self, batches: Sequence[OpenBatch]) -> GuardMemory:
        """Count batches whose run was killed before it could remember them: they were handed in all the same."""
        known = guard_memory.load(self._house.memory.load())
        done = list(known.done.get(listings_create.GUARD, ()))
        counted = {subject for _, subject in done}
        open_rows = ((batch.at, sku_subject(row.sku)) for batch in batches for row in batch.rows)
        uncounted = [(at, subject) for at, subject in open_rows if subject not in counted]
        return replace(known, done={**known.done, listings_create.GUARD: [*done, *uncounted]})

    def _guarded(self, facts: Read, before: GuardMemory, refused: Set[SkuKey]) -> GuardMemory:
        """Count what was handed in and not refused; what a person let through with --force burdens no later run."""
        passed = frozenset(before.refused.get(listings_create.GUARD, ()) if self._scope.force else ())
        subjects = {sku_key(one.sku): sku_subject(one.sku) for one in facts.facts.candidates.ready}
        made = self._steps.handed_in - refused
        done = [subjects[key] for key in sorted(made) if subjects[key] not in passed]
        reports = facts.decided.judged.reports
        after = guards.remembered(before, {listings_create.GUARD: done}, reports, facts.facts.now)
        return guards.of_narrowed(after, before) if self._scope.narrowed else after
