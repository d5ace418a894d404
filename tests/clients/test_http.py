"""One call on the wire: what each answer becomes, what is repeated, what is never said aloud."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from clients.standing import SELLERCLOUD_URL, START, StandingClock
from requests_mock import ANY, Mocker

from bmsc.clients.credentials import FixedHeader
from bmsc.clients.exchange import Call, Limits
from bmsc.clients.governor import Governor
from bmsc.clients.http import Http, Road, WriteForbidden, spread
from bmsc.clients.waiting import WaitBudget
from bmsc.errors import (
    CredentialsRefused,
    NotFound,
    OutcomeUnknown,
    Refused,
    RemoteError,
    RemoteMisbehaved,
    RemoteUnavailable,
)

READ = Call("GET", "/api/Orders/7", "/api/Orders/{id}", query=(("model.secret", "CANARY-query"),))
WRITE = Call("POST", "/api/Orders", "/api/Orders", body={"Name": "CANARY-buyer"})
QUIET_WRITE = Call("PUT", "/api/Orders/7/Pay", "/api/Orders/{id}/Pay", body={}, empty_answer=True)
THROTTLE = {"Error": "Too many requests.", "RateLimitResetTime": "2026-03-02T15:00:20.0000000Z"}
CHALLENGE = {"errors": [{"code": "bot-need-challenge", "message": "Forbidden"}]}
PAGE = "<!DOCTYPE html><html><title>Attention Required!</title></html>"
HTML = {"Content-Type": "text/html; charset=UTF-8", "server": "cloudflare", "cf-ray": "8f00ba4-EWR"}
Make = Callable[..., Http]


@pytest.fixture
def http(road: Callable[..., Road]) -> Make:
    """Give a maker of the way to SellerCloud."""

    def make(url: str = SELLERCLOUD_URL, **parts: Any) -> Http:
        return Http("SellerCloud", url, credentials=FixedHeader("Bearer CANARY"), road=road(**parts), headers={})

    return make


def answer(mock: Mocker, *answers: dict[str, Any]) -> None:
    for path in ("/api/Orders", "/api/Orders/7", "/api/Orders/7/Pay"):
        mock.register_uri(ANY, f"{SELLERCLOUD_URL}{path}", list(answers))


@pytest.mark.parametrize(
    ("said", "error", "attempts"),
    [
        pytest.param({"json": [1]}, None, 1, id="yes"),
        pytest.param({"text": "null"}, None, 1, id="null is an answer"),
        pytest.param({"text": ""}, RemoteMisbehaved, 4, id="empty where JSON is expected"),
        pytest.param({"text": '{"a": '}, RemoteMisbehaved, 4, id="truncated"),
        pytest.param({"text": PAGE, "headers": HTML}, RemoteMisbehaved, 4, id="a page as a yes"),
        pytest.param({"text": "oops", "headers": HTML}, RemoteMisbehaved, 4, id="a page by its type"),
        pytest.param(
            {"status_code": 302, "headers": {"Location": "https://evil.test/x"}}, RemoteMisbehaved, 1, id="302"
        ),
        pytest.param({"status_code": 400, "json": {"Message": "no"}}, RemoteMisbehaved, 1, id="400"),
        pytest.param({"status_code": 401, "json": {"Message": "Invalid token"}}, CredentialsRefused, 1, id="401"),
        pytest.param({"status_code": 403, "json": {"Message": "no"}}, CredentialsRefused, 1, id="403"),
        pytest.param({"status_code": 403, "text": PAGE, "headers": HTML}, RemoteUnavailable, 2, id="403 page"),
        pytest.param({"status_code": 403, "json": CHALLENGE}, RemoteUnavailable, 2, id="403 challenge"),
        pytest.param({"status_code": 404, "json": {"Message": "no"}}, NotFound, 1, id="404"),
        pytest.param({"status_code": 404, "text": "gone"}, NotFound, 1, id="404 in plain text"),
        pytest.param({"status_code": 404}, NotFound, 1, id="404 without a body"),
        pytest.param({"status_code": 404, "text": PAGE}, RemoteMisbehaved, 1, id="404 page: another host"),
        pytest.param({"status_code": 409, "json": THROTTLE}, RemoteUnavailable, 4, id="throttled"),
        pytest.param({"status_code": 429, "text": PAGE}, RemoteUnavailable, 4, id="429 page"),
        pytest.param({"status_code": 500}, RemoteUnavailable, 4, id="500"),
        pytest.param({"status_code": 500, "json": {"Message": "Not today"}}, RemoteUnavailable, 1, id="500 with words"),
        pytest.param(
            {"status_code": 500, "json": {"Message": "Could not find or load record with ID 7!"}},
            NotFound,
            1,
            id="500 that means 404",
        ),
        pytest.param({"status_code": 502, "text": PAGE}, RemoteUnavailable, 4, id="502"),
        pytest.param({"exc": requests.ReadTimeout}, RemoteUnavailable, 2, id="timeout"),
        pytest.param({"exc": requests.ConnectTimeout}, RemoteUnavailable, 4, id="no connection"),
        pytest.param({"exc": requests.ConnectionError("reset")}, RemoteUnavailable, 4, id="cut"),
    ],
)
def test_reads(
    http: Make, requests_mock: Mocker, said: dict[str, Any], error: type[RemoteError] | None, attempts: int
) -> None:
    answer(requests_mock, said)
    ours = http()
    if error is None:
        ours.send(READ)
    else:
        with pytest.raises(RemoteError) as caught:
            ours.send(READ)
        assert type(caught.value) is error
        assert caught.value.next_step or error is NotFound
    assert (requests_mock.call_count, ours.requests) == (attempts, attempts)


@pytest.mark.parametrize(
    ("said", "error", "words", "attempts"),
    [
        pytest.param({"json": 5}, None, "", 1, id="yes"),
        pytest.param({"text": ""}, OutcomeUnknown, "", 1, id="empty yes"),
        pytest.param({"text": "{"}, OutcomeUnknown, "", 1, id="truncated yes"),
        pytest.param({"text": PAGE}, OutcomeUnknown, "", 1, id="a page as a yes"),
        pytest.param({"status_code": 302, "headers": {"Location": "/x"}}, OutcomeUnknown, "", 1, id="302"),
        pytest.param({"status_code": 400, "json": "sku not found"}, Refused, "sku not found", 1, id="400"),
        pytest.param({"status_code": 400, "text": "plain no"}, Refused, "plain no", 1, id="400 in plain text"),
        pytest.param({"status_code": 401}, CredentialsRefused, "", 1, id="401"),
        pytest.param({"status_code": 403, "json": {"Message": "no"}}, Refused, "no", 1, id="403"),
        pytest.param({"status_code": 403, "text": PAGE}, RemoteUnavailable, "", 1, id="403 page"),
        pytest.param({"status_code": 404, "json": {"Message": "no"}}, Refused, "no", 1, id="404"),
        pytest.param({"status_code": 405, "text": PAGE}, RemoteMisbehaved, "", 1, id="405 page"),
        pytest.param({"status_code": 408}, OutcomeUnknown, "", 1, id="408"),
        pytest.param({"status_code": 409, "json": {"Message": "busy"}}, Refused, "busy", 1, id="409"),
        pytest.param({"status_code": 409, "json": THROTTLE}, RemoteUnavailable, "", 4, id="throttled"),
        pytest.param({"status_code": 422, "json": {"detail": "imei"}}, Refused, "imei", 1, id="422"),
        pytest.param({"status_code": 429}, RemoteUnavailable, "", 4, id="429"),
        pytest.param({"status_code": 500}, OutcomeUnknown, "", 1, id="500"),
        pytest.param(
            {"status_code": 500, "json": {"Message": "An error has occurred."}}, OutcomeUnknown, "", 1, id="500 set"
        ),
        pytest.param({"status_code": 500, "json": {"Message": "exists"}}, OutcomeUnknown, "exists", 1, id="500 words"),
        pytest.param({"status_code": 500, "text": PAGE}, OutcomeUnknown, "", 1, id="500 page"),
        pytest.param({"status_code": 502, "json": {"Message": "gateway"}}, OutcomeUnknown, "", 1, id="502"),
        pytest.param({"exc": requests.ReadTimeout}, OutcomeUnknown, "", 1, id="timeout"),
        pytest.param({"exc": requests.ConnectionError("reset")}, OutcomeUnknown, "", 1, id="cut"),
        pytest.param({"exc": requests.exceptions.SSLError("eof")}, OutcomeUnknown, "", 1, id="cut inside TLS"),
        pytest.param(
            {"exc": requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED")}, RemoteUnavailable, "", 1, id="untrusted"
        ),
        pytest.param({"exc": requests.ConnectTimeout}, RemoteUnavailable, "", 4, id="never sent"),
        pytest.param({"exc": requests.exceptions.InvalidURL}, RemoteUnavailable, "", 4, id="not sendable"),
    ],
)
def test_writes(
    http: Make,
    requests_mock: Mocker,
    said: dict[str, Any],
    error: type[RemoteError] | None,
    words: str,
    attempts: int,
) -> None:
    answer(requests_mock, said)
    if error is None:
        assert http().send(WRITE) == 5
    else:
        with pytest.raises(RemoteError) as caught:
            http().send(WRITE)
        assert type(caught.value) is error
        assert getattr(caught.value, "words", "") == words
        assert not words or words not in str(caught.value)
        assert "CANARY" not in str(caught.value)
    assert requests_mock.call_count == attempts


@pytest.mark.parametrize(
    ("text", "good"), [("", True), ('"saved"', True), ("null", True), ("<p>", False), ("{", False)]
)
def test_a_write_that_answers_with_nothing(http: Make, requests_mock: Mocker, text: str, good: bool) -> None:
    answer(requests_mock, {"text": text})
    if good:
        http().send(QUIET_WRITE)
    else:
        with pytest.raises(OutcomeUnknown):
            http().send(QUIET_WRITE)


def test_a_passing_fault_passes_unseen(http: Make, requests_mock: Mocker, clock: StandingClock) -> None:
    answer(requests_mock, {"status_code": 503}, {"text": "{"}, {"json": {"a": 1}})
    assert http().send(READ) == {"a": 1}
    assert clock.sleeps == [1, 2]


def test_throttling_is_waited_for_and_holds_every_process(
    http: Make, requests_mock: Mocker, clock: StandingClock, tmp_path: Path
) -> None:
    answer(requests_mock, {"status_code": 409, "json": THROTTLE}, {"json": 1})
    pace = Governor(tmp_path / "ledger", clock, interval_seconds=1.0, burst=5)
    assert http(pace=pace).send(WRITE) == 1
    assert clock.sleeps == [20]
    assert pace.take() == 1


def test_a_run_waits_only_so_long(http: Make, requests_mock: Mocker, clock: StandingClock, tmp_path: Path) -> None:
    late = {**THROTTLE, "RateLimitResetTime": "2026-03-02T15:40:00Z"}
    answer(requests_mock, {"status_code": 409, "json": late})
    pace = Governor(tmp_path / "ledger", clock, interval_seconds=1.0, burst=5)
    with pytest.raises(RemoteUnavailable, match=r"throttles us \(409\) while creating an order.* 2400 s"):
        http(pace=pace).send(WRITE)
    with pytest.raises(RemoteUnavailable, match="share of requests is used up"):
        http(pace=pace).send(READ)
    assert (requests_mock.call_count, clock.sleeps) == (1, [])


def test_waits_of_both_platforms_come_out_of_one_budget(http: Make, requests_mock: Mocker) -> None:
    answer(requests_mock, {"status_code": 429, "headers": {"Retry-After": "30"}})
    waits = WaitBudget(80)
    for _ in range(2):
        with pytest.raises(RemoteUnavailable):
            http(waits=waits).send(READ)
    assert waits.left == 20
    assert requests_mock.call_count == 4


def test_the_pace_is_kept(http: Make, requests_mock: Mocker, clock: StandingClock, tmp_path: Path) -> None:
    answer(requests_mock, {"json": 1})
    ours = http(pace=Governor(tmp_path / "ledger", clock, interval_seconds=2.0, burst=1))
    for _ in range(3):
        ours.send(READ)
    assert clock.sleeps == [2, 2]
    assert clock.now() == START + timedelta(seconds=4)


def test_a_read_only_road_stops_every_write(http: Make, requests_mock: Mocker) -> None:
    answer(requests_mock, {"json": 1})
    ours = http(read_only=True)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(WriteForbidden):
            ours.send(Call(method, "/api/Orders", "/api/Orders"))
    assert ours.send(READ) == 1
    ours.send(Call("POST", "/api/Orders", "/api/Orders", is_login=True))
    assert requests_mock.call_count == 2


def test_a_block_names_the_ray_and_whom_to_tell(http: Make, requests_mock: Mocker) -> None:
    answer(requests_mock, {"status_code": 403, "text": PAGE, "headers": HTML})
    with pytest.raises(RemoteUnavailable) as caught:
        http().send(READ)
    assert "cf-ray 8f00ba4-EWR" in caught.value.message
    assert "contact at Back Market" in caught.value.next_step


def test_a_request_id_is_passed_on_and_cleaned(http: Make, requests_mock: Mocker) -> None:
    answer(requests_mock, {"status_code": 400, "json": {"error": {"message": "no"}, "requestId": "ab\x1b[3m-1"}})
    with pytest.raises(
        RemoteMisbehaved, match=r"\(400\) while reading one of its orders \[GET /api/Orders/\{id\}, request ab3m-1\]"
    ):
        http().send(READ)


def test_a_redirect_names_the_host(http: Make, requests_mock: Mocker) -> None:
    answer(requests_mock, {"status_code": 301, "headers": {"Location": "https://portal.test/login?x=1"}})
    with pytest.raises(RemoteMisbehaved, match=r"to portal\.test"):
        http().send(READ)


def test_logs_show_neither_secrets_nor_queries_nor_bodies(
    http: Make, requests_mock: Mocker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bmsc")
    answer(requests_mock, {"status_code": 503, "json": {"Message": "CANARY"}}, {"json": {"Email": "CANARY"}})
    http().send(READ)
    assert "GET /api/Orders/{id} 200" in caplog.text
    assert "CANARY" not in caplog.text


def test_what_is_sent(http: Make, requests_mock: Mocker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")
    answer(requests_mock, {"json": 1})
    http().send(WRITE)
    sent = requests_mock.last_request
    assert sent.headers["Authorization"] == "Bearer CANARY"
    assert sent.headers["Content-Type"] == sent.headers["Accept"] == "application/json"
    assert (sent.timeout, sent.verify) == ((10.0, 60.0), True)
    assert not sent.proxies


def test_jitter_only_ever_adds() -> None:
    assert all(10 <= spread(10) <= 12.5 for _ in range(200))


@contextmanager
def server(reply: bytes, *, hold: float = 0, drip: bytes = b"") -> Iterator[str]:
    """Listen on loopback, answer every connection with the same bytes, some of them in drops, and close it."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.recv(65_536)
                done.wait(hold)
                connection.sendall(reply)
                for drop in drip:
                    done.wait(0.1)
                    connection.sendall(bytes([drop]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


@pytest.mark.parametrize(
    ("reply", "hold", "error"),
    [
        pytest.param(b"", 0, OutcomeUnknown, id="closed without an answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}", 0, OutcomeUnknown, id="cut in the body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 0.6, OutcomeUnknown, id="too slow"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 2999\r\n\r\n" + b"[" + b"1," * 1498 + b"1]",
            0,
            OutcomeUnknown,
            id="huge",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            0,
            OutcomeUnknown,
            id="not gzip",
        ),
    ],
)
def test_writes_on_a_real_socket(http: Make, reply: bytes, hold: float, error: type[RemoteError]) -> None:
    with server(reply, hold=hold) as url, pytest.raises(error):
        http(url, limits=Limits(connect_seconds=0.5, read_seconds=0.3, body_bytes=2_000)).send(WRITE)


def test_nobody_listening_means_never_sent(http: Make, clock: StandingClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    causes = {f"http://127.0.0.1:{port}": "Connection refused", "http://no-such-host.invalid": "[Nn]ame"}
    for host, cause in causes.items():
        told = rf"the connection could not be made \(.*{cause}.*\) while creating an order"
        with pytest.raises(RemoteUnavailable, match=told) as caught:
            http(host).send(WRITE)
        assert "base_url" in caught.value.next_step
    assert clock.sleeps == [1, 2, 4] * 2


def test_a_host_that_speaks_no_tls(http: Make) -> None:
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url, pytest.raises(RemoteUnavailable):
        http(url.replace("http", "https")).send(READ)


@pytest.mark.parametrize(
    "head", [b"Content-Length: 40\r\n", b"Transfer-Encoding: chunked\r\n"], ids=["length", "chunks"]
)
def test_a_body_that_drips_is_no_answer(http: Make, head: bytes) -> None:
    body = b"2\r\n[]\r\n0\r\n\r\n" if b"chunked" in head else b"[]"
    limits = Limits(connect_seconds=0.5, read_seconds=0.2)
    reply = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n"
    drip = body.rjust(40) if b"chunked" not in head else 20 * b"1\r\n \r\n" + body
    with server(reply, drip=drip) as url, pytest.raises(OutcomeUnknown):
        http(url, limits=limits).send(WRITE)
