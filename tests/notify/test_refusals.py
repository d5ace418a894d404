"""A run that is refused before it begins: told once, to everybody who can be known, and told again when it is over."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from notify.watching import Watcher, events, keeper, notify
from shops import Shop

from bmsc.domain.outcome import RunReport
from bmsc.domain.times import to_text
from bmsc.errors import BmscError, ConfigError, GuardTripped, LockHeld
from bmsc.state.directory import StateDir

DAY = 24 * 3600


def break_configuration(shop: Shop) -> None:
    shop.config.write_text(shop.config.read_text().replace("company_id = 163", 'company_id = "many"'))


def mend_configuration(shop: Shop) -> None:
    shop.config.write_text(shop.config.read_text().replace('company_id = "many"', "company_id = 163"))


def attempt(shop: Shop, **scope: bool) -> RunReport | BmscError:
    try:
        return shop.pull(**scope)
    except BmscError as refused:
        return refused


@contextmanager
def another_run(shop: Shop, since: float) -> Iterator[None]:
    """Hold the lock of `orders pull` as a run does that began so many seconds ago."""
    path = StateDir(shop.state_dir).command_lock("orders pull")
    began = to_text(shop.world.clock.now() - timedelta(seconds=since))
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.pwrite(descriptor, json.dumps({"pid": 4711, "started_at": began}).encode() + b"\n", 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def endings(watcher: Watcher) -> list[tuple[str, int]]:
    return [(path.partition("?")[0].removeprefix("/ping"), facts["exit_code"]) for path, facts in watcher.heard]


class TestHeartbeat:
    def test_a_wrong_configuration_is_told_as_a_failure(self, shop: Shop, watcher: Watcher) -> None:
        notify(shop, heartbeat_url=watcher.url)
        break_configuration(shop)
        with pytest.raises(ConfigError):
            shop.pull()
        assert endings(watcher) == [("/fail", 10)]

    def test_a_wrong_secret_file_too(self, shop: Shop, watcher: Watcher) -> None:
        notify(shop, heartbeat_url=watcher.url)
        (shop.folder / "backmarket.token").chmod(0o644)
        with pytest.raises(ConfigError):
            shop.pull()
        assert endings(watcher) == [("/fail", 10)]

    def test_another_shop_s_state_too(self, shop: Shop, watcher: Watcher) -> None:
        shop.pull()
        shop.configure(f'\n[notify]\nheartbeat_url = "{watcher.url}"\n[orders]\norder_number_prefix = "X-"\n')
        with pytest.raises(GuardTripped):
            shop.pull()
        assert endings(watcher) == [("/fail", 14)]

    def test_refused_credentials_too(self, shop: Shop, watcher: Watcher) -> None:
        notify(shop, heartbeat_url=watcher.url)
        (shop.folder / "backmarket.token").write_text("wrong")
        assert shop.pull().exit_code == 12
        assert watcher.heard[-1][0].startswith("/ping/fail")

    @pytest.mark.parametrize(("since", "told"), [(60, []), (301, [("/fail", 11)])])
    def test_a_held_lock_only_once_its_run_has_overstayed(
        self, shop: Shop, watcher: Watcher, since: float, told: list[tuple[str, int]]
    ) -> None:
        notify(shop, heartbeat_url=watcher.url)
        with another_run(shop, since), pytest.raises(LockHeld):
            shop.pull()
        assert endings(watcher) == told

    def test_a_dry_run_is_nobody_s_affair(self, shop: Shop, watcher: Watcher) -> None:
        notify(shop, heartbeat_url=watcher.url)
        break_configuration(shop)
        attempt(shop, dry_run=True)
        assert watcher.heard == []

    def test_a_watcher_that_is_away_changes_nothing(self, shop: Shop) -> None:
        notify(shop, heartbeat_url="http://127.0.0.1:9/x")
        break_configuration(shop)
        with pytest.raises(ConfigError, match=r"sellercloud\.company_id"):
            shop.pull()


def test_the_owner_hears_once_a_day_and_when_it_is_over(shop: Shop) -> None:
    command, kept = keeper(shop)
    notify(shop, command=command)
    break_configuration(shop)
    said = [refused.is_news for _ in range(3) if isinstance(refused := attempt(shop), BmscError)]
    shop.advance(DAY + 60)
    said += [refused.is_news for _ in range(2) if isinstance(refused := attempt(shop), BmscError)]
    assert said == [True, False, False, True, False]
    mend_configuration(shop)
    report = shop.pull()
    assert [(one.subject, one.reason) for one in report.resolved] == [("run", "configuration")]
    assert shop.pull().resolved == ()
    assert [(one["event"], one["reason"]) for one in events(kept)] == [
        ("new", "configuration"),
        ("reminder", "configuration"),
        ("resolved", "configuration"),
    ]


def test_another_problem_is_news_again(shop: Shop) -> None:
    break_configuration(shop)
    assert [getattr(attempt(shop), "is_news", None) for _ in range(2)] == [True, False]
    shop.config.write_text(shop.config.read_text() + "\n[oders]\n")
    assert getattr(attempt(shop), "is_news", None) is True


def test_a_run_that_hangs_is_news_after_an_hour_and_a_half_and_only_once(shop: Shop) -> None:
    shop.pull()
    with another_run(shop, 3600):
        assert getattr(attempt(shop), "is_news", None) is False
    with another_run(shop, 5500):
        assert [getattr(attempt(shop), "is_news", None) for _ in range(2)] == [True, False]
    assert [one.reason for one in shop.pull().resolved] == ["locked"]


def test_cron_mails_a_wrong_configuration_once(shop: Shop) -> None:
    break_configuration(shop)
    words = [sys.executable, "-m", "bmsc", "orders", "pull", "--quiet"]
    where = ["--config", str(shop.config), "--state-dir", str(shop.state_dir)]
    runs = [subprocess.run([*words, *where], capture_output=True, text=True, check=False) for _ in range(3)]
    assert [done.returncode for done in runs] == [10, 10, 10]
    assert "sellercloud.company_id" in runs[0].stderr
    assert [done.stdout + done.stderr for done in runs[1:]] == ["", ""]
    mend_configuration(shop)
    settled = subprocess.run([*words, *where], capture_output=True, text=True, check=False)
    assert "configuration, since" in settled.stdout
