"""The control API, the faults, the log and the clock."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import requests
from backmarket_desk import Caller

from bmsc.sandbox.backmarket.account import Account
from bmsc.sandbox.clock import SandboxClock
from bmsc.sandbox.faults import AFTER, BEFORE, KINDS
from bmsc.sandbox.mischief import Arriving, Returning
from bmsc.sandbox.serve import Running, start
from bmsc.sandbox.tampering import Spoiler


class Steering:
    """A session against the control API."""

    def __init__(self, url: str) -> None:
        self.session = requests.Session()
        self.url = f"{url}/_sandbox"

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.url}/{path}", json=body, timeout=5)
        return answer.json() if answer.ok else answer.status_code


@pytest.fixture
def steer(box: Running) -> Iterator[Steering]:
    steering = Steering(box.url)
    with steering.session:
        yield steering


def test_every_kind_of_fault_has_somebody_who_does_it() -> None:
    doers = {name for kind in (Arriving, Returning, Spoiler) for name in vars(kind) if not name.startswith("_")}
    assert doers - {"strike"} | {"truncate", "empty_body", "scramble"} == KINDS
    assert not BEFORE & AFTER


def test_switches_are_shown_thrown_and_checked(steer: Steering, box: Running) -> None:
    assert steer("GET", "switches")["backmarket"]["oversized_page"] == "clamp"
    steer("POST", "switches", {"backmarket": {"oversized_page": "refuse"}, "sellercloud": {"token_seconds": 2}})
    assert box.world.account.switches.oversized_page == "refuse"
    assert box.world.tenant.switches.token_seconds == 2
    wrong = [{"nope": 1}, {"oversized_page": "eat"}, {"task_end_seconds": "soon"}, {"comment_needed": 1}]
    for settings in wrong:
        assert steer("POST", "switches", {"backmarket": settings}) == 400
    assert steer("POST", "switches", {"amazon": {}}) == 400
    half = {"backmarket": {"edge_answer": "json", "nope": 1}}
    assert steer("POST", "switches", half) == 400
    assert box.world.account.switches.edge_answer == "html"


def test_the_log_tells_asking_from_changing(steer: Steering, seller: Caller, account: Account) -> None:
    order_id = account.place_order([("PHONE-A", 1)])
    seller.get("orders", state=1)
    seller.post(f"orders/{order_id}", {"new_state": 2, "sku": "PHONE-A"})
    requests.post(f"{seller.url}/rest/api/token", json={"Username": "x", "Password": "y"}, timeout=5)
    asked, moved, token = steer("GET", "log")
    assert (asked["platform"], asked["path"], asked["query"]) == (
        "backmarket",
        "/ws/orders",
        [["state", "1"]],
    )
    assert (moved["mutating"], moved["body"]["new_state"], moved["status"]) == (True, 2, 200)
    assert (token["platform"], token["mutating"]) == ("sellercloud", False)
    assert "Authorization" not in moved["headers"]
    assert [entry["sequence"] for entry in steer("GET", "log?since=2")] == [3]
    assert steer("GET", "log/summary")["platforms"]["backmarket"] == {"mutating": 1, "reading": 1}
    assert steer("DELETE", "log")["platforms"] == {}


def test_a_cut_before_applies_nothing_and_a_cut_after_everything(
    steer: Steering, seller: Caller, account: Account
) -> None:
    for what, state in (("cut_before", 1), ("cut_after", 3)):
        order_id = account.place_order([("PHONE-A", 1)])
        steer("POST", "faults", {"what": what, "platform": "backmarket", "method": "POST"})
        with pytest.raises(requests.ConnectionError):
            seller.post(f"orders/{order_id}", {"new_state": 2, "sku": "PHONE-A"})
        assert account.orders[order_id].state == state
    entries = steer("GET", "log")
    assert [(e["fault"], e["applied"], e["answered"]) for e in entries] == [
        ("cut_before", False, False),
        ("cut_after", True, False),
    ]


def test_rules_skip_count_and_look_at_path_and_body(steer: Steering, seller: Caller) -> None:
    rule = {
        "what": "status_before",
        "path": "orders.*state=3",
        "skip": 1,
        "times": 2,
        "args": {"status": 503},
    }
    steer("POST", "faults", rule)
    assert [seller.get("orders", state=3).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    assert seller.get("orders", state=1).status_code == 200
    shown = steer("GET", "faults")["rules"][0]
    assert (shown["seen"], shown["fired"]) == (5, 2)
    assert steer("DELETE", "faults")["rules"] == []
    assert steer("POST", "faults", {"what": "meteor"}) == 400
    assert steer("POST", "faults", {"what": "html", "color": "red"}) == 400


@pytest.mark.parametrize(
    ("what", "args", "status", "says"),
    [
        ("html", {}, 200, "Just a moment"),
        ("waf403_html", {}, 403, "Attention"),
        ("waf403_json", {}, 403, "bot-need-challenge"),
        ("edge429", {}, 429, "Too Many"),
        ("throttle", {}, 429, "E008"),
        ("status_after", {"status": 502, "json": {"a": 1}}, 502, '"a"'),
        ("empty_body", {}, 200, ""),
        ("redirect", {"host": "http://127.0.0.1:9"}, 302, ""),
        ("slow", {"seconds": 0.01}, 200, "results"),
    ],
)
def test_faults_that_answer(box: Running, seller: Caller, what: str, args: Any, status: int, says: str) -> None:
    box.world.faults.add(what, args=args)
    answer = seller.get("orders")
    assert answer.status_code == status
    assert says in answer.text


def test_lists_are_spoilt(box: Running, seller: Caller, account: Account) -> None:
    for _ in range(12):
        account.place_order([("PHONE-A", 1)])
    faults = box.world.faults

    def spoilt(what: str, **args: Any) -> Any:
        faults.add(what, args=args)
        return seller.get("orders").json()

    assert (spoilt("empty_list")["count"], spoilt("empty_with_total")["count"]) == (0, 12)
    assert len(spoilt("drop_rows", n=3)["results"]) == 7
    assert len(spoilt("duplicate_row")["results"]) == 11
    assert spoilt("next_other_host")["next"].startswith("https://elsewhere.invalid/ws/orders?page=2")
    assert spoilt("set_field", field="state", value=9)["results"][0]["state"] == 9
    assert "price" not in spoilt("remove_field", field="price")["results"][0]
    assert "another_new_key" in spoilt("extra_fields")["results"][0]
    assert spoilt("numbers_as_text")["count"] == "12"
    faults.add("ignore_filters")
    assert seller.get("orders", state=9).json()["count"] == 12
    faults.add("truncate")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        seller.get("orders").json()


def test_somebody_may_act_between_two_requests(box: Running, seller: Caller, account: Account) -> None:
    order_id = account.place_order([("PHONE-A", 1)])
    args = {"actor": "buyer", "action": "cancel", "args": {"order_id": order_id}}
    box.world.faults.add("act_before", method="POST", args=args)
    answer = seller.post(f"orders/{order_id}", {"new_state": 2, "sku": "PHONE-A"})
    assert answer.status_code == 400
    assert account.orders[order_id].line_states() == {4}


def test_a_kill_strikes_before_the_answer(box: Running, seller: Caller, account: Account) -> None:
    order_id = account.place_order([("PHONE-A", 1)])
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    box.world.faults.add("kill_after", args={"pid": victim.pid})
    with pytest.raises(requests.ConnectionError):
        seller.post(f"orders/{order_id}", {"new_state": 2, "sku": "PHONE-A"})
    assert victim.wait(5) == -9
    assert account.orders[order_id].state == 3


def test_chaos_repeats_itself_for_the_same_seed(steer: Steering, seller: Caller) -> None:
    runs = []
    for _ in range(2):
        steer("POST", "chaos", {"seed": 5, "rate": 0.4, "kinds": ["status_before", "html"]})
        runs.append([seller.get("orders").text[:40] for _ in range(20)])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) > 1
    assert steer("POST", "chaos", {"seed": 5, "rate": 1, "kinds": ["meteor"]}) == 400


def test_the_clock_moves_by_the_api(steer: Steering) -> None:
    before = steer("GET", "clock")["epoch"]
    assert steer("POST", "clock", {"advance": 3600})["epoch"] - before == pytest.approx(3600, abs=5)
    assert steer("POST", "clock", {"set": "2026-01-15T10:00:00Z"})["now"].startswith("2026-01-15T10:00:0")


def test_time_in_a_file_stands_still_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "now"
    path.write_text("1767225600.0")
    clock, other = SandboxClock(path), SandboxClock(path)
    assert clock.now() == other.now() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.advance(90)
    assert other.now() == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)
    assert SandboxClock(tmp_path / "new").now() == SandboxClock(tmp_path / "new").now()


def test_a_reset_begins_anew(steer: Steering, box: Running, account: Account) -> None:
    account.place_order([("PHONE-A", 1)])
    steer("POST", "switches", {"backmarket": {"user_agent": "optional"}})
    steer("POST", "reset", {"shop": "empty"})
    snapshot = steer("GET", "snapshot")
    assert (snapshot["backmarket"]["orders"], snapshot["sellercloud"]["products"]) == ({}, {})
    assert box.world.account.switches.user_agent == "required"
    assert steer("POST", "reset", {"shop": "casino"}) == 400


def test_the_sandbox_serves_on_its_own_and_keeps_connections() -> None:
    # A shell that starts the tests in the background lets all they start ignore Ctrl-C.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heeds}\nfrom bmsc.sandbox.serve import serve; serve(on_bound=lambda port: print(port, flush=True))"
    with ExitStack() as held:
        process = held.enter_context(subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True))
        held.callback(process.kill)
        assert process.stdout is not None
        caller = HTTPConnection("127.0.0.1", int(process.stdout.readline()), timeout=5)
        sockets = []
        for _ in range(3):
            caller.request("GET", "/_sandbox/clock")
            assert b"epoch" in caller.getresponse().read()
            sockets.append(caller.sock)
        caller.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
    assert sockets[0] is sockets[1] is sockets[2] is not None


def test_a_bug_of_the_sandbox_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    running = start(shop="empty")
    monkeypatch.setattr("bmsc.sandbox.backmarket.door.check", lambda account: 1 / 0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError"), running:
        assert requests.get(f"{running.url}/ws/orders", timeout=5).status_code == 500
