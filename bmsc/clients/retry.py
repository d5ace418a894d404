"""Whether a call that did not work out is made again, and after how many seconds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from msgspec import Struct, field

from bmsc.clients import moments, words

READ_ATTEMPTS = 4
TIMEOUT_ATTEMPTS = 2
"""A read that timed out has cost a minute already; a third one would cost the run."""
BLOCK_SECONDS = 10.0
"""Back Market's edge blocks for ten seconds (seller documentation, 2026)."""
LONGEST_SECONDS = 3600.0
"""SellerCloud's lock-out ends within the hour."""
SHORTEST_SECONDS = 1.0
_THROTTLE_CODES = frozenset({"E008"})


class Failure(StrEnum):
    """What went wrong below the level of a status."""

    NEVER_SENT = "the connection could not be made"
    UNTRUSTED = "the TLS certificate could not be verified"
    TIMED_OUT = "no answer in time"
    CUT = "the connection was cut before the answer was complete"
    HTML = "a web page came where JSON was expected"
    GARBLED = "the answer is not the JSON that was expected"
    TOO_LARGE = "the answer is larger than any believable one"


class BodyHints(Struct, frozen=True):
    """What the body of an answer tells about trying again."""

    throttled: bool = False
    resets_at: str = ""
    blocked: bool = False
    business: str = ""


class Attempt(Struct, frozen=True):
    """One attempt at a call and how it ended. `number` counts from 1.

    `repeatable` calls change nothing, or nothing that matters: all reads, and the login.
    """

    repeatable: bool
    number: int
    now: datetime
    status: int | None = None
    failure: Failure | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: BodyHints = field(default_factory=BodyHints)

    @property
    def held_off(self) -> bool:
        """Say whether the platform asks us to come back later; of a write that is believed with a 4xx only."""
        if self.status == 429:
            return True
        return self.body.throttled and (self.repeatable or is_refusal(self.status))


def is_refusal(status: int | None) -> bool:
    """Say whether a status tells that nothing was done."""
    return status is not None and 400 <= status < 500


def delay_before_retry(attempt: Attempt) -> float | None:
    """Give the least seconds to wait before the next attempt; None when there must be none.

    A write is repeated only when the platform surely did nothing: throttled, or never sent.
    """
    if attempt.number >= READ_ATTEMPTS:
        return None
    if attempt.held_off:
        return _after_throttle(attempt)
    if attempt.failure is Failure.NEVER_SENT:
        return _backoff(attempt.number)
    if not attempt.repeatable:
        return None
    if attempt.body.blocked:
        return BLOCK_SECONDS if attempt.number == 1 else None
    return _backoff(attempt.number) if _transient(attempt) else None


def hints_of(status: int | None, body: object) -> BodyHints:
    """Read a parsed JSON body, or the text of another, for what it tells about trying again."""
    return BodyHints(
        throttled=_is_throttle(body),
        resets_at=str(body.get("RateLimitResetTime") or "") if isinstance(body, Mapping) else "",
        blocked=status == 403 and _is_block(body),
        business=words.business(body),
    )


def _transient(attempt: Attempt) -> bool:
    if attempt.failure is Failure.TIMED_OUT:
        return attempt.number < TIMEOUT_ATTEMPTS
    if attempt.failure in (Failure.CUT, Failure.HTML, Failure.GARBLED) and _may_pass(attempt.status):
        return True
    if attempt.status == 500:
        return not attempt.body.business
    return attempt.status == 408 or (attempt.status is not None and attempt.status > 500)


def _may_pass(status: int | None) -> bool:
    return status is None or 200 <= status < 300 or status >= 500


def _after_throttle(attempt: Attempt) -> float:
    told = _until_reset(attempt)
    if told is None:
        told = _retry_after(attempt)
    default = BLOCK_SECONDS * 2 ** (attempt.number - 1)
    return default if told is None else min(max(told, SHORTEST_SECONDS), LONGEST_SECONDS)


def _until_reset(attempt: Attempt) -> float | None:
    moment = moments.read(attempt.body.resets_at)
    return (moment - attempt.now).total_seconds() if moment else None


def _retry_after(attempt: Attempt) -> float | None:
    headers = {name.casefold(): text for name, text in attempt.headers.items()}
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (moment - attempt.now).total_seconds() if moment.tzinfo else None


def _backoff(number: int) -> float:
    return float(2 ** (number - 1))


def _is_throttle(body: object) -> bool:
    """Recognise SellerCloud's throttle body, which comes as 409 or 429, and Back Market's code for it."""
    if not isinstance(body, Mapping):
        return False
    if "RateLimitResetTime" in body:
        return True
    error = body.get("error") or body.get("Error")
    if isinstance(error, Mapping):
        return str(error.get("code")) in _THROTTLE_CODES
    return isinstance(error, str) and error.casefold().startswith("too many requests")


def _is_block(body: object) -> bool:
    """Recognise the two documented faces of Cloudflare in front of Back Market."""
    if isinstance(body, str):
        return words.is_html(body)
    errors = body.get("errors") if isinstance(body, Mapping) else None
    if not isinstance(errors, list):
        return False
    return any(isinstance(error, Mapping) and error.get("code") == "bot-need-challenge" for error in errors)
