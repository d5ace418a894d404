"""How the token is obtained once, shared between runs, and kept from everybody else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from clients.standing import SELLERCLOUD_URL, START, StandingClock
from locked import is_locked
from requests_mock import Mocker

from bmsc.clients.credentials import PAUSE_AFTER_REFUSAL, SellerCloudLogin, token_of
from bmsc.clients.exchange import Call
from bmsc.clients.http import Http, Road
from bmsc.clients.token_cache import Token, TokenCache
from bmsc.errors import CredentialsRefused, RemoteMisbehaved, RemoteUnavailable

READ = Call("GET", "/api/Orders", "/api/Orders")
TOKEN_URL = f"{SELLERCLOUD_URL}/api/token"
ORDERS_URL = f"{SELLERCLOUD_URL}/api/Orders"
INVALID = {"status_code": 401, "json": {"Message": "Invalid token"}}
PROCESS = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from bmsc.clients.credentials import SellerCloudLogin
from bmsc.clients.token_cache import TokenCache

class Standing:
    def now(self):
        return datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

def send(call):
    with open(sys.argv[2], "a") as log:
        log.write("login\\n")
    return {"access_token": "T", "expires_in": 3600}

cache = TokenCache(Path(sys.argv[1]), base_url="u", username="n")
print(SellerCloudLogin("n", "p", cache=cache, clock=Standing()).authorization(send))
"""


@pytest.fixture
def http(road: Callable[..., Road], login: SellerCloudLogin) -> Http:
    """Give a SellerCloud that has to log in."""
    return Http("SellerCloud", SELLERCLOUD_URL, credentials=login, road=road(), headers={})


@pytest.fixture
def cache(tmp_path: Path) -> TokenCache:
    """Give the cache that the `login` fixture uses."""
    return TokenCache(tmp_path / "cache" / "token", base_url=SELLERCLOUD_URL, username="ops@example.test")


def tokens(mock: Mocker, *names: str, **more: Any) -> Any:
    answers = [{"json": {"access_token": name, "token_type": "Bearer", "expires_in": 3600, **more}} for name in names]
    return mock.post(TOKEN_URL, answers)


def bearers(mock: Any) -> list[str]:
    return [sent.headers["Authorization"] for sent in mock.request_history]


def test_one_login_serves_all_calls_and_the_next_run(
    http: Http, requests_mock: Mocker, cache: TokenCache, tmp_path: Path
) -> None:
    logins, reads = tokens(requests_mock, "first"), requests_mock.get(ORDERS_URL, json=[])
    http.send(READ)
    http.send(READ)
    assert logins.call_count == 1
    assert logins.last_request.json() == {"Username": "ops@example.test", "Password": "CANARY-password"}
    assert "Authorization" not in logins.last_request.headers
    assert bearers(reads) == ["Bearer first"] * 2
    assert cache.read() == Token("first", START + timedelta(seconds=3300))
    file = tmp_path / "cache" / "token"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "ops@" not in file.read_text()
    assert "first" not in repr(cache.read())


def test_a_kept_token_is_used_until_its_margin(
    http: Http, requests_mock: Mocker, cache: TokenCache, clock: StandingClock
) -> None:
    with cache.locked():
        cache.write(Token("kept", START + timedelta(seconds=60)))
    logins, reads = tokens(requests_mock, "fresh"), requests_mock.get(ORDERS_URL, json=[])
    http.send(READ)
    clock.sleep(60)
    http.send(READ)
    assert bearers(reads) == ["Bearer kept", "Bearer fresh"]
    assert logins.call_count == 1


def test_a_token_refused_is_renewed_once(http: Http, requests_mock: Mocker) -> None:
    logins = tokens(requests_mock, "first", "second")
    reads = requests_mock.get(ORDERS_URL, [INVALID, {"json": []}])
    http.send(READ)
    assert bearers(reads) == ["Bearer first", "Bearer second"]
    assert logins.call_count == 2


def test_a_write_is_replayed_after_401_because_nothing_was_done(http: Http, requests_mock: Mocker) -> None:
    tokens(requests_mock, "first", "second")
    writes = requests_mock.post(ORDERS_URL, [INVALID, {"json": 5}])
    assert http.send(Call("POST", "/api/Orders", "/api/Orders", body={})) == 5
    assert writes.call_count == 2


