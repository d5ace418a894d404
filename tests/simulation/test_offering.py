"""Sold units are not offered again: random days against the sandbox's own truth, beside the naive rule."""

from __future__ import annotations

import pytest
from simulation.offering import HIDDEN, LAGS, SYNC_EVERY, careful, day, lines, naive


def window(lag: int) -> int:
    """Bound how long a unit sold through one listing may still show on another that shares its stock.

    Hidden on Back Market, then imported just before a sync looks, then missing from SellerCloud's numbers until
    the sync after the lag.
    """
    return HIDDEN + lag + 2 * SYNC_EVERY


@pytest.mark.parametrize("falls_at", ["new", "paid"])
@pytest.mark.parametrize("lag", LAGS)
def test_never_longer_than_the_window(lag: int, falls_at: str, record_property: pytest.RecordProperty) -> None:
    ours = day(careful, 3, lag=lag, falls_at=falls_at, counts=False, seconds=3600)
    theirs = day(naive, 3, lag=lag, falls_at=falls_at, counts=False, seconds=3600)
    record_property("offered", lines({(lag, "careful"): ours, (lag, "naive"): theirs}))
    assert ours.longest <= window(lag)
    assert ours.unit_seconds < theirs.unit_seconds
    if falls_at == "new":
        assert ours.alone == 0
