"""How many listings a run reads again before it writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.planners.freshness import MOST_LISTINGS, affordable
from bmsc.planners.reading_plan import REQUESTS_A_LINE


@pytest.mark.parametrize(
    ("seconds", "per_second", "listings"),
    [
        pytest.param(60, 2, 40, id="a minute at two requests a second"),
        pytest.param(60, 15, 300, id="at our usual share"),
        pytest.param(200, 20, MOST_LISTINGS, id="never more than a run can write"),
        pytest.param(10, 0.1, 1, id="one at least, so that a backlog always shrinks"),
        pytest.param(-5, 15, 1, id="also when the time is up"),
    ],
)
def test_what_time_allows(seconds: float, per_second: float, listings: int) -> None:
    assert affordable(seconds, per_second) == listings


@given(st.floats(min_value=1, max_value=240), st.floats(min_value=0.1, max_value=20))
def test_what_is_read_again_can_be_written_in_the_time_left(seconds: float, per_second: float) -> None:
    assert affordable(seconds, per_second) in (1, *range(2, int(seconds * per_second / REQUESTS_A_LINE) + 1))
