"""What one run of `reprice` teaches the next, and what it tells of its reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bmsc.domain.ids import ListingId
from bmsc.domain.outcome import GuardReport, Result, Verdict
from bmsc.domain.plan import Alert
from bmsc.domain.repricing import Contest, KnownPrices, PriceMemory, Reprice
from bmsc.domain.scope import Scope
from bmsc.jobs.reprice_gather import Gathered
from bmsc.planners import guards, reprice, reprice_memory
from bmsc.planners.guards import GuardMemory
from bmsc.planners.reprice import Decided

_MAY_HAVE_HAPPENED = frozenset({Verdict.APPLIED, Verdict.UNKNOWN, Verdict.FAILED})


@dataclass(frozen=True)
class Lesson:
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
    for listing_id in lesson.gathered.facts.answers:
        if listing_id in found and listing_id not in unfinished:
            found[listing_id] = replace(found[listing_id], checked_at=lesson.gathered.facts.now)
    return found


def gone(lesson: Lesson, known: Mapping[ListingId, KnownPrices]) -> set[ListingId]:
    """Name the listings that Back Market no longer shows."""
    return set(known) - {listing.id for listing in lesson.gathered.facts.listings}


def guard_memory(lesson: Lesson, before: GuardMemory, scope: Scope) -> GuardMemory:
    """Give the guards' memory: what a person let through with --force does not count against later runs."""
    passed = set(before.refused.get(reprice.LOWERED, ())) if scope.force else set()
    cut = [
        one.action.subject
        for one in _of_prices(lesson)
        if one.outcome.verdict in _MAY_HAVE_HAPPENED
        and reprice.is_cut(one.action.facts, one.action.price.price)
        and one.action.subject not in passed
    ]
    after = guards.remembered(before, {reprice.LOWERED: cut}, lesson.reports, lesson.gathered.facts.now)
    if scope.narrowed:
        return replace(after, refused=before.refused)
    shown = reprice.held_for_a_person(lesson.decided)
    return replace(after, refused={**after.refused, **({reprice.HELD_PRICES: shown} if shown else {})})


def notes(gathered: Gathered, now: datetime) -> Iterator[str]:
    """Tell coverage and age: how many listings were compared with the market, and when the others last were."""
    queue, answers = gathered.worth_asking, gathered.facts.answers
    if not queue:
        yield "no listing is online with a minimum: competitors were not asked"
        return
    useful = sum(1 for one in answers.values() if one.contest is not Contest.UNKNOWN or one.rows is not None)
    share = 100 * useful // len(answers) if answers else 0
    yield f"asked about {len(answers)} of {len(queue)} listings; {useful} answers ({share} %) named a buybox"
    left = [listing_id for listing_id in queue if listing_id not in answers]
    if left:
        checks = [row.checked_at for one in left if (row := gathered.facts.known.get(one)) and row.checked_at]
        never = len(left) - len(checks)
        oldest = f"oldest check {int((now - min(checks)).total_seconds() // 60)} minutes ago" if checks else ""
        words = ", ".join(filter(None, (oldest, f"{never} never checked yet" if never else "")))
        yield f"{len(left)} listings left to the next runs: {words}"


def overdue(gathered: Gathered, now: datetime) -> tuple[Alert, ...]:
    """Give an alert when listings have not been compared with the market for a day."""
    left = [listing_id for listing_id in gathered.worth_asking if listing_id not in gathered.facts.answers]
    checks = [row.checked_at for one in left if (row := gathered.facts.known.get(one)) and row.checked_at]
    late = [now - check for check in checks if now - check >= reprice.UNCHECKED_ALERT]
    return (reprice.unchecked(reprice.UNCHECKED_ALERT, len(late)),) if late else ()


def _of_prices(lesson: Lesson) -> Iterator[PriceResult]:
    for result in lesson.results:
        if isinstance(result.action, Reprice):
            yield PriceResult(result.action, result.outcome)


@dataclass(frozen=True)
class PriceResult(Result):
    """The outcome of one price."""

    action: Reprice
