"""How single values are read and written: dates, numbers, texts, JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bmsc.clients import json_text, moments, wire

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T14:03:11Z", datetime(2026, 3, 2, 14, 3, 11, tzinfo=UTC)),
        ("2025-07-15T11:20:30+01:00", datetime(2025, 7, 15, 10, 20, 30, tzinfo=UTC)),
        ("2022-01-14T09:38:49.9856571Z", datetime(2022, 1, 14, 9, 38, 49, 985657, tzinfo=UTC)),
        ("2026-01-09T14:03:22.117", datetime(2026, 1, 9, 19, 3, 22, 117000, tzinfo=UTC)),
        ("2026-07-09 14:03:22", datetime(2026, 7, 9, 18, 3, 22, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (20260302, None),
    ],
)
def test_dates(text: object, moment: datetime | None) -> None:
    assert moments.read(text, NEW_YORK) == moment


def test_dates_for_sellercloud_carry_the_tenant_s_wall_clock() -> None:
    summer = datetime(2026, 7, 1, 3, 30, 15, 999, tzinfo=UTC)
    assert moments.without_offset(summer, NEW_YORK) == "2026-06-30T23:30:15"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" 5 ", 5),
        ("5.0", 5),
        (Decimal("5.00"), 5),
        (5.0, 5),
        (-1, -1),
        ("5.5", None),
        ("five", None),
        (True, None),
        (None, None),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        (Decimal("1E+400"), None),
        (10**30, None),
        ([], None),
    ],
)
def test_whole_numbers(value: object, number: int | None) -> None:
    assert wire.whole(value) == number


def test_texts_and_flags() -> None:
    assert [wire.text(value) for value in ("a", 7, None, True, ["x"], "\ud800")] == ["a", "7", "", "", "", "?"]
    assert [wire.flag(value) for value in (True, "True", 1, "false", None, 0, "no")] == [True] * 3 + [False] * 4


def test_amounts_pass_through_no_float() -> None:
    body = {"Amount": Decimal("1175.67"), "Big": Decimal("1E+2"), "List": [Decimal("0.1"), 1, "x"], "No": None}
    text = json_text.write(body)
    assert text == '{"Amount": 1175.67, "Big": 100, "List": [0.1, 1, "x"], "No": null}'
    assert json_text.read(text.encode()) == {**body, "Big": 100}
    assert isinstance(json_text.read(b"0.1"), Decimal)


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'{"a": Infinity}', b"\xff", b"[" * 100_000])
def test_what_is_not_json(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the parser calls it
        json_text.read(content)


def test_a_number_json_cannot_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="no such number"):
        json_text.write({"Amount": Decimal("NaN")})
