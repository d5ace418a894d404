"""How does the platform bind a query string to filters?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bmsc.sandbox.sellercloud.answers import Refusal, invalid, required
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches
from bmsc.sandbox.sellercloud.wire import Wire

PREFIXES = ("model.", "request.")
DEFAULT_PAGE_SIZE = 10
_TRUE = frozenset({"true", "1"})


class Query:
    """The filters of one request: names without prefix and case, unknown ones simply never asked for."""

    def __init__(self, pairs: Iterable[tuple[str, str]], wire: Wire) -> None:
        self._wire = wire
        self._switches = wire.switches
        self._values, self.has_model = _bind(pairs, self._switches)

    def require_model(self) -> None:
        """Refuse a call that bound no `model.` name, when the tenant does."""
        if self._switches.model_required and not self.has_model:
            raise Refusal(400, "Arguments 'model' are missing.")

    def need(self, *names: str) -> None:
        """Refuse with 400 unless every name has a value."""
        for name in names:
            if self.text(name) is None:
                raise required(name)

    def text(self, name: str) -> str | None:
        """Give the first value, or None when absent or blank."""
        values = self._values.get(name.casefold())
        return (values[0].strip() or None) if values else None

    def texts(self, name: str) -> list[str]:
        """Give every value, repeated or joined by commas, as far as the tenant splits them."""
        values = self._values.get(name.casefold(), [])
        style = self._switches.list_values
        if style == "comma":
            values = values[:1]
        if style != "repeated":
            values = [part for value in values for part in value.split(",")]
        found = [value.strip() for value in values if value.strip()]
        return found[: self._switches.max_list_values or None]

    def integer(self, name: str) -> int | None:
        """Give a whole number; refuses anything else with 400."""
        text = self.text(name)
        return None if text is None else _integer(name, text)

    def integers(self, name: str, names: Mapping[str, int] | None = None) -> list[int]:
        """Give whole numbers; enum names are accepted where `names` translates them."""
        known = names or {}
        texts = (known.get(text.casefold(), text) for text in self.texts(name))
        return [text if isinstance(text, int) else _integer(name, text) for text in texts]

    def flag(self, name: str) -> bool:
        """Give a yes or no; absent is no."""
        return (self.text(name) or "").casefold() in _TRUE

    def moment(self, name: str) -> datetime | None:
        """Give a date; refuses text that is none with 400."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return self._wire.moment(text)
        except ValueError:
            raise invalid(name, f"The value '{text}' is not valid for {name}.") from None

    def between(self, name: str, *, start: str = "From", end: str = "To") -> DateSpan:
        """Give the span of a pair of date filters."""
        first, last = self.moment(name + start), self.moment(name + end)
        return DateSpan(first, last, inclusive=self._switches.date_filters_inclusive)

    def page(self) -> tuple[int, int]:
        """Give page number (from 1) and page size, clamped without a word."""
        number = max(1, self.integer("pageNumber") or 1)
        size = self.integer("pageSize") or DEFAULT_PAGE_SIZE
        return number, max(1, min(size, self._switches.max_page_size))


class DateSpan:
    """Two optional ends; a date outside them, or no date when an end is set, is not inside."""

    def __init__(self, first: datetime | None, last: datetime | None, *, inclusive: bool) -> None:
        self.first = first
        self.last = last
        self._inclusive = inclusive

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None

    def holds(self, moment: datetime | None) -> bool:
        """Say whether a date lies inside."""
        if not self:
            return True
        if moment is None:
            return False
        if not self._inclusive and moment in (self.first, self.last):
            return False
        return (self.first is None or moment >= self.first) and (self.last is None or moment <= self.last)


def _bind(pairs: Iterable[tuple[str, str]], switches: SellerCloudSwitches) -> tuple[dict[str, list[str]], bool]:
    prefixed: dict[str, list[str]] = {}
    bare: dict[str, list[str]] = {}
    for key, value in pairs:
        name = key.casefold()
        prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), "")
        (prefixed if prefix else bare).setdefault(name.removeprefix(prefix), []).append(value)
    if prefixed and switches.mixed_names_drop_bare:
        bare = {}
    return {**bare, **prefixed}, bool(prefixed)


def _integer(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise invalid(name, f"The value '{text}' is not valid for {name}.") from None
