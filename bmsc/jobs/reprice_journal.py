"""What one run of `reprice` adds to the journal: how prices stand where that changed, and how far it reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import median_low

from bmsc.domain.ids import ListingId
from bmsc.domain.outcome import Verdict
from bmsc.domain.repricing import Contest, KnownPrices, Noted, PriceMemory, Reprice
from bmsc.jobs.ports import Journal
from bmsc.jobs.reprice_remember import Lesson
from bmsc.planners.reprice import Price

Rows = Mapping[ListingId, KnownPrices]


def keep(lesson: Lesson, before: Rows, after: Rows, journal: Journal) -> None:
    """Journal the standing of each price that stands otherwise than last noted, then the reach of the run.

    A price that this run wrote has its own line, which tells the same.
    """
    written = {
        (result.action.listing_id, result.action.price.locale)
        for result in lesson.results
        if isinstance(result.action, Reprice) and result.outcome.verdict is Verdict.APPLIED
    }
    for price in lesson.decided.prices:
        noted, facts = _noted(after, price), price.facts
        if noted and noted != _noted(before, price) and (facts.listing_id, facts.locale) not in written:
            journal.write("market", {"sku": facts.sku, "locale": facts.locale, **_plain(noted)})
    if lesson.gathered.worth_asking:
        journal.write("coverage", _reach(lesson, after))


def _plain(noted: Noted) -> dict[str, object]:
    return {name: value for name, value in noted._asdict().items() if value is not None}


def _noted(rows: Rows, price: Price) -> Noted | None:
    row = rows.get(price.facts.listing_id, KnownPrices())
    return row.markets.get(price.facts.locale, PriceMemory()).noted


def _reach(lesson: Lesson, after: Rows) -> dict[str, object]:
    """Count the listings worth a question, those asked now, and how all prices stood when last asked about."""
    worth, answers = lesson.gathered.worth_asking, lesson.gathered.facts.answers
    checks = sorted(row.checked_at for one in worth if (row := after.get(one)) and row.checked_at)
    noted = filter(None, (_noted(after, price) for price in lesson.decided.prices))
    standings = Counter(one.contest for one in noted if one.contest != Contest.NOT_ASKED)
    return {
        "worth_asking": len(worth),
        "asked": len(answers),
        "answered": sum(1 for one in answers.values() if one.rows is not None),
        "never_checked": len(worth) - len(checks),
        "oldest_check": checks[0] if checks else None,
        "median_check": median_low(checks) if checks else None,
        "standings": dict(standings),
    }
