"""How a test makes a shop too large for one run: few requests an hour, and SKUs on both shelves."""

from __future__ import annotations

from typing import Any

from listing_shop import listed, stock
from shops import Shop

from bmsc.domain.outcome import RunReport
from bmsc.domain.reading import Reading
from bmsc.planners import reading_plan

LISTINGS = 250
"""Five pages, of which a run may read four batches of rows."""
SMALL_SHARE = 1 / 15
"""Of an interval and of an hour, for tests in which two pages are all there is time for."""
MORE = "\n[guards]\nmax_sold_out_percent = 100\n"


def narrow(shop: Shop, *, share: float = reading_plan.SHARE, slow: bool = False) -> None:
    """Leave a run four requests for rows; and Back Market one request in ten seconds."""
    shop.configure(MORE)
    per_hour = f"requests_per_hour = {round(4 * 12 / share)}"
    text = shop.config.read_text().replace("requests_per_hour = 10800", per_hour)
    market = "[backmarket]\nrequests_per_10s = 1" if slow else "[backmarket]"
    shop.config.write_text(text.replace("[backmarket]", market))


def fill(shop: Shop, count: int = LISTINGS, **cells: Any) -> None:
    """Put SKUs on both shelves, five units each."""
    for number in range(count):
        stock(shop, f"S{number:04}", 5, **cells)
        listed(shop, f"S{number:04}", 5)


def sync_later(shop: Shop, minutes: float = 5, **scope: Any) -> RunReport:
    """Let time pass, forget what was asked before, and run `listings sync`."""
    shop.advance(minutes * 60)
    shop.world.log.clear()
    return shop.run("listings sync", **scope)


def reading(report: RunReport) -> Reading:
    """Give how a run came by its facts."""
    assert report.plan.reading is not None
    return report.plan.reading


def asked(shop: Shop, path: str, filter_named: str = "") -> list[str]:
    """Give the values of a filter in the requests for a path."""
    found = (
        dict(entry.query) for entry in shop.world.log.entries if entry.path.endswith(path) and entry.method == "GET"
    )
    return [query.get(filter_named, "") for query in found if not filter_named or filter_named in query]
