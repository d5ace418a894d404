"""What one run of `listings sync` teaches the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bmsc.domain.ids import ListingId
from bmsc.domain.listing_actions import SetQuantity
from bmsc.domain.listings import KnownListing
from bmsc.domain.outcome import GuardReport, Result, Verdict
from bmsc.domain.scope import Scope
from bmsc.jobs.listings_gather import Gathered
from bmsc.planners import guards
from bmsc.planners.guards import GuardMemory
from bmsc.planners.listing_facts import SyncMemory
from bmsc.planners.listings_sync import PRICE_CLASS, Reckoned, price_holds

_MAY_HAVE_HAPPENED = frozenset({Verdict.APPLIED, Verdict.UNKNOWN, Verdict.FAILED})


@dataclass(frozen=True)
class Lesson:
    """All that a run has seen and done."""

    gathered: Gathered
    reckoned: Reckoned
    reports: Sequence[GuardReport]
    results: Sequence[Result]


def rows(lesson: Lesson, noted: Mapping[ListingId, KnownListing]) -> dict[ListingId, KnownListing]:
    """Give the row of every listing; `noted` already holds what was written in this run."""
    written = {
        result.action.listing_id
        for result in lesson.results
        if isinstance(result.action, SetQuantity) and result.outcome.verdict in _MAY_HAVE_HAPPENED
    }
    found = {}
    for one in lesson.reckoned.listings:
        listing = one.listing
        row = noted.get(listing.id, KnownListing())
        seen = row.seen if listing.id in written or listing.quantity is None else listing.quantity
        fallen = lesson.reckoned.falls.get(listing.id)
        row = replace(row, managed=row.managed or bool(one.enabled), seen=seen, falls=fallen.falls if fallen else ())
        if one.terms is not None:
            row = replace(row, available=one.terms.available, uncounted=one.terms.uncounted)
        found[listing.id] = row
    return found


def gone(lesson: Lesson, known: Mapping[ListingId, KnownListing]) -> set[ListingId]:
    """Name the listings that Back Market no longer shows."""
    return set(known) - {one.listing.id for one in lesson.reckoned.listings}


def section(lesson: Lesson) -> SyncMemory:
    """Give the orders to follow, and when listings were read."""
    return SyncMemory(lesson.reckoned.followed.orders, lesson.gathered.listings_read_at)


def guard_memory(lesson: Lesson, before: GuardMemory, scope: Scope) -> GuardMemory:
    """Give the guards' memory, with the price moves a person was shown; a narrowed run shows nothing anew."""
    after = guards.remembered(before, _done(lesson), lesson.reports, lesson.gathered.facts.now)
    if scope.narrowed:
        return replace(after, refused=before.refused)
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
