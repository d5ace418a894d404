"""The road of one run, written once for all commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec.structs import replace

from bmsc.domain.outcome import GuardReport, Result, RunReport, Verdict
from bmsc.domain.plan import Alert, Plan
from bmsc.domain.scope import Scope
from bmsc.errors import ExitCode, RemoteError
from bmsc.jobs import telling
from bmsc.jobs.executor import Executor
from bmsc.jobs.house import House
from bmsc.jobs.job import Job
from bmsc.planners.attention import RUN
from bmsc.planners.guards import Judged

Facts = TypeVar("Facts")


def run(job: Job[Facts], house: House, scope: Scope) -> RunReport:
    """Take a job down the road: gather, plan, guard, execute, remember, report.

    A platform that cannot be read ends the run with a report that says so: nothing was written.
    """
    telling.recall(job.command, house)
    try:
        facts = job.gather()
        judged = job.plan(facts)
    except RemoteError as error:
        return _unread(job, house, scope, error)
    if scope.dry_run:
        return _report(job, house, scope, judged, telling.only_planned(judged.plan))
    for settlement in job.settlements(facts):
        house.intents.settle(settlement.intent_id, settlement.how, settlement.learned)
    executor = Executor(job.perform, house)
    results = executor.execute(judged.plan)
    report = _report(job, house, scope, judged, results)
    if executor.credentials_refused and report.exit_code == ExitCode.PARTIAL:
        report = replace(report, exit_code=int(ExitCode.CREDENTIALS))
    house.memory.save({**job.remember(facts, results), **telling.kept(house, scope, report)})
    house.intents.compact()
    return report


def _report(job: Job[Facts], house: House, scope: Scope, judged: Judged, results: Sequence[Result]) -> RunReport:
    exit_code = _exit_code(house, results, judged.reports)
    told = telling.of_run(job.command, judged.plan, results, judged.reports)
    return telling.report(job.command, house, scope, judged, results=results, told=told, exit_code=exit_code)


def _unread(job: Job[Facts], house: House, scope: Scope, error: RemoteError) -> RunReport:
    outage = Alert(RUN, error.exit_code.name.lower(), str(error))
    told = telling.Told(alerts=(outage,), nothing_was_read=True)
    report = telling.report(job.command, house, scope, Judged(Plan()), results=(), told=told, exit_code=error.exit_code)
    if not (scope.dry_run or scope.narrowed):
        house.memory.save({**house.memory.load(), **telling.kept(house, scope, report)})
    return report


def _exit_code(house: House, results: Sequence[Result], guards: Sequence[GuardReport]) -> ExitCode:
    verdicts = {result.outcome.verdict for result in results}
    if house.stop.is_set():
        return ExitCode.INTERRUPTED
    if guards:
        return ExitCode.GUARD
    return ExitCode.PARTIAL if verdicts & {Verdict.FAILED, Verdict.UNKNOWN} else ExitCode.DONE
