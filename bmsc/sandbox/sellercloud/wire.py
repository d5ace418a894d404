"""How does this tenant spell money, quantities, ids and dates?"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

MINIMUM_DATE = "0001-01-01T00:00:00"
_SLASHED = ("%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d")
_FRACTION = re.compile(r"(\.\d{6})\d+")


class Wire:
    """The tenant's spelling, as the switches stand when a value is written."""

    def __init__(self, switches: SellerCloudSwitches) -> None:
        self.switches = switches

    def money(self, amount: Decimal) -> Decimal | str:
        """Write an amount as a number, or as text of four decimals."""
        return f"{amount:.4f}" if self.switches.money_as_text else amount

    def quantity(self, units: int) -> int | str:
        """Write a quantity as a number or as text."""
        return str(units) if self.switches.quantities_as_text else units

    def product_id(self, sku: str) -> str:
        """Write a product id in the tenant's case."""
        case = self.switches.product_id_case
        return sku if case == "kept" else sku.upper() if case == "upper" else sku.lower()

    def date(self, moment: datetime | None) -> str | None:
        """Write a moment, mostly as the tenant's wall clock without offset."""
        if moment is None:
            return None if self.switches.null_dates == "null" else MINIMUM_DATE
        style = self.switches.date_style
        local = moment.astimezone(UTC if style == "utc_z" else _zone(self.switches.time_zone))
        text = local.strftime("%Y-%m-%dT%H:%M:%S") + self._fraction(local)
        if style == "utc_z":
            return text + "Z"
        return text + local.isoformat(timespec="seconds")[19:] if style == "offset" else text

    def moment(self, text: str) -> datetime:
        """Read a date of a request; one without offset is the tenant's wall clock. Raises ValueError."""
        parsed = _parse(text.strip())
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=_zone(self.switches.time_zone))
        return parsed.astimezone(UTC)

    def _fraction(self, local: datetime) -> str:
        style = self.switches.date_fraction
        if style == "none":
            return ""
        if style == "seven":
            return f".{local.microsecond:06d}0"
        return f".{local.microsecond // 1000:03d}".rstrip("0").rstrip(".")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _parse(text: str) -> datetime:
    for style in _SLASHED if "/" in text else ():
        with suppress(ValueError):
            return datetime.strptime(text, style)  # noqa: DTZ007 - the tenant's zone is put on afterwards
    return datetime.fromisoformat(_FRACTION.sub(r"\1", text))
