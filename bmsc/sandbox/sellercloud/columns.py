"""How does a custom column's value read on the wire?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from bmsc.sandbox.sellercloud.catalog_shapes import COLUMN
from bmsc.sandbox.sellercloud.codes import DataType
from bmsc.sandbox.sellercloud.products import ColumnDefinition
from bmsc.sandbox.sellercloud.shape import Row
from bmsc.sandbox.sellercloud.switches import SellerCloudSwitches

GARBAGE = "#N/A"

BOOLEANS: dict[str, tuple[object, object]] = {
    "json": (True, False),
    "title": ("True", "False"),
    "lower": ("true", "false"),
    "number": (1, 0),
    "digit": ("1", "0"),
    "letter": ("Y", "N"),
    "word": ("Yes", "No"),
    "padded": (" True ", " False "),
    "garbage": (GARBAGE, GARBAGE),
}
DECIMALS: dict[str, Callable[[Decimal], object]] = {
    "number": lambda number: number,
    "text": "{:f}".format,
    "scaled": "{:.4f}".format,
    "comma": lambda number: f"{number:.2f}".replace(".", ","),
    "padded": " {:f} ".format,
    "garbage": lambda _: GARBAGE,
}
_TRUTHS = {
    "true": True, "1": True, "yes": True, "y": True,
    "false": False, "0": False, "no": False, "n": False,
}  # fmt: skip
LARGEST = Decimal("7.9e28")
_SENTINELS = {DataType.INTEGER: "0", DataType.DECIMAL: "0.00"}


class ColumnWriter:
    """Writes custom columns as the switches stand; text that does not fit its column goes out as it is."""

    def __init__(self, switches: SellerCloudSwitches) -> None:
        self._switches = switches

    def columns(self, definitions: Mapping[str, ColumnDefinition], values: Mapping[str, object]) -> list[Row]:
        """Write the columns that go inline into a product row."""
        style = self._switches.unset_columns
        hidden = {name.casefold() for name in self._switches.hidden_columns}
        rows: list[Row] = []
        for key, definition in definitions.items():
            value = values.get(key)
            if key in hidden or (value is None and style == "omitted"):
                continue
            rows.append(_row(definition, self._unset(definition) if value is None else self._value(definition, value)))
        return rows

    def single(self, definitions: Mapping[str, ColumnDefinition], values: Mapping[str, object]) -> list[Row]:
        """Write the columns of the one-product endpoint, which has its own booleans and key spelling."""
        rows = self.columns(definitions, values)
        for row in rows:
            key = str(row["ColumnName"]).casefold()
            if definitions[key].data_type == DataType.BOOLEAN:
                row["Value"] = _boolean(values.get(key), self._switches.single_columns_boolean)
            row["IsDropdownColumn"] = row.pop("IsDropDownColumn")
        return rows

    def _unset(self, definition: ColumnDefinition) -> object:
        style = self._switches.unset_columns
        if style == "empty":
            return ""
        return _SENTINELS.get(DataType(definition.data_type), "") if style == "sentinel" else None

    def _value(self, definition: ColumnDefinition, value: object) -> object:
        own = {name.casefold(): style for name, style in self._switches.column_encodings.items()}
        style = own.get(definition.name.casefold())
        if definition.data_type == DataType.BOOLEAN:
            return _boolean(value, style or self._switches.boolean_encoding)
        if definition.data_type == DataType.DECIMAL:
            return _decimal(value, style or self._switches.decimal_encoding)
        if definition.data_type == DataType.INTEGER:
            return _integer(value, style or self._switches.integer_encoding)
        return _text(value, style)


def _row(definition: ColumnDefinition, value: object) -> Row:
    return {
        **COLUMN,
        "ID": definition.id,
        "ColumnName": definition.name,
        "DisplayName": definition.display_name,
        "DataType": definition.data_type,
        "ClientID": 1,
        "Value": value,
    }


def _boolean(value: object, style: str) -> object:
    truth = _TRUTHS.get(str(value).strip().casefold())
    if truth is None:
        return value
    yes, no = BOOLEANS[style]
    return yes if truth else no


def _decimal(value: object, style: str) -> object:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    # What no decimal of .NET can hold goes out as the text it was typed as; JSON has no word for NaN either.
    return DECIMALS[style](number) if number.is_finite() and abs(number) < LARGEST else value


def _integer(value: object, style: str) -> object:
    text = str(value)
    if style == "garbage":
        return GARBAGE
    if style == "padded":
        return f" {text} "
    return int(text) if style == "number" and text.strip().lstrip("-").isdigit() else text


def _text(value: object, style: str | None) -> object:
    if style == "json":
        return value
    text = str(value)
    return GARBAGE if style == "garbage" else f" {text} " if style == "padded" else text