def test_a_fresh_token_refused_too_is_a_matter_for_a_person(http: Http, requests_mock: Mocker) -> None:
    tokens(requests_mock, "first", "second")
    reads = requests_mock.get(ORDERS_URL, [INVALID])
    with pytest.raises(CredentialsRefused):
        http.send(READ)
    assert reads.call_count == 2


def test_another_process_s_newer_token_is_picked_up(http: Http, requests_mock: Mocker, cache: TokenCache) -> None:
    logins = tokens(requests_mock, "first")
    reads = requests_mock.get(ORDERS_URL, json=[])
    http.send(READ)
    cache.write(Token("theirs", START + timedelta(hours=1)))
    requests_mock.get(ORDERS_URL, [INVALID, {"json": []}])
    http.send(READ)
    assert logins.call_count == 1
    assert requests_mock.last_request.headers["Authorization"] == "Bearer theirs"
    assert reads.call_count == 1


@pytest.mark.parametrize(
    "refusal",
    [
        {"status_code": 400, "json": {"Message": "Sorry, invalid username or password"}},
        {"status_code": 401},
        {"status_code": 403, "text": "no"},
        {"status_code": 500, "json": {"Message": "Sorry, invalid username or password"}},
    ],
    ids=["400", "401", "403", "500"],
)
def test_a_refused_login_is_tried_twice_at_most(http: Http, requests_mock: Mocker, refusal: dict[str, Any]) -> None:
    logins = requests_mock.post(TOKEN_URL, [refusal])
    for _ in range(5):
        with pytest.raises(CredentialsRefused) as caught:
            http.send(READ)
        assert "CANARY" not in str(caught.value)
    assert logins.call_count == 2


def test_a_refused_password_is_left_alone_for_a_while(
    road: Callable[..., Road], cache: TokenCache, requests_mock: Mocker, clock: StandingClock, tmp_path: Path
) -> None:
    logins = requests_mock.post(TOKEN_URL, status_code=400, json={"Message": "Sorry, invalid username or password"})
    requests_mock.get(ORDERS_URL, json=[])

    def run(password: str, *, by_hand: bool = False) -> str:
        credentials = SellerCloudLogin("ops@example.test", password, cache=cache, clock=clock)
        http = Http("SellerCloud", SELLERCLOUD_URL, credentials=credentials, road=road(), headers={})
        try:
            http.log_in() if by_hand else http.send(READ)
        except CredentialsRefused as refused:
            return refused.message
        return ""

    assert "Sorry" in run("CANARY-wrong")
    asked = logins.call_count
    assert "not tried again yet" in run("CANARY-wrong")
    assert logins.call_count == asked
    assert "Sorry" in run("CANARY-wrong", by_hand=True)
    assert "Sorry" in run("CANARY-another")
    asked = logins.call_count
    clock.sleep(PAUSE_AFTER_REFUSAL.total_seconds())
    assert "Sorry" in run("CANARY-another")
    assert logins.call_count > asked
    tokens(requests_mock, "good")
    assert [run("CANARY-right"), run("CANARY-right", by_hand=True)] == ["", ""]
    assert [path.name for path in (tmp_path / "cache").iterdir() if b"CANARY" in path.read_bytes()] == []
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["token", "token.lock"]


@pytest.mark.parametrize("change", [{"salt": 1}, {"at": "yesterday"}, {"base_url": "another"}], ids=str)
def test_a_note_of_a_refusal_that_cannot_be_read_is_none(
    cache: TokenCache, tmp_path: Path, change: dict[str, object]
) -> None:
    with cache.locked():
        cache.note_refusal("wrong", START)
    assert cache.refused_at("wrong") == START
    file = tmp_path / "cache" / "token.refused"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert cache.refused_at("wrong") is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status_code": 502, "text": "<html>"}, RemoteUnavailable),
        ({"status_code": 404, "text": "<html>"}, RemoteMisbehaved),
        ({"json": {"token": "x"}}, RemoteMisbehaved),
        ({"json": {"access_token": ""}}, RemoteMisbehaved),
        ({"json": []}, RemoteMisbehaved),
    ],
)
def test_a_login_that_goes_wrong_is_no_refusal(
    http: Http, requests_mock: Mocker, answer: dict[str, Any], error: type[Exception]
) -> None:
    requests_mock.post(TOKEN_URL, [answer])
    with pytest.raises(error) as caught:
        http.send(READ)
    assert not isinstance(caught.value, CredentialsRefused)


