"""How are numbers, moments and codes written for a reader?"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from bmsc.retrospect.measures import Lengths

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
SPANS = {
    "paid_to_sellercloud": "from payment to SellerCloud",
    "sellercloud_to_accepted": "from SellerCloud to accepted",
    "accepted_to_tracking": "from accepted to tracking number",
    "paid_to_tracking": "from payment to tracking number",
}
STANDS = {
    "paid": "paid, not yet in SellerCloud",
    "in_sellercloud": "in SellerCloud, not yet accepted",
    "accepted": "accepted, no tracking number yet",
}
BUDGETS = {
    "listing_lines": "Back Market listing lines",
    "sellercloud": "SellerCloud requests",
    "backmarket": "Back Market requests",
}


def length(seconds: float | None) -> str:
    """Write a length of time in the unit that suits it; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.1f} days"


def lengths(took: Lengths) -> tuple[str, str, str, str]:
    """Write how many, their median, their slow end and the worst."""
    return str(took.count), length(took.median), length(took.p95), length(took.longest)


def unit_of(longest: float) -> tuple[str, int]:
    """Choose the unit of an axis, with its seconds."""
    if longest < 2 * _MINUTE:
        return "seconds", 1
    if longest < 2 * _HOUR:
        return "minutes", _MINUTE
    return ("hours", _HOUR) if longest < 4 * _DAY else ("days", _DAY)


def percent(share: float | None) -> str:
    """Write a share; a dash for one of nothing."""
    return "–" if share is None else f"{share:.1f} %"


def day(moment: date) -> str:
    """Write a day."""
    return f"{moment:%Y-%m-%d}"


def minute(moment: datetime | None) -> str:
    """Write a moment, in UTC; a dash for none."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"


def amount(value: Decimal | None, currency: str = "") -> str:
    """Write an amount; a dash for none."""
    return "–" if value is None else f"{value} {currency}".rstrip()


def reason(code: str) -> str:
    """Write a reason code as words."""
    return code.replace("_", " ")
