"""What a batch looks like on its way, and what is read out of its task in every shape it may come in."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.clients.backmarket_batches import COLUMNS, WireTask, catalog
from bmsc.domain.creations import NewListing, TaskState
from bmsc.domain.grades import Grade
from bmsc.domain.ids import Sku
from bmsc.domain.listing_actions import MarketPrice


def a_new(sku: str, currency: str = "USD") -> NewListing:
    return NewListing(Sku(sku), "761585", Grade.VERY_GOOD, 24, (MarketPrice("en-us", currency, Decimal(319)),))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1))
def test_any_sku_travels_whole(skus: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(catalog(map(a_new, skus)), newline="")))
    assert rows[0] == list(COLUMNS)
    assert [row[0] for row in rows[1:]] == skus
    assert {tuple(row[1:]) for row in rows[1:]} == {("761585", "0", "319.00", "USD", "VERY_GOOD", "24")}


def test_yen_have_no_cents() -> None:
    assert '"319","JPY"' in catalog([a_new("A", "JPY")])


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, TaskState.RUNNING),
        ("2", TaskState.RUNNING),
        (3, TaskState.UNCLEAR),
        (7, TaskState.UNCLEAR),
        (8, TaskState.FAILED),
        (9, TaskState.PROCESSED),
        (42, TaskState.UNCLEAR),
    ],
)
def test_statuses(status: object, state: TaskState) -> None:
    assert WireTask.model_validate({"task_id": 1, "action_status": status}).to_domain().state is state


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("no such product", "no such product"),
        (["no such product"], "no such product"),
        ({"product_id": ["no such product"]}, "product_id: no such product"),
        ({"message": "no such product"}, "no such product"),
        (None, "refused without a word"),
        ({}, "refused without a word"),
    ],
)
def test_complaints_in_every_shape(said: object, words: str) -> None:
    result = {"product_errors": {"A": said}, "product_success": {"B": {"listing_id": "12"}, "C": None}}
    task = WireTask.model_validate({"task_id": 1, "action_status": 9, "result": result}).to_domain()
    assert task.refused == {"A": words}
    assert task.created == {"B": 12, "C": 0}


@pytest.mark.parametrize("result", [None, [], "done", {"product_errors": [], "product_success": "all"}])
def test_results_of_no_known_shape_say_nothing(result: object) -> None:
    task = WireTask.model_validate({"task_id": 1, "action_status": 9, "result": result}).to_domain()
    assert (task.created, task.refused) == ({}, {})
