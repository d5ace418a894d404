"""How much is read of shops of every size, on fast and slow platforms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.planners.reading_plan import Means, ReadingPlan, Size, choose, means

FIVE_MINUTES = timedelta(minutes=5)


def has(backmarket: float = 15, sellercloud: float = 4, per_hour: int = 9000, lines_left: int = 0) -> Means:
    return means(
        FIVE_MINUTES,
        backmarket_per_second=backmarket,
        sellercloud_per_second=sellercloud,
        sellercloud_per_hour=per_hour,
        lines_left=lines_left,
    )


@pytest.mark.parametrize(
    ("size", "given", "pages", "batches"),
    [
        pytest.param(Size(0), has(), None, None, id="an empty shop"),
        pytest.param(Size(100), has(), None, None, id="a small one"),
        pytest.param(Size(10_000), has(), None, None, id="ten thousand fit"),
        pytest.param(Size(22_500), has(), None, None, id="the hour's share, to the request"),
        pytest.param(Size(22_501), has(), None, 450, id="and one more"),
        pytest.param(Size(100_000), has(), None, 450, id="a hundred thousand"),
        pytest.param(Size(100_000), has(backmarket=20), None, 450, id="all pages at 20 a second"),
        pytest.param(Size(100_000), has(backmarket=2), 360, 450, id="a part at 2 a second"),
        pytest.param(Size(100_000), has(backmarket=2, lines_left=20), 300, 450, id="less of it where lines wait"),
        pytest.param(Size(100_000), has(backmarket=2, lines_left=900), 223, 450, id="but all of it in three quarters"),
        pytest.param(Size(10_000), has(backmarket=15, lines_left=900), None, None, id="what fits is read whole"),
        pytest.param(Size(100_000), has(backmarket=0.5, lines_left=900), 90, 450, id="too slow to give way"),
        pytest.param(Size(10_000), has(backmarket=1), 180, None, id="Back Market alone too slow"),
        pytest.param(Size(10_000, markets=14), has(), 192, None, id="fourteen markets"),
        pytest.param(Size(10_000, markets=13), has(), None, None, id="thirteen still fit"),
        pytest.param(Size(20_000), has(sellercloud=4 / 5), None, 144, id="five seconds a page"),
        pytest.param(Size(5_000), has(per_hour=600), None, 30, id="a small share of the hour"),
        pytest.param(Size(100_000), has(backmarket=0.001, per_hour=1), 1, 1, id="hardly anything is still something"),
    ],
)
def test_the_choice(size: Size, given: Means, pages: int | None, batches: int | None) -> None:
    plan = choose(size, given)
    assert (plan.pages, plan.batches) == (pages, batches)
    assert plan.is_whole == (pages is None and batches is None)


@given(st.integers(0, 300_000), st.integers(1, 14), st.floats(0.1, 50), st.floats(0.1, 50), st.integers(1, 10_800))
def test_what_is_chosen_fits_or_is_the_least(
    listings: int, markets: int, backmarket: float, sellercloud: float, per_hour: int
) -> None:
    size, given = Size(listings, markets), has(backmarket, sellercloud, per_hour)
    plan = choose(size, given)
    pages = size.pages if plan.pages is None else plan.pages
    batches = size.pages if plan.batches is None else plan.batches
    assert pages * markets <= max(markets, given.backmarket_requests)
    assert batches <= max(1, given.sellercloud_batches)
    assert plan.most_changes <= batches / 2


def test_the_choice_is_told_in_words() -> None:
    told = choose(Size(100_000, 2), has(backmarket=2)).reason
    assert told == (
        "100000 listings: Back Market 180 of 2000 pages, oldest first in 2 markets; "
        "SellerCloud changes and the oldest rows, 450 of 2000 requests; 180 s of reading"
    )
    assert ReadingPlan(None, None).is_whole
