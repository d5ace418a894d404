"""What a run tells a person: its facts compared with what earlier runs have told already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from msgspec import Struct
from msgspec.structs import asdict, replace

from bmsc.domain.outcome import Attention, GuardReport, Outcome, Result, RunReport, Verdict
from bmsc.domain.papers import moment, whole
from bmsc.domain.plan import Alert, Hold, Plan
from bmsc.domain.runs import EVERY
from bmsc.domain.scope import Scope
from bmsc.domain.times import from_text, to_text
from bmsc.errors import ExitCode
from bmsc.jobs import recalling, remarks_memory
from bmsc.jobs.house import House
from bmsc.planners import attention
from bmsc.planners.attention import RUN, Remembered, Teller, Tellers
from bmsc.planners.guards import Judged
from bmsc.planners.remarks import Remarks

GUARDED = "guard:"
"""Begins the reason of a fact about a guard that withheld something."""
MOST_NAMED = 10
KEY = "attention"


class Told(Struct, frozen=True):
    """The facts of one run that need a person. With nothing read, no earlier fact counts as gone."""

    holds: tuple[Hold, ...] = ()
    alerts: tuple[Hold, ...] = ()
    nothing_was_read: bool = False


def recall(command: str, house: House) -> None:
    """Read what was told before: a run that could not report in the end must refuse before it writes."""
    remarks = _remarks(house)
    _previous(house, remarks)
    _tellers(command, house, remarks)


def of_run(command: str, plan: Plan, results: Sequence[Result], guards: Sequence[GuardReport]) -> Told:
    """Collect what a plan and its execution have to tell."""
    outcomes = [result.outcome for result in results]
    holds = (*plan.holds, *(outcome.hold for outcome in outcomes if outcome.hold))
    alerts = (
        *plan.alerts,
        *(replace(alert, passing=True) for outcome in outcomes for alert in outcome.alerts),
        *(_failure(result) for result in results if result.outcome.verdict is Verdict.FAILED),
        *(_withheld(command, guard) for guard in guards),
        *_overrun(results),
    )
    return Told(holds, alerts)


def only_planned(plan: Plan) -> tuple[Result, ...]:
    """Give the results of a plan that stops before its execution."""
    return tuple(Result(action, Outcome(Verdict.PLANNED)) for action in plan.actions)


def report(
    command: str,
    house: House,
    scope: Scope,
    judged: Judged,
    *,
    results: Sequence[Result],
    told: Told,
    exit_code: ExitCode,
) -> RunReport:
    """Put together all that one run tells."""
    now, remarks = house.clock.now(), _remarks(house)
    told = replace(told, alerts=(*told.alerts, *_mended(house)))
    facts = (*told.holds, *told.alerts)
    aged = attention.age(_previous(house, remarks), facts, now, _tellers(command, house, remarks) if facts else {})
    current = remarks.quieted(aged.current, now)
    whole = not (scope.narrowed or scope.dry_run or told.nothing_was_read)
    return RunReport(
        command=command,
        run_id=house.run_id,
        dry_run=scope.dry_run,
        started_at=house.started_at,
        finished_at=house.clock.now(),
        plan=judged.plan,
        results=tuple(results),
        holds=_of(told.holds, current),
        alerts=_of(told.alerts, current),
        resolved=aged.resolved if whole else (),
        requests=dict(house.requests()),
        guards=judged.reports,
        warnings=(*judged.plan.warnings, *house.warnings),
        exit_code=int(exit_code),
    )


def kept(house: House, scope: Scope, told: RunReport) -> dict[str, object]:
    """Journal what is new, and give the facts to keep; a narrowed run marks nothing as seen.

    What another command tells is kept only while it is seen: that command keeps it too.
    """
    section = house.memory.load()
    if scope.narrowed:
        return {KEY: section.get(KEY, {})}
    _journal(house, told)
    remarks = _remarks(house)
    previous = _previous(house, remarks)
    gone = {attention.key_of(one.subject, one.reason) for one in told.resolved}
    facts = [shown.fact for shown in (*told.holds, *told.alerts) if not getattr(shown.fact, "passing", False)]
    tellers = _tellers(told.command, house, remarks) if facts else {}
    current = attention.age(previous, facts, told.finished_at, tellers).remembered
    still = {key: fact for key, fact in previous.items() if key not in gone and not fact.told_by}
    return {KEY: {key: _to_plain(fact) for key, fact in (still | current).items()}}


def _remarks(house: House) -> Remarks:
    return remarks_memory.load(house.memory.load_other(remarks_memory.SECTION))


def _previous(house: House, remarks: Remarks) -> dict[str, Remembered]:
    return remarks.not_released(remembered(house.memory.load()))


def _tellers(command: str, house: House, remarks: Remarks) -> Tellers:
    """Collect what the other commands tell a person themselves."""
    found: defaultdict[str, list[Teller]] = defaultdict(list)
    for other in EVERY:
        facts = remembered(house.memory.load_other(other)) if other != command else {}
        for key, fact in remarks.not_released(facts).items():
            if not fact.told_by:
                found[key].append(Teller(other, fact))
    return found


def _journal(house: House, told: RunReport) -> None:
    for kind, some in (("hold", told.holds), ("alert", told.alerts)):
        for shown in (one for one in some if one.show):
            fact = shown.fact
            said = {"subject": fact.subject, "reason": fact.reason, "detail": fact.detail}
            passing = {"passing": True} if getattr(fact, "passing", False) else {}
            house.journal.write("attention", {"kind": kind, **said, "first_seen": shown.first_seen, **passing})
    for gone in told.resolved:
        said = {"subject": gone.subject, "reason": gone.reason}
        house.journal.write("resolved", {**said, "first_seen": gone.first_seen})


def _mended(house: House) -> Iterator[Alert]:
    if house.warnings:
        yield Alert(RUN, "memory", "; ".join(house.warnings), passing=True)


def _overrun(results: Sequence[Result]) -> Iterator[Alert]:
    """A run that was too late for everything would otherwise say nothing, run after run."""
    if results and all(result.outcome.verdict is Verdict.DEFERRED for result in results):
        yield Alert(RUN, "nothing_done", f"all {len(results)} actions were left to the next run", passing=True)


def _failure(result: Result) -> Alert:
    reason = f"{result.action.kind.value}_failed"
    return Alert(result.action.subject, reason, result.outcome.message, result.action.deadline())


def _withheld(command: str, guard: GuardReport) -> Alert:
    more = f" and {len(guard.subjects) - MOST_NAMED} more" if len(guard.subjects) > MOST_NAMED else ""
    named = ", ".join(guard.subjects[:MOST_NAMED]) + more
    told = f"{guard.n} of {guard.of}, limit {guard.limit}: withheld, {named}"
    steps = f"look with `bmsc {command} --dry-run`, pass exactly these with `bmsc {command} --force`"
    return Alert(RUN, f"{GUARDED}{guard.name}", f"{told}; {steps}")


def _of(facts: Iterable[Hold], aged: Sequence[Attention]) -> tuple[Attention, ...]:
    wanted = {attention.key_of(fact.subject, fact.reason) for fact in facts}
    return tuple(one for one in aged if attention.key_of(one.fact.subject, one.fact.reason) in wanted)


@recalling.of_memory("what was told to a person")
def remembered(section: Mapping[str, object]) -> dict[str, Remembered]:
    """Read the facts that a command's section remembers, by their key."""
    plain = cast("Mapping[str, Mapping[str, object]]", section.get(KEY, {}))
    return {key: _from_plain(fact) for key, fact in plain.items()}


def _to_plain(fact: Remembered) -> dict[str, object]:
    return asdict(fact) | {
        "first_seen": to_text(fact.first_seen),
        "last_shown": to_text(fact.last_shown),
        "deadline": to_text(fact.deadline),
    }


def _from_plain(plain: Mapping[str, object]) -> Remembered:
    return Remembered(
        subject=str(plain["subject"]),
        reason=str(plain["reason"]),
        detail=str(plain["detail"]),
        first_seen=moment(plain["first_seen"]),
        last_shown=moment(plain["last_shown"]),
        deadline=from_text(plain.get("deadline")),
        stage=whole(plain.get("stage", 0)),
        told_by=str(plain.get("told_by", "")),
    )
