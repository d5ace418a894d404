"""Whatever happens to a write after acceptance: tracking stands once, a serial is sent once, a line ends once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from accepted import IMEI, accepted, act, cancel, mirrored, ship
from shops import Shop

LOST = {
    "cut before": {"what": "cut_before"},
    "cut after": {"what": "cut_after"},
    "500 before": {"what": "status_before", "args": {"status": 500}},
    "500 after": {"what": "status_after", "args": {"status": 500}},
    "502 HTML after": {"what": "status_after", "args": {"status": 502, "body": "<html></html>"}},
    "timeout after": {"what": "timeout_after", "args": {"seconds": 1.0}},
    "truncated after": {"what": "truncate"},
    "HTML instead": {"what": "html"},
    "empty after": {"what": "empty_body"},
}
SHIP = {"method": "POST", "path": "/ws/orders/", "body": "tracking_number"}
SERIAL = {"method": "PATCH", "path": "/ws/orderlines/"}
END = {"method": "POST", "path": "/ws/orders/", "body": '"new_state": ?[45]'}
STOP = {"method": "PUT", "path": "Orders/StatusCode"}


def one_unit(shop: Shop) -> int:
    order_id = accepted(shop)
    ship(shop, order_id, tracking="1Z999", serials={"A": [IMEI]})
    return order_id


def two_units(shop: Shop) -> int:
    order_id = accepted(shop, ("A", 1), ("B", 1))
    ship(shop, order_id, tracking="1Z999", serials={"A": [IMEI], "B": ["F2LX"]})
    return order_id


def to_refund(shop: Shop) -> int:
    order_id = accepted(shop, ("A", 1), ("B", 1))
    cancel(shop, order_id)
    return order_id


def to_cancel(shop: Shop) -> int:
    order_id = shop.place(("A", 1), ("B", 1))
    mirrored(shop, order_id)
    cancel(shop, order_id)
    return order_id


def to_stop(shop: Shop) -> int:
    shop.configure('\n[cancel]\nfrom_backmarket = "cancel"\n')
    order_id = shop.place(("A", 1))
    mirrored(shop, order_id)
    act(shop, "buyer", "cancel", order_id=order_id)
    return order_id


WRITES = {
    "ship": ("tracking push", one_unit, SHIP, {3}),
    "ship after serials": ("tracking push", two_units, SHIP, {3}),
    "serial": ("tracking push", two_units, SERIAL, {3}),
    "refund": ("cancel sync", to_refund, END, {5}),
    "cancel": ("cancel sync", to_cancel, END, {4}),
    "cancel in SellerCloud": ("cancel sync", to_stop, STOP, {4}),
}


def run_in_a_process(shop: Shop, command: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "bmsc", *command.split(), "--config", str(shop.config), "--quiet"]
    where = ["--state-dir", str(shop.state_dir)]
    return subprocess.Popen([*words, *where], env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def applied(shop: Shop) -> list[str]:
    """Word every write that Back Market applied, apart from its tracking number."""
    done = [entry for entry in shop.writes() if entry.applied and "/ws/" in entry.path]
    return [f"{entry.path} {entry.body.get('sku', '')}" for entry in done if 200 <= (entry.status or 0) < 600]


def settle(shop: Shop, command: str, order_id: int, states: set[int]) -> None:
    """Run three times more; at rest the world is as it should be and nothing is written."""
    for _ in range(3):
        shop.advance(300)
        shop.run(command)
    assert set(shop.line_states(order_id)) == states
    if states == {3}:
        assert shop.backmarket(order_id).tracking_number == "1Z999"
    else:
        assert shop.twin(order_id).status == -1
    serials = [
        str(entry.body) + entry.path
        for entry in shop.writes()
        if "imei" in str(entry.body) or "serial" in str(entry.body)
    ]
    assert len(serials) == len(set(serials))
    assert len(applied(shop)) == len(set(applied(shop)))
    shop.world.log.clear()
    report = shop.run(command)
    assert shop.writes() == []
    assert report.exit_code == 0
    assert [shown.fact.reason for shown in report.holds] == []
    assert not [path for path in shop.state_dir.glob("intents-*") if path.read_text().strip()]


@pytest.mark.parametrize("moment", ["kill_before", "kill_after"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_killed(shop: Shop, write: tuple, moment: str) -> None:
    command, make, which, states = write
    order_id = make(shop)
    process = run_in_a_process(shop, command)
    shop.world.faults.add(moment, **which, args={"pid": process.pid})
    assert process.wait(timeout=30) == -9
    settle(shop, command, order_id, states)


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_answer_lost(shop: Shop, monkeypatch: pytest.MonkeyPatch, write: tuple, lost: dict[str, object]) -> None:
    monkeypatch.setattr("bmsc.clients.connect.LIMITS", short_patience())
    command, make, which, states = write
    order_id = make(shop)
    shop.world.faults.add(**which, **lost)
    shop.run(command)
    settle(shop, command, order_id, states)


def short_patience() -> object:
    from bmsc.clients.exchange import Limits

    return Limits(read_seconds=0.4)


@pytest.mark.parametrize("repeated", ["refuse", "accept"])
@pytest.mark.parametrize("name", ["ship", "refund", "cancel"])
def test_while_the_list_lags(shop: Shop, name: str, repeated: str) -> None:
    shop.switch("backmarket", order_list_lag_seconds=700, repeated_state=repeated)
    command, make, _, states = WRITES[name]
    order_id = make(shop)
    shop.advance(701)
    shop.run(command)
    settle(shop, command, order_id, states)
