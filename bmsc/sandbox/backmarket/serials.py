"""Which serial numbers may be registered on an order line, and when?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bmsc.sandbox.backmarket.orders import Line
from bmsc.sandbox.backmarket.switches import BackMarketSwitches

LONGEST = {"imei": 15, "serial_number": 50}


class BadSerial(ValueError):
    """A serial number that cannot be registered, and why."""


def is_imei(text: str) -> bool:
    """Tell whether a text is fifteen digits of which the last one checks the others."""
    if len(text) != 15 or not (text.isascii() and text.isdigit()):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(text)]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def asked_for(body: Mapping[str, Any]) -> dict[str, str]:
    """Pick the serial numbers that a request brings; raises BadSerial for one that is no text."""
    brought: dict[str, str] = {}
    for name, longest in LONGEST.items():
        value = body.get(name)
        if value in (None, ""):
            continue
        if not isinstance(value, str) or len(value) > longest:
            raise BadSerial(f"{name} must be a string of at most {longest} characters")
        brought[name] = value
    return brought


def check(line: Line, brought: Mapping[str, str], switches: BackMarketSwitches) -> None:
    """Raise BadSerial unless every value may be written; they are written once."""
    for name, value in brought.items():
        known = getattr(line, name)
        if known and not (known == value and switches.repeated_serial == "same_is_fine"):
            raise BadSerial(f"{name} is already registered")
    if "imei" in brought and not is_imei(brought["imei"]):
        raise BadSerial("imei is not valid")


def check_line(line: Line, brought: Mapping[str, str], switches: BackMarketSwitches) -> None:
    """Raise BadSerial unless the line may have serial numbers of its own and these may be written."""
    if line.quantity != 1:
        raise BadSerial("the orderline has more than one unit")
    if switches.serial_line_states == "accepted" and line.state not in (2, 3):
        raise BadSerial("the orderline is not accepted")
    check(line, brought, switches)


def register(line: Line, brought: Mapping[str, str]) -> None:
    """Write the values."""
    for name, value in brought.items():
        setattr(line, name, value)
