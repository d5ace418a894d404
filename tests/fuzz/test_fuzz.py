"""A share of the spoilt inputs in every test run, many more by `feed.py`; and the proof that something can break."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from fuzz import every, runs, target
from fuzz.target import Broken, Target, made_of
from fuzz.told import said
from fuzz.typed import must_hold
from msgspec import Struct

from bmsc.errors import StateError

FEED = Path(__file__).with_name("feed.py")
INPUTS = 250


def feed(*words: str) -> subprocess.CompletedProcess[str]:
    """Feed in processes of their own, as a person does."""
    return subprocess.run([sys.executable, FEED, *words], capture_output=True, text=True, check=False, timeout=170)


def test_nothing_breaks_on_what_comes_in_spoilt(tmp_path: Path) -> None:
    book = str(tmp_path / "book")
    done = feed("--inputs", str(INPUTS), "--jobs", "1", "--book", book)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 broken" in done.stdout
    assert int(done.stdout.rsplit("\n", 2)[-2].split()[0]) >= INPUTS
    assert feed("--inputs", str(INPUTS), "--book", book, "--minutes", "0").stdout == done.stdout


def test_an_input_is_fed_again_by_its_seed() -> None:
    done = feed("--replay", "config.toml, values", "7")
    assert (done.returncode, done.stdout) == (
        0,
        f"config.toml, values, seed 7: {every.targets()['config.toml, values'].take(7)}\n",
    )


def a_target(act: Callable[[Random], str], monkeypatch: pytest.MonkeyPatch) -> every.Fed:
    """Feed three inputs to a target of one's own."""
    monkeypatch.setattr(every, "targets", lambda: {"own": Target("own", 1, act)})
    return every.fed(every.Slice("own", 0, 3))


def test_a_crash_is_told_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(dice: Random) -> str:
        return {True: "fine"}[dice.random() < 0.5]

    found = a_target(crash, monkeypatch)
    assert set(found.outcomes) <= {"fine"}
    assert found.broken
    assert set(found.broken.values()) == {"KeyError: False"}
    assert a_target(crash, monkeypatch) == found


def test_what_never_ends_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "LONGEST_SECONDS", 0.05)

    def hang(_dice: Random) -> str:
        try:
            time.sleep(5)
        except Exception:  # noqa: BLE001 - as a handler of the program might
            return "swallowed"
        return "slept"

    assert set(a_target(hang, monkeypatch).broken.values()) == {"no end after 0.05 s"}


@pytest.mark.parametrize(
    ("message", "next_step", "words"),
    [
        ("a \x1b[31m red word", "mend it", "do not fit a terminal"),
        ("a value: kanarienwert", "mend it", "tells"),
        ("something happened", "", "nothing of what to do"),
        (30_000 * "x", "mend it", "do not fit a terminal"),
    ],
)
def test_an_error_that_says_too_much_or_too_little_is_told(message: str, next_step: str, words: str) -> None:
    def fail() -> None:
        raise StateError(message, next_step=next_step)

    with pytest.raises(Broken, match=words):
        made_of(fail, silent=["kanarienwert"])


def test_a_bug_behind_a_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmsc.upkeep.status.look", lambda *_: 1 / 0)
    with pytest.raises(Broken, match="this is a bug in bmsc: ZeroDivisionError"):
        said(["status"])


class Noted(Struct):
    """Something read from a paper."""

    number: int
    amounts: dict[str, tuple[Decimal | None, ...]]
    at: datetime | None = None


@pytest.mark.parametrize(
    "wrong",
    [
        Noted(True, {}),
        Noted("1", {}),  # type: ignore[arg-type]
        Noted(1, {"a": (Decimal("NaN"),)}),
        Noted(1, {"a": [None]}),  # type: ignore[dict-item]
        Noted(1, {2: ()}),  # type: ignore[dict-item]
        Noted(1, {}, datetime(2026, 3, 2)),
    ],
    ids=range(6),
)
def test_a_value_that_is_not_what_its_type_says_is_told(wrong: Noted) -> None:
    must_hold(Noted(1, {"a": (Decimal(1), None)}), Noted)
    with pytest.raises(Broken):
        must_hold(wrong, Noted)


CLEAN = frozenset({("/ws/listings/1", "{}", "5"), ("ReceiveManualPayment", "61", "10.0"), ("batch", "", "sku\nA\nB")})


@pytest.mark.parametrize(
    ("write", "asked_for"),
    [
        (("/ws/listings/1", "{}", "5"), True),
        (("/ws/listings/1", "{}", "4"), True),
        (("/ws/listings/1", "{}", "6"), False),
        (("/ws/listings/2", "{}", "0"), False),
        (("/ws/listings/1", '{"price": "1.00"}', ""), False),
        (("ReceiveManualPayment", "61", "9.0"), False),
        (("create", "61", ""), False),
        (("batch", "", "sku\nA"), True),
        (("batch", "", "sku\nA\nC"), False),
    ],
    ids=range(9),
)
def test_a_write_that_the_clean_facts_do_not_ask_for_is_told(write: runs.Write, asked_for: bool) -> None:
    assert runs._asked_for(write, CLEAN) is asked_for
