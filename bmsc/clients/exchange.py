"""What came back when one request was sent, before anybody judges it."""

from __future__ import annotations

import time
from collections.abc import Mapping

import requests
from msgspec import Struct, field
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from bmsc.clients import json_text, words
from bmsc.clients.retry import Failure

_CHUNK_BYTES = 65_536
_PATIENCE_FACTOR = 3
"""A body that still drips in after this many read timeouts counts as no answer."""


class Call(Struct, frozen=True):
    """One request by intent. `template` is what logs and messages may show of the path."""

    method: str
    path: str
    template: str
    query: tuple[tuple[str, str], ...] = ()
    body: object = None
    empty_answer: bool = False
    """Whether the platform is known to answer this call with nothing."""
    is_login: bool = False
    extra_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def repeatable(self) -> bool:
        """Say whether doing it twice changes nothing that matters."""
        return self.method == "GET" or self.is_login

    @property
    def name(self) -> str:
        """Name the call for logs and messages."""
        return f"{self.method} {self.template}"


class Exchange(Struct, frozen=True):
    """An answer, or the lack of one. `body` is parsed JSON, the text of anything else, or None when empty."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    failure: Failure | None = None
    cause: str = ""
    """What this machine itself says of a failure, such as "Connection refused"; empty when it says nothing."""

    @property
    def succeeded(self) -> bool:
        """Say whether the platform said yes in a form that can be read."""
        return self.status is not None and 200 <= self.status < 300 and self.failure is None


class Limits(Struct, frozen=True):
    """How long and how much one answer may be."""

    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    body_bytes: int = 64_000_000


def exchange(
    session: requests.Session, url: str, call: Call, *, headers: Mapping[str, str], limits: Limits
) -> Exchange:
    """Send one request once and take in its answer; never raises for what the network does."""
    try:
        with session.request(
            call.method,
            url,
            params=list(call.query),
            data=None if call.body is None else json_text.write(call.body).encode("ascii"),
            headers=dict(headers),
            timeout=(limits.connect_seconds, limits.read_seconds),
            stream=True,
        ) as response:
            return _taken_in(response, call, limits)
    except requests.RequestException as error:
        return Exchange(failure=_failure_of(error), cause=_cause_of(error))


class _Text(str):
    """A body that is neither JSON nor a web page."""

    __slots__ = ()


def _taken_in(response: requests.Response, call: Call, limits: Limits) -> Exchange:
    status, headers = response.status_code, response.headers
    try:
        content = _content(response, limits)
    except (requests.RequestException, HTTPError) as error:
        return Exchange(status, headers, failure=_failure_of(error))
    if isinstance(content, Failure):
        return Exchange(status, headers, failure=content)
    if not content.strip():
        said_yes = 200 <= status < 300
        return Exchange(status, headers, failure=Failure.GARBLED if said_yes and not call.empty_answer else None)
    body, failure = _understood(content, headers.get("Content-Type", ""))
    if isinstance(body, _Text) and 200 <= status < 300:
        body, failure = None, Failure.GARBLED
    return Exchange(status, headers, body, failure)


def _content(response: requests.Response, limits: Limits) -> bytes | Failure:
    deadline = time.monotonic() + _PATIENCE_FACTOR * limits.read_seconds
    content = bytearray()
    # read1 gives what has arrived; a plain read would wait for a whole chunk, one drop at a time.
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        content += chunk
        if len(content) > limits.body_bytes:
            return Failure.TOO_LARGE
        if time.monotonic() > deadline:
            return Failure.TIMED_OUT
    return bytes(content)


def _understood(content: bytes, content_type: str) -> tuple[object, Failure | None]:
    text = content.decode("utf-8", errors="replace")
    if words.is_html(text):
        return text, Failure.HTML
    try:
        return json_text.read(content), None
    except ValueError:
        pass
    if "text/html" in content_type.casefold():
        return f"<{text}", Failure.HTML
    # A torn JSON text says nothing to a person; other plain text is how some failures speak.
    return _Text() if text.lstrip()[:1] in ("{", "[") else _Text(text), None


def _failure_of(error: requests.RequestException | HTTPError) -> Failure:
    if isinstance(error, ValueError):  # no valid URL or header: requests refused to send it
        return Failure.NEVER_SENT
    if isinstance(error, requests.exceptions.SSLError):
        return Failure.UNTRUSTED if "CERTIFICATE_VERIFY" in str(error).upper() else Failure.CUT
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        return Failure.NEVER_SENT
    if isinstance(error, requests.Timeout) or "timed out" in str(error).casefold():
        return Failure.TIMED_OUT
    return Failure.CUT


def _cause_of(error: BaseException) -> str:
    """Give the operating system's own words, which stand at the bottom of what requests and urllib3 wrap them in."""
    seen: BaseException | None = error
    while seen is not None:
        if not isinstance(seen, requests.RequestException) and isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        seen = seen.__cause__ or seen.__context__
    return ""


def _never_connected(error: requests.RequestException | HTTPError) -> bool:
    """Tell a request that never left from one that may have: urllib3 names the first kind."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