def test_log_in_proves_the_password_even_with_a_token_at_hand(http: Http, requests_mock: Mocker) -> None:
    logins = tokens(requests_mock, "first", "second")
    requests_mock.get(ORDERS_URL, json=[])
    http.send(READ)
    http.log_in()
    http.send(READ)
    assert logins.call_count == 2
    assert requests_mock.last_request.headers["Authorization"] == "Bearer second"


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(3600, 3300), (1800, 1500), ("3600", 3300), (Decimal("2"), 1.6), (100, 80), (None, 1500), ("x", 1500), (-5, 1500)],
)
def test_the_margin(expires_in: object, seconds: float) -> None:
    token = token_of({"access_token": "T", "expires_in": expires_in}, START)
    assert token.expires_at == START + timedelta(seconds=seconds)


def test_a_token_file_that_others_could_read_is_not_believed(cache: TokenCache, tmp_path: Path) -> None:
    file = tmp_path / "cache" / "token"
    with cache.locked():
        cache.write(Token("kept", START))
    file.chmod(0o640)
    assert cache.read() is None
    cache.write(Token("kept", START))
    assert file.stat().st_mode & 0o777 == 0o600
    assert cache.read() is not None


def test_a_link_to_a_token_file_is_not_followed(cache: TokenCache, tmp_path: Path) -> None:
    with cache.locked():
        cache.write(Token("kept", START))
    file = tmp_path / "cache" / "token"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert cache.read() is None


def test_somebody_else_s_token_file_is_not_believed(cache: TokenCache, monkeypatch: pytest.MonkeyPatch) -> None:
    with cache.locked():
        cache.write(Token("kept", START))
    monkeypatch.setattr(os, "getuid", lambda: 54_321)
    assert cache.read() is None


@pytest.mark.parametrize(
    "change",
    [{"base_url": "https://other.test/rest"}, {"username_sha256": "0"}, {"expires_at": "soon"}, {"access_token": 7}],
)
def test_another_account_s_or_a_damaged_token_is_not_used(
    cache: TokenCache, tmp_path: Path, change: dict[str, object]
) -> None:
    file = tmp_path / "cache" / "token"
    with cache.locked():
        cache.write(Token("kept", START))
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert cache.read() is None
    file.write_text("{")
    assert cache.read() is None
    file.write_text("[]")
    assert cache.read() is None


def test_a_place_that_takes_no_file_costs_only_logins(
    tmp_path: Path, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    cache = TokenCache(tmp_path / "file" / "token", base_url="u", username="n")
    login = SellerCloudLogin("n", "p", cache=cache, clock=clock)
    assert login.authorization(lambda _: {"access_token": "T", "expires_in": 60}) == "Bearer T"
    assert "cannot be locked" in caplog.text
    assert "cannot be written" in caplog.text


def test_processes_that_start_together_log_in_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", PROCESS, str(tmp_path / "token"), str(log)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {one.communicate()[0].strip() for one in running} == {"Bearer T"}
    assert log.read_text() == "login\n"


def test_nobody_else_can_log_in_meanwhile(clock: StandingClock, tmp_path: Path) -> None:
    cache = TokenCache(tmp_path / "token", base_url="u", username="n")
    login, notes = SellerCloudLogin("n", "p", cache=cache, clock=clock), list[bool]()

    def send(_call: Call) -> object:
        notes.append(is_locked(tmp_path / "token.lock"))
        return {"access_token": "T", "expires_in": 3600}

    login.authorization(send)
    login.log_in(send)
    assert notes == [True, True]
    assert not is_locked(tmp_path / "token.lock")


def test_the_moment_kept_is_utc(cache: TokenCache, tmp_path: Path) -> None:
    with cache.locked():
        cache.write(Token("kept", START))
    kept = json.loads((tmp_path / "cache" / "token").read_text())
    assert datetime.fromisoformat(kept["expires_at"]) == START
