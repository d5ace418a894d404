"""Which products become listings now, in which batches, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.creations import CreateListing, Defect, NewListing, Readiness, Setback, SubmitBatch, batch_subject
from bmsc.domain.ids import SkuKey, sku_key, sku_subject
from bmsc.domain.outcome import GuardReport
from bmsc.domain.plan import Chain, Hold, Plan, Skip
from bmsc.planners import guards, open_batches, setbacks
from bmsc.planners.creation_facts import CreateFacts
from bmsc.planners.guards import GuardMemory, Judged, Limit
from bmsc.planners.open_batches import Followed
from bmsc.planners.setbacks import Sorted

if TYPE_CHECKING:
    from bmsc.domain.settings import Settings

GUARD = "created_listings"
MOST_LINES = 15_000
"""Back Market's own bound of one CSV (seller documentation, 2026)."""
INCOMPLETE, BAD_CELL, LATER = "incomplete", "bad_cell", "no_lines_left"


class Decided(Struct, frozen=True):
    """The judged plan, and what the next run must know."""

    judged: Judged
    followed: Followed
    setbacks: Sorted


def decide(facts: CreateFacts, settings: Settings, memory: GuardMemory, *, force: bool) -> Decided:
    """Decide every candidate: open batches first, then what is ready, within guard and budget."""
    ready = setbacks.keys(facts.candidates.ready)
    if facts.narrowed:
        followed = open_batches.left_alone(facts.batches, ready.keys())
    else:
        batches = [open_batches.as_priced_now(batch, ready) for batch in facts.batches]
        followed = open_batches.follow(batches, facts.shelved.met, facts.now)
    kept = setbacks.sort(facts.memory.setbacks, ready, facts.shelved.met, facts.now)
    no_candidates = facts.shelved.taken | followed.in_hand | kept.kept.keys()
    fresh = [one for key, one in ready.items() if key not in no_candidates]
    reports = _judge(fresh, settings, memory, facts, force=force)
    withheld = {subject for report in reports for subject in report.subjects}
    passed = sorted(
        (one for one in fresh if sku_subject(one.sku) not in withheld),
        key=lambda one: (sku_key(one.sku) in kept.lapsed, one.sku),
    )
    others: tuple[Skip | Hold, ...] = (*followed.skips, *kept.skips, *kept.holds, *facts.candidates.left_out)
    readiness = Readiness(facts.candidates.defects, tuple(fresh), others)
    now, later = _within(passed, facts.room)
    plan = Plan(
        chains=(*followed.chains, *_batches(now, kept.lapsed, settings)),
        skips=(*followed.skips, *kept.skips, *facts.candidates.left_out, *_incomplete(facts), *_later(later)),
        holds=(*followed.holds, *kept.holds, *_bad_cells(facts)),
        warnings=facts.candidates.warnings,
        notes=tuple(filter(None, [readiness.summary()])),
        readiness=readiness,
    )
    return Decided(Judged(plan, tuple(reports)), followed, kept)


def _judge(
    fresh: Sequence[NewListing], settings: Settings, memory: GuardMemory, facts: CreateFacts, *, force: bool
) -> list[GuardReport]:
    """Judge all that is ready, not only what this hour has room for: a flood is refused before its first hour."""
    limit = Limit(count=settings.guards.max_created_listings, of=len(fresh))
    subjects = [sku_subject(one.sku) for one in fresh]
    return guards.reports_of({GUARD: subjects}, {GUARD: limit}, memory, now=facts.now, force=force)


def _within(wanted: Sequence[NewListing], room: int) -> tuple[list[NewListing], list[NewListing]]:
    now: list[NewListing] = []
    for one in wanted:
        room -= one.lines
        if room < 0:
            break
        now.append(one)
    return now, list(wanted[len(now) :])


def _batches(wanted: Iterable[NewListing], lapsed: Mapping[SkuKey, Setback], settings: Settings) -> Iterator[Chain]:
    """Hand in one batch a market, whose prices Back Market reads as that market's, and those that failed apart."""
    places = {market.locale: place for place, market in enumerate(settings.markets)}

    def room(one: NewListing) -> int:
        return setbacks.most_beside(lapsed.get(sku_key(one.sku)), MOST_LINES)

    ordered = sorted(wanted, key=lambda one: (places[one.home.locale], -room(one)))
    for (locale, most), group in groupby(ordered, key=lambda one: (one.home.locale, room(one))):
        rows = tuple(group)
        yield from (_batch(locale, rows[start : start + most], most) for start in range(0, len(rows), most))


def _batch(locale: str, rows: tuple[NewListing, ...], most: int) -> Chain:
    subject = batch_subject(locale)
    submit = SubmitBatch(subject, f"{len(rows)} listing{'s' * (len(rows) > 1)} in one CSV", locale, rows)
    actions = (submit, *(CreateListing(sku_subject(row.sku), row.told(), row) for row in rows))
    return Chain(subject, actions, stage=1 if most == MOST_LINES else 2)


def _incomplete(facts: CreateFacts) -> Iterator[Skip]:
    for sku, found in _by_sku(facts.candidates.defects):
        if all(defect.found is None for defect in found):
            yield Skip(sku_subject(sku), INCOMPLETE, "; ".join(map(str, found)))


def _bad_cells(facts: CreateFacts) -> Iterator[Hold]:
    for sku, found in _by_sku(facts.candidates.defects):
        if any(defect.found is not None for defect in found):
            yield Hold(sku_subject(sku), BAD_CELL, "; ".join(map(str, found)))


def _by_sku(defects: Iterable[Defect]) -> Iterator[tuple[str, list[Defect]]]:
    for sku, found in groupby(defects, key=lambda defect: defect.sku):
        yield sku, list(found)


def _later(wanted: Iterable[NewListing]) -> Iterator[Skip]:
    detail = "ready; the hour's listing lines are used up: created in a later run"
    return (Skip(sku_subject(one.sku), LATER, detail) for one in wanted)
