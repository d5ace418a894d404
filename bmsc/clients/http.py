"""How one call reaches a platform: paced, authorised, repeated where that is safe, counted, and never logged whole."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Protocol

import requests
from msgspec import Struct, field
from requests.adapters import HTTPAdapter

from bmsc.clients import errands
from bmsc.clients.exchange import Call, Exchange, Limits, exchange
from bmsc.clients.governor import Governor
from bmsc.clients.lane import Clock, Lane
from bmsc.clients.retry import BLOCK_SECONDS, Attempt, BodyHints, Failure, delay_before_retry, hints_of
from bmsc.clients.verdicts import verdict
from bmsc.clients.waiting import WaitBudget
from bmsc.clients.workers import Place, Workers
from bmsc.errors import BmscError, RemoteUnavailable
from bmsc.jobs.stopping import StopSign

log = logging.getLogger("bmsc.http")
LONGEST_TURN_SECONDS = 60.0
"""A turn farther away than this is left to the next run: our share of requests is used up."""
NOTICED_SECONDS = 3.0
"""A person who waits longer than this wants to know why."""


class Credentials(Protocol):
    """What makes a platform know us."""

    def authorization(self, send: Send) -> str:
        """Give the header's value, logging in through `send` where that is needed."""
        ...

    def renewed(self, refused: str, send: Send) -> str | None:
        """Give another value after the platform refused one; None when there is no other."""
        ...

    @property
    def renew(self) -> str:
        """Tell a person which secret to renew, and where it stands."""
        ...

    def log_in(self, send: Send) -> None:
        """Prove the secret to the platform now, whatever token is at hand."""
        ...


Send = Callable[[Call], object]


class WriteForbidden(BmscError):
    """Something tried to write in a run that may only read: a bug, stopped just before the wire."""


def spread(delay: float) -> float:
    """Add up to a quarter at random, so that processes do not come back all at once."""
    return delay * (1 + random.random() / 4)  # noqa: S311 - spreads load, keeps no secret


def _unheard(_words: str) -> None:
    """Nobody watches."""


class Road(Struct, frozen=True):
    """What the way to a platform is made of, apart from who we are there."""

    clock: Clock
    waits: WaitBudget = field(default_factory=WaitBudget)
    pace: Governor | None = None
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    """What paces the paths that begin so once more, each kind for itself."""
    limits: Limits = field(default_factory=Limits)
    concurrency: int = 4
    workers: Workers | None = None
    """Who decides how many of those are under way at once; without it they all may be."""
    read_only: bool = False
    stop: StopSign = field(default_factory=StopSign)
    remark: Callable[[str], None] = _unheard
    """Tells a person who watches why it takes longer."""
    jitter: Callable[[float], float] = spread


