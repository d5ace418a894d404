"""The state document: read, migrated, refused, written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmsc.errors import StateError
from bmsc.state import document
from bmsc.state.document import Corrupt, Document

Value = TypeVar("Value")

PATH = Path("state.json")

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | numbers | st.text()
values = st.recursive(scalars, lambda some: st.lists(some) | st.dictionaries(st.text(), some), max_leaves=8)
sections = st.dictionaries(st.text(max_size=8), values, max_size=4)
documents = st.builds(Document, st.dictionaries(st.text(max_size=8), sections, max_size=3), sections)


@given(documents)
def test_what_is_written_is_read_again(written: Document) -> None:
    assert document.parse(document.dump(written), PATH) == written


@given(documents)
def test_the_order_of_keys_never_changes_the_bytes(written: Document) -> None:
    turned = Document(_turned(written.commands), _turned(written.identity))
    assert document.dump(turned) == document.dump(written)


def _turned(mapping: Mapping[str, Value]) -> dict[str, Value]:
    return dict(reversed(list(mapping.items())))


@given(documents, st.data())
def test_a_truncated_document_is_corrupt_at_every_length(written: Document, data: st.DataObject) -> None:
    content = document.dump(written)
    length = data.draw(st.integers(0, len(content) - 2))
    with pytest.raises(Corrupt):
        document.parse(content[:length], PATH)


@given(st.binary(max_size=64))
def test_no_bytes_surprise_it(content: bytes) -> None:
    with pytest.raises(Corrupt):
        document.parse(content, PATH)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"schema_version": "1", "commands": {}, "identity": {}}',
        '{"schema_version": true, "commands": {}, "identity": {}}',
        '{"schema_version": 0, "commands": {}, "identity": {}}',
        '{"schema_version": 1, "commands": [], "identity": {}}',
        '{"schema_version": 1, "commands": {}}',
        '{"schema_version": 1, "commands": {"reprice": 3}, "identity": {}}',
        "[" * 100_000,
        "\x00" * 512,
    ],
)
def test_what_is_no_document_is_corrupt(content: str) -> None:
    with pytest.raises(Corrupt):
        document.parse(content.encode(), PATH)


def test_a_newer_version_is_refused_and_tells_to_upgrade() -> None:
    with pytest.raises(StateError, match=r"schema version 2.* up to 1") as refused:
        document.parse(b'{"schema_version": 2, "anything": "else"}', PATH)
    assert "upgrade bmsc" in refused.value.next_step


def _rename_commands(found: dict[str, Any]) -> dict[str, Any]:
    return {"commands": found["sections"], "identity": found["identity"]}


def _add_identity(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "identity": {"company": 163}}


MIGRATIONS = (_add_identity, _rename_commands)


@pytest.mark.parametrize(
    "old",
    [
        {"schema_version": 1, "sections": {"reprice": {"a": 1}}},
        {"schema_version": 2, "sections": {"reprice": {"a": 1}}, "identity": {"company": 163}},
        {"schema_version": 3, "commands": {"reprice": {"a": 1}}, "identity": {"company": 163}},
    ],
    ids=["from the first version", "from the second", "already today's"],
)
def test_older_documents_take_every_step_they_lack(old: dict[str, Any]) -> None:
    found = document.parse(json.dumps(old).encode(), PATH, MIGRATIONS)
    assert found == Document({"reprice": {"a": 1}}, {"company": 163})
    assert json.loads(document.dump(found, MIGRATIONS))["schema_version"] == 3


def test_the_released_migrations_lead_to_the_version_that_is_written() -> None:
    assert json.loads(document.dump(Document()))["schema_version"] == len(document.MIGRATIONS) + 1
