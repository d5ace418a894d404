"""How a plan is carried out: stage by stage, chains side by side, one chain's steps in sequence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from threading import Lock

from bmsc.domain.outcome import Outcome, Result, Verdict
from bmsc.domain.plan import Action, Chain, Hold, Plan
from bmsc.errors import CredentialsRefused, OutcomeUnknown, Refused, RemoteError
from bmsc.jobs.house import House
from bmsc.planners.scrub import scrub

log = logging.getLogger("bmsc.run")
Perform = Callable[[Action, dict[str, object]], Outcome]

_GIVE_UP_AFTER = 3
"""So many subjects in a row that met an unreachable platform end the run's writing."""


class Executor:
    """Carries out one plan. `perform` does one action; what a chain learns is passed from step to step."""

    def __init__(self, perform: Perform, house: House) -> None:
        self._perform = perform
        self._house = house
        self._guard = Lock()
        self._proved: set[str] = set()
        self._unreachable_in_a_row = 0
        self._credentials_refused = False

    @property
    def credentials_refused(self) -> bool:
        """Say whether a platform refused our credentials on the way."""
        return self._credentials_refused

    def execute(self, plan: Plan) -> tuple[Result, ...]:
        """Do every chain of the plan and tell what became of each action, in the plan's order."""
        results: list[Result] = []
        ordered = sorted(plan.chains, key=lambda chain: chain.stage)
        with ThreadPoolExecutor(max_workers=self._house.concurrency) as workers:
            for _, stage in groupby(ordered, key=lambda chain: chain.stage):
                for done in workers.map(self._chain, stage):
                    results.extend(done)
        return tuple(results)

    def _chain(self, chain: Chain) -> Sequence[Result]:
        reason = self._why_not_start(chain)
        if reason:
            return [_deferred(action, reason) for action in chain.actions]
        with self._lock_of(chain):
            results = list(self._steps(chain))
        if chain.proves and all(result.outcome.goes_on for result in results):
            self._proved.add(chain.proves)
        return results

    def _steps(self, chain: Chain) -> Iterator[Result]:
        learned: dict[str, object] = {}
        actions = iter(chain.actions)
        for action in actions:
            if self._house.stop.is_set():
                yield _deferred(action, "interrupted")
                break
            outcome = self._attempt(action, learned)
            learned |= outcome.learned
            yield Result(action, outcome)
            if action.blocks and not outcome.goes_on:
                break
        for left in actions:
            yield _deferred(left, "waits for the step before it")

    def _attempt(self, action: Action, learned: dict[str, object]) -> Outcome:
        outcome = self._classified(action, learned)
        self._house.journal.write(
            action.kind.value,
            {"subject": action.subject, "detail": action.detail, "outcome": outcome.verdict.value}
            | {"message": outcome.message, "learned": dict(outcome.learned), **action.journaled()},
        )
        return outcome

    def _classified(self, action: Action, learned: dict[str, object]) -> Outcome:
        try:
            outcome = self._perform(action, learned)
        except OutcomeUnknown as unknown:
            return _unknown(action, _said(unknown, action))
        except Refused as refused:
            return Outcome(Verdict.FAILED, _said(refused, action))
        except RemoteError as error:
            return self._unreachable(error, action)
        with self._guard:
            self._unreachable_in_a_row = 0
        return outcome

    def _unreachable(self, error: RemoteError, action: Action) -> Outcome:
        with self._guard:
            self._unreachable_in_a_row += 1
            self._credentials_refused |= isinstance(error, CredentialsRefused)
        return Outcome(Verdict.FAILED, _said(error, action))

    def _why_not_start(self, chain: Chain) -> str:
        if self._house.stop.is_set():
            return "interrupted"
        if self._house.age_seconds() > self._house.no_new_subject_after_seconds:
            return f"the run is older than {self._house.no_new_subject_after_seconds} s: left to the next"
        if self._credentials_refused:
            return "credentials were refused"
        if self._unreachable_in_a_row >= _GIVE_UP_AFTER:
            return "the platform could not be reached several times in a row"
        if chain.needs and chain.needs not in self._proved:
            return f"waits for the first order in {chain.needs.rpartition(':')[2]} to be compared to the cent"
        return ""

    def _lock_of(self, chain: Chain) -> AbstractContextManager[object]:
        room, _, name = chain.subject.partition(":")
        if room != "order":
            return nullcontext()
        return self._house.order_locks.hold(int(name))


def _deferred(action: Action, reason: str) -> Result:
    return Result(action, Outcome(Verdict.DEFERRED, reason))


def _unknown(action: Action, said: str) -> Outcome:
    detail = f"{action.kind.value}: {said}; looked for again next run, never repeated blindly"
    return Outcome(Verdict.UNKNOWN, said, hold=Hold(action.subject, "outcome_unknown", detail))


def _said(error: RemoteError, action: Action) -> str:
    words = getattr(error, "words", "")
    said = f'{error.message}: "{words}"' if words else str(error)
    return scrub(said, action.private_strings())
