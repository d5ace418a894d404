"""Which lenient shapes both platforms' JSON is read through, and how an unusable answer is named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from bmsc.domain import money
from bmsc.errors import RemoteMisbehaved

_LARGEST_WHOLE = 2**63
_IN_A_PATH = re.compile(r"[0-9A-Za-z_-]+")
NOT_BELIEVED = "nothing was concluded from it; if it lasts, report it with log/bmsc.log"


class Wire(BaseModel):
    """A part of an answer: unknown keys are ignored, and no error ever shows a value."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True)


def whole(value: object) -> int | None:
    """Read a whole number that may come as text or with a zero fraction; None for anything else."""
    amount = _decimal(value)
    return int(amount) if amount is not None and amount == amount.to_integral_value() else None


def text(value: object) -> str:
    """Read a text that may come as a number; null and structures are the empty text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return ""


def flag(value: object) -> bool:
    """Read a yes or no in any of .NET's and JSON's spellings; anything else is no."""
    return str(value).strip().casefold() in ("true", "1", "yes", "y")


def filled(value: object) -> str:
    """Read a text that must say something."""
    found = text(value)
    if not found.strip():
        raise ValueError("missing")
    return found


def _path_part(value: object) -> str:
    found = filled(value)
    if not _IN_A_PATH.fullmatch(found):
        raise ValueError("would lead elsewhere")
    return found


def _required_whole(value: object) -> int:
    found = whole(value)
    if found is None:
        raise ValueError("missing")
    return found


def _required_amount(value: object) -> Decimal:
    found = money.parse(value)
    if found is None:
        raise ValueError("missing")
    return found


def _rows(value: object) -> object:
    return tuple(row for row in value if isinstance(row, Mapping)) if isinstance(value, list) else ()


def _part(value: object) -> object:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(found for one in value if (found := text(one))) if isinstance(value, list) else ()


def _wholes(value: object) -> tuple[int, ...]:
    return tuple(found for one in value if (found := whole(one)) is not None) if isinstance(value, list) else ()


T = TypeVar("T")
Whole = Annotated[int | None, BeforeValidator(whole)]
RequiredWhole = Annotated[int, BeforeValidator(_required_whole)]
Amount = Annotated[Decimal | None, BeforeValidator(money.parse)]
RequiredAmount = Annotated[Decimal, BeforeValidator(_required_amount)]
Text = Annotated[str, BeforeValidator(text)]
RequiredText = Annotated[str, BeforeValidator(filled)]
Identifier = Annotated[str, BeforeValidator(_path_part)]
"""A name that goes into the path of a later request: no other character may, or it is another path."""
Flag = Annotated[bool, BeforeValidator(flag)]
Rows = Annotated[tuple[T, ...], BeforeValidator(_rows)]
"""A list of objects; null, or entries that are no objects, count as not there."""
Part = Annotated[T, BeforeValidator(_part)]
"""A nested object; null counts as one without any field."""
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Wholes = Annotated[tuple[int, ...], BeforeValidator(_wholes)]

Model = TypeVar("Model", bound=Wire)
Number = TypeVar("Number", bound=IntEnum)


def parse(model: type[Model], value: object, *, where: str, subject: str = "") -> Model:
    """Read one object of an answer; raises RemoteMisbehaved naming place, subject and fields, never a value."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        fields = ", ".join(dict.fromkeys(_path(one["loc"]) for one in found))
        about = f" ({subject})" if subject else ""
        message = f"{where}{about} came without {f'a usable {fields}' if fields else 'the object it should hold'}"
        raise RemoteMisbehaved(message, next_step=NOT_BELIEVED) from None


def known(kind: type[Number], value: int | None, otherwise: Number) -> Number:
    """Read an enum number; one nobody has heard of becomes `otherwise`."""
    try:
        return kind(value) if value is not None else otherwise
    except ValueError:
        return otherwise


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < _LARGEST_WHOLE else None
    if isinstance(value, float):
        value = repr(value)
    if not isinstance(value, str | Decimal):
        return None
    try:
        amount = Decimal(value.strip() if isinstance(value, str) else value)
    except ArithmeticError:
        return None
    return amount if amount.is_finite() and amount.copy_abs() < _LARGEST_WHOLE else None
