"""How a client meets, over HTTP on loopback, an answer that was recorded from the sandbox and then spoilt."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from bmsc.clients.backmarket import BackMarketWrites
from bmsc.clients.credentials import FixedHeader, SellerCloudLogin
from bmsc.clients.http import Credentials, Http, Road
from bmsc.clients.sellercloud import SellerCloudWrites
from bmsc.clients.token_cache import TokenCache
from bmsc.sandbox.scrambling import scrambled

STATUSES = (100, 200, 201, 202, 204, 206, 301, 302, 307, 400, 401, 403, 404, 408, 409, 422, 429, 500, 502, 503, 599)
HEADERS: tuple[Mapping[str, str], ...] = (
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "deflate"},
    {"Content-Type": "text/html; charset=klingon"},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Retry-After": "-1"},
    {"Retry-After": 40 * "9"},
    {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"},
    {"Retry-After": "soon"},
    {"Location": "https://elsewhere.invalid/\x1b[2J"},
    {"Location": "http://[::1"},
    {"CF-RAY": "\x1b]0;title\x07"},
)
_CHALLENGE = {"errors": [{"code": "bot-need-challenge", "message": "Forbidden", "challengePath": "/x"}]}
_MODEL = {"Message": "The request is invalid.", "ModelState": {"model.Qty": ["must be above 0", None]}}
REFUSALS: tuple[tuple[int, object], ...] = (
    (409, {"Error": "Too many requests.", "RateLimitResetTime": "2026-03-02T15:00:20.0000000Z"}),
    (429, {"error": {"code": "E008", "message": "Request was throttled."}}),
    (403, _CHALLENGE),
    (400, _MODEL),
    (500, {"Message": "An error has occurred.", "ExceptionMessage": "Could not find or load record with ID 7!"}),
    (400, {"type": "about:blank", "title": "Bad request", "detail": {"errors": [{"data": [1, {"fields": "x"}]}]}}),
    (422, {"errors": [{"code": "E1", "message": "quantity", "requestId": "abc"}], "requestId": "r-1"}),
    (404, {"detail": "Not found.", "requestId": {"id": 1}}),
)
"""How both platforms say no; spoilt too."""
Key = tuple[str, str]


FRAMES = ("too long", "too short", "no length", "chunked", "cut")
"""How an answer may lie about its own end."""


@dataclass(frozen=True)
class Answer:
    """One recorded answer; `frame` names the lie about its end, if any."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    frame: str = ""

    def raw(self) -> HTTPResponse:
        """Give it as it comes off a socket."""
        return HTTPResponse(BytesIO(self.body), headers=self.headers, status=self.status, preload_content=False)

    def spoilt(self, dice: Random) -> Answer:
        """Give a spoilt copy: mostly its body, at times its status, its headers or its end too."""
        found = self
        if dice.random() < 0.15:
            status, refusal = dice.choice(REFUSALS)
            found = replace(found, status=status, body=json.dumps(refusal).encode())
        if dice.random() < 0.85:
            found = replace(found, body=scrambled(found.body, dice))
        if dice.random() < 0.2:
            found = replace(found, status=dice.choice(STATUSES))
        if dice.random() < 0.15:
            found = replace(found, headers={**found.headers, **dice.choice(HEADERS)})
        return replace(found, frame=dice.choice(FRAMES)) if dice.random() < 0.05 else found


class Recording(HTTPAdapter):
    """Asks a real sandbox, and keeps what it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[Key, Answer] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        response = super().send(request, *args, **kwargs)
        kind = response.headers.get("Content-Type", "")
        answer = Answer(response.status_code, {"Content-Type": kind}, response.content)
        self.answers.setdefault(_key(request), answer)
        return self.build_response(request, answer.raw())


@dataclass
class Canned:
    """What a platform answers: what was recorded, one answer of it spoilt; what was never asked gets that one too."""

    answers: Mapping[Key, Answer]
    spoilt: Answer
    place: Key
    sent: list[Key] = field(default_factory=list)

    def answer(self, key: Key) -> Answer:
        """Note a request and give its answer."""
        self.sent.append(key)
        return self.spoilt if key == self.place else self.answers.get(key, self.spoilt)


class _Speaker(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Loopback

    def parse_request(self) -> bool:
        """Take every method for one and the same."""
        understood = super().parse_request()
        setattr(self, f"do_{self.command}", self._speak)
        return understood

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _speak(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.server.canned.answer((self.command, self.path))
        with suppress(OSError):
            self.wfile.write(_head(answer) + _framed(answer))
        self.close_connection = bool(answer.frame) or answer.status < 200


def _head(answer: Answer) -> bytes:
    length = {
        "": len(answer.body),
        "cut": len(answer.body) + 7,
        "too long": len(answer.body) + 10**9,
        "too short": len(answer.body) // 2,
    }
    headers = dict(answer.headers)
    if answer.frame in length:
        headers["Content-Length"] = str(length[answer.frame])
    elif answer.frame == "chunked":
        headers["Transfer-Encoding"] = "chunked"
    lines = [f"HTTP/1.1 {answer.status} So", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _framed(answer: Answer) -> bytes:
    return b"zz\r\n" + answer.body if answer.frame == "chunked" else answer.body


class Loopback(ThreadingHTTPServer):
    """One platform on loopback that answers whatever was put into its mouth."""

    canned: Canned
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Speaker)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that hung up."""


@cache
def loopback() -> Loopback:
    """Give the one server of this process."""
    return Loopback()


def _key(request: requests.PreparedRequest) -> Key:
    return request.method or "", request.path_url


class Patience:
    """A clock that passes as soon as somebody sleeps."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Clients:
    """Both platforms as the program knows them, on any road."""

    backmarket: BackMarketWrites
    sellercloud: SellerCloudWrites
    clock: Patience
    cache: Path


@contextmanager
def clients(
    url: str, cache: Path, *, password: str, token: str, adapter: HTTPAdapter | None = None
) -> Iterator[Clients]:
    """Connect both clients; `adapter` listens to what they say."""
    clock = Patience()
    road = Road(clock=clock, jitter=lambda delay: delay)
    keep = TokenCache(cache / "token", base_url=url, username="integration@example.test")
    login = SellerCloudLogin("integration@example.test", password, cache=keep, clock=clock)
    backmarket = _http("Back Market", url, FixedHeader(f"Basic {token}"), road, adapter)
    sellercloud = _http("SellerCloud", f"{url}/rest", login, road, adapter)
    writes = SellerCloudWrites(sellercloud, company_id=163, zone=ZoneInfo("America/New_York"))
    try:
        yield Clients(BackMarketWrites(backmarket), writes, clock, cache)
    finally:
        backmarket._session.close()
        sellercloud._session.close()


def _http(platform: str, url: str, credentials: Credentials, road: Road, adapter: HTTPAdapter | None) -> Http:
    http = Http(platform, url, credentials=credentials, road=road, headers={"User-Agent": "bmsc"})
    if adapter:
        http._session.mount("http://", adapter)
    return http
