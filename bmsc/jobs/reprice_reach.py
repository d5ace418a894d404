"""How far one run of `reprice` reached, how old the rest is, and whom a person should hear of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bmsc.domain.ids import ListingId
from bmsc.domain.plan import Alert
from bmsc.domain.repricing import KnownPrices
from bmsc.jobs.reprice_gather import Gathered

UNCHECKED_ALERT = timedelta(hours=24)
_RUN = "run"
_MOST_NAMED = 3


def notes(gathered: Gathered) -> Iterator[str]:
    """Tell coverage and age: how many listings were compared with the market, and when the others last were."""
    queue, answers = gathered.worth_asking, gathered.facts.answers
    if not queue:
        yield "no listing is online with a minimum: competitors were not asked"
        return
    useful = sum(1 for listing_id, one in answers.items() if one.names_buybox(listing_id))
    share = f" ({100 * useful // len(answers)} %)" if answers else ""
    silent = sum(1 for one in answers.values() if not one.believed)
    unheard = f", {silent} could not be had or believed" if silent else ""
    yield f"asked about {len(answers)} of {len(queue)} listings; {useful} answers{share} named a buybox{unheard}"
    left = [listing_id for listing_id in queue if listing_id not in answers]
    if left:
        yield f"{len(left)} listings left to the next runs: {_ages(gathered, left)}"


def alerts(gathered: Gathered) -> Iterator[Alert]:
    """Tell of a market that does not answer, and of listings not compared with it for a day."""
    if gathered.gave_up:
        left = sum(1 for one in gathered.worth_asking if one not in gathered.facts.answers)
        detail = f"{gathered.gave_up}; {left} listings were not asked about, their prices stay within their bounds"
        yield Alert(_RUN, "market_silent", detail)
    now = gathered.facts.now
    late = [(at, one) for one in _unheard(gathered) if (at := _row(gathered, one).answered_at) and _late(at, now)]
    if late:
        skus = {one.id: one.sku for one in gathered.facts.listings}
        oldest = [f"{skus[one]} ({_hours(now - at)} h)" for at, one in sorted(late)[:_MOST_NAMED]]
        words = f"{len(late)} listings have not been compared with the market for {_hours(UNCHECKED_ALERT)} hours"
        yield Alert(
            _RUN, "unchecked", f"{words} or more: {', '.join(oldest)}{' ...' if len(late) > len(oldest) else ''}"
        )


def _unheard(gathered: Gathered) -> Iterator[ListingId]:
    answers = gathered.facts.answers
    return (one for one in gathered.worth_asking if one not in answers or not answers[one].believed)


def _ages(gathered: Gathered, left: list[ListingId]) -> str:
    checks = [at for one in left if (at := _row(gathered, one).checked_at)]
    never = len(left) - len(checks)
    minutes = int((gathered.facts.now - min(checks)).total_seconds() // 60) if checks else 0
    oldest = f"oldest check {minutes} minutes ago" if checks else ""
    return ", ".join(filter(None, (oldest, f"{never} never checked yet" if never else "")))


def _row(gathered: Gathered, listing_id: ListingId) -> KnownPrices:
    return gathered.facts.known.get(listing_id, KnownPrices())


def _late(at: datetime, now: datetime) -> bool:
    return now - at >= UNCHECKED_ALERT


def _hours(age: timedelta) -> int:
    return int(age.total_seconds() // 3600)
