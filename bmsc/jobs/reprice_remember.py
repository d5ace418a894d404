"""What one run of `reprice` teaches the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import ListingId
from bmsc.domain.outcome import GuardReport, Result, Verdict
from bmsc.domain.repricing import KnownPrices, PriceMemory, Reprice
from bmsc.domain.scope import Scope
from bmsc.jobs.reprice_gather import Gathered
from bmsc.planners import guards, reprice, reprice_memory
from bmsc.planners.guards import GuardMemory
from bmsc.planners.reprice import Decided

_MAY_HAVE_HAPPENED = frozenset({Verdict.APPLIED, Verdict.UNKNOWN, Verdict.FAILED})


class Lesson(Struct, frozen=True):
    """All that a run has seen and done."""

    gathered: Gathered
    decided: Decided
    reports: Sequence[GuardReport]
    results: Sequence[Result]


def rows(lesson: Lesson, noted: Mapping[ListingId, KnownPrices]) -> dict[ListingId, KnownPrices]:
    """Give the row of every listing; `noted` already holds what was written in this run."""
    unfinished = {one.action.listing_id for one in _of_prices(lesson) if one.outcome.verdict is Verdict.DEFERRED}
    found = dict(noted)
    for price in lesson.decided.prices:
        facts = price.facts
        row = found.get(facts.listing_id, KnownPrices())
        memory = reprice_memory.seen(row.markets.get(facts.locale, PriceMemory()), facts, price.decision)
        found[facts.listing_id] = replace(row, markets={**row.markets, facts.locale: memory})
    asked = lesson.gathered.facts.answers.keys() - unfinished
    for listing_id in lesson.gathered.worth_asking:
        found[listing_id] = _compared(found[listing_id], listing_id, lesson.gathered, asked=listing_id in asked)
    return found


def _compared(row: KnownPrices, listing_id: ListingId, gathered: Gathered, *, asked: bool) -> KnownPrices:
    """Add when the listing was asked about and answered for; the wait for a first answer begins now."""
    answer, now = gathered.facts.answers.get(listing_id), gathered.facts.now
    heard = answer is not None and answer.believed
    return replace(
        row,
        checked_at=now if asked else row.checked_at,
        answered_at=now if heard or row.answered_at is None else row.answered_at,
    )


def gone(lesson: Lesson, known: Mapping[ListingId, KnownPrices]) -> set[ListingId]:
    """Name the listings that Back Market no longer shows."""
    return set(known) - {listing.id for listing in lesson.gathered.facts.listings}


def guard_memory(lesson: Lesson, before: GuardMemory, scope: Scope) -> GuardMemory:
    """Give the guards' memory: what a person let through with --force does not count against later runs."""
    cut = [
        one.action.subject
        for one in _of_prices(lesson)
        if one.outcome.verdict in _MAY_HAVE_HAPPENED
        and reprice.is_cut(one.action.facts, one.action.price.price)
        and not one.action.acknowledged
    ]
    after = guards.remembered(before, {reprice.LOWERED: cut}, lesson.reports, lesson.gathered.facts.now)
    if scope.narrowed:
        return guards.of_narrowed(after, before)
    shown = reprice.held_for_a_person(lesson.decided)
    return replace(after, refused={**after.refused, **({reprice.HELD_PRICES: shown} if shown else {})})


def _of_prices(lesson: Lesson) -> Iterator[PriceResult]:
    for result in lesson.results:
        if isinstance(result.action, Reprice):
            yield PriceResult(result.action, result.outcome)


class PriceResult(Result, frozen=True):
    """The outcome of one price."""

    action: Reprice
