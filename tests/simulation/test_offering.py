"""Sold units are not offered again: random days against the sandbox's own truth, beside the naive rule."""

from __future__ import annotations

import pytest
from simulation.offering import LAGS, SYNC_EVERY, Story, careful, day, lines, naive

SEEDS = (5, 0)


def window(lag: int, *, losses: bool) -> int:
    """Bound for how long a listing may show a unit that has gone.

    What people buy is seen by the next sync, however long SellerCloud's numbers lag. What goes missing from the
    shelf shows a lag later, and may then be taken for a unit that was sold and counted: until those are counted too.
    """
    return 2 * (lag + SYNC_EVERY) if losses else SYNC_EVERY


@pytest.mark.parametrize("falls_at", ["new", "paid"])
@pytest.mark.parametrize("lag", LAGS)
class TestNeverLongerThanTheWindow:
    """For every lag, and both moments at which Back Market may take stock."""

    def test_what_people_buy(self, lag: int, falls_at: str, record_property: pytest.RecordProperty) -> None:
        first, second = (day(careful, seed, lag=lag, falls_at=falls_at, losses=False) for seed in SEEDS)
        theirs = day(naive, SEEDS[0], lag=lag, falls_at=falls_at, losses=False)
        record_property("offered", lines({(lag, "careful"): first, (lag, "naive"): theirs}))
        assert (first + second).sold >= 18
        assert (first + second).longest <= window(lag, losses=False) < theirs.longest
        assert (first + second).alone == 0
        assert first.unit_seconds < theirs.unit_seconds / 2

    def test_what_goes_missing(self, lag: int, falls_at: str) -> None:
        ours = sum((day(careful, seed, lag=lag, falls_at=falls_at, losses=True) for seed in SEEDS), Story())
        assert ours.sold >= 15
        assert 0 < ours.stalest <= window(lag, losses=True)
