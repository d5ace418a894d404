"""Who hears of a run, over real HTTP and real processes; and that none of them can fail or delay one."""

from __future__ import annotations

import socket
import sys
import time

import pytest
from listing_shop import both, listed
from notify.watching import Watcher, events, keeper, notify
from shops import Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.notify import heartbeat, hook
from bmsc.report import text
from bmsc.state.run_book import RunBook

DAY = 24 * 3600


class TestHeartbeat:
    def test_start_and_success_carry_the_run(self, shop: Shop, watcher: Watcher) -> None:
        notify(shop, heartbeat_url=watcher.url + "/{command}")
        shop.place(("A", 1))
        report = shop.pull()
        (start, _), (end, facts) = watcher.heard
        assert start.startswith("/ping/orders-pull/start?rid=")
        assert end.startswith("/ping/orders-pull?rid=")
        assert start.partition("?")[2] == end.partition("?")[2]
        assert facts["run_id"] == report.run_id
        assert facts["counts"]["applied"] == 3

    def test_failure(self, shop: Shop, watcher: Watcher) -> None:
        notify(shop, heartbeat_url=watcher.url)
        shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
        shop.pull()
        assert [path.partition("?")[0] for path, _ in watcher.heard] == ["/ping/start", "/ping/fail"]
        assert watcher.heard[1][1]["exit_code"] == 13

    def test_runs_that_only_look_or_look_at_a_part_are_not_told(self, shop: Shop, watcher: Watcher) -> None:
        command, kept = keeper(shop)
        metrics = shop.folder / "bmsc.prom"
        notify(shop, heartbeat_url=watcher.url, command=command, metrics_file=metrics)
        order = shop.place(("NOBODY", 1))
        shop.pull(dry_run=True)
        shop.pull(order_ids=(order,))
        assert (watcher.heard, events(kept), metrics.exists()) == ([], [], False)
        assert RunBook(shop.state_dir / "runs").all() == {}

    def test_a_watcher_that_answers_500_changes_nothing(self, shop: Shop, watcher: Watcher) -> None:
        watcher.status = 500
        notify(shop, heartbeat_url=watcher.url)
        assert shop.pull().exit_code == 0
        assert len(watcher.heard) == 2

    def test_a_slow_watcher_costs_five_seconds_at_most(
        self, shop: Shop, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(heartbeat, "SECONDS", 1.0)
        watcher.pause = 4.0
        notify(shop, heartbeat_url=watcher.url)
        started = time.monotonic()
        assert shop.pull().exit_code == 0
        assert time.monotonic() - started < 2.5

    def test_a_dead_watcher_changes_nothing(self, shop: Shop) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            notify(shop, heartbeat_url=f"http://127.0.0.1:{taken.getsockname()[1]}/x")
            assert shop.pull().exit_code == 0
        assert "heartbeat did not get through" in shop.written_down()


class TestCommand:
    def test_new_reminder_resolved_each_once(self, shop: Shop) -> None:
        command, kept = keeper(shop)
        notify(shop, command=command)
        order = shop.place(("NOBODY", 1))
        for _ in range(3):
            shop.pull()
        assert [(one["event"], one["subject"], one["reason"]) for one in events(kept)] == [
            ("new", f"order:{order}", "unknown_sku")
        ]
        shop.advance(DAY + 60)
        shop.pull()
        shop.pull()
        assert [one["event"] for one in events(kept)] == ["new", "reminder"]
        shop.world.tenant.add_product("NOBODY", company_id=163, name="Somebody", quantity=1)
        shop.pull()
        shop.pull()
        assert [one["event"] for one in events(kept)] == ["new", "reminder", "resolved"]

    def test_an_outage_of_two_hours_is_two_messages(self, shop: Shop) -> None:
        command, kept = keeper(shop)
        notify(shop, command=command)
        shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
        quiet = ""
        for _ in range(24):
            quiet += text.render_news(shop.pull())
            shop.advance(300)
        shop.world.faults.clear()
        quiet += text.render_news(shop.pull())
        assert [one["event"] for one in events(kept)] == ["new", "resolved"]
        assert quiet.count("bmsc orders pull: ") == 2

    @pytest.mark.parametrize(
        "command", ["/no/such/program", "false", f"{sys.executable} -c 'import time; time.sleep(60)'"]
    )
    def test_missing_failing_or_hanging_changes_nothing(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, command: str
    ) -> None:
        monkeypatch.setattr(hook, "SECONDS_EACH", 0.5)
        notify(shop, command=command)
        shop.place(("NOBODY", 1))
        started = time.monotonic()
        assert shop.pull().exit_code == 0
        assert time.monotonic() - started < 5
        assert "notify.command" in shop.written_down()


class TestMetrics:
    def test_every_command_has_its_completion_time(self, shop: Shop) -> None:
        path = shop.folder / "bmsc.prom"
        notify(shop, metrics_file=path)
        shop.pull()
        shop.run("tracking push")
        shop.world.faults.add("status_before", path="/ws/orders", times=None, args={"status": 503})
        shop.advance(300)
        shop.pull()
        told = path.read_text()
        now = shop.world.clock.now().timestamp()
        assert told.count("\nbmsc_run_completed_timestamp_seconds{") == 2
        assert 'bmsc_run_exit_code{command="orders pull"} 13' in told
        assert 'bmsc_run_exit_code{command="tracking push"} 0' in told
        success = next(
            line for line in told.splitlines() if line.startswith('bmsc_last_success_timestamp_seconds{command="orders')
        )
        assert now - 700 < float(success.split()[-1]) < now - 200
        assert path.stat().st_mode & 0o044 == 0o044
        assert not list(path.parent.glob(".bmsc.prom*"))

    def test_a_folder_that_is_gone_changes_nothing(self, shop: Shop) -> None:
        notify(shop, metrics_file="/no/such/folder/bmsc.prom")
        assert shop.pull().exit_code == 0


def cron_mails(shop: Shop) -> str:
    """Run as cron does, and give all that it would mail."""
    files = ["--config", str(shop.config), "--state-dir", str(shop.state_dir)]
    done = CliRunner().invoke(app, ["orders", "pull", "--quiet", *files])
    assert done.exit_code == 0
    return done.output


def test_two_hundred_quiet_runs_say_nothing(shop: Shop) -> None:
    cron_mails(shop)
    for _ in range(200):
        shop.advance(300)
        assert cron_mails(shop) == ""


def test_a_hold_is_one_block_once_a_reminder_the_next_day_and_its_end(shop: Shop) -> None:
    order = shop.place(("NOBODY", 1))
    first, *silent = (cron_mails(shop) for _ in range(4))
    assert first.startswith(f"bmsc orders pull: needs a look\n  hold      order:{order}")
    assert silent == ["", "", ""]
    shop.advance(DAY + 60)
    reminder, *silent = (cron_mails(shop) for _ in range(3))
    assert reminder.startswith(f"bmsc orders pull: needs a look\n  hold      order:{order}")
    assert silent == ["", ""]
    shop.world.tenant.add_product("NOBODY", company_id=163, name="Somebody", quantity=1)
    end, *silent = (cron_mails(shop) for _ in range(3))
    assert end.startswith(f"bmsc orders pull: settled\n  resolved  order:{order}")
    assert silent == ["", ""]


def test_a_guard_s_mail_says_how_much_of_what_and_what_to_type(shop: Shop) -> None:
    for number in range(4):
        listed(shop, f"GONE-{number}", 2)
    both(shop, "STAYS", 5, 5)
    first, second = (text.render_news(shop.run("listings sync")) for _ in range(2))
    assert "4 of 5, limit 3 on the first live run: withheld, sku:GONE-0, sku:GONE-1" in first
    assert "look with `bmsc listings sync --dry-run`" in first
    assert "pass exactly these with `bmsc listings sync --force`" in first
    assert second == ""
    assert "resolved  run" in text.render_news(shop.run("listings sync", force=True))
