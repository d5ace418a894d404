"""Where does a look back find its journals, the limits, and what stands now?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from bmsc import premises
from bmsc.domain.settings import BackMarketSettings, SellerCloudSettings
from bmsc.errors import ConfigError
from bmsc.retrospect import look_back, window
from bmsc.retrospect.budgets import Limits
from bmsc.retrospect.facts import FactKey
from bmsc.retrospect.look_back import Asked, Retrospect
from bmsc.retrospect.window import Window
from bmsc.upkeep.holds import HoldsDesk

WEEK, MONTH = 7, 30
_PRICES_FROM_BEFORE = timedelta(days=31)
"""A journal that far back is opened for prices that stand since then."""


class Occasion(Struct, frozen=True):
    """One look at one state directory; asks neither platform."""

    config: Path | None
    state_dir: Path | None
    skus: tuple[str, ...] = ()

    def look_back(self, days: int) -> Retrospect:
        """Look back on the present day and those before it, `days` in all."""
        now = premises.clock().now()
        asked = self._asked(now, window.latest(now, days))
        return look_back.look_back(self._journals(asked.window), asked)

    def today_week_month(self) -> tuple[Retrospect, ...]:
        """Look back on the present day, and on the 7 and 30 whole days before it."""
        now = premises.clock().now()
        month = window.before_today(now, MONTH)
        windows = (window.today(now), window.before_today(now, WEEK), month)
        return look_back.several(self._journals(month), [self._asked(now, one) for one in windows])

    def _journals(self, wanted: Window) -> Sequence[Path]:
        first = wanted.start - _PRICES_FROM_BEFORE
        journals = premises.state_directory(self.state_dir, for_reading=True).journals()
        return [journals[month] for month in sorted(journals) if month >= (first.year, first.month)]

    def _asked(self, now: datetime, wanted: Window) -> Asked:
        waiting = HoldsDesk(self.state_dir).waiting()
        standing = (FactKey(one.command, one.fact.subject, one.fact.reason) for one in waiting)
        return Asked(now, wanted, _limits(self.config), tuple(standing), self.skus)


def _limits(config: Path | None) -> Limits:
    """Read the configured limits; without a configuration those that bmsc would keep to."""
    try:
        settings = premises.configuration(config).settings
    except ConfigError:
        here = SellerCloudSettings(base_url="", username="", company_id=0).requests_per_hour
        there = BackMarketSettings(base_url="", user_agent="")
        return Limits(there.listing_lines_per_hour, here, there.requests_per_10s)
    backmarket = settings.backmarket
    return Limits(
        backmarket.listing_lines_per_hour, settings.sellercloud.requests_per_hour, backmarket.requests_per_10s
    )
