"""Which changes of quantity are too much of the shop to be made without a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from bmsc.domain.ids import sku_subject
from bmsc.domain.listing_actions import GuardClass
from bmsc.domain.outcome import GuardReport
from bmsc.planners import guards
from bmsc.planners.guards import GuardMemory, Limit
from bmsc.planners.reckoning import Reckoning

if TYPE_CHECKING:
    from bmsc.domain.settings import GuardsSettings

_JUDGED = (GuardClass.ZEROED, GuardClass.SOLD_OUT, GuardClass.IN_DOUBT)


class Withheld(Struct, frozen=True):
    """The subjects whose quantity is left alone, and the reports that say so."""

    subjects: frozenset[str]
    reports: tuple[GuardReport, ...]


def judge(
    reckonings: Sequence[Reckoning],
    limits: GuardsSettings,
    memory: GuardMemory,
    *,
    now: datetime,
    force: bool,
    live_besides: int = 0,
) -> Withheld:
    """Judge each class; when one trips nothing is raised either, for raising would believe the same answers.

    `live_besides` counts live listings that were only counted, and are not among the reckonings.
    """
    classes = {name.value: _subjects(reckonings, name) for name in _JUDGED}
    shares = _limits(limits, _live(reckonings, memory, now) + live_besides)
    reports = guards.reports_of(classes, shares, memory, now=now, force=force)
    if reports:
        reports += _raises(reckonings, memory, force=force)
    return Withheld(frozenset(subject for report in reports for subject in report.subjects), tuple(reports))


def _subjects(reckonings: Sequence[Reckoning], name: GuardClass) -> list[str]:
    if name is GuardClass.IN_DOUBT:
        return [sku_subject(one.listing.sku) for one in reckonings if one.in_doubt and one.is_live]
    return [sku_subject(one.listing.sku) for one in reckonings if one.guard is name]


def _limits(limits: GuardsSettings, live: int) -> dict[str, Limit]:
    return {
        GuardClass.ZEROED.value: Limit(percent=limits.max_zeroed_percent, of=live),
        GuardClass.SOLD_OUT.value: Limit(percent=limits.max_sold_out_percent, of=live),
        GuardClass.IN_DOUBT.value: Limit(percent=limits.max_zeroed_percent, of=live),
    }


def _live(reckonings: Sequence[Reckoning], memory: GuardMemory, now: datetime) -> int:
    """Count what is live, and what was until we took it off sale: a drip must not shrink its own measure."""
    return len({sku_subject(one.listing.sku) for one in reckonings if one.is_live} | zeroed_lately(memory, now))


def zeroed_lately(memory: GuardMemory, now: datetime) -> frozenset[str]:
    """Name what we took off sale within the guards' window."""
    classes = (GuardClass.ZEROED.value, GuardClass.SOLD_OUT.value)
    done = (entry for name in classes for entry in memory.done.get(name, ()))
    return frozenset(subject for at, subject in done if now - at < guards.WINDOW)


def _raises(reckonings: Sequence[Reckoning], memory: GuardMemory, *, force: bool) -> list[GuardReport]:
    acknowledged = set(memory.refused.get(GuardClass.RAISED.value, ())) if force else set()
    raised = [sku_subject(one.listing.sku) for one in reckonings if one.raises]
    subjects = tuple(subject for subject in raised if subject not in acknowledged)
    if not subjects:
        return []
    words = "none while another class is withheld"
    return [GuardReport(GuardClass.RAISED.value, n=len(subjects), of=len(raised), limit=words, subjects=subjects)]
