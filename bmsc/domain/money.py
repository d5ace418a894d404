"""How amounts are read, split and written: Decimal from text to text."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, InvalidOperation
from types import MappingProxyType

ZERO = Decimal(0)
_LARGEST = Decimal(100_000_000)
_CODES = {
    "USD": 0, "GBP": 1, "JPY": 2, "EUR": 3, "CAD": 4, "AUD": 5, "BGN": 34, "HRK": 46, "CZK": 49, "DKK": 50,
    "HUF": 74, "ISK": 75, "ILS": 79, "CHF": 94, "NZD": 116, "NOK": 119, "PLN": 127, "SGD": 139, "SEK": 148,
    "UAH": 160,
}  # fmt: skip
SELLERCLOUD_CURRENCY = MappingProxyType(_CODES)
"""ISO code to SellerCloud's own number (vendor swagger, 2022). Zero is the US dollar, not "none"."""
ISO_OF_SELLERCLOUD = MappingProxyType({number: code for code, number in _CODES.items()})
_WITHOUT_CENTS = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "VND",
    "XAF",
    "XOF",
    "XPF",
)
_WITH_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = dict.fromkeys(_WITHOUT_CENTS, 0) | dict.fromkeys(_WITH_THOUSANDTHS, 3)


def decimals(currency: str) -> int:
    """Count the decimals a price may carry in a currency (ISO 4217)."""
    return _DECIMALS.get(currency, 2)


def cent(currency: str) -> Decimal:
    """Give the smallest amount of a currency."""
    return Decimal(1).scaleb(-decimals(currency))


def parse(value: object) -> Decimal | None:
    """Read an amount that arrives as text or number; None when it is no finite, believable amount.

    A binary float is read by its shortest decimal text, so 1175.67 stays 1175.67.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        amount = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    # copy_abs compares where abs would reckon, and reckoning with a million digits overflows.
    return amount if amount.is_finite() and amount.copy_abs() < _LARGEST else None


def text(amount: Decimal, currency: str) -> str:
    """Write an amount with exactly the decimals of its currency."""
    return str(amount.quantize(cent(currency)))


def split_units(total: Decimal, quantity: int, currency: str) -> tuple[tuple[int, Decimal], ...]:
    """Split a line total into at most two unit prices whose sum is the total to the cent.

    3 units at 100.00 become one at 33.34 and two at 33.33.
    """
    unit = (total / quantity).quantize(cent(currency), rounding=ROUND_DOWN)
    dearer = int((total - unit * quantity) / cent(currency))
    parts = ((dearer, unit + cent(currency)), (quantity - dearer, unit))
    return tuple((count, price) for count, price in parts if count)
