"""What one run of `listings sync` teaches the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bmsc.domain.ids import ListingId
from bmsc.domain.lines import USED_UP
from bmsc.domain.listing_actions import SetQuantity
from bmsc.domain.listings import KnownListing
from bmsc.domain.outcome import GuardReport, Result, Verdict
from bmsc.domain.scope import Scope
from bmsc.jobs.listings_gather import Gathered
from bmsc.planners import guards
from bmsc.planners.guards import GuardMemory
from bmsc.planners.listing_facts import SyncMemory
from bmsc.planners.listings_sync import PRICE_CLASS, Reckoned, price_holds
from bmsc.planners.quiet import known_after
from bmsc.planners.reckoning import Rule

_MAY_HAVE_HAPPENED = frozenset({Verdict.APPLIED, Verdict.UNKNOWN, Verdict.FAILED})


class Lesson(Struct, frozen=True):
    """All that a run has seen and done."""

    gathered: Gathered
    reckoned: Reckoned
    reports: Sequence[GuardReport]
    results: Sequence[Result]


def rows(lesson: Lesson, noted: Mapping[ListingId, KnownListing]) -> dict[ListingId, KnownListing]:
    """Give the row of every listing that may have changed; `noted` already holds what was written in this run.

    No row is ever dropped: Back Market deletes no listing, and its lists leave out some that come back.
    """
    written = {
        result.action.listing_id
        for result in lesson.results
        if isinstance(result.action, SetQuantity) and result.outcome.verdict in _MAY_HAVE_HAPPENED
    }
    found = dict(lesson.reckoned.quiet.known)
    for one in lesson.reckoned.listings:
        listing = one.listing
        row = noted.get(listing.id, KnownListing())
        after = known_after(one, row, lesson.reckoned.falls.get(listing.id))
        found[listing.id] = replace(after, seen=row.seen) if listing.id in written else after
    return found


def section(lesson: Lesson) -> SyncMemory:
    """Give the orders to follow, when listings were read and how fast, and how much was left unwritten."""
    gathered = lesson.gathered
    measured = gathered.partial.pages_per_second if gathered.partial is not None else None
    pace = measured or gathered.facts.memory.pages_per_second
    left = gathered.facts.memory.lines_left if gathered.facts.narrowed else _lines_left(lesson)
    return SyncMemory(lesson.reckoned.followed.orders, gathered.listings_read_at, pace, left)


def _lines_left(lesson: Lesson) -> int:
    outcomes = [result.outcome for result in lesson.results]
    deferred = sum(one.verdict is Verdict.DEFERRED and one.message != USED_UP for one in outcomes)
    return deferred + sum(one.rule is Rule.STALE for one in lesson.reckoned.listings)


def guard_memory(lesson: Lesson, before: GuardMemory, scope: Scope) -> GuardMemory:
    """Give the guards' memory, with the price moves a person was shown; a narrowed run shows nothing anew."""
    after = guards.remembered(before, _done(lesson), lesson.reports, lesson.gathered.facts.now)
    if scope.narrowed:
        return guards.of_narrowed(after, before)
    shown = price_holds(lesson.reckoned)
    return replace(after, refused={**after.refused, **({PRICE_CLASS: shown} if shown else {})})


def _done(lesson: Lesson) -> dict[str, list[str]]:
    done: dict[str, list[str]] = {}
    for result in lesson.results:
        action = result.action
        if not isinstance(action, SetQuantity) or action.guard is None:
            continue
        if result.outcome.verdict in _MAY_HAVE_HAPPENED:
            done.setdefault(action.guard.value, []).append(action.subject)
    return done