class Http:
    """One platform's host: everything sent there goes through `send`."""

    def __init__(
        self, platform: str, base_url: str, *, credentials: Credentials, road: Road, headers: Mapping[str, str]
    ) -> None:
        self.platform = platform
        self.base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._road = road
        self._headers = {"Accept": "application/json", **headers}
        self._session = _session(road.concurrency)
        self._count_lock = threading.Lock()
        self.on_exchange: Callable[[Call, Exchange], None] = _nobody_watches
        """Called with every request and what came of it; for looking at the platform itself."""
        self.requests = 0
        """How many requests this process has sent to the platform, repeats and logins included."""

    @property
    def concurrency(self) -> int:
        """Tell how many calls may be under way at once."""
        return self._road.concurrency

    def slowed_to(self, path: str) -> float | None:
        """Tell how many requests a second a path is held to beyond our share; None when nothing slows it."""
        lane = self._lane_of(path)
        return None if lane is None else lane.per_second

    def send(self, call: Call) -> object:
        """Make a call and give the parsed answer, None for an empty one or a bare null.

        Raises the remote errors of `bmsc.errors`; `WriteForbidden` for a write on a read-only road.
        """
        if self._road.read_only and not call.repeatable:
            raise WriteForbidden(f"{self.platform}: {call.name} was stopped, this run may only read")
        if call.repeatable:
            self._road.stop.leave_if_asked()
        else:
            self._road.stop.writing_begins()
        if call.is_login:
            return self._until_answered(call, "")
        header = self._credentials.authorization(self.send)
        return self._until_answered(call, header)

    def log_in(self) -> None:
        """Prove our credentials afresh; raises CredentialsRefused."""
        self._credentials.log_in(self.send)

    def _until_answered(self, call: Call, header: str) -> object:
        number, renewed = 1, False
        while True:
            seen, hints = self._tried(call, header)
            if seen.succeeded and not hints.throttled:
                return seen.body
            if seen.status == 401 and not (call.is_login or renewed):
                fresh = self._credentials.renewed(header, self.send)
                if fresh is not None:
                    header, renewed = fresh, True
                    continue
            self._wait_before_retry(call, seen, hints, number)
            number += 1

    def _wait_before_retry(self, call: Call, seen: Exchange, hints: BodyHints, number: int) -> None:
        """Wait as the retry table says; raises what the exchange means when there is nothing to wait for."""
        attempt = Attempt(
            repeatable=call.repeatable,
            number=number,
            now=self._road.clock.now(),
            status=seen.status,
            failure=seen.failure,
            headers=seen.headers,
            body=hints,
        )
        delay = delay_before_retry(attempt)
        if hints.throttled or hints.blocked or seen.status == 429:
            self._hold_everybody(call, attempt.now + timedelta(seconds=delay or BLOCK_SECONDS))
        found = verdict(self.platform, call, seen, hints, renew=self._credentials.renew)
        if delay is None:
            raise found
        wait = self._road.jitter(delay)
        self._road.waits.spend(wait, found.message, now=attempt.now)
        log.info("%s %s: trying again in %.1f s", self.platform, call.name, wait)
        self._road.remark(f"{found.message}; trying again in {wait:.0f} s")
        self._road.clock.sleep(wait)
        if self._road.stop.is_set():
            self._road.stop.leave_if_asked()
            raise found

    def _hold_everybody(self, call: Call, until: datetime) -> None:
        lane = self._lane_of(call.path)
        if lane is not None and call.method == "GET":  # a write may be refused for the lines of the hour
            lane.blocked()
        for pace in (self._road.pace, lane):
            if pace is not None:
                pace.pause_until(until)

    def _lane_of(self, path: str) -> Lane | None:
        return next((lane for begin, lane in self._road.lanes.items() if path.startswith(begin)), None)

    def _tried(self, call: Call, header: str) -> tuple[Exchange, BodyHints]:
        workers = self._road.workers
        # The place first and the turn in it: who has a turn leaves at once, so that what is spaced stays spaced.
        with nullcontext(Place(call.name)) if workers is None else workers.place(call.name) as place:
            seen = self._once(call, header, place)
            hints = hints_of(seen.status, seen.body)
            place.throttled = hints.throttled or seen.status == 429
        return seen, hints

    def _once(self, call: Call, header: str, place: Place) -> Exchange:
        lane = self._lane_of(call.path)
        if lane is None:
            place.had_to_wait = self._wait_turn(call)
            return self._sent(call, header, place)
        with lane.turn(wait_first=lambda: self._wait_turn(call)):
            seen = self._sent(call, header, place)
            if seen.status == 429:
                # Before the turn ends: the next one would still be refused.
                lane.pause_until(self._road.clock.now() + timedelta(seconds=BLOCK_SECONDS))
            return seen

    def _sent(self, call: Call, header: str, place: Place) -> Exchange:
        with self._count_lock:
            self.requests += 1
        started = time.perf_counter()
        url = f"{self.base_url}{call.path}"
        seen = exchange(self._session, url, call, headers=self._headers_of(call, header), limits=self._road.limits)
        spent = time.perf_counter() - started
        place.seconds = spent if seen.succeeded or seen.failure is Failure.TIMED_OUT else None
        self.on_exchange(call, seen)
        log.debug("%s %s %s %.0f ms", self.platform, call.name, seen.status or seen.failure, spent * 1000)
        return seen

    def _wait_turn(self, call: Call) -> bool:
        """Wait for our share of requests; False when there was nothing to wait for."""
        if self._road.pace is None:
            return False
        wait = self._road.pace.take(patience=LONGEST_TURN_SECONDS)
        if wait > LONGEST_TURN_SECONDS:
            spent = f"{self.platform}: our share of requests is used up before {errands.of(call.name)}"
            message = f"{spent}, for {wait:.0f} s more"
            raise RemoteUnavailable(message, next_step="nothing; the next run tries again")
        if wait >= NOTICED_SECONDS:
            self._road.remark(f"{self.platform}: our share of requests is used up, going on in {wait:.0f} s")
        if wait > 0:
            self._road.clock.sleep(wait)
        return wait > 0

    def _headers_of(self, call: Call, header: str) -> dict[str, str]:
        headers = {**self._headers, **call.extra_headers}
        if header:
            headers["Authorization"] = header
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        return headers


def _nobody_watches(_call: Call, _seen: Exchange) -> None:
    """Let an exchange pass unseen."""


class _Straight(requests.Session):
    """A session that goes nowhere an answer sends it.

    Without this `requests` follows the address, or reads it and the whole body when told not to follow.
    """

    def get_redirect_target(self, _resp: requests.Response) -> str | None:
        """Name no other place."""
        return None


def _session(concurrency: int) -> requests.Session:
    session = _Straight()
    session.trust_env = False
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=concurrency, pool_block=True, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
