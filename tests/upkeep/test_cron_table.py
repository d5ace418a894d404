"""How often a crontab starts a command, as cron itself would read it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bmsc.domain.runs import EVERY
from bmsc.upkeep import cron_table, crontab


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (["1-59/5 * * * * bmsc orders pull"], 5),
        (["*/10 * * * * bmsc orders pull"], 10),
        (["3/20 * * * * bmsc orders pull"], 20),
        (["17 * * * * bmsc reprice"], 60),
        (["0,30 * * * * bmsc reprice"], 30),
        (["* * * * * root bmsc reprice"], 1),
        (["0 7-19 * * * bmsc reprice"], 720),
        (["30 3 * * * bmsc reprice"], 1440),
        (["0 * * * * bmsc reprice", "20 * * * * bmsc reprice"], 40),
        (["@hourly bmsc reprice"], 60),
        (["@daily bmsc reprice"], 1440),
        (["@reboot bmsc reprice"], None),
        (["0 9 * * 1 bmsc reprice"], None),
        (["every now and then bmsc reprice"], None),
        (["50-10 * * * * bmsc reprice"], None),
        (["*/0 * * * * bmsc reprice"], None),
    ],
    ids=str,
)
def test_the_longest_wait_is_read_off_the_schedule(lines: list[str], minutes: int | None) -> None:
    assert cron_table.longest_wait(lines) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize("command", EVERY)
def test_our_own_lines_start_each_command_at_its_interval(command: str) -> None:
    lines = list(crontab.lines(None, None, reprice=True))
    assert cron_table.longest_wait(cron_table.starting(lines, command)) == EVERY[command]
