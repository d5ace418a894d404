"""Our values as JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.state import plain


class Colour(StrEnum):
    """A value that is text."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("10.50"), '"10.50"'),
        (datetime(2026, 3, 1, 12, 30, tzinfo=UTC), '"2026-03-01T12:30:00Z"'),
        (date(2026, 3, 1), '"2026-03-01"'),
        ((1, ("a", None)), '[1,["a",null]]'),
        (frozenset({"b", "a"}), '["a","b"]'),
        (MappingProxyType({"a": Decimal(1)}), '{"a":"1"}'),
        (Colour.RED, '"red"'),
        ("é\n\u2028", '"\\u00e9\\n\\u2028"'),
    ],
)
def test_values_are_written_plainly(value: object, written: str) -> None:
    assert plain.text(value) == written


@pytest.mark.parametrize("value", [datetime(2026, 3, 1), object(), b"bytes"])
def test_what_has_no_plain_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no place"):
        plain.text(value)


def test_what_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        plain.text(float("nan"))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_money_comes_back_to_the_cent(amount: Decimal) -> None:
    assert Decimal(json.loads(plain.text(amount))) == amount


@given(st.dictionaries(st.text(), st.text()))
def test_a_line_is_one_terminated_line(value: dict[str, str]) -> None:
    line = plain.line(value)
    assert line.splitlines(keepends=True) == [line]
    assert json.loads(line) == value
