"""How does the platform read the fields of a JSON body?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from bmsc.sandbox.sellercloud.answers import Refusal, invalid, required
from bmsc.sandbox.sellercloud.orders import ZERO
from bmsc.sandbox.sellercloud.wire import Wire


class Body:
    """One JSON object of a request: keys without case, unknown ones dropped, wrong types refused with 400."""

    def __init__(self, value: object, wire: Wire) -> None:
        if not isinstance(value, Mapping):
            raise Refusal(400, "The request is invalid.")
        self._fields = {str(key).casefold(): item for key, item in value.items()}
        self._wire = wire

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name.casefold()) is not None

    def raw(self, name: str) -> object:
        """Give a field as it came, None when absent."""
        return self._fields.get(name.casefold())

    def text(self, name: str) -> str:
        """Give a text, "" when absent."""
        value = self.raw(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Give a whole number; digits in a text pass too."""
        value = self.raw(name)
        if value is None or value == "":
            return default
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise _wrong(name, value) from None
        if not number.is_finite() or number != number.to_integral_value():
            raise _wrong(name, value)
        return int(number)

    def money(self, name: str, default: Decimal = ZERO) -> Decimal:
        """Give an amount."""
        value = self.raw(name)
        if value is None or value == "":
            return default
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise _wrong(name, value) from None
        if not amount.is_finite():
            raise _wrong(name, value)
        return amount

    def flag(self, name: str) -> bool:
        """Give a yes or no; absent is no."""
        value = self.raw(name)
        return value.casefold() == "true" if isinstance(value, str) else bool(value)

    def date(self, name: str) -> datetime | None:
        """Give a date; one without offset is the tenant's wall clock."""
        value = self.raw(name)
        if value is None or value == "":
            return None
        try:
            return self._wire.moment(str(value))
        except ValueError:
            raise _wrong(name, value) from None

    def integers(self, name: str) -> list[int]:
        """Give a list of whole numbers; refuses its absence."""
        values = self.raw(name)
        if not isinstance(values, list):
            raise required(name)
        return [Body({name: value}, self._wire).integer(name) for value in values]

    def part(self, name: str) -> Body:
        """Give an object inside this one; absent is an empty one."""
        value = self.raw(name)
        return Body({} if value is None else value, self._wire)

    def rows(self, name: str) -> Iterator[Body]:
        """Give the objects of a list; absent is an empty one."""
        values = self.raw(name)
        if values is not None and not isinstance(values, list):
            raise _wrong(name, type(values).__name__)
        return (Body(value, self._wire) for value in values or ())

    def need(self, *names: str) -> None:
        """Refuse with 400 unless every name is there."""
        for name in names:
            if name not in self:
                raise required(name)


def _wrong(name: str, value: object) -> Refusal:
    return invalid(name, f"The value '{value}' is not valid for {name}.")
