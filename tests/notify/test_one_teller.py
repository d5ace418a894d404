"""What every command meets is told by one of them: a whole crontab says no more than one command would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from listing_shop import both
from notify.watching import events, keeper
from price_shop import on, priced
from shops import PASSWORD, TOKEN, Shop
from typer.testing import CliRunner

from bmsc.cli import app
from bmsc.domain.runs import EVERY
from bmsc.errors import BmscError
from bmsc.report import text
from bmsc.state.run_book import RunBook
from bmsc.upkeep import crontab

HOUR, DAY = 60, 24 * 60


def minutes(command: str) -> range:
    """Read a command's minutes off its cron line."""
    line = next(line for line in crontab.lines(None, None, reprice=True) if f" {command} " in line)
    first, _, step = line.partition(" ")[0].partition("-59/")
    return range(int(first), 60, int(step or 60))


def cron(shop: Shop, lasting: int) -> list[str]:
    """Let so many minutes pass as cron sees them, and collect what it would mail."""
    return [mail for _ in range(lasting) for mail in _minute(shop) if mail]


def _minute(shop: Shop) -> Iterator[str]:
    shop.advance(60 - shop.world.clock.now().timestamp() % 60)
    now = shop.world.clock.now().minute
    for command in EVERY:
        if now in minutes(command):
            yield _mail(shop, command)


def _mail(shop: Shop, command: str) -> str:
    try:
        return text.render_news(shop.run(command))
    except BmscError as refused:
        return str(refused) if refused.is_news else ""


@pytest.fixture(autouse=True)
def busy(shop: Shop) -> Shop:
    """Let every command have something to ask both platforms about."""
    on(shop)
    priced(shop, "X")
    both(shop, "Y", 5, 5)
    assert cron(shop, HOUR) == []
    return shop


@pytest.mark.parametrize("platform", ["backmarket", "sellercloud"])
def test_an_outage_of_two_hours_is_two_messages_for_all_six_commands(shop: Shop, platform: str) -> None:
    command, kept = keeper(shop)
    shop.config.write_text(f"{shop.config.read_text()}\n[notify]\ncommand = {json.dumps(command)}\n")
    shop.place(("A", 1))
    shop.world.faults.add("status_before", platform=platform, times=None, args={"status": 503})
    during = cron(shop, 2 * HOUR)
    shop.world.faults.clear()
    after = cron(shop, HOUR)
    assert ["unavailable" in mail for mail in during] == [True]
    assert ["resolved  run" in mail for mail in after] == [True]
    assert [one["event"] for one in events(kept)] == ["new", "resolved"]


def test_what_lasts_is_told_again_a_day_later_by_the_same_command_alone(shop: Shop) -> None:
    (shop.folder / "backmarket.token").write_text("wrong")
    assert len(cron(shop, HOUR)) == 1
    shop.advance((DAY - 2 * HOUR) * 60)
    assert len(cron(shop, 2 * HOUR)) == 1
    (shop.folder / "backmarket.token").write_text(TOKEN)
    assert len(cron(shop, HOUR)) == 1


def test_a_wrong_password_is_told_once_and_seldom_tried(shop: Shop) -> None:
    """More refused logins could lock the account of everybody who uses it."""
    shop.place(("A", 1))
    (shop.folder / "sellercloud.password").write_text("wrong")
    (shop.state_dir / "cache" / "sellercloud.token").unlink()
    shop.world.log.clear()
    (mail,) = cron(shop, HOUR)
    assert "correct the password" in mail
    assert sum(entry.path == "/rest/api/token" for entry in shop.world.log.entries) == 4
    (shop.folder / "sellercloud.password").write_text(PASSWORD)
    assert ["credentials, since" in mail for mail in cron(shop, 10)] == [True]


def test_an_order_that_two_commands_hold_for_one_reason_is_told_and_listed_once(shop: Shop) -> None:
    order = shop.place(("B", 1))
    shop.switch("sellercloud", duplicate_numbers="allowed")
    with shop.world.lock:
        twins = [shop.world.tenant.add_order(str(order), 163, lines=[("B", 1, 100)], paid=True) for _ in range(2)]
    (mail,) = cron(shop, 15)
    assert "several_sellercloud_orders" in mail
    env = {"BMSC_CONFIG": str(shop.config), "BMSC_STATE_DIR": str(shop.state_dir)}
    listed = CliRunner().invoke(app, ["holds", "list", "--json"], env=env)
    assert [hold["command"] for hold in json.loads(listed.output)["holds"]] == ["orders pull"]
    with shop.world.lock:
        shop.world.tenant.change(replace(shop.world.tenant.orders[twins[1]], number="another"))
    assert ["resolved  order" in mail for mail in cron(shop, 15)] == [True]


def test_a_wrong_configuration_is_told_by_one_command_and_so_is_its_end(shop: Shop) -> None:
    good = shop.config.read_text()
    shop.config.write_text(good.replace("company_id = 163", 'company_id = "many"'))
    (mail,) = cron(shop, HOUR)
    assert "sellercloud.company_id" in mail
    shop.config.write_text(good)
    assert ["configuration, since" in mail for mail in cron(shop, HOUR)] == [True]


def test_an_outage_that_is_over_for_the_teller_alone_is_told_by_the_next(shop: Shop) -> None:
    shop.world.faults.add("status_before", platform="backmarket", times=None, args={"status": 503})
    assert len(cron(shop, 10)) == 1
    shop.world.faults.clear()
    shop.world.faults.add("status_before", path="/ws/listings", times=None, args={"status": 503})
    ended, still = cron(shop, 10)
    assert "bmsc orders pull: settled" in ended
    assert "bmsc listings sync: needs a look" in still


def test_the_other_platform_s_outage_is_another_fact(shop: Shop) -> None:
    shop.place(("NOBODY", 1))
    shop.world.faults.add("status_before", path="/ws/listings", times=None, args={"status": 503})
    (one,) = (mail for mail in cron(shop, 5) if "unavailable" in mail)
    shop.world.faults.add("status_before", platform="sellercloud", times=None, args={"status": 503})
    (other,) = cron(shop, 5)
    assert "Back Market" in one
    assert "SellerCloud" in other


def test_hours_of_the_whole_crontab_in_which_nothing_happens_say_nothing(shop: Shop) -> None:
    before = RunBook(shop.state_dir / "runs").all()
    assert cron(shop, 3 * HOUR) == []
    after = RunBook(shop.state_dir / "runs").all()
    assert len(after) == len(EVERY)
    assert all(after[command].run_id != before[command].run_id for command in EVERY)
    assert {record.exit_code for record in after.values()} == {0}
