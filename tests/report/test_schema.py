"""The published schema of the report says what the program says, no more and no less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from creation_shop import candidate
from jsonschema import Draft202012Validator, ValidationError
from listing_shop import both
from price_shop import on
from report_schema import SCHEMA, check
from shops import Shop

from bmsc.domain.outcome import Verdict
from bmsc.domain.plan import Kind
from bmsc.domain.runs import EVERY
from bmsc.errors import ExitCode
from bmsc.report import json


def described(schema: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Give every property of every object in the schema."""
    for key, value in schema.items():
        if key == "properties" and isinstance(value, dict):
            yield from value.items()
        if isinstance(value, dict):
            yield from described(value)


def values(*path: str) -> set[object]:
    found = SCHEMA
    for key in path:
        found = found[key]
    return set(found["enum"])


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_it_knows_every_word_the_program_knows_and_no_other() -> None:
    action = ("properties", "actions", "items", "properties")
    assert values("properties", "command") == set(EVERY)
    assert values("properties", "exit_code") == set(ExitCode)
    assert values(*action, "kind") == set(Kind)
    assert values(*action, "outcome") == set(Verdict)
    assert SCHEMA["properties"]["schema_version"]["const"] == json.SCHEMA_VERSION


def test_every_key_is_explained() -> None:
    silent = {name for name, one in described(SCHEMA) if "description" not in one and "$ref" not in one}
    assert silent == set()


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry", "live"])
@pytest.mark.parametrize("command", EVERY)
def test_every_job_keeps_to_it(command: str, shop: Shop, *, dry_run: bool) -> None:
    on(shop)
    shop.place(("A", 1))
    both(shop, "LISTED", units=5, quantity=2)
    candidate(shop, "NEW")
    candidate(shop, "WRONG", GRADE="best")
    told = check(shop.run(command, dry_run=dry_run))
    assert told["command"] == command
    assert told["dry_run"] is dry_run


def test_a_key_nobody_announced_is_noticed(shop: Shop) -> None:
    told = check(shop.run("orders pull"))
    with pytest.raises(ValidationError, match="surprise"):
        Draft202012Validator(SCHEMA).validate({**told, "surprise": 1})
