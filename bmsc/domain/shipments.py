"""What Back Market is told about a parcel, and what identifies the unit in it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bmsc.domain.ids import Sku

LONGEST_TRACKING_NUMBER = 200
"""Back Market's bound; one for web addresses, 300, is looser."""
LONGEST_SERIAL_NUMBER = 50
_IMEI_DIGITS = 15


class Parcel(Struct, frozen=True):
    """One shipment in the words of Back Market's ship call; None leaves a field out."""

    tracking_number: str
    shipper: str
    tracking_url: str | None = None
    shipped_at: datetime | None = None


class UnitSerial(Struct, frozen=True):
    """What identifies one unit; Back Market takes it once and never corrects it."""

    text: str

    @property
    def is_imei(self) -> bool:
        """Say whether it is an IMEI: fifteen digits, the last of which checks the others."""
        return len(self.text) == _IMEI_DIGITS and self.text.isascii() and self.text.isdigit() and _luhn(self.text)


class NotedSerial(Struct, frozen=True):
    """A serial number as SellerCloud noted it, for one unit of an order line."""

    text: str
    sku: Sku
    item_id: int = 0


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
