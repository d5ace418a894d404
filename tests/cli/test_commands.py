"""The command line as a person and as cron meet it, in processes of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shops import PASSWORD, TOKEN, Shop
from typer.testing import CliRunner

import bmsc
from bmsc.cli import app
from bmsc.domain.runs import EVERY

README = (Path(__file__).parents[2] / "README.md").read_text()


def bmsc_run(shop: Shop, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bmsc", *words]
    variables = os.environ | {"BMSC_CONFIG": str(shop.config), "BMSC_STATE_DIR": str(shop.state_dir)} | env
    return subprocess.run(command, capture_output=True, text=True, env=variables, timeout=60, check=False)


def wait_until(so: Callable[[], bool]) -> None:
    """Wait up to ten seconds."""
    for _ in range(500):
        if so():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not come to that within ten seconds")


def test_version() -> None:
    done = subprocess.run([sys.executable, "-m", "bmsc", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"bmsc {bmsc.__version__}\n"


def test_a_quiet_run_says_each_new_fact_once(shop: Shop) -> None:
    shop.place(("NOBODY", 1))
    first, second = (bmsc_run(shop, "orders", "pull", "--quiet") for _ in range(2))
    assert "unknown_sku" in first.stdout
    assert (second.stdout, second.stderr, second.returncode) == ("", "", 0)
    shop.world.tenant.add_product("NOBODY", company_id=163, name="Somebody", quantity=1)
    third = bmsc_run(shop, "orders", "pull", "--quiet")
    assert "resolved" in third.stdout
    assert third.returncode == 0


def test_json_is_one_object_on_stdout(shop: Shop) -> None:
    order_id, _ = shop.place(("A", 1)), shop.place(("NOBODY", 1))
    done = bmsc_run(shop, "orders", "pull", "--json")
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.stderr == ""
    assert list(report)[:6] == ["schema_version", "command", "run_id", "dry_run", "started_at", "finished_at"]
    assert report["counts"]["applied"] == 3
    assert {action["subject"] for action in report["actions"]} == {f"order:{order_id}"}
    assert [hold["reason"] for hold in report["holds"]] == ["unknown_sku"]
    assert set(report["requests"]) == {"sellercloud", "backmarket"}


def test_text_names_every_decision(shop: Shop) -> None:
    order_id, waiting = shop.place(("A", 1)), shop.place(("B", 1), state=10)
    held = shop.place(("NOBODY", 1))
    done = bmsc_run(shop, "orders", "pull")
    assert f"create    order:{order_id}" in done.stdout
    assert f"hold      order:{held}" in done.stdout
    assert f"order:{waiting}" not in done.stdout
    assert done.returncode == 0


def test_an_outage_is_told_once_and_its_end_too(shop: Shop) -> None:
    shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
    first, second = (bmsc_run(shop, "orders", "pull", "--quiet") for _ in range(2))
    assert "unavailable" in first.stdout
    assert (first.returncode, second.returncode, second.stdout) == (13, 13, "")
    shop.world.faults.clear()
    assert "resolved" in bmsc_run(shop, "orders", "pull", "--quiet").stdout


def test_a_wrong_configuration_lists_everything_without_a_value(shop: Shop) -> None:
    text = shop.config.read_text().replace("company_id = 163", 'company_id = "CANARY-1"\ncompani = "CANARY-2"')
    shop.config.write_text(text)
    (shop.folder / "backmarket.token").chmod(0o644)
    done = bmsc_run(shop, "orders", "pull")
    assert done.returncode == 10
    assert "sellercloud.company_id" in done.stderr
    assert "compani" in done.stderr
    assert "chmod 600" in done.stderr
    assert "CANARY" not in done.stderr + done.stdout


def test_a_missing_configuration_says_where_it_was_looked_for(shop: Shop) -> None:
    shop.config.unlink()
    done = bmsc_run(shop, "orders", "pull")
    assert done.returncode == 10
    assert str(shop.config) in done.stderr


def test_no_network_says_what_to_do(shop: Shop) -> None:
    shop.config.write_text(shop.config.read_text().replace(shop.running.url, "http://127.0.0.1:9"))
    done = bmsc_run(shop, "orders", "pull")
    assert done.returncode == 13
    assert "connection could not be made" in done.stdout
    assert "Traceback" not in done.stderr


def test_two_runs_at_once_the_second_is_told_who_holds_the_lock(shop: Shop) -> None:
    shop.world.faults.add("slow", path="/ws/orders", args={"seconds": 2.0})
    command = [sys.executable, "-m", "bmsc", "orders", "pull", "--config", str(shop.config)]
    first = subprocess.Popen([*command, "--state-dir", str(shop.state_dir)], stdout=subprocess.DEVNULL)
    wait_until(lambda: bool(shop.requests("backmarket")))
    first.send_signal(signal.SIGSTOP)
    loud, quiet = bmsc_run(shop, "orders", "pull"), bmsc_run(shop, "orders", "pull", "--quiet")
    first.send_signal(signal.SIGCONT)
    assert first.wait(timeout=30) == 0
    assert (loud.returncode, quiet.returncode, quiet.stderr) == (11, 11, "")
    assert f"pid {first.pid}" in loud.stderr


def test_sigterm_finishes_the_write_in_hand(shop: Shop) -> None:
    order_id = shop.place(("A", 1), ("B", 1))
    shop.world.faults.add("slow", method="POST", path="/api/Orders$", args={"seconds": 1.0})
    command = [sys.executable, "-m", "bmsc", "orders", "pull", "--config", str(shop.config)]
    process = subprocess.Popen([*command, "--state-dir", str(shop.state_dir)], stdout=subprocess.PIPE, text=True)
    wait_until(lambda: bool(shop.writes()))
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in output
    assert len(shop.twins(order_id)) == 1
    assert shop.twin(order_id).payments == ()
    assert bmsc_run(shop, "orders", "pull").returncode == 0
    assert shop.line_states(order_id) == [2, 2]


def test_a_full_disk_stops_before_anything_is_written(shop: Shop, tmp_path: Path) -> None:
    shop.place(("A", 1))
    (tmp_path / "file").write_text("")
    done = bmsc_run(shop, "orders", "pull", BMSC_STATE_DIR=str(tmp_path / "file"))
    assert done.returncode == 10
    assert "file" in done.stderr
    assert shop.writes() == []


def test_no_canary_in_any_output(shop: Shop) -> None:
    address = {"first_name": "CanaryFirst", "last_name": "CanaryLast", "street": "1 CanaryStreet", "phone": "+1CANARY9"}
    shop.place(("A", 1), address=address | {"email": "canary@relay.example", "city": "CanaryTown"})
    shop.place(("NOBODY", 1), address=address)
    words = {"status": 500, "json": {"Message": "CanaryFirst CanaryLast, 1 CanaryStreet, canary@relay.example: no"}}
    shop.world.faults.add("status_before", method="POST", path="/api/Orders$", args=words)
    told = [bmsc_run(shop, "orders", "pull", *how) for how in (["--dry-run"], [], ["--json"], ["--quiet"])]
    everything = "".join(done.stdout + done.stderr for done in told) + shop.written_down()
    for canary in ("anaryFirst", "anaryLast", "anaryStreet", "anaryTown", "anary@relay", "CANARY9", PASSWORD, TOKEN):
        assert canary not in everything
    assert "refused_by_sellercloud" in everything


class TestDoctor:
    """Each failure names its remedy."""

    def test_a_healthy_set_up(self, shop: Shop) -> None:
        done = bmsc_run(shop, "doctor")
        assert done.returncode == 0, done.stdout
        assert done.stdout.count("  ok  ") > 20
        assert "  fail  " not in done.stdout
        assert shop.writes() == []

    @pytest.mark.parametrize(
        ("broken", "status", "named"),
        [
            (lambda shop: (shop.folder / "backmarket.token").write_text("wrong"), 12, "Back Market token"),
            (lambda shop: (shop.folder / "sellercloud.password").write_text("wrong"), 12, "SellerCloud login"),
            (lambda shop: (shop.folder / "sellercloud.password").chmod(0o640), 10, "chmod 600"),
            (lambda shop: shop.config.write_text(shop.config.read_text().replace("163", "999")), 10, "999"),
            (lambda shop: shop.config.unlink(), 10, "bmsc init"),
        ],
        ids=["token", "password", "loose secret", "company", "no configuration"],
    )
    def test_a_broken_set_up(self, shop: Shop, broken: Any, status: int, named: str) -> None:
        broken(shop)
        done = bmsc_run(shop, "doctor")
        assert done.returncode == status, done.stdout + done.stderr
        assert named in done.stdout
        assert "next:" in done.stdout
        assert PASSWORD not in done.stdout


def test_the_demo_runs_by_itself(shop: Shop) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bmsc", "demo"], capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0
    assert "Before" in done.stdout
    assert "After" in done.stdout
    assert done.stdout.count("$ bmsc orders pull") == 3
    assert [command for command in EVERY if f"$ bmsc {command}" not in done.stdout] == []
    assert "329.00 -> 308.99 USD (buybox" in done.stdout
    shown = README.partition("```\n")[2].partition("```")[0].splitlines()
    assert len(shown) > 5
    told = {undated(line) for line in done.stdout.splitlines()}
    assert [line for line in shown if line.strip() != "..." and undated(line) not in told] == []


def undated(line: str) -> str:
    """Blot out what differs from one day, or one machine, to another."""
    return re.sub(r"\d+-\d\d-\d\d|[\d.]+ s;", "", line)


@pytest.mark.parametrize(
    "words", [("explain", " "), ("reprice", "--sku", ""), ("listings", "create", "--sku", "A", "--sku", "")]
)
def test_a_sku_that_names_nothing_is_a_usage_error(shop: Shop, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--config", str(shop.config), "--state-dir", str(shop.state_dir)])
    assert (result.exit_code, "name a SKU" in result.output) == (2, True)
    assert not shop.world.log.entries
