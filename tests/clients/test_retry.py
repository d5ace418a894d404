"""The retry table: which failed call is made again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bmsc.clients.retry import Attempt, BodyHints, Failure, delay_before_retry, hints_of

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
THROTTLE = {"Error": "Too many requests.", "RateLimitResetTime": "2026-03-02T15:00:42.9856571Z"}
CHALLENGE = {"errors": [{"code": "bot-need-challenge", "message": "Forbidden", "challengePath": "/x"}]}


def attempt(status: int | None = None, body: object = None, **facts: Any) -> Attempt:
    facts = {"repeatable": True, "number": 1, **facts}
    return Attempt(now=NOW, status=status, body=hints_of(status, body), **facts)


@pytest.mark.parametrize(
    ("case", "seconds"),
    [
        pytest.param(attempt(failure=Failure.NEVER_SENT), 1, id="connection refused"),
        pytest.param(attempt(failure=Failure.NEVER_SENT, number=3), 4, id="connection refused thrice"),
        pytest.param(attempt(failure=Failure.NEVER_SENT, number=4), None, id="four attempts are enough"),
        pytest.param(attempt(failure=Failure.UNTRUSTED), None, id="a bad certificate stays bad"),
        pytest.param(attempt(failure=Failure.TIMED_OUT), 1, id="timed out once"),
        pytest.param(attempt(failure=Failure.TIMED_OUT, number=2), None, id="timed out twice"),
        pytest.param(attempt(failure=Failure.CUT), 1, id="cut"),
        pytest.param(attempt(200, failure=Failure.GARBLED), 1, id="truncated JSON"),
        pytest.param(attempt(200, failure=Failure.HTML), 1, id="a web page as a yes"),
        pytest.param(attempt(404, failure=Failure.HTML), None, id="a web page as a no"),
        pytest.param(attempt(200, failure=Failure.TOO_LARGE), None, id="too large"),
        pytest.param(attempt(500), 1, id="500 without words"),
        pytest.param(attempt(500, {"Message": "An error has occurred."}), 1, id="500 with a set phrase"),
        pytest.param(attempt(500, {"Message": "Future date is not allowed."}), None, id="500 with a reason"),
        pytest.param(attempt(502, "<html>", failure=Failure.HTML), 1, id="502"),
        pytest.param(attempt(503, {"Message": "busy"}, number=2), 2, id="503"),
        pytest.param(attempt(504), 1, id="504"),
        pytest.param(attempt(408), 1, id="408"),
        pytest.param(attempt(400), None, id="400"),
        pytest.param(attempt(401), None, id="401"),
        pytest.param(attempt(404), None, id="404"),
        pytest.param(attempt(302), None, id="redirect"),
        pytest.param(attempt(409, {"Message": "in use"}), None, id="409 that is no throttling"),
        pytest.param(attempt(409, THROTTLE), pytest.approx(42.985657), id="409 with a reset time"),
        pytest.param(attempt(429, THROTTLE), pytest.approx(42.985657), id="429 with a reset time"),
        pytest.param(attempt(503, THROTTLE), pytest.approx(42.985657), id="503 with a reset time"),
        pytest.param(attempt(400, {"error": {"code": "E008"}}), 10, id="Back Market's own code"),
        pytest.param(attempt(429), 10, id="429 without a hint"),
        pytest.param(attempt(429, number=3), 40, id="429 thrice"),
        pytest.param(attempt(429, headers={"retry-after": "17"}), 17, id="Retry-After in seconds"),
        pytest.param(
            attempt(429, headers={"Retry-After": "Mon, 02 Mar 2026 15:00:30 GMT"}), 30, id="Retry-After as a date"
        ),
        pytest.param(attempt(429, headers={"Retry-After": "soon"}), 10, id="Retry-After as nonsense"),
        pytest.param(attempt(429, headers={"Retry-After": "0"}), 1, id="Retry-After at once"),
        pytest.param(attempt(429, headers={"Retry-After": "999999"}), 3600, id="Retry-After for ever"),
        pytest.param(attempt(429, {**THROTTLE, "RateLimitResetTime": "2020-01-01T00:00:00Z"}), 1, id="reset long ago"),
        pytest.param(attempt(429, {**THROTTLE, "RateLimitResetTime": 7}), 10, id="reset time as nonsense"),
        pytest.param(attempt(403, "<html>", failure=Failure.HTML), 10, id="edge block"),
        pytest.param(attempt(403, CHALLENGE), 10, id="edge challenge"),
        pytest.param(attempt(403, CHALLENGE, number=2), None, id="edge block twice"),
        pytest.param(attempt(403, {"Message": "no"}), None, id="403 that is no block"),
    ],
)
def test_reads(case: Attempt, seconds: float | None) -> None:
    assert delay_before_retry(case) == seconds


@pytest.mark.parametrize(
    ("case", "seconds"),
    [
        pytest.param(attempt(failure=Failure.NEVER_SENT, repeatable=False), 1, id="never sent"),
        pytest.param(attempt(409, THROTTLE, repeatable=False), pytest.approx(42.985657), id="throttled"),
        pytest.param(attempt(429, "<html>", repeatable=False), 10, id="429 of the edge"),
        pytest.param(attempt(failure=Failure.TIMED_OUT, repeatable=False), None, id="timed out"),
        pytest.param(attempt(failure=Failure.CUT, repeatable=False), None, id="cut"),
        pytest.param(attempt(500, repeatable=False), None, id="500"),
        pytest.param(attempt(502, repeatable=False), None, id="502"),
        pytest.param(attempt(200, failure=Failure.GARBLED, repeatable=False), None, id="garbled yes"),
        pytest.param(attempt(403, CHALLENGE, repeatable=False), None, id="edge block"),
        pytest.param(attempt(400, repeatable=False), None, id="400"),
    ],
)
def test_writes_are_repeated_only_when_nothing_was_done(case: Attempt, seconds: float | None) -> None:
    assert delay_before_retry(case) == seconds


def test_hints_of_odd_bodies() -> None:
    for body in (None, 7, [], ["x"], {"error": None}, {"errors": "x"}, {"errors": [7]}, {"error": ["E008"]}):
        hints = hints_of(403, body)
        assert not hints.throttled
        assert not hints.blocked
    assert hints_of(None, None) == BodyHints()
