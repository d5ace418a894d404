"""Which exception an answer that was no success becomes, for a read and for a write."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bmsc.clients import errands, words
from bmsc.clients.exchange import Call, Exchange
from bmsc.clients.retry import BodyHints, Failure, is_refusal
from bmsc.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RemoteError,
    RemoteMisbehaved,
    RemoteUnavailable,
)

NEXT_RUN = "nothing; the next run tries again"
_CHECK_ROAD = "if it lasts, check this machine's network and base_url in the configuration, then: bmsc doctor"
_CHECK_TRUST = "check this machine's clock and CA certificates and base_url in the configuration, then: bmsc doctor"
_READ_LATER = "nothing; later runs read what became of it before anything is written again"
_NOT_SENT = {Failure.NEVER_SENT: _CHECK_ROAD, Failure.UNTRUSTED: _CHECK_TRUST}
_BELIEVE_NOTHING = "if it lasts, compare base_url in the configuration, then: bmsc doctor"
_GIVE_RIGHT = "give this user or token the right to do it, then: bmsc doctor"
_ABSENT = re.compile(r"(could|can) ?not (be )?f(i|ou)nd|not found|does not exist", re.IGNORECASE)
"""SellerCloud answers a read of a missing record with 500 and such a sentence."""
_PLAIN = re.compile(r"[^A-Za-z0-9._:-]")


def verdict(platform: str, call: Call, seen: Exchange, hints: BodyHints, *, renew: str) -> RemoteError:
    """Judge an exchange that did not succeed; the platform's words are quoted for reads only.

    `renew` says which secret a person renews when the platform does not accept ours.

    What a platform says about a write may repeat the buyer's strings: those words travel apart, in `.words`.
    """
    story = _Story(platform, call, seen, hints)
    if seen.status is None:
        return story.no_answer()
    if story.held_off:
        return story.not_now()
    if 300 <= seen.status < 400:
        return story.redirected()
    if seen.status == 401 or (call.is_login and _refuses_login(seen, hints)):
        return CredentialsRefused(story.told("does not accept our credentials"), next_step=renew)
    return story.of_read() if call.repeatable else story.of_write()


def reference(seen: Exchange) -> str:
    """Give what the platform's support asks for: the request id, or Cloudflare's ray."""
    ray = seen.headers.get("cf-ray", "")
    number = seen.body.get("requestId") if isinstance(seen.body, dict) else None
    named = [("cf-ray", ray), ("request", number)]
    return ", ".join(f"{name} {_PLAIN.sub('', str(value))[:64]}" for name, value in named if value)


class _Story:
    """One failed exchange, told in each of its possible meanings."""

    def __init__(self, platform: str, call: Call, seen: Exchange, hints: BodyHints) -> None:
        self._platform = platform
        self._call = call
        self._seen = seen
        self._hints = hints

    @property
    def held_off(self) -> bool:
        throttled = self._hints.throttled and (self._call.repeatable or is_refusal(self._seen.status))
        return throttled or self._hints.blocked or self._seen.status == 429

    def told(self, what: str) -> str:
        status = f" ({self._seen.status})" if self._seen.status else ""
        said = f': "{words.readable(self._seen.body)}"' if self._quotable else ""
        return f"{self._platform} {what}{status} while {errands.of(self._call.name)}{said} [{self._reference()}]"

    def _reference(self) -> str:
        return ", ".join(filter(None, (self._call.name, reference(self._seen))))

    @property
    def _quotable(self) -> bool:
        """Only the words of a read that is not about orders: the others may quote a buyer."""
        about_orders = "/orders" in self._call.template.casefold()
        return self._call.repeatable and not about_orders and bool(words.readable(self._seen.body))

    def no_answer(self) -> RemoteError:
        failure = self._seen.failure or Failure.CUT
        cause = f" ({self._seen.cause})" if self._seen.cause else ""
        message = f"{self._platform}: {failure}{cause} while {errands.of(self._call.name)} [{self._reference()}]"
        if failure in _NOT_SENT:
            return RemoteUnavailable(message, next_step=_NOT_SENT[failure])
        if self._call.repeatable:
            return RemoteUnavailable(message, next_step=NEXT_RUN)
        return OutcomeUnknown(message, next_step=_READ_LATER)

    def not_now(self) -> RemoteError:
        if not self._hints.blocked:
            return RemoteUnavailable(self.told("throttles us"), next_step=NEXT_RUN)
        step = "if it lasts, quote the cf-ray to your contact at Back Market; the next run tries again"
        return RemoteUnavailable(self.told("blocks us at its edge"), next_step=step)

    def redirected(self) -> RemoteError:
        host = _PLAIN.sub("", _host_in(self._seen.headers.get("Location", "")))[:120]
        message = self.told(f"sends us elsewhere, to {host or 'an unnamed place'}")
        if self._call.repeatable:
            return RemoteMisbehaved(message, next_step=_BELIEVE_NOTHING)
        # Many a server does what a form asked for, and then sends the sender on to the result.
        return OutcomeUnknown(message, next_step=_READ_LATER)

    def of_read(self) -> RemoteError:
        status = self._seen.status or 0
        if self._seen.failure is not None and status < 500 and status != 408:
            return self._unreadable()
        if status == 404 or (status == 500 and _ABSENT.search(self._hints.business)):
            return NotFound(self.told("does not know the subject"))
        if status == 403:
            return CredentialsRefused(self.told("does not allow it"), next_step=_GIVE_RIGHT)
        if status >= 500 or status == 408:
            return RemoteUnavailable(self.told("failed"), next_step=NEXT_RUN)
        return RemoteMisbehaved(self.told("answered something unexpected"), next_step=_BELIEVE_NOTHING)

    def _unreadable(self) -> RemoteError:
        failure = self._seen.failure or Failure.GARBLED
        return RemoteMisbehaved(self.told(f"cannot be believed, {failure}"), next_step=_BELIEVE_NOTHING)

    def of_write(self) -> RemoteError:
        status = self._seen.status or 0
        if 400 <= status < 500 and status != 408:
            if self._seen.failure is Failure.HTML:
                return RemoteMisbehaved(self.told("answered with a web page"), next_step=_BELIEVE_NOTHING)
            said = self._hints.business or words.readable(self._seen.body)
            step = "see the reason, mend it there"
            return Refused(self.told("refused"), words=said, next_step=step, status=status)
        # SellerCloud reports business failures as 500 with a sentence; no other 5xx speaks of the write itself.
        said = self._hints.business if status == 500 else ""
        message = self.told("left us not knowing whether it was done")
        return OutcomeUnknown(message, words=said, next_step=_READ_LATER)


def _host_in(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _refuses_login(seen: Exchange, hints: BodyHints) -> bool:
    """SellerCloud names wrong credentials in words; the status that carries them is not documented."""
    if seen.failure is Failure.HTML:
        return False
    return 400 <= (seen.status or 0) < 500 or "password" in hints.business.casefold()
