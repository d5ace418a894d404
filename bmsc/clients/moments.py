"""Which moment a date on the wire means, whatever its precision and with or without an offset."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

_NOBODY_TRADED_BEFORE = 1990
"""SellerCloud writes an unset date as the minimum of .NET, year 1."""


def read(value: object, zone: tzinfo = UTC) -> datetime | None:
    """Read an ISO 8601 date as an aware UTC moment; `zone` is that of dates without an offset.

    Seven fractional digits, as .NET writes them, are cut to six. None when it is no date, or an unset one.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        in_utc = aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return in_utc if in_utc.year >= _NOBODY_TRADED_BEFORE else None


def without_offset(moment: datetime, zone: tzinfo) -> str:
    """Write a moment as the wall clock of `zone` shows it, to the second."""
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat()
